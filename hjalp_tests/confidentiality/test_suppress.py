"""The suppressor against the attacker, against enumeration, and on cases with a known answer."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.confidentiality.attack import is_safe
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.model import Bools, Rule, System, SystemBuilder
from hjalp_pipeline.confidentiality.suppress import Protection, Work, fewest, prepared, protect
from hjalp_pipeline.confidentiality.suppression.master import Master
from hjalp_pipeline.confidentiality.suppression.moves import split
from hjalp_tests.confidentiality.brute_force import KINDS, fails, some_cases, tables
from hjalp_tests.examples import times

RULES: tuple[Rule, ...] = ("w1", "up3")
SMALL = Work(units=6_000)


def closed(system: System, rule: Rule) -> Bools:
    """The pattern that hides everything the suppressor may hide."""
    small = ~system.primary & (system.values < 3) if rule == "up3" else np.zeros(system.size, dtype=np.bool_)
    return ~system.open & ~small


def checked(system: System, rule: Rule, work: Work = SMALL) -> Protection:
    """A pattern, held against the attacker: it fails only where it says so, and there nothing would have helped."""
    found = protect(system, rule, work=work)
    lost = {cell for cell, _ in found.unprotectable}
    assert not np.any(found.hidden & system.open & ~system.primary)
    assert np.all(found.hidden[system.primary])
    shown = lost & set(np.flatnonzero(system.open).tolist())
    hidden = found.hidden & ~system.open
    assert set(is_safe(system, hidden, rule)) == lost - shown
    assert lost - shown <= set(is_safe(system, closed(system, rule), rule))
    secondary = found.hidden & ~system.primary
    assert found.cells == secondary.sum()
    assert found.cost == system.cost[secondary].sum()
    assert found.lower_bound <= found.cost
    assert found.lower_cells <= found.cells
    return found


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", list(KINDS))
@settings(max_examples=1)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_pattern_passes_the_attacker(kind: str, rule: Rule, seed: int) -> None:
    for system, _ in some_cases(kind, seed):
        checked(system, rule)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", list(KINDS))
def test_many_patterns_pass_the_attacker(kind: str, rule: Rule) -> None:
    for system, _ in some_cases(kind, 77, times(250)):
        checked(system, rule)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_patterns_pass_enumeration(rule: Rule) -> None:
    seen = 0
    for system, _ in some_cases("nested", 5, times(200)):
        found = protect(system, rule, work=SMALL)
        every = tables(system, found.hidden)
        if every is not None:
            assert fails(system, found.hidden, every, rule) == {cell for cell, _ in found.unprotectable}
            seen += 1
    assert seen > times(200) / 2


def cheapest_by_trial(system: System, rule: Rule, limit: int = 9) -> int | None:
    """The cost of the cheapest safe pattern, all patterns tried; None when there are too many."""
    everything = closed(system, rule)
    candidates = np.flatnonzero(everything & ~system.primary).tolist()
    if len(candidates) > limit:
        return None
    primaries = set(np.flatnonzero(system.primary).tolist())
    lost = {r: primaries & set(is_safe(system, everything, r)) for r in (rule, "w1")}
    subsets = [c for k in range(len(candidates) + 1) for c in itertools.combinations(candidates, k)]
    for subset in sorted(subsets, key=lambda cells: system.cost[list(cells)].sum()):
        hidden = system.primary & ~system.open
        hidden[list(subset)] = True
        if all(set(is_safe(system, hidden, r)) <= lost[r] for r in (rule, "w1")):
            return int(system.cost[list(subset)].sum())
    raise AssertionError


def optimum(kind: str, rule: Rule, seed: int, count: int) -> tuple[int, int]:
    """How many systems could be compared, and for how many the pattern was said to be optimal."""
    compared = claimed = 0
    for system, _ in some_cases(kind, seed, count):
        best = cheapest_by_trial(system, rule)
        if best is None:
            continue
        found = protect(system, rule, work=SMALL)
        # The bound on cost is the solver's, exact to one part in a million; that on cells is whole.
        assert found.lower_bound <= best * (1 + 1e-6)
        assert best <= found.cost
        assert found.lower_cells <= found.cells
        if found.optimal:
            assert found.cost <= best * (1 + 1e-6)
        compared, claimed = compared + 1, claimed + found.optimal
    return compared, claimed


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", list(KINDS))
def test_the_optimum_is_the_optimum(kind: str, rule: Rule) -> None:
    assert len(set(optimum(kind, rule, 3, 1))) == 1


def square(seed: int) -> System:
    """Three by three cells with their sums, at prices that differ by up to half a cell."""
    rng, builder = np.random.default_rng(seed), SystemBuilder()
    values = rng.choice([1, 2, 5, 7, 9, 20, 60], size=(3, 3), p=[0.12, 0.1, 0.2, 0.2, 0.2, 0.1, 0.08])

    def cell(name: str, value: int) -> int:
        return builder.add_cell(name, value, cost=int(100 + rng.integers(0, 50)))

    cells = [[cell(f"{i}{j}", int(values[i, j])) for j in range(3)] for i in range(3)]
    rows = [cell(f"{i}T", int(values[i].sum())) for i in range(3)]
    columns = [cell(f"T{j}", int(values[:, j].sum())) for j in range(3)]
    total = cell("TT", int(values.sum()))
    for i in range(3):
        builder.add_equation(rows[i], cells[i])
        builder.add_equation(columns[i], [row[i] for row in cells])
    builder.add_equation(total, rows)
    builder.add_equation(total, columns)
    return builder.build()


# Found once by one program in whole numbers over all patterns at once: a pattern proven to half a cell is none of these.
@pytest.mark.parametrize(
    ("seed", "rule", "cost"),
    [(27, "w1", 376), (54, "w1", 381), (80, "w1", 470), (79, "up3", 594), (131, "up3", 449), (398, "up3", 466)],
)
def test_the_optimum_at_prices_that_differ(seed: int, rule: Rule, cost: int) -> None:
    found = checked(square(seed), rule, Work(units=60_000))
    assert (found.cost, found.lower_bound, found.optimal) == (cost, cost, True)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", list(KINDS))
def test_the_optimum_is_the_optimum_on_many(kind: str, rule: Rule) -> None:
    compared, claimed = optimum(kind, rule, 4, times(150))
    # The search may end before it has said so: for one in ten, or for one of few.
    assert 0 < compared <= claimed + max(1, compared // 10)


def country(seed: int = 1, *, areas: int = 8, ages: int = 5) -> System:
    """A sparse table over areas in two regions, sexes and ages."""
    rng = np.random.default_rng(seed)
    parents: dict[str, str | None] = {"TOT": None, "R1": "TOT", "R2": "TOT"}
    parents |= {f"k{i}": f"R{1 + i % 2}" for i in range(areas)}
    dimensions = [Dimension("area", parents), Dimension.flat("sex", "12"), Dimension.flat("age", [*"abcdefgh"[:ages]])]
    counts: dict[tuple[str, ...], int] = {
        (f"k{i}", sex, age): int(
            rng.choice([0, 1, 2, 4, 9, 20, 30, 60], p=[0.05, 0.05, 0.05, 0.1, 0.2, 0.2, 0.2, 0.15])
        )
        for i in range(areas)
        for sex in "12"
        for age in "abcdefgh"[:ages]
    }
    return hierarchical_table(counts, dimensions, prefix=("T",)).build()


@pytest.mark.parametrize("rule", RULES)
def test_a_table_of_three_dimensions(rule: Rule) -> None:
    checked(country(), rule, Work(units=20_000))


@pytest.mark.slow
def test_same_input_same_pattern() -> None:
    first, second = (protect(country(2), "up3", work=Work(units=30_000)) for _ in range(2))
    assert np.array_equal(first.hidden, second.hidden)
    assert (first.lower_bound, first.work, first.log) == (second.lower_bound, second.work, second.log)


@pytest.mark.slow
def test_more_work_never_gives_a_dearer_pattern_than_the_first() -> None:
    little, more = (checked(country(3), "up3", Work(units=units)) for units in (1, 40_000))
    assert more.cost <= little.cost
    assert more.lower_bound >= little.lower_bound


def test_a_safe_table_is_left_alone() -> None:
    builder = SystemBuilder()
    parts = [builder.add_cell(("T", str(i)), value) for i, value in enumerate((3, 4, 5))]
    builder.add_equation(builder.add_cell(("T", "TOT"), 12), parts)
    found = protect(builder.build(), "up3")
    assert not found.hidden.any()
    assert found.optimal
    assert found.gap == found.gap_cells == 0


def row(values: list[int], uppers: list[int] | None = None, *, total_open: bool = True) -> System:
    """Some cells and their total."""
    builder = SystemBuilder()
    uppers = uppers or [10**6] * len(values)
    cells = [
        builder.add_cell(("T", str(i)), value, upper=upper)
        for i, (value, upper) in enumerate(zip(values, uppers, strict=True))
    ]
    builder.add_equation(builder.add_cell(("T", "TOT"), sum(values), open=total_open), cells)
    return builder.build()


def test_one_small_cell_takes_the_cheapest_neighbour() -> None:
    found = checked(row([2, 5, 40]), "up3")
    assert np.flatnonzero(found.hidden).tolist() == [0, 1]
    assert found.optimal
    assert found.lower_bound == found.cost


def test_two_ones_that_cannot_be_exchanged_need_a_third() -> None:
    found = checked(row([1, 1, 7, 40]), "up3")
    assert np.flatnonzero(found.hidden).tolist() == [0, 1, 2]


def test_the_rule_up3_asks_for_more_than_w1() -> None:
    assert checked(row([1, 2, 30]), "w1").cells == 0
    assert checked(row([1, 2, 30]), "up3").cells == 1


@pytest.mark.parametrize(
    ("system", "rule", "words"),
    [
        (row([1, 5, 9], [1, 50, 50]), "w1", "bounds leave one value"),
        (row([1, 5, 9], [2, 50, 50]), "up3", "everybody knows that it is small"),
        (row([1, 0, 0]), "w1", "everything else in one of its sums"),
        (row([1, 1, 0]), "w1", "let everybody compute it"),
        (row([1, 2, 0]), "up3", "tell that it is small"),
    ],
)
def test_a_cell_that_cannot_be_protected_is_named_with_the_reason(system: System, rule: Rule, words: str) -> None:
    found = checked(system, rule)
    assert found.unprotectable
    assert all(words in reason for cell, reason in found.unprotectable if cell == 0)


def test_a_small_figure_that_is_out_is_named() -> None:
    builder = SystemBuilder()
    cells = [builder.add_cell(("T", str(i)), value, open=value == 2) for i, value in enumerate((2, 6, 9))]
    builder.add_equation(builder.add_cell(("T", "TOT"), 17), cells)
    found = checked(builder.build(), "up3")
    assert found.unprotectable == ((0, "stays shown: the figure is out"),)


def test_a_cell_hidden_before_is_hidden_again() -> None:
    system = row([2, 7, 6, 40])
    assert np.flatnonzero(protect(system, "up3").hidden).tolist() == [0, 2]
    found = protect(system, "up3", previous=system.pattern([0, 1]))
    assert np.flatnonzero(found.hidden).tolist() == [0, 1]
    again = protect(system, "up3", previous=system.pattern([3]))
    assert np.flatnonzero(again.hidden).tolist() == [0, 3]


def test_every_hidden_cell_has_a_proof() -> None:
    system = country(4)
    found = checked(system, "up3", Work(units=20_000))
    moved = np.zeros(system.size, dtype=np.bool_)
    for cell, (cells, changes) in found.proofs.items():
        x = system.values.copy()
        x[cells] += changes
        assert np.array_equal(system.equations.activity(x), system.equations.rhs)
        assert x[cell] >= 3
        moved[cells] = True
    assert np.array_equal(moved, found.hidden)


@pytest.mark.parametrize("rule", RULES)
def test_a_secondary_cell_is_never_alone_in_a_sum(rule: Rule) -> None:
    system = country()
    found = protect(system, rule, work=SMALL)
    added = 0
    for moves in split(prepared(system, rule, None)):
        hidden = found.hidden[moves.cells].astype(np.float64)
        assert Master(moves).bridge(hidden) == 0
        for cell in np.flatnonzero(hidden == 0)[:40]:
            alone = hidden.copy()
            alone[cell] = 1.0
            sums = [moves.col[moves.row == row] for row in moves.row[moves.col == cell] if moves.equal[row]]
            wrong = sum(hidden[cells].sum() == 0 for cells in sums)
            master = Master(moves)
            assert master.bridge(alone) == wrong
            assert master.bridge(alone) == 0  # they are known now
            added += wrong
    assert added > 20


def test_fewest_cells_for_a_cost() -> None:
    costs = np.array([10, 12, 11])
    assert [fewest(costs, bound) for bound in (0, 1, 12, 13, 23, 24, 33)] == [0, 1, 1, 2, 2, 3, 3]
