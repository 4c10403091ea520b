"""H6: spells that overlap or touch become one."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.statistics.hand.rules.overlaps import OPEN
from hjalp_tests.rules.made_up import day
from hjalp_tests.statistics.hand.rules.made_services import OTHER, Row, chained, reasons, service

UUIDS = ("01234567-89ab-cdef-0123-456789abcdef", "11234567-89ab-cdef-0123-456789abcdef")


def spell(name: str, start: str, slut: str | None, **changes: str | None) -> Row:
    return service(ydelse_id=name, ydelse_start=start, ydelse_slut=slut, **changes)


PAIRS = [
    # second spell after one of 10-20 January 2024 -> whether they are one, and its last day
    ("2024-01-21", "2024-01-31", True, "2024-01-31"),  # touches
    ("2024-01-22", "2024-01-31", False, None),  # a day between
    ("2024-01-20", "2024-01-31", True, "2024-01-31"),
    ("2024-01-12", "2024-01-15", True, "2024-01-20"),  # inside
    ("2024-01-10", "2024-01-20", True, "2024-01-20"),
    ("2024-01-10", "2024-01-10", True, "2024-01-20"),
    ("2024-01-21", None, True, None),  # open
    ("2024-01-05", "2024-01-09", True, "2024-01-20"),  # before, touches
    ("2024-01-05", "2024-01-08", False, None),
]


@pytest.mark.parametrize(("start", "slut", "one", "last"), PAIRS)
def test_two_spells(start: str, slut: str | None, one: bool, last: str | None) -> None:
    result = chained([spell("1", "2024-01-10", "2024-01-20"), spell("2", start, slut)])
    assert (list(reasons(result).values()) == ["SAMMENLAGT"]) is one
    if one:
        row = result.states["spells_united"].row(0, named=True)
        assert (row["ydelse_start"], row["ydelse_slut"]) == (min(date(2024, 1, 10), day(start) or OPEN), day(last))


def test_a_chain_is_one_spell_though_its_ends_do_not_meet() -> None:
    rows = [
        spell("3", "2024-01-21", "2024-01-31"),
        spell("1", "2024-01-01", "2024-01-10"),
        spell("2", "2024-01-11", "2024-01-20"),
    ]
    result = chained(rows)
    assert reasons(result) == {0: "SAMMENLAGT", 2: "SAMMENLAGT"}, "the row that starts first stays"
    assert result.states["spells_united"]["ydelse_slut"].to_list() == [date(2024, 1, 31)]


def test_a_long_spell_reaches_over_a_short_one() -> None:
    rows = [
        spell("1", "2024-01-01", "2024-12-31"),
        spell("2", "2024-01-05", "2024-01-06"),
        spell("3", "2024-06-01", None),
    ]
    assert reasons(chained(rows)) == {1: "SAMMENLAGT", 2: "SAMMENLAGT"}


def test_other_persons_and_codes_are_apart() -> None:
    rows = [
        spell("1", "2024-01-01", None),
        spell("2", "2024-01-01", None, pnr=OTHER),
        spell("3", "2024-01-01", None, modt_ydelse_kode="31201"),
    ]
    assert reasons(chained(rows)) == {}


def test_of_those_that_start_together_the_smallest_id_stays() -> None:
    """By code point: ``10`` before ``9``, ``B`` before ``a``."""
    assert reasons(chained([spell("9", "2024-01-01", None), spell("10", "2024-01-01", None)])) == {0: "SAMMENLAGT"}
    assert reasons(chained([spell("a", "2024-01-01", None), spell("B", "2024-01-01", None)])) == {0: "SAMMENLAGT"}


def test_the_newer_systems_row_stays_when_ids_are_equal_too() -> None:
    rows = [
        spell("1", "2024-01-01", "2024-01-31", prodnr="1000000001"),
        spell("1", "2024-01-01", None, prodnr="1000000002"),
    ]
    result = chained(rows, blocks=[1, 1])
    assert reasons(result) == {1: "SAMMENLAGT"}
    assert result.states["spells_united"].row(0, named=True)["prodnr"] == "1000000002", (
        "the older's is the last in order"
    )


def test_over_deliveries_of_three_systems() -> None:
    """The chain runs by delivery; here all rows of the kommune stand together, and the ledger balances."""
    rows = [
        spell("1", "2024-01-21", None),
        spell("2", "2023-12-01", "2024-01-15"),
        spell("3", "2024-01-16", "2024-01-20"),
    ]
    result = chained(rows, blocks=[1, 1, 1])
    assert reasons(result) == {0: "SAMMENLAGT", 2: "SAMMENLAGT"}
    row = result.states["spells_united"].row(0, named=True)
    assert (row["raekke"], row["ydelse_start"], row["ydelse_slut"]) == (1, date(2023, 12, 1), None)
    assert [len(steps) for steps in result.of_blocks] == [4, 4, 4]
    assert (result.steps[-1].frame.height, result.steps[-2].frame.height) == (1, 3)


def test_what_the_kept_row_takes_from_the_others() -> None:
    """Each column for itself from the last row that has it, and target groups from all."""
    rows = [
        spell(
            "1",
            "2024-01-01",
            None,
            betalingskommune="147",
            funk_vurd="1",
            maalgruppe="1.2.1 1.1",
            afdeling_uuid=UUIDS[0],
        ),
        spell("2", "2024-02-01", None, betalingskommune="101", prodnr="1000000001", maalgruppe="1.2.1\u00a09.9  2"),
        spell("3", "2024-03-01", None, funk_vurd="4", afdeling_uuid=UUIDS[1]),
    ]
    row = chained(rows).states["spells_united"].row(0, named=True)
    assert row["maalgruppe"] == "1.1 1.2.1 2 9.9"
    assert (row["betalingskommune"], row["funk_vurd"], row["prodnr"], row["afdeling_uuid"]) == (
        "101",
        "4",
        "1000000001",
        UUIDS[1],
    )


def test_a_row_by_itself() -> None:
    """A code twice counts once; no code is null; rows stand in raw order."""
    rows = [spell("2", "2024-02-01", None, maalgruppe="2 1.1 2"), spell("1", "2024-01-01", None, pnr=OTHER)]
    frame = chained(rows).states["spells_united"]
    assert frame.select("raekke", "maalgruppe", "funk_vurd").rows() == [(0, "1.1 2", None), (1, None, None)]


def test_a_spell_that_began_before_its_code_counts_from_the_codes_day() -> None:
    rows = [
        spell("1", "2019-01-01", "2020-08-01", modt_ydelse_kode="31181"),
        spell("2", "2020-08-02", None, modt_ydelse_kode="31181"),
    ]
    row = chained(rows).states["spells_united"].row(0, named=True)
    assert (row["ydelse_start"], row["begynder"]) == (date(2019, 1, 1), date(2020, 7, 1))


STARTS = st.dates(date(2024, 1, 1), date(2024, 1, 20))
SPELLS = st.lists(st.tuples(STARTS, st.none() | st.integers(0, 4), st.sampled_from(["1", "2", "3"])), max_size=9)


@given(SPELLS, st.integers(1, 3))
def test_the_days_covered_are_the_same(spells: list[tuple[date, int | None, str]], deliveries: int) -> None:
    """Against days counted one by one: no two spells that stay share a day or touch, and together they cover what was there."""
    rows = [
        spell(name, str(start), None if length is None else str(start + timedelta(days=length)))
        for start, length, name in spells
    ]
    cut = [len(rows) // deliveries] * (deliveries - 1)
    result = chained(rows, blocks=[*cut, len(rows) - sum(cut)])
    kept = result.states["spells_united"].select("ydelse_start", "ydelse_slut").rows()
    limit = date(2024, 3, 1)

    def days(found: list[tuple[date, date | None]]) -> list[date]:
        return [start + timedelta(days=n) for start, end in found for n in range(((end or limit) - start).days + 1)]

    delivered = [(start, None if length is None else start + timedelta(days=length)) for start, length, _ in spells]
    assert sorted(days(kept)) == sorted(set(days(delivered)))
    for start, _ in kept:
        assert start - timedelta(days=1) not in set(days(kept))
    assert result.gone.height + len(kept) == len(rows)
