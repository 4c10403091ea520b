"""What each step moves, against counting everything anew after each step."""

from __future__ import annotations

from collections import Counter
from itertools import product

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.release.timeline import NEVER, moves_by_step, share_moves
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC

STEPS = 3
SCHEMA = {
    "aar": pl.Int32,
    "person": pl.UInt32,
    "komnr_statbank": pl.String,
    "koen": pl.UInt8,
    "aldersgruppe": pl.String,
    "udlaan": pl.UInt32,
    "fra": pl.UInt16,
    "til": pl.UInt16,
}
SPANS = [(0, NEVER), *((0, step) for step in range(1, STEPS + 1)), *((step, NEVER) for step in range(1, STEPS + 1))]
Row = tuple[int, int, str, int, str, int, int, int]
rows = st.lists(
    st.tuples(
        st.sampled_from([2023, 2024]),
        st.integers(0, 4),
        st.sampled_from(["101", "540"]),
        st.sampled_from([1, 2]),
        st.sampled_from(["2549", "90-"]),
        st.integers(1, 3),
        st.sampled_from(SPANS),
    ).map(lambda row: (*row[:-1], *row[-1])),
    max_size=14,
)


def counted(stock: list[Row], step: int) -> Counter[tuple[str, ...]]:
    """HJALP1 and HJALP2 after a step, cell by cell."""
    here = [row for row in stock if row[6] <= step < row[7]]
    loans: Counter[tuple[str, ...]] = Counter()
    persons = set()
    for aar, person, komnr, koen, alder, udlaan, *_ in here:
        for kommune in (komnr, "000"):
            loans["hjalp1", kommune, "", "", str(aar)] += udlaan
        for cell in product((komnr, "000"), (str(koen), "0"), (alder, "TOT")):
            persons.add((*cell, str(aar), person))
    return loans + Counter(("hjalp2", *cell[:4]) for cell in persons)  # type: ignore[misc]


@pytest.mark.slow
@given(stock=rows)
def test_every_step_moves_what_counting_anew_says(stock: list[Row]) -> None:
    moved = moves_by_step(STATISTIC, pl.DataFrame(stock, schema=SCHEMA, orient="row"), Span.of_years([2023, 2024]))
    found = {(*map(str, row[:5]), row[5]): row[6] for row in moved.iter_rows()}
    assert len(found) == moved.height
    wanted = {}
    for step in range(1, STEPS + 1):
        before, after = counted(stock, step - 1), counted(stock, step)
        wanted |= {(*c, step): after[c] - before[c] for c in {*before, *after} if after[c] != before[c]}
    assert found == wanted


def share(antal: int, folketal: int) -> int:
    return (2000 * antal + folketal) // (2 * folketal) if folketal else 0


@given(
    start=st.tuples(st.integers(0, 30), st.integers(0, 60)),
    persons=st.lists(st.integers(-2, 9), min_size=STEPS, max_size=STEPS),
    people=st.lists(st.integers(0, 9), min_size=STEPS, max_size=STEPS),
)
def test_shares_move_step_by_step(start: tuple[int, int], persons: list[int], people: list[int]) -> None:
    antal, folketal = start[0] + 2 * STEPS, start[1]
    cell = {"kommunedk": ["540"], "konams": ["1"], "alerams": ["90-"], "tid": pl.Series([2024], dtype=pl.Int32)}
    promille = share(antal, folketal) if folketal else None
    before = {
        "hjalp2": pl.DataFrame({**cell, "antal": [antal]}),
        "hjalp3": pl.DataFrame(
            {**cell, "folketal": [folketal], "promille": pl.Series([promille], dtype=pl.Int64)},
        ),
    }
    steps = pl.DataFrame({name: values[0] for name, values in cell.items()} | {"step": range(1, STEPS + 1)}).cast(
        {"step": pl.UInt16, "tid": pl.Int32}
    )
    of_persons = steps.with_columns(table=pl.lit("hjalp2"), amount=pl.Series(persons)).filter(pl.col("amount") != 0)
    of_people = steps.with_columns(people=pl.Series(people)).filter(pl.col("people") != 0)
    moved = share_moves(
        STATISTIC, STATISTIC.table("hjalp3"), of_persons, of_people, before, shown=pl.col("tid") == 2024
    )
    found = dict(moved.select("step", "amount").iter_rows())
    wanted, now = {}, share(antal, folketal)
    for step in range(1, STEPS + 1):
        antal, folketal = antal + persons[step - 1], folketal + people[step - 1]
        new = share(antal, folketal)
        if new != now:
            wanted[step] = new - now
        now = new
    assert found == wanted
