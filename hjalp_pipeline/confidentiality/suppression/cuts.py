"""What every safe pattern must satisfy, found by an outsider's linear program (the cuts of Fischetti and Salazar).

For a primary cell i and any row weights u, a move can change i by no more than ``sum(cap * |r|)`` over the hidden
cells, r being what u leaves of the columns. So a pattern that protects i satisfies ``sum(alpha * y) >= 1``, alpha cut
off at 1, y saying what is hidden. Every u is valid, whatever the solver's rounding; the linear program only finds good
ones. Where two ways can satisfy a cell, the larger of the two coefficients stands.

A secondary cell is hidden for a move that changes it, and that move changes another cell of each of its sums: so
``y[i] <= sum of the others' y`` in every sum without a primary cell (their bridgeless inequalities).
"""

from dataclasses import dataclass, field

import highspy
import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints
from hjalp_pipeline.confidentiality.suppression.cover import Needs
from hjalp_pipeline.confidentiality.suppression.moves import (
    AGAIN,
    Floats,
    Moves,
    SuppressionError,
    Way,
    check,
    column,
    run,
    solver_of,
    spent,
)

#: Row weights are rounded to this, so that the cut is computed without error.
_STEP = 2.0**16
_TINY = 1e-9
#: By how much a fractional pattern must break an inequality for it to be added.
_BROKEN = 1e-4
#: Presolve pays over cuts, which hold no equation: those rules of it that substitute by equations are off, and what it
#: brings is held against a pattern known to be safe (``solver_of`` says why).
_PRESOLVE: dict[str, float | str] = {"presolve": "on", "presolve_rule_off": (1 << 9) | (1 << 12)}
#: Units of work between two points at which branch and bound asks whether to go on.
_ASKED = 150


@dataclass
class Separator:
    """Finds cuts. ``reach``: longest move of one cell while looking (short moves give sharp cuts). Primal simplex."""

    moves: Moves
    needs: Needs
    reach: float = 2.0
    work: int = 0
    _solver: highspy.Highs = field(init=False)
    _up: Floats = field(init=False)
    _down: Floats = field(init=False)
    _aim: int = field(init=False, default=-1)

    def __post_init__(self) -> None:
        """Build the outsider's program; everything may move."""
        m = self.moves
        self._up, self._down = np.minimum(m.up, self.reach), np.minimum(m.down, self.reach)
        self._solver = m.lp(np.zeros(m.size), -self._down, self._up, split=False)
        check(self._solver.setOptionValue("simplex_strategy", 4))

    def open_to(self, y: Floats, blur: float) -> None:
        """Cells move as far as y in 0..1 lets them; ``blur`` keeps all a little open, which decides between equal cuts."""
        share = np.where(self.moves.primary, 1.0, np.clip(y + blur, 0.0, 1.0))
        n = self.moves.size
        check(self._solver.changeColsBounds(n, column(np.arange(n)), -self._down * share, self._up * share))

    def cut(self, cell: int, point: Floats) -> Floats | None:
        """A cut for this cell, violated at ``point``, float [n] with right-hand side 1; None when none is found."""
        for way in self.needs[cell]:
            weights = self._weights(cell, way[0])
            if weights is None:
                continue
            alpha = self._alpha(cell, way, weights)
            if alpha is not None and float(alpha @ point) < 1 - _BROKEN:
                return alpha
        return None

    def _weights(self, cell: int, sign: int) -> Floats | None:
        """Row weights of the furthest move of the cell this way; None when the solver fails."""
        if self._aim >= 0:
            check(self._solver.changeColCost(self._aim, 0.0))
        check(self._solver.changeColCost(cell, -float(sign)))
        self._aim = cell
        run(self._solver)
        self.work += spent(self._solver, self.moves.weight)
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            check(self._solver.clearSolver())
            return None
        return np.array(self._solver.getSolution().row_dual)

    def _alpha(self, cell: int, found: Way, weights: Floats) -> Floats | None:
        """Coefficients of the cut over the secondary cells; None when the primaries alone can satisfy it."""
        m = self.moves
        out = np.zeros(m.size)
        for way in self.needs[cell]:
            u = np.rint(weights * _STEP) / _STEP * (1 if way == found else -1)
            u = np.where(m.equal, u, np.minimum(u, 0.0))
            r = np.bincount(m.col, weights=u[m.row] * m.coef, minlength=m.size)
            r[cell] += way[0]
            alpha = m.up * np.maximum(r, 0) + m.down * np.maximum(-r, 0)
            rest = way[1] - float(alpha[m.primary].sum()) + float((u * m.slack)[~m.equal].sum())
            if rest <= _TINY:
                return None
            out = np.maximum(out, np.minimum(alpha / rest, 1.0))
        out[m.primary] = 0.0
        return out


@dataclass
class Master:
    """The cheapest y in 0..1 that satisfies all cuts so far. Cost in units of the cheapest cell."""

    moves: Moves
    work: int = 0
    unit: int = field(init=False)
    cuts: int = 0
    bound: float = 0.0
    _seen: set[bytes] = field(init=False, default_factory=set)
    _bridged: set[tuple[int, int]] = field(init=False, default_factory=set)
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

    def add(self, alpha: Floats) -> bool:
        """Add ``sum(alpha * y) >= 1``; False when it is there already."""
        cells = np.flatnonzero(alpha)
        key = cells.tobytes() + np.round(alpha[cells], 6).tobytes()
        if key in self._seen:
            return False
        self._seen.add(key)
        self._row(1.0, cells, alpha[cells])
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
        for row in np.flatnonzero(free & (2 * most > total + _BROKEN)):
            cells = m.col[m.row == row]
            alone = int(cells[np.argmax(y[cells])])
            if (int(row), alone) not in self._bridged:
                self._bridged.add((int(row), alone))
                self._row(0.0, cells, np.where(cells == alone, -1.0, 1.0))
                new += 1
        return new

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
        if bound > float(m.cost[best & ~m.primary].sum()) / self.unit + _BROKEN:
            msg = "Branch and bound found no pattern as cheap as one that is safe"
            raise SuppressionError(msg)
        if np.isfinite(bound):
            self.bound = max(self.bound, bound)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return best & ~m.primary, False
        done = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return np.array(solver.getSolution().col_value) > 0.5, done
