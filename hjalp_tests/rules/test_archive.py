"""H8: which records count, the archive's or the delivered ones."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.rules.archive import Settled, differs, settle_archive
from hjalp_pipeline.statistics.hand.declaration import STATISTIC
from hjalp_pipeline.statistics.hand.earlier_services import ARCHIVE
from hjalp_tests.statistics.hand.counted import given as service

UNTIL = date(2021, 12, 31)
Spell = tuple[str, str | None]


def stock(*spells: Spell, **changes: str) -> pl.DataFrame:
    rows = [service(1, start, slut, **changes) for start, slut in spells]
    return pl.DataFrame(rows, schema=STATISTIC.stock.schema, orient="row")


def settled(delivered: pl.DataFrame, archived: pl.DataFrame) -> Settled:
    return settle_archive(ARCHIVE, delivered, archived, UNTIL)


CASES = [
    # delivered, archived -> delivered that count, archived that count
    ([("2020-01-01", "2021-12-31")], [], [], []),  # on the archive's side
    ([("2020-01-01", "2022-01-01")], [], [0], []),
    ([("2020-01-01", None)], [], [0], []),
    ([], [("2020-01-01", "2021-12-31")], [], [0]),
    ([], [("2020-01-01", "2022-01-01")], [], []),
    ([], [("2020-01-01", None)], [], []),
    ([("2020-01-01", "2021-12-31")], [("2020-01-01", "2021-12-31")], [], [0]),
    # an archived one gives way to a delivered one that counts and shares a day
    ([("2021-06-01", None)], [("2020-01-01", "2021-06-01")], [0], []),
    ([("2021-06-02", None)], [("2020-01-01", "2021-06-01")], [0], [0]),  # touches, shares no day
    # a delivered one that was open or ended later in the archive is kept
    ([("2020-01-01", "2021-06-01")], [("2020-01-01", None)], [0], []),
    ([("2020-01-01", "2021-06-01")], [("2021-06-01", "2022-01-01")], [0], []),
    ([("2020-01-01", "2021-06-01")], [("2021-06-02", "2022-01-01")], [], []),
    # and then an archived one that shares a day with it gives way
    ([("2020-01-01", "2021-06-01")], [("2021-06-01", None), ("2020-01-01", "2020-03-01")], [0], []),
]


@pytest.mark.parametrize(("delivered", "archived", "kept", "stays"), CASES)
def test_cases(delivered: list[Spell], archived: list[Spell], kept: list[int], stays: list[int]) -> None:
    mine, old = stock(*delivered), stock(*archived)
    found = settled(mine, old)
    assert found.stock.rows() == [*mine[kept].rows(), *old[stays].rows()]
    assert found.gone.rows() == mine[[n for n in range(mine.height) if n not in kept]].rows()
    assert found.stays.to_list() == [n in stays for n in range(old.height)]


@pytest.mark.parametrize("changes", [{"komnr": "155"}, {"kode": "31201"}])
def test_another_kommune_or_code_is_another_matter(changes: dict[str, str]) -> None:
    found = settled(stock(("2021-06-01", None)), stock(("2020-01-01", "2021-06-01"), **changes))
    assert found.stays.to_list() == [True]
    found = settled(stock(("2020-01-01", "2021-06-01")), stock(("2020-01-01", None), **changes))
    assert (found.gone.height, found.stock.height) == (1, 0)


STARTS = st.dates(date(2021, 12, 20), date(2022, 1, 5))
SPELLS = st.lists(st.tuples(STARTS, st.integers(0, 8)), max_size=4)


@given(SPELLS, SPELLS)
def test_against_the_rule_read_row_by_row(mine: list[tuple[date, int]], old: list[tuple[date, int]]) -> None:
    delivered, archived = ([(start, start + timedelta(days=length)) for start, length in rows] for rows in (mine, old))

    def share(one: tuple[date, date], other: tuple[date, date]) -> bool:
        return one[0] <= other[1] and other[0] <= one[1]

    kept = [
        one for one in delivered if one[1] > UNTIL or any(share(one, other) for other in archived if other[1] > UNTIL)
    ]
    stays = [one[1] <= UNTIL and not any(share(one, other) for other in kept) for one in archived]
    found = settled(*(stock(*((str(a), str(b)) for a, b in rows)) for rows in (delivered, archived)))
    counted = [*kept, *(one for one, yes in zip(archived, stays, strict=True) if yes)]
    assert found.stock.select("start", "slutter").rows() == counted
    assert found.stays.to_list() == stays
    assert found.gone.height == len(delivered) - len(kept)


@pytest.mark.parametrize(
    ("delivered", "archived", "remarked"),
    [(0, 0, False), (1, 0, True), (99, 100, False), (98, 100, True), (101, 100, False), (102, 100, True), (10_101, 10_000, True)],
)  # fmt: skip
def test_one_per_cent_of_the_archives(delivered: int, archived: int, remarked: bool) -> None:
    assert differs(delivered, archived) is remarked
