"""Large tables: the same promises as the suppressor's on small ones, on tables small enough to try everything on."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.large_tables import SHAPES, large_table
from hjalp_pipeline.confidentiality.model import Ints, Rule, SystemBuilder
from hjalp_pipeline.confidentiality.proof_check import check_proofs
from hjalp_pipeline.confidentiality.suppress import Work, prepared, protect
from hjalp_pipeline.confidentiality.suppression.moves import Moves, SuppressionError, split
from hjalp_pipeline.confidentiality.suppression.neighbours import Neighbours
from hjalp_pipeline.confidentiality.suppression.reach import reach
from hjalp_pipeline.confidentiality.suppression.row_bound import row_bound
from hjalp_pipeline.confidentiality.suppression.sparse_cover import SparseCover
from hjalp_tests.confidentiality.brute_force import KINDS, some_cases
from hjalp_tests.confidentiality.test_suppress import RULES, cheapest_by_trial, checked, country
from hjalp_tests.examples import times

LARGE = Work(units=3_000, large=0)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", list(KINDS))
@settings(max_examples=1)
@given(seed=st.integers(0, 2**32 - 1))
def test_every_pattern_passes_the_attacker(kind: str, rule: Rule, seed: int) -> None:
    for system, _ in some_cases(kind, seed):
        checked(system, rule, LARGE)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", list(KINDS))
def test_many_patterns_pass_the_attacker(kind: str, rule: Rule) -> None:
    for system, _ in some_cases(kind, 78, times(200)):
        checked(system, rule, LARGE)


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_no_pattern_is_cheaper_than_the_bound(rule: Rule) -> None:
    compared = raised = 0
    for system, _ in itertools.chain.from_iterable(some_cases(kind, 3, 4) for kind in KINDS):
        best = cheapest_by_trial(system, rule)
        if best is not None:
            found = protect(system, rule, work=LARGE)
            assert found.lower_bound <= best * (1 + 1e-6)
            assert best <= found.cost
            compared += 1
            raised += found.lower_bound > 0
    assert compared > 4
    assert raised


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_a_table_of_three_dimensions_costs_little_more_than_by_the_thorough_way(rule: Rule) -> None:
    system = country()
    quick, thorough = checked(system, rule, Work(units=60_000, large=0)), protect(system, rule, work=Work(units=60_000))
    assert quick.lower_bound <= thorough.cost
    assert thorough.cells <= quick.cells <= 1.25 * thorough.cells + 2


@pytest.mark.slow
def test_same_input_same_pattern() -> None:
    first, second = (protect(country(2), "up3", work=Work(units=20_000, large=0)) for _ in range(2))
    assert np.array_equal(first.hidden, second.hidden)
    assert (first.lower_bound, first.work, first.log) == (second.lower_bound, second.work, second.log)


@pytest.mark.slow
def test_more_work_never_gives_a_dearer_pattern() -> None:
    little, more = (protect(country(1), "up3", work=Work(units=units, large=0)) for units in (1, 8_000))
    assert more.cost < little.cost
    assert more.lower_bound >= little.lower_bound


def test_a_cell_hidden_before_is_hidden_again() -> None:
    builder = SystemBuilder()
    parts = [builder.add_cell(("T", str(i)), value) for i, value in enumerate((2, 7, 6, 40))]
    builder.add_equation(builder.add_cell(("T", "TOT"), 55, open=True), parts)
    system = builder.build()
    for before in (1, 2, 3):
        found = protect(system, "up3", previous=system.pattern([before]), work=LARGE)
        assert np.flatnonzero(found.hidden).tolist() == [0, before]


def test_how_far_it_is_is_told_step_by_step() -> None:
    told: list[tuple[str, int, int]] = []
    protect(country(2), "up3", work=LARGE, progress=lambda *what: told.append(what))
    assert [step for step, _ in itertools.groupby(told, key=lambda what: what[0])][:2] == [
        "first pattern",
        "cells shown again",
    ]
    assert all(0 <= done <= of for _, done, of in told)
    for _, group in itertools.groupby(told, key=lambda what: what[0]):
        done = [done for _, done, _ in group]
        assert done == sorted(done)


def test_small_tables_go_the_thorough_way() -> None:
    told: list[tuple[str, int, int]] = []
    found = protect(country(), "up3", work=Work(units=1), progress=lambda *what: told.append(what))
    assert [step for step, _, _ in told] == ["first pattern"]
    assert not any("large" in line for line in found.log)


def some_moves(seed: int = 1) -> Moves:
    """The one connected part of a made-up country."""
    return split(prepared(country(seed), "up3", None))[0]


@pytest.mark.parametrize("kind", list(KINDS))
def test_no_move_goes_further_than_sums_allow(kind: str) -> None:
    moved = 0
    for system, _ in some_cases(kind, 11, 12):
        proofs = protect(system, "w1", work=Work(units=1)).proofs
        for moves in split(prepared(system, "w1", None)):
            up, down = reach(moves)
            place = {int(cell): i for i, cell in enumerate(moves.cells)}
            assert np.all((up <= moves.up) & (down <= moves.down))
            for cells, changes in proofs.values():
                for cell, change in zip(cells.tolist(), changes.tolist(), strict=True):
                    if cell in place:
                        assert -down[place[cell]] <= change <= up[place[cell]]
                        moved += 1
    assert moved


def test_a_cell_alone_in_a_sum_cannot_move() -> None:
    builder = SystemBuilder()
    cells = [builder.add_cell(("T", str(i)), value, open=value > 20) for i, value in enumerate((2, 30, 40))]
    builder.add_equation(builder.add_cell(("T", "TOT"), 72, open=True), cells)
    (moves,) = split(builder.build())
    assert [end.tolist() for end in reach(moves)] == [[0], [0]]


@pytest.mark.parametrize("size", [(2, 0), (2, 2), (5, 3)])
def test_a_small_system_is_the_part_of_the_whole_that_its_cells_are(size: tuple[int, int]) -> None:
    moves = some_moves()
    near, price = Neighbours(moves), np.ones(moves.size)
    for cell in np.flatnonzero(moves.primary).tolist():
        cells = near.box(cell, (1, 2), price, moves.primary, size)
        assert cell in cells
        assert np.array_equal(cells, np.unique(cells))
        small, keep = near.small(cells), np.zeros(moves.size, dtype=np.bool_)
        keep[cells] = True
        part = moves.part(keep)
        for name in ("cells", "values", "up", "down", "primary", "cost", "slack", "equal"):
            assert np.array_equal(getattr(small, name), getattr(part, name))
        assert entries(small) == entries(part)


def test_only_hidden_cells_are_taken_where_only_they_are_asked_for() -> None:
    moves = some_moves()
    near, price = Neighbours(moves), np.ones(moves.size)
    hidden = moves.primary | (np.random.default_rng(2).random(moves.size) < 0.5)
    ways = {int(cell): moves.ways(int(cell), "up3") for cell in np.flatnonzero(moves.primary)}
    for cell, way in ways.items():
        cells = near.box(cell, way[0], price, hidden, (12, 1), only_hidden=True)
        assert hidden[cells].all()
        ball = near.ball(cell, hidden)
        assert ball is not None
        assert cell in ball
        assert hidden[ball].all()
        assert np.isin(moves.col[np.isin(moves.row, near.rows_of(cell)) & hidden[moves.col]], ball).all()


def entries(moves: Moves) -> list[tuple[int, int, int]]:
    """The entries of the rows, sorted."""
    return sorted(zip(moves.row.tolist(), moves.col.tolist(), moves.coef.tolist(), strict=True))


def test_cells_that_a_shown_cell_leaves_alone_cannot_move() -> None:
    moves = some_moves()
    near = Neighbours(moves)
    allowed = np.random.default_rng(3).random(moves.size) < 0.8
    fixed = near.fixed(allowed)
    free = allowed & ~fixed
    left = np.bincount(moves.row, weights=free[moves.col], minlength=len(moves.slack))
    assert fixed.any()
    assert not np.any(left[moves.equal] == 1)
    # Shown one by one, what is left alone then is the same.
    one = int(np.flatnonzero(free)[0])
    fewer = free.copy()
    fewer[one] = False
    assert np.array_equal(near.fixed(fewer, np.array([one])), near.fixed(fewer))


def test_what_was_changed_can_be_undone() -> None:
    moves = some_moves()
    cells = np.flatnonzero(moves.primary)[:3].tolist()
    pattern = SparseCover(moves, dict.fromkeys(cells, ((1, 1),)))

    def move(*touched: int) -> tuple[Ints, Ints]:
        return np.array(touched), np.ones(len(touched), dtype=np.int64)

    pattern.put(cells[0], move(cells[0], 7))
    pattern.put(cells[1], move(cells[1], 7, 9))
    pattern.mark()
    before = dict(pattern.proof), pattern.uses.copy(), pattern.using([7]), pattern.using([9])
    pattern.take(cells[0])
    pattern.put(cells[1], move(cells[1], 11))
    pattern.serve(move(cells[2], 11), cells[2])
    assert pattern.using([11]) == cells[1:]
    pattern.undo()
    after = pattern.proof, pattern.uses, pattern.using([7]), pattern.using([9])
    assert after[0] == before[0]
    assert np.array_equal(after[1], before[1])
    assert after[2:] == before[2:] == (cells[:2], cells[1:2])


def test_a_bound_that_the_work_does_not_suffice_for_is_still_one() -> None:
    moves = some_moves()
    needs = {int(cell): moves.ways(int(cell), "up3") for cell in np.flatnonzero(moves.primary)}
    little, more = (row_bound(moves, needs, budget)[0] for budget in (0, 10**6))
    assert 0 < little <= more


@pytest.mark.parametrize(
    "spoil",
    ["a cell shown", "a sum broken", "too far down", "too little", "a cell twice", "no proof"],
)
def test_a_proof_that_does_not_hold_is_found(spoil: str) -> None:
    system = country()
    found = protect(system, "up3", work=LARGE)
    hidden, proofs = found.hidden.copy(), dict(found.proofs)
    lost = {cell for cell, _ in found.unprotectable}
    check_proofs(system, "up3", hidden, proofs, lost)
    cell = next(c for c in proofs if c not in lost)
    cells, changes = proofs[cell]
    if spoil == "a cell shown":
        hidden[cells[cells != cell][0]] = False
    elif spoil == "a sum broken":
        proofs[cell] = cells, changes + (cells != cell)
    elif spoil == "too far down":
        proofs[cell] = cells, changes - 1000 * (cells != cell)
    elif spoil == "too little":
        proofs[cell] = cells, -changes
    elif spoil == "a cell twice":
        proofs[cell] = np.append(cells, cell), np.append(changes, 0)
    else:
        del proofs[cell]
        hidden &= system.primary
    with pytest.raises(SuppressionError):
        check_proofs(system, "up3", hidden, proofs, lost)


def test_a_proof_keeps_the_inequalities() -> None:
    builder = SystemBuilder()
    small, large = builder.add_cell(("T", "few"), 2), builder.add_cell(("T", "many"), 4)
    builder.add_le(small, large)
    system, one = builder.build(), np.array([0])
    hidden = system.pattern([0])
    check_proofs(system, "up3", hidden, {0: (one, np.array([2]))}, set())
    with pytest.raises(SuppressionError):
        check_proofs(system, "up3", hidden, {0: (one, np.array([3]))}, set())


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_a_large_table_is_the_same_every_time(shape: str) -> None:
    file = Path(__file__).parents[2] / "bench" / "sdc" / "A12.csv"
    first, second = (large_table(file, shape, 1) for _ in range(2))
    assert np.array_equal(first.values, second.values)
    assert first.size > 4_000
