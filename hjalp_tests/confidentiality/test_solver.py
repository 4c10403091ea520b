"""The solver fails, or is wrong: what was found stands, and nothing is claimed that was not proven."""

import highspy
import numpy as np
import pytest

from hjalp_pipeline.confidentiality import ends
from hjalp_pipeline.confidentiality.attack import attack, beyond_help, is_safe
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.knowledge import AttackError, Part
from hjalp_pipeline.confidentiality.model import NO_BOUND, Ints, Rows, System
from hjalp_pipeline.confidentiality.programs import program, run
from hjalp_pipeline.confidentiality.solver import Solver
from hjalp_pipeline.confidentiality.suppress import protect
from hjalp_pipeline.confidentiality.suppression import master, proof
from hjalp_pipeline.confidentiality.suppression.moves import SuppressionError, solver_of

#: The smallest system found that the presolve of HiGHS 1.15.1 calls infeasible, cut out of a small country of which no
#: release could be made. The values agree with every row.
VALUES = (6, 6, 3, 1, 3, 6, 2, 1, 8, 5, 18, 2, 3, 3, 1, 3, 1, 22, 1, 4, 1, 1, 3)
LOWER = (6, 6, 3, 1, 3, 1, 1, 1, 8, 3, 14, 2, 2, 1, 1, 1, 1, 14, 1, 2, 1, 1, 1)
EQUATIONS = (
    (((2, 1), (3, -1)), 2),
    (((5, -1),), -6),
    (((6, -1), (7, -1)), -3),
    (((9, -1),), -5),
    (((11, 1), (14, -1), (16, -1)), 0),
    (((10, 1), (11, -1), (12, -1), (13, -1)), 10),
    (((18, 1),), 1),
    (((19, 1), (22, -1)), 1),
    (((20, 1), (21, -1)), 0),
    (((18, -1), (19, -1), (20, -1)), -6),
    (((0, 1), (2, 1), (10, 1)), 27),
    (((3, 1), (12, 1)), 4),
    (((8, 1), (19, 1)), 12),
    (((13, 1), (20, 1)), 4),
    (((15, 1), (21, 1)), 4),
    (((7, 1), (22, 1)), 4),
    (((1, 1), (4, 1), (17, 1)), 31),
)
INEQUALITIES = ((((0, 1), (1, -1)), 0), (((2, 1), (4, -1)), 0), (((10, 1), (17, -1)), 0))


@pytest.fixture
def part() -> Part:
    n = len(VALUES)
    upper = np.full(n, NO_BOUND, dtype=np.int64)
    return Part(np.arange(n), np.array(LOWER), upper, Rows.of(EQUATIONS), Rows.of(INEQUALITIES))


def test_an_integer_program_with_a_table_is_never_called_infeasible(part: Part) -> None:
    assert part.agrees(np.array(VALUES))
    highs = program(part, part.lower, part.upper, np.zeros(len(VALUES), dtype=np.int64), whole=True)
    run(highs)
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    assert part.agrees(np.rint(highs.getSolution().col_value).astype(np.int64))


def test_the_suppressors_programs_know_the_table_as_well(part: Part) -> None:
    highs = program(part, part.lower, part.upper, np.zeros(len(VALUES), dtype=np.int64), whole=True)
    solver = solver_of()
    solver.passModel(highs.getModel())
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal


def test_the_ends_of_every_cell_are_found(part: Part) -> None:
    solver = Solver(part)
    solver.first()
    for cell in range(len(VALUES)):
        solver.prove(cell, high=True)
        solver.prove(cell, high=False)
    assert not solver.unsettled
    assert solver.proven_low.all()
    assert solver.proven_high.all()
    # By hand: 6 + 7 = 3, so 7 is 1 or 2, 22 = 4 - 7, 19 = 22 + 1 (at most 12 - 8), and 20 = 5 - 19; 18 is 1.
    assert [(int(solver.low[cell]), int(solver.high[cell])) for cell in (18, 19, 20, 22, 7)] == [
        (1, 1), (3, 4), (1, 2), (2, 3), (1, 2),
    ]  # fmt: skip


@pytest.fixture
def table() -> System:
    counts = {(str(a), str(b)): (a * b) % 7 + 1 for a in range(5) for b in range(5)}
    dimensions = [Dimension.flat("a", "01234"), Dimension.flat("b", "01234")]
    return hierarchical_table(counts, dimensions, prefix=("T",)).build()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No program of the attacker ends any more."""

    def fail(*_: object, **__: object) -> int:
        raise AttackError("An integer program ended as failed")

    monkeypatch.setattr(Solver, "optimise", fail)
    monkeypatch.setattr(Solver, "_minimum", fail)
    monkeypatch.setattr(ends, "program", fail)


def whole_tables(system: System) -> list[Ints]:
    """Tables that an outsider must hold possible, by the suppressor."""
    tables = []
    for cells, changes in protect(system, "up3").proofs.values():
        tables.append(system.values.copy())
        tables[-1][cells] += changes
    return tables


@pytest.mark.slow
@pytest.mark.usefixtures("failing")
def test_without_a_solver_the_proposed_tables_decide(table: System) -> None:
    hidden = protect(table, "up3").hidden
    assert is_safe(table, hidden, "up3", whole_tables(table)) == []
    assert is_safe(table, hidden, "up3", [table.values + 1])  # that is no table of these sums


@pytest.mark.usefixtures("failing")
def test_without_a_solver_no_cell_is_given_up(table: System) -> None:
    hidden = protect(table, "up3").hidden
    assert beyond_help(table, hidden, "up3", np.flatnonzero(hidden).tolist()) == set()


def test_a_second_try_goes_another_way(table: System, monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = []
    right = Solver._minimum

    def once(self: Solver, objective: Ints, bound: int | None, seed: int) -> int:
        seeds.append(seed)
        if seed == 0:
            raise AttackError("An integer program ended as failed")
        return right(self, objective, bound, seed)

    hidden = protect(table, "up3").hidden
    expected = [(i.low, i.high, i.exact) for i in attack(table, hidden)]
    monkeypatch.setattr(Solver, "_minimum", once)
    monkeypatch.setattr(Solver, "optimise", lambda self, objective: None)
    assert [(i.low, i.high, i.exact) for i in attack(table, hidden)] == expected
    assert set(seeds) == {0, 1}


@pytest.mark.parametrize(
    ("place", "name"), [(master.Master, "solve"), (master.Master, "whole"), (proof.Prover, "root")]
)
def test_without_a_bound_the_pattern_stands(
    table: System, monkeypatch: pytest.MonkeyPatch, place: type, name: str
) -> None:
    def fail(*_: object) -> None:
        raise SuppressionError("The solver refused the model")

    with monkeypatch.context() as patched:
        patched.setattr(place, name, fail)
        found = protect(table, "up3")
    assert found.cells > 0
    assert not found.optimal
    assert found.lower_cells <= found.cells
    assert is_safe(table, found.hidden, "up3") == []


def test_without_a_prover_the_pattern_stands(table: System, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise SuppressionError("The solver refused the model")

    monkeypatch.setattr(proof.Prover, "__post_init__", fail)
    found = protect(table, "up3")
    assert (found.lower_bound, found.optimal) == (0, False)
    assert is_safe(table, found.hidden, "up3") == []
