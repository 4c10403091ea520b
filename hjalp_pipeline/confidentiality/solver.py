"""The exact ends of the unknown cells of one part, each with a whole-number witness (R11).

Part of the attacker. Linear programs (HiGHS) propose; what counts is checked in whole numbers: a witness must agree with
every row and bound, and a bound must follow from the dual prices, rounded to fractions and added up exactly. Where the
linear bound lies between two whole numbers, or no whole-number witness reaches it, an integer program decides.
"""

from collections.abc import Sequence

import highspy
import numpy as np
import numpy.typing as npt

from hjalp_pipeline.confidentiality.endless import DENOMINATORS, ray_of
from hjalp_pipeline.confidentiality.knowledge import AttackError, Part
from hjalp_pipeline.confidentiality.model import NO_BOUND, Bools, Ints
from hjalp_pipeline.confidentiality.programs import End, program, run, towards

#: An integer program that fails is tried once more, another way.
SEEDS = (0, 1)

#: A cell without bound gets a witness with at least this value.
LARGE = 10**6

Floats = npt.NDArray[np.float64]


class Solver:
    """Ends and witnesses of one part.

    ``low``/``high`` int64 [n]: the ends witnessed so far; ``proven_low``/``proven_high``: whether they are proven.
    ``unsettled``: how many ends the solver failed to prove.
    """

    def __init__(self, part: Part, witnesses: Sequence[Ints] = ()) -> None:
        """Start from the part alone, or from vectors known to agree with it (AttackError when one does not)."""
        n = len(part.cells)
        self.part = part
        self.lower, self.upper = part.lower.copy(), part.upper.copy()
        self.low, self.high = np.full(n, NO_BOUND, dtype=np.int64), np.full(n, -1, dtype=np.int64)
        self.proven_low, self.proven_high = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
        self.pool: list[Ints] = []
        self.unsettled = 0
        self._highs: highspy.Highs | None = None
        self._objective: Ints = np.zeros(n, dtype=np.int64)
        self._ray: Ints | None = None
        for x in witnesses:
            if not self._accept(x):
                msg = "A witness does not agree with what is published"
                raise AttackError(msg)

    def propose(self, x: Ints) -> None:
        """Take a vector from whoever likes to propose it as a witness, if it is one."""
        self._accept(x)

    def first(self) -> None:
        """Make sure of a witness, and find out which cells have no upper bound at all."""
        if not self.pool:
            self.optimise(np.ones(len(self.low), dtype=np.int64))
        if not self.pool:
            self._integer(np.zeros(len(self.low), dtype=np.int64))
        if (self.upper >= NO_BOUND).any() and self._ray is None:
            self._ray = ray_of(self.part)
            endless = self._ray > 0
            base = self.pool[0]
            if endless.any():
                far = base + self._ray * -(-LARGE // int(self._ray[endless].min()))
                self._accept(far)
            self.high[endless] = NO_BOUND
            self.proven_high |= endless
            # a bound that only several rows together give is needed before exact bounds of the others can be added up
            for cell in np.flatnonzero((self.upper >= NO_BOUND) & ~endless):
                self.prove(int(cell), high=True)

    def is_proven(self, end: End) -> bool:
        """Whether an end is."""
        cell, high = end
        return bool((self.proven_high if high else self.proven_low)[cell])

    def narrow(self, end: End) -> bool:
        """Bound an end by one linear program; whether that proves it."""
        try:
            if not self.is_proven(end):
                self._closes(end[0], self.optimise(towards([end], len(self.low))), high=end[1])
        except AttackError:
            return False  # it is asked again when it is proven
        return self.is_proven(end)

    def prove(self, cell: int, *, high: bool) -> None:
        """Prove the lowest or highest value of a cell, and keep every witness met on the way.

        Where the solver fails the end stays unproven: what is witnessed is possible, and the bounds hold.
        """
        end = cell, high
        if self.is_proven(end):
            return
        objective = towards([end], len(self.low))
        try:
            if self._ray is None and (self.upper >= NO_BOUND).any():
                self.first()
            if self.is_proven(end):
                return
            if not self._closes(cell, bound := self.optimise(objective), high=high):
                self._closes(cell, self._integer(objective, bound), high=high)
        except AttackError:
            self.unsettled += 1

    def optimise(self, objective: Ints) -> int | None:
        """Minimise by linear program: a proven whole-number lower bound of ``objective * x`` (None: none found).

        The vertex becomes a witness when it is whole.
        """
        highs = self._program()
        changed = np.flatnonzero(objective != self._objective).astype(np.int32)
        if len(changed):
            highs.changeColsCost(len(changed), changed, objective[changed].astype(np.float64))
            self._objective = objective.copy()
        run(highs)
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            # a warm start can end in trouble; once more from scratch before giving up
            highs.clearSolver()
            run(highs)
            status = highs.getModelStatus()
            if status == highspy.HighsModelStatus.kUnbounded:
                return None
            if status != highspy.HighsModelStatus.kOptimal:
                msg = f"A linear program ended as {status}"
                raise AttackError(msg)
        solution = highs.getSolution()
        self._accept(_whole(solution.col_value))
        return self._bound(objective, np.array(solution.row_dual, dtype=np.float64))

    def cover(self) -> list[Ints]:
        """A few of the witnesses that together reach every end (greedy, deterministic)."""
        pool = np.array(self.pool, dtype=np.int64)
        reaches = np.concatenate((pool == self.low, (pool == self.high) | self._far(pool)), axis=1)
        missing = reaches.any(axis=0)
        chosen: list[Ints] = []
        while missing.any() or not chosen:
            best = int((reaches & missing).sum(axis=1).argmax())
            chosen.append(self.pool[best])
            missing = missing & ~reaches[best]
        return chosen

    def _far(self, pool: Ints) -> Bools:
        """Where a witness shows that a cell has no upper bound."""
        return (self.high >= NO_BOUND) & (pool >= LARGE)

    def _accept(self, x: Ints) -> bool:
        """Keep a vector as witness when it agrees with everything and moves an end; whether it agrees."""
        if not self.part.agrees(x):
            return False
        if (x < self.low).any() or (x > self.high).any():
            self.pool.append(x)
            np.minimum(self.low, x, out=self.low)
            np.maximum(self.high, x, out=self.high)
            self.proven_low |= self.low == self.lower
            self.proven_high |= self.high == self.upper
        return True

    def _closes(self, cell: int, bound: int | None, *, high: bool) -> bool:
        """Take a proven bound of one end into account; whether a witness reaches it."""
        if bound is None:
            return False
        if high:
            self.upper[cell] = min(self.upper[cell], -bound)
        else:
            self.lower[cell] = max(self.lower[cell], bound)
        # every whole-number table keeps these bounds, so the programs may use them too
        self._program().changeColBounds(cell, float(self.lower[cell]), _infinite(self.upper[cell]))
        self.proven_low[cell] |= self.low[cell] == self.lower[cell]
        self.proven_high[cell] |= self.high[cell] == self.upper[cell]
        return self.is_proven((cell, high))

    def _program(self) -> highspy.Highs:
        """The linear program of the part, built once; only objective and bounds change."""
        if self._highs is None:
            self._highs = program(self.part, self.lower, self.upper, self._objective)
            self._highs.setOptionValue("simplex_strategy", 4)
        return self._highs

    def _bound(self, objective: Ints, duals: Floats) -> int | None:
        """Exact whole-number lower bound of ``objective * x`` over the part from (inexact) dual prices, or None."""
        equations, inequalities = self.part.equations, self.part.inequalities
        best: int | None = None
        for scale in DENOMINATORS:
            scaled = duals * scale
            if not np.isfinite(scaled).all() or np.abs(scaled).max(initial=0) > 2**40:
                break
            prices = np.rint(scaled).astype(np.int64)
            # the price of a "<=" row may not be above 0 when minimising
            price_eq, price_le = prices[: equations.count], np.minimum(prices[equations.count :], 0)
            rest: Ints = objective * scale
            for rows, price in ((equations, price_eq), (inequalities, price_le)):
                np.subtract.at(rest, rows.cells, rows.coefs * price[rows.rows])
            end = np.where(rest > 0, self.lower, self.upper)
            if (end[rest != 0] >= NO_BOUND).any():
                continue
            end = np.where(rest == 0, 0, end)
            # whole numbers of any size: nothing is rounded here
            total = sum(
                sum(a * b for a, b in zip(left.tolist(), right.tolist(), strict=True))
                for left, right in ((price_eq, equations.rhs), (price_le, inequalities.rhs), (rest, end))
            )
            bound: int = -(-total // scale)
            best = bound if best is None else max(best, bound)
            if np.abs(scaled - prices).max(initial=0) < 1e-6:
                break
        return best

    def _integer(self, objective: Ints, bound: int | None = None) -> int:
        """Minimise by integer program: the exact minimum, whose witness is kept."""
        for seed in SEEDS[:-1]:
            try:
                return self._minimum(objective, bound, seed)
            except AttackError:
                continue
        return self._minimum(objective, bound, SEEDS[-1])

    def _minimum(self, objective: Ints, bound: int | None, seed: int) -> int:
        """The same, going the way that ``seed`` decides."""
        highs = program(self.part, self.lower, self.upper, objective, whole=True)
        highs.setOptionValue("random_seed", seed)
        if bound is not None:
            cells = np.flatnonzero(objective).astype(np.int32)
            highs.addRow(float(bound), highspy.kHighsInf, len(cells), cells, objective[cells].astype(np.float64))
        run(highs)
        status = highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            msg = f"An integer program ended as {status}"
            raise AttackError(msg)
        x = _whole(highs.getSolution().col_value)
        if not self._accept(x):
            msg = "An integer program gave a table that does not add up"
            raise AttackError(msg)
        value = int((objective * x).sum())
        if objective.any() and highs.getInfo().mip_dual_bound <= value - 1 + 1e-6:
            msg = "An integer program stopped short of its optimum"
            raise AttackError(msg)
        return value


def _whole(values: Sequence[float]) -> Ints:
    """Nearest whole numbers; whether they agree with anything is for the exact check to say."""
    return np.rint(np.array(values, dtype=np.float64)).astype(np.int64)


def _infinite(upper: int) -> float:
    """An upper bound as the solver wants it."""
    return float(highspy.kHighsInf) if upper >= NO_BOUND else float(upper)
