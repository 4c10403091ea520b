"""H7: services of a member that are inside its reporter's figures."""

import datetime as dt

import pytest

from hjalp_pipeline.codelists.periods import Maaned
from hjalp_pipeline.rules.collaborations import Collaboration
from hjalp_pipeline.statistics.hand.rules.covered_members import is_covered
from hjalp_tests.statistics.hand.rules.made_services import chained, reasons, service

SERVICES = [service(ydelse_id=code, modt_ydelse_kode=code) for code in ("30117", "31132", "31202", "99")]


def test_a_member_keeps_what_it_reports_itself() -> None:
    """§§ 95 and 96; a code of no list has left before."""
    result = chained(SERVICES, covered=True)
    assert reasons(result) == {2: "DAEKKET", 3: "YDELSE_UKENDT"}
    assert result.states["kommune_assigned"]["komnr_statbank"].to_list() == ["101", "101"]


def test_who_is_no_member_keeps_all() -> None:
    assert reasons(chained(SERVICES)) == {3: "YDELSE_UKENDT"}


def test_overlaps_are_looked_for_after_it() -> None:
    """A covered row is DAEKKET, though it would also be united with another."""
    result = chained([service(ydelse_id="1"), service(ydelse_id="2")], covered=True)
    assert set(reasons(result).values()) == {"DAEKKET"}


SPELLS = [
    # from, to -> covered when run for January 2025
    ("2025-01-31", None, True),
    ("2025-02-01", None, False),
    ("2020-01-01", "2025-01-31", True),
    ("2020-01-01", "2025-01-30", False),
]


@pytest.mark.parametrize(("first", "last", "expected"), SPELLS)
def test_in_force_on_the_last_day_of_the_month_it_is_run_for(first: str, last: str | None, expected: bool) -> None:
    ended = dt.date.fromisoformat(last) if last else None
    rows = [Collaboration("183", "187", dt.date.fromisoformat(first), ended)]
    run = Maaned(2025, 1)
    for delivered in (Maaned(2023, 5), run):
        assert is_covered(rows, "187", delivered, run) is expected, "carried-over data are of the month run, too"
        assert not is_covered(rows, "183", delivered, run)


def test_who_reports_for_itself_is_no_member() -> None:
    rows = [Collaboration("187", "187", dt.date(2020, 1, 1), None)]
    assert not is_covered(rows, "187", Maaned(2025, 1), Maaned(2025, 1))
