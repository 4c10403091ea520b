"""Small stocks and what surrounds them, counted by the selects of ``sql/hand``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.contracts.states import BESTAND, of_state
from hjalp_pipeline.contracts.validation import require
from hjalp_pipeline.statistics.hand.declaration import STATISTIC
from hjalp_pipeline.statistics.hand.rules.service_codes import counts_from
from hjalp_pipeline.statistics.hand.rules.stock import ALIVE, SCHEMA
from hjalp_pipeline.storage.duck import calculator, select
from hjalp_tests.rules.made_up import day

Cell = dict[str, object]


def given(
    person: int,
    start: str,
    slut: str | None,
    *,
    komnr: str = "101",
    kode: str = "31202",
    koen: int = 1,
    foed: str = "1980-01-01",
    doed: str | None = None,
    grupper: str = "99",
) -> tuple[object, ...]:
    """A row of the stock."""
    first = day(start)
    counts = pl.select(pl.lit(kode).alias("modt_ydelse_kode")).select(counts_from()).item()
    assert first is not None
    return (
        *(person, komnr, kode, koen, day(foed), day(doed) or ALIVE),
        *(first, max(first, counts), day(slut) or ALIVE, grupper),
    )


def tables(
    rows: Iterable[tuple[object, ...]],
    first: str = "2024K1",
    last: str = "2024K4",
    *,
    deltagere: Iterable[str] = ("101", "155"),
    daekket: Iterable[str] = (),
    folketal: Mapping[tuple[int, str], int] | None = None,
) -> dict[str, pl.DataFrame]:
    """All tables of a span of quarters; ``folketal`` by year and kommune."""
    stock = pl.DataFrame(list(rows), schema=SCHEMA, orient="row").sort(*SCHEMA)
    require(stock, of_state(STATISTIC, BESTAND), "a test")
    quarters = Kvartal.parse(first).until(Kvartal.parse(last))
    years = sorted({quarter.aar for quarter in quarters})
    whole = [aar for aar in years if {quarter.nr for quarter in quarters if quarter.aar == aar} == {1, 2, 3, 4}]
    taking_part = [(aar, komnr) for aar in years for komnr in deltagere]
    living = [(aar, komnr, koen, 40, n // 2) for (aar, komnr), n in (folketal or {}).items() for koen in ("1", "2")]
    relations = {
        "bestand": stock,
        "deltagere": pl.DataFrame(taking_part, schema={"aar": pl.Int32, "komnr": pl.String}, orient="row"),
        "daekket": pl.DataFrame({"komnr": list(daekket)}, schema={"komnr": pl.String}),
        "folketal": pl.DataFrame(
            living,
            schema={"aar": pl.Int32, "komnr": pl.String, "koen": pl.String, "alder": pl.Int32, "antal": pl.Int64},
            orient="row",
        ),
        "aar": pl.DataFrame({"aar": whole}, schema={"aar": pl.Int32}),
        "kvartaler": pl.DataFrame(
            [(str(q), q.aar, q.nr, q.first_day, q.last_day, (q.last_day - q.first_day).days + 1) for q in quarters],
            schema={
                "tid": pl.String,
                "aar": pl.Int32,
                "nr": pl.Int32,
                "first_day": pl.Date,
                "last_day": pl.Date,
                "days": pl.Int32,
            },
            orient="row",
        ),
        **{name: frame() for name, frame in STATISTIC.lists.items()},
    }
    made = {}
    with calculator() as connection:
        for spec in STATISTIC.tables:
            made[spec.name] = relations[spec.name] = select(spec.sql, relations, connection)
    return made


def cell(table: pl.DataFrame, **codes: str) -> Cell:
    """The figures of a cell by its codes."""
    (row,) = table.filter(*(pl.col(name) == code for name, code in codes.items())).iter_rows(named=True)
    return {name: value for name, value in row.items() if name not in codes}


def days_inside(start: date, slut: date, first: date, last: date) -> int:
    """Days of a spell inside a period, both ends included."""
    return max(0, (min(slut, last) - max(start, first)).days + 1)
