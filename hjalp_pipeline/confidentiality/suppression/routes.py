"""The cheapest move that satisfies one primary cell: a linear program, repaired to whole numbers where it is not."""

from dataclasses import dataclass, field

import highspy
import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints
from hjalp_pipeline.confidentiality.suppression.moves import Floats, Moves, Way, check, column, spent

_OK = highspy.HighsModelStatus.kOptimal
_NONE = highspy.HighsModelStatus.kInfeasible
_NODES = 2000


@dataclass
class Router:
    """Finds moves; ``work`` counts simplex iterations. Dual simplex: from cell to cell only bounds and costs change."""

    moves: Moves
    work: int = 0
    unsettled: int = 0
    _solver: highspy.Highs = field(init=False)
    _allowed: Bools = field(init=False)
    _cost: Floats = field(init=False)

    def __post_init__(self) -> None:
        """Build the solver with every cell free to move."""
        m = self.moves
        self._allowed = np.ones(m.size, dtype=np.bool_)
        self._cost = np.ones(m.size)
        self._solver = m.lp(
            np.ones(2 * m.size), np.zeros(2 * m.size), np.concatenate([m.up, m.down]).astype(np.float64), split=True
        )
        check(self._solver.setOptionValue("simplex_strategy", 1))

    def allow(self, allowed: Bools) -> None:
        """Only these cells may move."""
        changed = np.flatnonzero(allowed != self._allowed)
        if len(changed):
            m, on = self.moves, allowed[changed]
            both = np.concatenate([changed, changed + m.size])
            high = np.concatenate([np.where(on, m.up[changed], 0), np.where(on, m.down[changed], 0)])
            check(self._solver.changeColsBounds(len(both), column(both), np.zeros(len(both)), high.astype(np.float64)))
            self._allowed = allowed.copy()

    def price(self, cost: Floats) -> None:
        """Price of moving every cell by one, above 0."""
        changed = np.flatnonzero(cost != self._cost)
        if len(changed):
            both = np.concatenate([changed, changed + self.moves.size])
            check(self._solver.changeColsCost(len(both), column(both), np.tile(cost[changed], 2)))
            self._cost = cost.copy()
            if len(changed) > self.moves.size // 4:
                # The empty basis is dual feasible under any prices; the old one is far from it.
                check(self._solver.clearSolver())

    def route(self, cell: int, way: Way) -> Ints | None:
        """The cheapest move that takes the cell this way, int64 [n]; None when there is none among allowed cells."""
        m, (sign, amount) = self.moves, way
        room = m.up[cell] if sign > 0 else m.down[cell]
        if room < amount or not self._allowed[cell]:
            return None
        ahead, back = (cell, cell + m.size) if sign > 0 else (cell + m.size, cell)
        bounds = ((ahead, 0.0, float(room)), (back, 0.0, float(m.down[cell] if sign > 0 else m.up[cell])))
        check(self._solver.changeColBounds(ahead, float(amount), float(room)))
        check(self._solver.changeColBounds(back, 0.0, 0.0))
        try:
            return self._solve()
        finally:
            for col, low, high in bounds:
                check(self._solver.changeColBounds(col, low, high))

    def _solve(self) -> Ints | None:
        """Run the solver; a fractional answer is solved again in whole numbers."""
        self._solver.run()
        self.work += spent(self._solver, self.moves.weight)
        status = self._solver.getModelStatus()
        if status == _NONE:
            return None
        if status == _OK:
            z = self._move(self._solver)
            if z is not None:
                return z
        return self._whole()

    def _move(self, solver: highspy.Highs) -> Ints | None:
        """The solver's answer as an exact move, None when it is not one."""
        x = np.array(solver.getSolution().col_value)
        z = np.rint(x[: self.moves.size] - x[self.moves.size :]).astype(np.int64)
        return z if np.abs(x - np.rint(x)).max() < 1e-6 and self.moves.is_move(z) else None

    def _whole(self) -> Ints | None:
        """The same question in whole numbers, on a fresh solver."""
        solver = highspy.Highs()
        solver.silent()
        for option, value in (("threads", 1), ("mip_max_nodes", _NODES), ("mip_rel_gap", 0.5), ("random_seed", 0)):
            check(solver.setOptionValue(option, value))
        model = self._solver.getLp()
        model.integrality_ = [highspy.HighsVarType.kInteger] * model.num_col_
        check(solver.passModel(model))
        solver.run()
        self.work += spent(solver, self.moves.weight) + 100
        status = solver.getModelStatus()
        if status == _NONE:
            return None
        if solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
            z = self._move(solver)
            if z is not None:
                return z
        self.unsettled += 1
        return None
