"""The cheapest move that satisfies one primary cell: a linear program, repaired to whole numbers where it is not."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import highspy
import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints
from hjalp_pipeline.confidentiality.suppression.moves import Floats, Moves, Way, check, column, run, solver_of, spent

_OK = highspy.HighsModelStatus.kOptimal
_NONE = highspy.HighsModelStatus.kInfeasible
#: Branch and bound nodes of one question in whole numbers.
_NODES = 2000
_ROUND = 1e-6
#: What moving one cell its way is worth when many are moved together, against 1 for each cell that must give way.
_WORTH = 100.0
#: A fractional move is a whole one when so many times as long, where the bounds allow.
_TIMES = (1, 2, 3, 6)
#: Weight of the value of a cell while routing, in cells; price of a cell that was hidden before, against another.
_VALUE, _AGAIN = 0.005, 0.25


@dataclass
class Router:
    """Finds moves; ``work`` counts simplex iterations. Dual simplex: from cell to cell only bounds and costs change."""

    moves: Moves
    #: Whether "there is none" must be certain: fractional answers are then solved again in whole numbers.
    exact: bool = True
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

    @property
    def allowed(self) -> Bools:
        """The cells that may move."""
        return self._allowed.copy()

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

    def together(self, ways: Mapping[int, Way]) -> Ints | None:
        """One move that takes as many of these cells their way as it can; None when the solver's is not a whole one."""
        m = self.moves
        ahead = [(c if sign > 0 else c + m.size, amount) for c, (sign, amount) in ways.items() if self._allowed[c]]
        if not ahead:
            return None
        columns = column([col for col, _ in ahead])
        full = np.concatenate([m.up, m.down]).astype(np.float64)[columns]
        some = np.minimum(full, np.array([amount for _, amount in ahead], dtype=np.float64))
        low, price = np.zeros(len(ahead)), self._cost[columns % m.size]
        check(self._solver.changeColsBounds(len(ahead), columns, low, some))
        check(self._solver.changeColsCost(len(ahead), columns, np.full(len(ahead), -_WORTH)))
        check(self._solver.clearSolver())
        run(self._solver)
        self.work += spent(self._solver, m.weight)
        z = None
        if self._solver.getModelStatus() == _OK:
            z = self._move(np.array(self._solver.getSolution().col_value))
        check(self._solver.changeColsBounds(len(ahead), columns, low, full))
        check(self._solver.changeColsCost(len(ahead), columns, price))
        check(self._solver.clearSolver())
        return z

    def _solve(self) -> Ints | None:
        """Run the solver; a fractional answer is solved again in whole numbers."""
        run(self._solver)
        self.work += spent(self._solver, self.moves.weight)
        status = self._solver.getModelStatus()
        if status == _NONE:
            return None
        if status == _OK:
            x = np.array(self._solver.getSolution().col_value)
            z = next((z for times in _TIMES if (z := self._move(times * x)) is not None), None)
            if z is not None or not self.exact:
                return z
            return self._whole(np.abs(x) > _ROUND) if self.exact else None
        return self._whole(None)

    def _move(self, x: Floats) -> Ints | None:
        """The solver's answer as an exact move, None when it is not one."""
        whole = np.rint(x)
        z = (whole[: self.moves.size] - whole[self.moves.size :]).astype(np.int64)
        return z if np.abs(x - whole).max() < _ROUND and self.moves.is_move(z) else None

    def _whole(self, support: Bools | None) -> Ints | None:
        """The same question in whole numbers, first among the columns of the fractional answer."""
        solver = solver_of(mip_max_nodes=_NODES, mip_rel_gap=0.5)
        model = self._solver.getLp()
        model.integrality_ = [highspy.HighsVarType.kInteger] * model.num_col_
        high = np.array(model.col_upper_)
        for few in (True, False):
            if few and support is None:
                continue
            model.col_upper_ = high if support is None or not few else np.where(support, high, 0.0)
            check(solver.passModel(model))
            check(solver.setOptionValue("presolve", "on"))
            run(solver, 60)
            self.work += spent(solver, self.moves.weight) + 100
            status = solver.getModelStatus()
            if status == _NONE and not few:
                # Presolve pays, and a move is checked; but that there is none it may not say (``solver_of`` says why).
                check(solver.setOptionValue("presolve", "off"))
                run(solver, 60)
                self.work += spent(solver, self.moves.weight) + 100
                status = solver.getModelStatus()
            if solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible:
                z = self._move(np.array(solver.getSolution().col_value))
                if z is not None:
                    return z
            if status == _NONE and not few:
                return None
        self.unsettled += 1
        return None


def prices(moves: Moves, before: Bools | None = None) -> Floats:
    """Price of hiding every cell, 1 for the cheapest and a little more for a larger figure; less where hidden ``before``."""
    # Rounded: the last bits of a logarithm differ between processors, and a tie must fall the same way everywhere.
    base = np.round(moves.cost / int(moves.cost.min()) + _VALUE * np.log2(1 + moves.values), 9)
    return base if before is None else np.where(before, _AGAIN * base, base)


def cheapest(router: Router, cell: int, ways: tuple[Way, ...], cost: Floats, *, any_way: bool = False) -> Ints | None:
    """The cheapest move among the ways that satisfy a cell, or the first with ``any_way``."""
    best, best_cost = None, np.inf
    for way in ways:
        z = router.route(cell, way)
        if z is not None:
            total = float(cost[z != 0].sum())
            if total < best_cost:
                best, best_cost = z, total
            if any_way or router.moves.is_move(-z):
                break
    return best
