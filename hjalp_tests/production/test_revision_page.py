"""What a revision's page is put together from, for tables of other forms: without kommuner, without a national figure, with decimals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.release.differences import Decomposition, causes_schema
from hjalp_pipeline.production.release.revision_page import Compared, Row
from hjalp_pipeline.publishing.revision import Page, Total, revision_html
from hjalp_pipeline.publishing.revision_sentences import sentences
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.table_spec import Dimension, TableSpec, Words
from hjalp_tests.toy.visits import ART, KOEN, KOMMUNE, TOY, TOY1

WORDS = Words("personer", "Personer", "i")
Key = tuple[str, ...]


def total_less(dimension: Dimension) -> Dimension:
    """The dimension of a table without figures for all of it."""
    variable = dimension.variable
    values = tuple(value for value in variable.values if value.code != variable.total)
    return replace(dimension, variable=replace(variable, total=None, values=values))


def compared(spec: TableSpec, texts: Mapping[Key, tuple[str, str]], pins: Any = None) -> Page:
    """The page of cells: codes and year, text before and after; the register moved what changed."""
    statistic: Statistic = replace(TOY, tables=(spec,))
    names = [one.column for one in spec.dimensions]
    cells = pl.DataFrame(
        [(spec.name, *key[:-1], int(key[-1]), *pair) for key, pair in texts.items()],
        schema=["table", *names, "tid", "before", "after"],
        orient="row",
    )
    changed = cells.filter(pl.col("before") != pl.col("after"))
    figures = [set(row).isdisjoint({"..", "..."}) for row in changed.select("before", "after").iter_rows()]
    rows: list[Row] = [
        (row, [("registerudtræk", "")] if shown else "skjult")
        for row, shown in zip(changed.iter_rows(named=True), figures, strict=True)
    ]
    found = Decomposition(pl.DataFrame(schema=causes_schema(statistic)), (), (), {})
    return Compared(statistic, "2024v2", "2024v1", cells, rows, found, None, pins, Span.of_years([2024])).page()


def test_a_table_without_kommuner_is_of_the_whole_country() -> None:
    spec = replace(TOY1, dimensions=(KOEN, ART), words=WORDS)
    page = compared(
        spec,
        {
            ("0", "TOT", "2024"): ("1000", "1013"),
            ("1", "TOT", "2024"): ("400", "413"),
            ("1", "MAD", "2024"): ("7", "8"),
        },
    )
    (measure,) = page.measures
    assert measure.of_kommuner == {}
    assert measure.national == Total("", 2024, 1000, 1013, "", whole=True)
    assert [(total.place, total.whole) for total in measure.totals] == [("I alt", True), ("Mænd", False)]
    what, _, use = sentences(page)
    assert what.endswith("størst er ændringen for Mænd, hvor personer i 2024 steg fra 400 til 413 (+3,3 pct.).")
    assert use == "For hele landet er ændringen i 2024 +1,3 pct. for personer, så brug 2024v2 i stedet for 2024v1."
    assert '<ul class="tiles"' not in revision_html(page, sentences(page))


def test_a_table_of_kommuner_without_a_national_figure_has_a_map_and_no_national_sentence() -> None:
    spec = replace(TOY1, dimensions=(total_less(KOMMUNE),), words=WORDS, decimals=1)
    texts = {(komnr, aar): ("10,0", "10,0") for komnr in KOMNR for aar in ("2023", "2024")}
    page = compared(spec, texts | {("101", "2024"): ("10,0", "9,5"), ("147", "2024"): ("..", "3,0")})
    (measure,) = page.measures
    assert (measure.national, measure.newest, len(measure.of_kommuner)) == (None, 2024, 98)
    assert page.figures == (195, 1, 1, 0)
    made = revision_html(page, sentences(page))
    assert "personer i 2024 faldt fra 10,0 til 9,5 (−5,0 pct.)" in made
    assert "der er intet tal for hele landet at sammenligne" in made
    assert made.count("<li style=") == 98
    assert [cell.name for cell in page.hidden] == ["TOY1, Frederiksberg, 2024"]


@pytest.mark.parametrize("words", [None, WORDS])
def test_a_table_without_totals_or_words_has_its_counts_alone(words: Words | None) -> None:
    spec = replace(TOY1, dimensions=(total_less(KOEN), total_less(ART)), words=words)
    page = compared(spec, {("1", "MAD", "2024"): ("7", "8"), ("2", "MAD", "2024"): ("7", "..")})
    assert [measure.totals for measure in page.measures] == ([[]] if words else [])
    assert page.counts == [("TOY1", 1, 1, 0)]
    assert "1 celle uden tal før eller nu" in revision_html(page, sentences(page))
