"""The equations a reader has: totals of what they are totals of, and bounds."""

from dataclasses import astuple

import numpy as np
import pytest

from hjalp_pipeline.confidentiality.arrange import arranged
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.model import BIG, NO_BOUND, ModelError, Rows, SystemBuilder, cost_of, holds

REGIONS = Dimension("geo", {"000": None, "r1": "000", "r2": "000", "k1": "r1", "k2": "r1", "k3": "r2"})
SEXES = Dimension.flat("sex", ["1", "2"])
COUNTS = {("k1", "1"): 4, ("k1", "2"): 1, ("k2", "1"): 0, ("k2", "2"): 7, ("k3", "1"): 2}


def test_a_table_has_every_sum_once_and_all_add_up() -> None:
    builder = hierarchical_table(COUNTS, [REGIONS, SEXES], prefix=("T",), suffix=("2024",))
    system = builder.build()
    # r2 has one kommune: the same figure, one cell
    assert system.size == 5 * 3
    assert builder.cell(("T", "r2", "1", "2024")) == builder.cell(("T", "k3", "1", "2024"))
    assert system.values[builder.cell(("T", "000", "TOT", "2024"))] == 14
    assert system.values[builder.cell(("T", "r1", "2", "2024"))] == 8
    # sexes in each of the five areas, and two sums of areas for each of the three sexes
    assert system.equations.count == 5 + 2 * 3
    assert (system.equations.activity(system.values) == 0).all()
    assert {system.table(i) for i in range(system.size)} == {"T"}


def test_small_counts_are_primary_and_zeros_are_open() -> None:
    builder = hierarchical_table(COUNTS, [REGIONS, SEXES])
    system = builder.build()
    primary = {system.names[i] for i in np.flatnonzero(system.primary)}
    assert primary == {("k1", "2"), ("k3", "1"), ("k3", "TOT")}
    assert {system.names[i] for i in np.flatnonzero(system.open)} == {("k2", "1"), ("k3", "2")}
    assert (system.lower == 1).all()
    assert (system.upper == NO_BOUND).all()


def test_population_bounds_add_up_and_are_left_out_where_they_do_not_hold() -> None:
    population = {(k, s): 5 for k in ("k1", "k2", "k3") for s in ("1", "2")}
    builder = hierarchical_table(COUNTS, [REGIONS, SEXES], population=population)
    system = builder.build()
    assert system.upper[builder.cell(("k1", "1"))] == 5
    assert system.upper[builder.cell(("000", "TOT"))] == 30
    assert system.upper[builder.cell(("k2", "2"))] == NO_BOUND  # seven of five: they borrow where they do not live
    del population["k1", "1"]
    system = hierarchical_table(COUNTS, [REGIONS, SEXES], population=population).build()
    assert system.upper[system.index()["000", "1"]] == NO_BOUND


def test_depth_does_not_matter_and_order_neither() -> None:
    deep = Dimension("d", {"c": "b", "b": "a", "a": None, "x": "a", "y": "x", "z": "x"})
    assert deep.leaves() == ("c", "y", "z")
    assert deep.ancestors("c") == ("c", "b", "a")
    assert deep.single() == {"c": "c", "b": "c", "a": "a", "x": "x", "y": "y", "z": "z"}
    system = hierarchical_table({("c",): 1, ("y",): 2, ("z",): 3}, [deep]).build()
    assert dict(zip(system.names, system.values.tolist(), strict=True)) == {
        ("c",): 1,
        ("a",): 6,
        ("x",): 5,
        ("y",): 2,
        ("z",): 3,
    }


@pytest.mark.parametrize("parents", [{"a": None, "b": None}, {"a": "b", "b": "a"}, {"a": None, "b": "c"}])
def test_what_is_no_tree_is_refused(parents: dict[str, str | None]) -> None:
    with pytest.raises(ValueError, match="root"):
        Dimension("d", parents)


def test_counts_are_for_known_leaves() -> None:
    with pytest.raises(ValueError, match="leaves"):
        hierarchical_table({("r1", "1"): 3}, [REGIONS, SEXES])
    with pytest.raises(ValueError, match="does not lead"):
        hierarchical_table({("k9", "1"): 3}, [REGIONS, SEXES])


def test_the_same_name_is_the_same_cell_and_knowledge_adds_up() -> None:
    builder = SystemBuilder()
    first = builder.add_cell(("T", "a"), 5, lower=0, upper=9, cost=7)
    assert builder.add_cell(("T", "a"), 5, upper=12, primary=True, open=True, cost=3) == first
    system = builder.build()
    assert (system.lower[0], system.upper[0], system.cost[0]) == (1, 9, 7)
    assert system.primary[0]
    assert system.open[0]
    with pytest.raises(ValueError, match="two different figures"):
        builder.add_cell(("T", "a"), 6)
    builder.alias(("T", "b"), first)
    assert builder.cell(("T", "b")) == first
    assert builder.add_cell(("T", "b"), 5) == first
    other = builder.add_cell(("T", "c"), 1)
    with pytest.raises(ValueError, match="two different figures"):
        builder.alias(("T", "b"), other)


def test_a_figure_that_was_never_published_may_be_zero_without_being_open() -> None:
    builder = SystemBuilder()
    builder.add_cell(("T", "a"), 0, lower=0)
    builder.add_cell(("T", "b"), 0)
    assert builder.build().open.tolist() == [False, True]


def test_figures_that_break_a_row_or_a_bound_are_refused() -> None:
    builder = SystemBuilder()
    a, b = builder.add_cell(("T", "a"), 5), builder.add_cell(("T", "b"), 4)
    builder.add_le(a, b)
    with pytest.raises(ValueError, match="do not agree"):
        builder.build()
    builder = SystemBuilder()
    builder.add_cell(("T", "a"), 5, upper=4)
    with pytest.raises(ValueError, match="upper bound"):
        builder.build()
    with pytest.raises(ValueError, match="cost above 0"):
        builder.add_cell(("T", "b"), 5, cost=0)


def test_rows_are_kept_once_without_empty_ones() -> None:
    builder = SystemBuilder()
    a, b = builder.add_cell(("T", "a"), 5), builder.add_cell(("T", "b"), 5)
    builder.add_equation(a, [b])
    builder.add_equation(a, [b])
    builder.add_row([(a, 1), (a, -1)], 0)
    builder.add_le(a, a)
    builder.add_row([(a, 1), (b, 1)], 12, equal=False)
    system = builder.build()
    assert (system.equations.count, system.inequalities.count) == (1, 1)
    cells, coefs, rhs = system.inequalities.row(0)
    assert (cells.tolist(), coefs.tolist(), rhs) == ([0, 1], [1, 1], 12)


def test_no_rows_is_a_system_too() -> None:
    assert Rows.of([]).activity(np.array([1, 2])).tolist() == []
    assert SystemBuilder().build().size == 0


def test_fewest_cells_come_first_then_the_smallest() -> None:
    assert cost_of(0) < cost_of(1) < cost_of(10_000)
    assert cost_of(6_000_000) < 2 * cost_of(0)
    assert 4000 * (cost_of(6_000_000) - BIG) < BIG
    assert cost_of(5, 3) == 3 * cost_of(5)


def test_what_protected_means() -> None:
    assert not holds("w1", 5, 5, 5)
    assert holds("w1", 1, 1, 2)
    assert not holds("up3", 1, 1, 2)
    assert holds("up3", 1, 1, 3)
    assert holds("up3", 5, 4, 5)
    assert not holds("up3", 0, 0, 2)


def test_parts_told_one_by_one_and_what_they_have_twice() -> None:
    """Kommuner: a total of one part is a cell of its own, and how many stand in two of them is known to everybody."""
    areas = Dimension("area", {"a": "all", "b": "all", "all": None})
    counts = {("a",): 3, ("b",): 4, ("all",): 6}
    system = hierarchical_table(counts, [areas], apart=["area"], overlap=True).build()
    cells, coefs, twice = system.equations.row(0)
    assert (cells.tolist(), coefs.tolist(), twice) == ([0, 1, 2], [1, 1, -1], 1)
    with pytest.raises(ModelError, match="do not agree with a sum"):
        hierarchical_table(counts, [areas], apart=["area"]).build()
    alone = hierarchical_table({("a",): 3, ("all",): 3}, [Dimension("area", {"a": "all", "all": None})], apart=["area"])
    assert alone.build().size == 2


def test_a_figure_with_few_behind_it_is_primary() -> None:
    behind = {("1",): 2, ("2",): 3, ("TOT",): 5}
    system = hierarchical_table({("1",): 9, ("2",): 9}, [Dimension.flat("sex", ["1", "2"])], behind=behind).build()
    assert {name[0]: bool(small) for name, small in zip(system.names, system.primary, strict=True)} == {
        "TOT": False,
        "1": True,
        "2": False,
    }


def test_a_system_in_another_order_says_the_same() -> None:
    system = hierarchical_table(COUNTS, [REGIONS, SEXES], prefix=("T",)).build()
    cells, equations = range(system.size)[::-1], range(system.equations.count)[::-1]
    turned = arranged(system, cells, equations)
    assert turned.names == system.names[::-1]
    assert (turned.equations.activity(turned.values) == turned.equations.rhs).all()
    again = arranged(turned, cells, equations)
    for one, other in ((again.equations, system.equations), (again.inequalities, system.inequalities)):
        assert all((left == right).all() for left, right in zip(astuple(one), astuple(other), strict=True))
    assert (again.cost == system.cost).all()
