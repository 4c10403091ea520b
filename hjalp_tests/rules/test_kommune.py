"""R8: the kommune a loan is counted in. R9's sex and date of birth come along."""

from datetime import date

import pytest

from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.rules.cpr import validate_cpr
from hjalp_pipeline.rules.kommune import Collaboration, assign_komnr_statbank, reports_for
from hjalp_pipeline.rules.step import Step
from hjalp_tests.rules.made_up import Home, Person, day, loan, raw, register


def assigned(issued: str, *homes: Home, for_others: bool = True) -> Step:
    people = register(Person(pnr="0000000001", homes=(("851", "1950-01-01", None),)), Person(homes=homes))
    return assign_komnr_statbank(
        validate_cpr(raw([loan(udleveringsdato=issued)]), people).frame, people, "461", for_others=for_others
    )


MOVED = (("101", "2020-01-01", "2023-03-01"), ("147", "2023-03-01", "2024-01-01"))
AWAY = (("101", "2020-01-01", "2023-01-01"), ("101", "2023-06-01", None))
CASES = [
    # issued, homes -> kommune (461 reports), branch
    ("2019-12-31", MOVED, "461", "UDEN_BOPAEL"),
    ("2020-01-01", MOVED, "101", "BOPAEL"),  # from <= day
    ("2023-02-28", MOVED, "101", "BOPAEL"),
    ("2023-03-01", MOVED, "147", "BOPAEL"),  # day < to: touching spells
    ("2023-12-31", MOVED, "147", "BOPAEL"),
    ("2024-01-01", MOVED, "461", "UDEN_BOPAEL"),
    ("2022-12-31", AWAY, "101", "BOPAEL"),
    ("2023-01-01", AWAY, "461", "UDEN_BOPAEL"),  # a gap
    ("2023-05-31", AWAY, "461", "UDEN_BOPAEL"),
    ("2023-06-01", AWAY, "101", "BOPAEL"),
    ("2999-12-31", AWAY, "101", "BOPAEL"),  # to null = still
    ("2023-01-01", (), "461", "UDEN_BOPAEL"),
    ("2023-01-01", (("461", "2020-01-01", None),), "461", "BOPAEL"),  # lives in the reporting kommune
    ("2023-01-01", (("411", "2020-01-01", None),), "461", "UDEN_BOPAEL"),  # Christiansø is no kommune
    ("2023-01-01", (("999", "2020-01-01", None),), "461", "UDEN_BOPAEL"),  # abroad
    ("2023-01-01", (("000", "2020-01-01", None),), "461", "UDEN_BOPAEL"),
    ("1955-01-01", (("860", "1950-01-01", "1960-01-01"),), "860", "BOPAEL"),  # before 1970, where days count from
]


@pytest.mark.parametrize(("issued", "homes", "komnr", "branch"), CASES)
def test_residence_at_issue(issued: str, homes: tuple[Home, ...], komnr: str, branch: str) -> None:
    step = assigned(issued, *homes)
    assert step.frame.select("komnr_statbank", "kommune_kilde").rows() == [(komnr, branch)]
    assert (dict(step.removed), dict(step.remarks)) == ({}, {branch: 1})


def test_who_reports_for_itself_alone_counts_its_own_loans() -> None:
    step = assigned("2023-01-01", ("101", "2020-01-01", None), for_others=False)
    assert step.frame.select("komnr_statbank", "kommune_kilde").rows() == [("461", "INDBERETTER")]
    assert dict(step.remarks) == {"INDBERETTER": 1}


def test_branches_are_counted_and_rows_keep_their_order() -> None:
    people = register(
        Person(pnr="0101501234", koen=1, foed="1950-01-01", homes=(("101", "2000-01-01", None),)),
        Person(pnr="0101501242", koen=2, foed="1951-02-03"),
        Person(pnr="ABC", koen=2, foed="1952-03-04", homes=(("860", "2000-01-01", None),)),
    )
    rows = raw([loan(pnr=pnr) for pnr in ("ABC", "0101501242", "0101501234", "0101501242", "ABC")])
    step = assign_komnr_statbank(validate_cpr(rows, people).frame, people, "461", for_others=True)
    assert step.frame["komnr_statbank"].to_list() == ["860", "461", "101", "461", "860"]
    assert step.frame["koen"].to_list() == [2, 2, 1, 2, 2]
    assert step.frame["foed_dato"].dt.year().to_list() == [1952, 1951, 1950, 1951, 1952]
    assert dict(step.remarks) == {"BOPAEL": 3, "UDEN_BOPAEL": 2}


@pytest.mark.parametrize("for_others", [True, False])
def test_no_rows(for_others: bool) -> None:
    people = register(Person())
    step = assign_komnr_statbank(validate_cpr(raw([]), people).frame, people, "461", for_others=for_others)
    assert (step.frame.height, dict(step.remarks)) == (0, {})
    assert {"komnr_statbank", "kommune_kilde", "koen", "foed_dato"} <= set(step.frame.columns)


def collaboration(member: str, first: str, last: str | None, reporter: str = "461") -> Collaboration:
    return Collaboration(reporter, member, date.fromisoformat(first), day(last))


IN_FORCE = [
    # member, from, to -> reported for in 2024K4, whose last day is 2024-12-31
    ("410", "2020-01-01", None, True),
    ("410", "2024-12-31", None, True),
    ("410", "2025-01-01", None, False),
    ("410", "2020-01-01", "2024-12-31", True),  # to_date is the last day
    ("410", "2020-01-01", "2024-12-30", False),
    ("461", "2020-01-01", None, False),  # itself
]


@pytest.mark.parametrize(("member", "first", "last", "expected"), IN_FORCE)
def test_only_collaborations_in_force_on_the_last_day(
    member: str, first: str, last: str | None, expected: bool
) -> None:
    rows = [collaboration(member, first, last)]
    assert reports_for(rows, "461", Kvartal(2024, 4)) == ((member,) if expected else ())


def test_members_once_each_and_only_ones_own() -> None:
    rows = [
        collaboration("480", "2020-01-01", None),
        collaboration("410", "2020-01-01", None),
        collaboration("410", "2023-01-01", "2025-01-01"),
        collaboration("420", "2020-01-01", None, reporter="479"),
    ]
    assert reports_for(rows, "461", Kvartal(2024, 4)) == ("410", "480")
    assert reports_for(rows, "410", Kvartal(2024, 4)) == ()
