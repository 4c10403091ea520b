"""A small table to publish, with the characters and codes that go wrong most easily."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import polars as pl

from hjalp_pipeline.publishing.table import Publication, PublishedTable, Symbol, Text, Value, Variable

STED = Variable(
    "STED",
    Text("sted", "place"),
    (
        Value("000", Text("Hele landet", "All Denmark")),
        Value("492", Text("Ærø; den lille", "Ærø; the small one")),
        Value("90-", Text("Læsø, Fanø", "Læsø, Fanø")),
    ),
    total="000",
    role="geo",
)
KOEN = Variable("KONAMS", Text("køn", "sex"), (Value("1", Text("Mænd", "Men")), Value("2", Text("Kvinder", "Women"))))
TID = Variable(
    "Tid", Text("tid", "time"), tuple(Value(year, Text(year, year)) for year in ("2023", "2024")), role="time"
)
CELLS: list[int | str] = [0, 1234567, "..", 10, 11, 99, "...", ".", 5, 1000, 1001, 7]
SYMBOLS = (
    Symbol("..", Text("Diskretioneret", "Confidential")),
    Symbol("...", Text("Deltager ikke", "Does not take part")),
    Symbol(".", Text("Ingen at sætte i forhold til", "Nothing to relate to")),
)


def figures(variables: tuple[Variable, ...], cells: list[int | str]) -> pl.DataFrame:
    """Cells (figures, or signs in their place) in the order of the cross product, as a frame."""
    rows: list[tuple[str, ...]] = [()]
    for variable in variables:
        rows = [(*row, code) for row in rows for code in variable.codes]
    names = [variable.code for variable in variables]
    codes = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    values = [None if isinstance(cell, str) else cell for cell in cells]
    signs = [cell if isinstance(cell, str) else None for cell in cells]
    return codes.with_columns(pl.Series("value", values, dtype=pl.Int64), pl.Series("symbol", signs, dtype=pl.String))


def table(**changes: Any) -> PublishedTable:
    """STED x KONAMS x Tid, changed as told; ``cells`` instead of ``figures`` when only they change."""
    variables = changes.get("variables", (STED, KOEN, TID))
    made = PublishedTable(
        id="PROEVE1",
        title=Text("Æbler efter sted, køn og tid", "Apples by place, sex and time"),
        contents=Text("Æbler", "Apples"),
        units=Text("Antal", "Number"),
        subject_code="05",
        subject_area=Text("Sociale forhold", "Social conditions"),
        source=Text("Danmarks Statistik", "Statistics Denmark"),
        database=Text("Statistikbanken", "StatBank Denmark"),
        variables=(STED, KOEN, TID),
        decimals=0,
        stock=True,
        aggregation=False,
        notes=(Text("Celler = skjult; måske.", "Cells are hidden."), Text("En note til.", "Another note.")),
        symbols=SYMBOLS,
        publication=Publication(
            Text("Kontoret", "The office"),
            Text("31. december", "31 December"),
            "Årlig",
            True,
            Text("https://da", "https://en"),
        ),
        updated=datetime(2025, 6, 24, 8, tzinfo=timezone(timedelta(hours=2))),
        figures=figures((STED, KOEN, TID), CELLS),
    )
    cells = changes.pop("cells", None)
    if cells is not None:
        changes["figures"] = figures(variables, cells)
    return replace(made, **changes)


def keys(made: PublishedTable, language: str | None = None) -> list[tuple[str, ...]]:
    """Every cell's codes, or its texts in a language, the last variable fastest."""
    rows: list[tuple[str, ...]] = [()]
    for variable in made.variables:
        shown = [value.code if language is None else getattr(value.text, language) for value in variable.values]
        rows = [(*row, text) for row in rows for text in shown]
    return rows
