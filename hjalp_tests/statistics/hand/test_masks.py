"""Masks of HAND05 and HAND03A follow those of the other tables (H11)."""

import polars as pl

from hjalp_pipeline.statistics.hand.masks import hidden_groups, hidden_years
from hjalp_pipeline.table_spec import MASK

T = "2024K4"
Cell = tuple[str, ...]


def kommuner(*cells: tuple[str, str, str, bool]) -> pl.DataFrame:
    """HAND07: kommune, code, quarter, and whether it is hidden."""
    return pl.DataFrame(cells, schema=["omrade", "ydelsestype", "tid", MASK], orient="row")


def years(*cells: tuple[str, str, str, int | None]) -> pl.DataFrame:
    """HAND05: kommune, code, year, persons behind."""
    frame = pl.DataFrame(cells, schema=["omrade", "ydelsestype", "tid", "personer"], orient="row")
    return frame.with_columns(tiendedele=pl.col("personer") * 10)


def groups(*cells: tuple[str, str, int | None], tid: str = T, hidden: tuple[str, ...] = ()) -> pl.DataFrame:
    """HAND03A: code, group, persons behind; ``hidden``: groups that are."""
    frame = pl.DataFrame(cells, schema=["ydelsestype", "mlgrp", "personer"], orient="row")
    return frame.with_columns(
        tiendedele=pl.col("personer") * 10, tid=pl.lit(tid), **{MASK: pl.col("mlgrp").is_in(hidden)}
    )


def of_groups(hand03a: pl.DataFrame, hand07: pl.DataFrame, *earlier: pl.DataFrame) -> set[Cell]:
    tables = {"hand03a": hand03a.drop(MASK), "hand07": hand07}
    return set(hidden_groups(tables, [{"hand03a": before} for before in earlier]).rows())


NO_KOMMUNE = kommuner(("101", "1", T, False))
ONE_KOMMUNE = kommuner(("101", "1", T, True), ("147", "1", T, False), ("147", "2", T, True))
TWO_KOMMUNER = kommuner(("101", "1", T, True), ("147", "1", T, True))


def test_a_year_is_hidden_where_it_is_small_or_a_quarter_is_hidden() -> None:
    hand05 = years(
        ("101", "1", "2024", 2),
        ("147", "1", "2024", 0),
        ("151", "1", "2024", 3),
        ("153", "1", "2024", 5),
        ("155", "1", "2024", None),
        ("153", "1", "2023", 5),
        ("153", "2", "2024", 5),
    )
    quarters = kommuner(("153", "1", "2024K2", True), ("153", "1", "2023K4", False), ("155", "1", "2024K1", True))
    found = hidden_years({"hand05": hand05, "hand07": quarters}, ())
    assert set(found.rows()) == {("101", "1", "2024"), ("153", "1", "2024")}


def test_small_groups_are_hidden_and_zeros_are_shown() -> None:
    hand03a = groups(("1", "11", 1), ("1", "12", 2), ("1", "20", 0), ("1", "30", 3), ("1", "99", None))
    assert of_groups(hand03a, NO_KOMMUNE) == {("1", "11", T), ("1", "12", T)}


def test_one_hidden_figure_alone_is_joined_by_the_group_with_the_fewest_persons() -> None:
    alone = groups(("1", "11", 1), ("1", "12", 9), ("1", "20", 0), ("1", "30", 7), ("1", "99", 7))
    assert of_groups(alone, NO_KOMMUNE) == {("1", "11", T), ("1", "30", T)}, "not the 0, and of two the smaller code"
    assert of_groups(alone, ONE_KOMMUNE) == {("1", "11", T)}, "the kommune's is hidden beside it"
    large = groups(("1", "11", 8), ("1", "12", 9), ("2", "11", 6), ("3", "11", 6))
    assert of_groups(large, ONE_KOMMUNE) == {("1", "11", T), ("2", "11", T)}, "the kommune's would be alone"
    assert of_groups(large, TWO_KOMMUNER) == set()
    assert of_groups(large, NO_KOMMUNE) == set()


def test_figures_that_stand_keep_their_mask() -> None:
    now = groups(("1", "11", 8), ("1", "12", 9), ("2", "11", 6))
    before = groups(("1", "11", 8), ("1", "12", 9), ("2", "11", 7), hidden=("11", "12"))
    assert of_groups(now, NO_KOMMUNE, before) == {("1", "11", T), ("1", "12", T)}, "code 2 has another figure now"
    moved = groups(("1", "11", 8), ("1", "12", 10), hidden=("11",))
    assert of_groups(now, NO_KOMMUNE, moved) == set()
    another = groups(("1", "11", 8), ("1", "12", 9), tid="2024K3", hidden=("11",))
    assert of_groups(now, NO_KOMMUNE, another) == set()
    assert of_groups(now, NO_KOMMUNE, groups(("1", "11", 8), ("1", "12", 9), hidden=("12",))) == {
        ("1", "11", T),
        ("1", "12", T),
    }, "one kept alone is joined as well"
