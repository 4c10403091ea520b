"""The ends of unknown cells of a part, many at a time (R11).

Part of the attacker. Ends of cells that stand in no row together are mostly reached by one table, so each such group is asked
of one integer program; what it does not bring is proven end by end. What is proven does not depend on how it was found.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

import highspy
import numpy as np

from hjalp_pipeline.confidentiality.knowledge import AttackError, Part
from hjalp_pipeline.confidentiality.programs import End, program, run, towards
from hjalp_pipeline.confidentiality.solver import Solver

#: Branch and bound nodes in looking for a witness of many ends, which need not be the best.
_NODES = 20


def prove_ends(solver: Solver, ends: Iterable[End], wanted: Callable[[int], bool] = lambda _: True) -> None:
    """Prove these ends of cells of the part, in about this order, each only while its cell is ``wanted``."""
    rows = _rows_of(solver.part)
    waiting = list(ends)
    while waiting := [end for end in waiting if not solver.is_proven(end) and wanted(end[0])]:
        group = _apart(waiting, rows)
        _reach(solver, [end for end in group if not solver.narrow(end)])
        for cell, high in group:
            if wanted(cell):
                solver.prove(cell, high=high)
        done = set(group)
        waiting = [end for end in waiting if end not in done]


def _reach(solver: Solver, ends: Sequence[End]) -> None:
    """Look for a witness that reaches as many of these ends as it can, as far as they are bounded by now."""
    if len(ends) <= 1:
        return
    with suppress(AttackError):  # a solver that fails finds no witness
        highs = program(solver.part, solver.lower, solver.upper, towards(ends, len(solver.low)), whole=True)
        highs.setOptionValue("mip_max_nodes", _NODES)
        run(highs)
        if highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            solver.propose(np.rint(np.array(highs.getSolution().col_value)).astype(np.int64))


def _rows_of(part: Part) -> list[set[int]]:
    """The rows each cell stands in, the equations first."""
    found: list[set[int]] = [set() for _ in part.cells]
    for rows, first in ((part.equations, 0), (part.inequalities, part.equations.count)):
        for cell, row in zip(rows.cells.tolist(), (rows.rows + first).tolist(), strict=True):
            found[cell].add(row)
    return found


def _apart(ends: Sequence[End], rows: Sequence[set[int]]) -> list[End]:
    """The first of the ends, and those after it whose cells stand in no row with one taken before."""
    taken, group = set[int](), list[End]()
    for cell, high in ends:
        if taken.isdisjoint(rows[cell]):
            taken |= rows[cell]
            group.append((cell, high))
    return group
