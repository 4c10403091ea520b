"""The stock: a row a kept service."""

import polars as pl
import pytest

from hjalp_pipeline.contracts.states import BESTAND, of_state
from hjalp_pipeline.contracts.validation import require
from hjalp_pipeline.statistics.hand.codelists.target_groups import TARGET_CODES, groups_of
from hjalp_pipeline.statistics.hand.declaration import STATISTIC
from hjalp_pipeline.statistics.hand.rules.stock import ALIVE, COLUMNS, SCHEMA, stock
from hjalp_tests.rules.made_up import Person, day, register
from hjalp_tests.statistics.hand.rules.made_services import MONTH, OTHER, chained, service

PEOPLE = register(Person(doed="2024-06-15"), Person(OTHER, 2, "1960-02-02"))


def test_its_rows() -> None:
    """Sorted, without nulls, ends and deaths that are not there on the last day there is."""
    rows = [
        service(ydelse_id="1", pnr=OTHER, maalgruppe="2 1.2.1"),
        service(ydelse_id="2", ydelse_start="2010-05-05"),
        service(
            ydelse_id="3", pnr=OTHER, modt_ydelse_kode="31181", ydelse_start="2019-01-01", ydelse_slut="2021-01-01"
        ),
    ]
    made = stock(chained(rows, PEOPLE).steps[-1].frame, MONTH)
    assert made.schema == SCHEMA
    never, died = ALIVE, day("2024-06-15")
    assert made.rows() == [
        (0, "101", "31202", 1, day("1950-01-01"), died, day("2010-05-05"), day("2013-10-01"), died, "99"),
        (1, "101", "31181", 2, day("1960-02-02"), never, day("2019-01-01"), day("2020-07-01"), day("2021-01-01"), "99"),
        (1, "101", "31202", 2, day("1960-02-02"), never, day("2023-01-01"), day("2023-01-01"), never, "12 20"),
    ]
    require(made, of_state(STATISTIC, BESTAND), "2025M01 101")


def test_nothing_kept() -> None:
    made = stock(chained([service(modt_ydelse_kode="1")], PEOPLE).steps[-1].frame, MONTH)
    assert made.equals(pl.DataFrame(schema=SCHEMA))
    assert not any(column.nullable for column in COLUMNS)


GROUPS = [
    # codes -> groups
    ((), ("99",)),
    (("1.1",), ("11",)),
    (("1.1.5",), ("11",)),
    (("1.2.2.7",), ("12",)),
    (("1",), ("99",)),  # above every group
    (("1.10",), ("99",)),  # does not begin with 1.1 and a dot
    (("1.20.1",), ("99",)),
    (("2",), ("20",)),
    (("2.1",), ("20",)),
    (("20",), ("99",)),
    (("3",), ("30",)),
    (("4.4.4",), ("40",)),
    (("1.2.1", "1.1.1", "1.1.2"), ("11", "12")),
    (("1.1.1", "9"), ("11",)),  # an unknown one beside a known one
    (("9", "8.1"), ("99",)),
]


@pytest.mark.parametrize(("codes", "groups"), GROUPS)
def test_groups(codes: tuple[str, ...], groups: tuple[str, ...]) -> None:
    assert groups_of(codes) == groups
    assert groups_of(reversed(codes)) == groups


def test_every_listed_code_has_a_group() -> None:
    assert all(groups_of([code]) != ("99",) for code in TARGET_CODES)
