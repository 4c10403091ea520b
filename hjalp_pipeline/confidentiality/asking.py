"""What the attacker asks a solver: which cells it does not know, and for which the answer gives something away."""

from collections.abc import Iterable
from contextlib import suppress

import numpy as np

from hjalp_pipeline.confidentiality.ends import prove_ends
from hjalp_pipeline.confidentiality.knowledge import AttackError, parts
from hjalp_pipeline.confidentiality.model import Bools, Ints, ModelError, Rule, System, holds
from hjalp_pipeline.confidentiality.solver import Solver


def unknown_cells(system: System, hidden: Bools, known: Iterable[int]) -> Bools:
    """The cells this attacker does not know. ModelError when a hidden figure lies outside what outsiders grant it."""
    if (hidden & ((system.values < system.lower) | (system.values > system.upper))).any():
        msg = "A hidden cell lies outside its bounds; a true zero must be shown"
        raise ModelError(msg)
    unknown = hidden.copy()
    unknown[list(known)] = False
    return unknown


def solvers_of(system: System, unknown: Bools, enough: Rule | None) -> tuple[list[Solver], Ints]:
    """A solver per independent part, started with a witness, and the cells that need none (see ``parts``)."""
    found, fixed = parts(system, unknown)
    solvers = []
    for part in found:
        solver = Solver(part, [] if enough is None else [system.values[part.cells]])
        if enough is None:
            solver.first()
        solvers.append(solver)
    return solvers, fixed


def is_shown(solver: Solver, system: System, rule: Rule, cell: int) -> bool:
    """Whether the witnesses found show that the rule holds for a cell of the part."""
    value = int(system.values[solver.part.cells[cell]])
    return holds(rule, value, int(solver.low[cell]), int(solver.high[cell]))


def failing(solver: Solver, system: System, rule: Rule, targets: set[int] | None = None) -> set[int]:
    """The cells of the part, of the targets if given, for which the rule does not hold (numbers in the system).

    Many cells are moved at a time, up together, then down together; of what is left the ends are proven.
    """
    cells = solver.part.cells.tolist()
    left = seek(solver, system, rule, targets)
    ends = [(c, high) for high in (True, False) for c in left]
    prove_ends(solver, ends, lambda c: not is_shown(solver, system, rule, c))
    return {cells[c] for c in left if not is_shown(solver, system, rule, c)}


def seek(solver: Solver, system: System, rule: Rule, targets: set[int] | None = None) -> list[int]:
    """Look for witnesses that the rule holds, for many cells at a time; those left without (numbers in the part)."""
    cells = solver.part.cells.tolist()
    left = [c for c, cell in enumerate(cells) if targets is None or cell in targets]
    for direction in (-1, 1):
        while True:
            left = [c for c in left if not is_shown(solver, system, rule, c)]
            # downwards only a cell with one value so far has something to win
            movable = [c for c in left if direction < 0 or solver.low[c] == solver.high[c]]
            known = len(solver.pool)
            if movable:
                objective = np.zeros(len(cells), dtype=np.int64)
                objective[movable] = direction
                with suppress(AttackError):  # a solver that fails finds no witness
                    solver.optimise(objective)
            if len(solver.pool) == known:
                break
    return left
