"""The cheapest pattern, fractional or whole, that keeps all cuts so far: its cost is a bound on that of every safe pattern.

A secondary cell is hidden for a move that changes it, and that move changes another cell of each of its sums: so
``y[i] <= sum of the others' y`` in every sum without a primary cell (the bridgeless inequalities of Fischetti and Salazar).
"""

from collections.abc import Collection
from dataclasses import dataclass, field

import highspy
import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints
from hjalp_pipeline.confidentiality.suppression.cuts import BROKEN, Cut
from hjalp_pipeline.confidentiality.suppression.moves import (
    AGAIN,
    Floats,
    Moves,
    SuppressionError,
    check,
    column,
    run,
    solver_of,
    spent,
)

#: Presolve pays over cuts, which hold no equation: those rules of it that substitute by equations are off, and what it
#: brings is held against a pattern known to be safe (``solver_of`` says why).
_PRESOLVE: dict[str, float | str] = {"presolve": "on", "presolve_rule_off": (1 << 9) | (1 << 12)}
#: So many cells of a sum, those hidden most, are asked about.
_TOP = 6
#: Units of work between two points at which branch and bound asks whether to go on.
_ASKED = 150


@dataclass
class Master:
    """The cheapest y in 0..1 that satisfies all cuts so far. Cost in units of the cheapest cell."""

    moves: Moves
    #: The primary cells that can be protected.
    needs: Collection[int] = ()
    work: int = 0
    unit: int = field(init=False)
    cuts: int = 0
    bound: float = 0.0
    _seen: set[bytes] = field(init=False, default_factory=set)
    _bridged: set[tuple[int, int]] = field(init=False, default_factory=set)
    _of_cell: dict[int, Bools] = field(init=False, default_factory=dict)
    _order: list[Ints] | None = field(init=False, default=None)
    _solver: highspy.Highs = field(init=False)

    def __post_init__(self) -> None:
        """Build the program without cuts."""
        m = self.moves
        self.unit = int(m.cost.min())
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = m.size, 0
        model.col_cost_ = np.where(m.primary, 0.0, m.cost / self.unit)
        model.col_lower_, model.col_upper_ = np.zeros(m.size), np.where(m.primary, 0.0, 1.0)
        model.a_matrix_.start_ = np.zeros(m.size + 1, dtype=np.int32)
        self._solver = solver_of(**AGAIN)
        check(self._solver.passModel(model))

    @property
    def weight(self) -> float:
        """Price of an iteration, as ``Moves.weight``."""
        return (self.moves.size + self.cuts) / 5000

    def add(self, cut: Cut) -> bool:
        """Add a cut; False when it is there already."""
        weights, least = cut.row
        cells = np.flatnonzero(weights)
        key = cells.tobytes() + np.round(weights[cells], 6).tobytes()
        if key in self._seen:
            return False
        self._seen.add(key)
        self._row(least, cells, weights[cells])
        return True

    def _row(self, least: float, cells: Ints, weights: Floats) -> None:
        """Add ``sum(weights * y[cells]) >= least``."""
        self.cuts += 1
        check(self._solver.addRow(least, highspy.kHighsInf, len(cells), column(cells), weights))

    def bridge(self, y: Floats) -> int:
        """Add the bridgeless inequalities that this pattern breaks, and say how many are new.

        The largest share of a sum may not be more than the others together.
        """
        m = self.moves
        share = y[m.col]
        total = np.bincount(m.row, weights=share, minlength=len(m.slack))
        most = np.zeros(len(m.slack))
        np.maximum.at(most, m.row, share)
        new = 0
        free = m.equal & (np.bincount(m.row, weights=m.primary[m.col], minlength=len(m.slack)) == 0)
        for row in np.flatnonzero(free & (2 * most > total + BROKEN)):
            cells = m.col[m.row == row]
            alone = int(cells[np.argmax(y[cells])])
            if (int(row), alone) not in self._bridged:
                self._bridged.add((int(row), alone))
                self._row(0.0, cells, np.where(cells == alone, -1.0, 1.0))
                new += 1
        return new

    def bridge_readers(self, y: Floats) -> int:
        """Add what this pattern breaks of the like for readers, and say how many are new.

        Two hidden cells alone in a sum tell each other to whoever knows one of them. So beside a hidden cell there must be one
        that the same readers know, or two others: these count half, and must come to as much as the cell.
        """
        m, new = self.moves, 0
        if not m.knows.shape[1]:
            return new
        share = np.where(m.primary, 1.0, y)
        for row in np.flatnonzero(m.equal & (np.bincount(m.row, weights=y[m.col], minlength=len(m.slack)) > BROKEN)):
            cells = self._cells_of(int(row))
            for at in np.argsort(-share[cells], kind="stable")[:_TOP].tolist():
                one = int(cells[at])
                if (m.primary[one] and one not in self.needs) or (int(row), one) in self._bridged:
                    continue
                weights = np.where(self._apart(one)[cells], 0.5, 1.0)
                weights[at] = 0.0
                if float(weights @ share[cells]) < share[one] - BROKEN:
                    self._bridged.add((int(row), one))
                    known = float(weights[m.primary[cells]].sum())
                    if not m.primary[one]:
                        weights[at] = -1.0
                    free = ~m.primary[cells]
                    self._row((1.0 if m.primary[one] else 0.0) - known, cells[free], weights[free])
                    new += 1
        return new

    def _cells_of(self, row: int) -> Ints:
        """The cells of a row."""
        if self._order is None:
            order = np.argsort(self.moves.row, kind="stable")
            ends = np.cumsum(np.bincount(self.moves.row, minlength=len(self.moves.slack)))
            self._order = np.split(self.moves.col[order], ends[:-1])
        return self._order[row]

    def _apart(self, cell: int) -> Bools:
        """The cells of which a reader knows one and may not tell the other, this cell and each."""
        m = self.moves
        if cell not in self._of_cell:
            apart = m.knows[:, m.owed[cell]].any(axis=1) | m.owed[:, m.knows[cell]].any(axis=1)
            self._of_cell[cell] = np.asarray(apart, dtype=np.bool_)
        return self._of_cell[cell]

    def solve(self) -> Floats:
        """The cheapest fractional pattern; ``bound`` rises to its cost. SuppressionError when the solver fails."""
        run(self._solver)
        self.work += spent(self._solver, self.weight)
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            check(self._solver.clearSolver())
            run(self._solver)
            if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                msg = "The solver did not solve the bound"
                raise SuppressionError(msg)
        self.bound = max(self.bound, float(self._solver.getInfo().objective_function_value))
        return np.array(self._solver.getSolution().col_value)

    def whole(self, best: Bools, work: int, gap: float) -> tuple[Bools, bool]:
        """The cheapest whole pattern for the cuts so far, by branch and bound, and whether it was solved to the end.

        ``best`` is a known safe pattern to start from. Ends within ``work``, or when the gap is at most ``gap`` units of
        cost. ``bound`` rises to what branch and bound proved. SuppressionError when it contradicts ``best``.
        """
        options = {
            "mip_rel_gap": 0.0,
            "mip_abs_gap": gap,
            "mip_feasibility_tolerance": 1e-7,
            "mip_heuristic_effort": 0.0,
        }
        solver = solver_of(**_PRESOLVE, **options)
        m, model = self.moves, self._solver.getLp()
        model.integrality_ = [highspy.HighsVarType.kInteger] * model.num_col_
        check(solver.passModel(model))
        start = highspy.HighsSolution()
        start.col_value = list(np.where(m.primary, 0.0, best.astype(np.float64)))
        check(solver.setSolution(start))
        asked = 0

        def stop(event: highspy.HighsCallbackEvent) -> None:
            # Asked at fixed points of the search, never by the clock: the same run stops at the same place.
            nonlocal asked
            asked += 1
            if asked * _ASKED > work:
                event.interrupt()

        solver.cbMipInterrupt.subscribe(stop)
        run(solver, 600)
        info = solver.getInfo()
        self.work += 100 + max(asked * _ASKED, int(2 * max(int(info.simplex_iteration_count), 0) * self.weight))
        bound = float(info.mip_dual_bound)
        if bound > float(m.cost[best & ~m.primary].sum()) / self.unit + BROKEN:
            msg = "Branch and bound found no pattern as cheap as one that is safe"
            raise SuppressionError(msg)
        if np.isfinite(bound):
            self.bound = max(self.bound, bound)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return best & ~m.primary, False
        done = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return np.array(solver.getSolution().col_value) > 0.5, done
