"""Releases of small stocks protected as the statistic declares its tables (H11), looked at figure by figure."""

from __future__ import annotations

import random

import polars as pl
import pytest

from hjalp_pipeline.production.quarter.hiding import suppress, with_symbols
from hjalp_pipeline.production.release.disclosure import Protected, Published, audit_published, protect_tables
from hjalp_pipeline.production.release.linked_tables import of_counted
from hjalp_pipeline.publishing.table import SYMBOL
from hjalp_pipeline.statistics.hand.declaration import STATISTIC
from hjalp_pipeline.table_spec import MASK, TIME
from hjalp_tests.statistics.hand.counted import given, tables

pytestmark = pytest.mark.slow

Rows = list[tuple[object, ...]]
KOMMUNER = ("101", "147", "155", "173")


def some_rows(seed: int) -> Rows:
    """Some eighty persons of four kommuner with one service each, of three codes."""
    dice = random.Random(seed)
    return [
        given(
            person,
            f"2024-{dice.randint(1, 9):02}-01",
            dice.choice((None, "2024-09-30", "2024-12-31")),
            komnr=dice.choice(KOMMUNER),
            kode=dice.choice(("31202", "31202", "30011", "30117")),
            koen=dice.choice((1, 2)),
            foed=f"{dice.randint(1940, 2004)}-06-01",
            grupper=dice.choice(("11", "12", "11 20", "99")),
        )
        for person in range(1, 80)
    ]


def release(name: str, rows: Rows, taking_part: tuple[str, ...], *earlier: Published) -> tuple[Protected, Published]:
    made = tables(rows, deltagere=taking_part)
    of_one = of_counted(STATISTIC.linked, lambda komnr: tables(rows, deltagere=(komnr,)))
    found = protect_tables(STATISTIC, name, made, [], earlier, of_one=of_one, owned=True)
    hidden = {
        ((spec.name, *codes), tid)
        for spec in STATISTIC.tables
        if not spec.shares_mask_of
        for *codes, tid in found.tables[spec.name].filter(MASK).select(*spec.codes, TIME).iter_rows()
    }
    return found, Published(name, (), made, frozenset(hidden), owned=True)


def hidden(found: Protected, table: str) -> set[tuple[str, ...]]:
    return set(found.tables[table].filter(MASK).select(*STATISTIC.table(table).codes, TIME).iter_rows())


def hidden_of(table: pl.DataFrame) -> set[tuple[str, ...]]:
    return set(table.filter(MASK).select("omrade", "ydelsestype", TIME).iter_rows())


def test_a_release_and_one_with_another_kommune_are_safe() -> None:
    for seed in range(3):
        rows = some_rows(seed)
        first, out = release("v1", rows, ("101", "147", "155"))
        second, both = release("v2", rows, KOMMUNER, out)
        for found, made in ((first, out.tables), (second, both.tables)):
            assert not [audit for audit in found.audits if audit.fails or audit.differ]
            small = {
                row[:-1]
                for table in ("hand07", "hand02a")
                for row in made[table].select(*STATISTIC.table(table).codes, TIME, "antal").iter_rows()
                if row[-1] in (1, 2)
            }
            assert small
            assert small <= hidden(found, "hand07") | hidden(found, "hand02a")
            assert hidden(found, "hand01") == hidden(found, "hand06") == hidden(found, "hand07")
            assert {(*codes, "2024") for *codes, _ in hidden(found, "hand07") if codes[1] == "31202"} <= hidden(
                found, "hand05"
            )
        assert not [audit for audit in audit_published(STATISTIC, [out, both]) if audit.differ]
        alone = tables(rows, deltagere=("173",))["hand02a"].filter(pl.col("antal").is_between(1, 2))
        come = set(alone.select("ydelsestype", "alder", "kon", TIME).iter_rows())
        assert come - hidden(second, "hand02a") <= hidden(first, "hand02a"), "shown before, so hidden now"


def test_the_same_again_hides_the_same() -> None:
    rows = some_rows(7)
    first, out = release("v1", rows, KOMMUNER)
    again, _ = release("v2", rows, KOMMUNER, out)
    for spec in STATISTIC.tables:
        assert hidden(again, spec.name) == hidden(first, spec.name)


def test_a_hidden_figure_has_its_sign_and_others_theirs() -> None:
    rows = some_rows(3)
    found, _ = release("v1", rows, ("101", "147", "155"))
    shown = with_symbols(STATISTIC.tables, found.tables)
    for name in ("hand07", "hand01", "hand05", "hand03a"):
        signs = set(shown[name].filter(MASK).get_column(SYMBOL))
        assert signs == {".."}, name
    absent = shown["hand07"].filter((pl.col("omrade") == "173") & (pl.col("ydelsestype") == "31202")).get_column(SYMBOL)
    assert set(absent) == {"..."}


def test_the_first_look_hides_what_is_small_and_what_follows() -> None:
    made = tables(some_rows(4), deltagere=KOMMUNER)
    first = suppress(STATISTIC.tables, made)
    assert hidden_of(first["hand07"]) == hidden_of(
        made["hand07"].with_columns(pl.col("antal").is_in([1, 2]).alias(MASK))
    )
    assert first["hand05"].filter(MASK).height > 0
    assert first["hand03a"].filter(MASK).height > 0
    assert first["hand07"].filter(MASK).get_column("antal").null_count() == first["hand07"].filter(MASK).height
