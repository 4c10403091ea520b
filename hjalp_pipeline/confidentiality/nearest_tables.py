"""Possible tables near the true one: each changes a given cell, none of those that stand still, and of the others little (R11).

Part of the attacker; it starts from the true figures, so it is for the protector's own use. Linear programs (HiGHS) propose
them; a table counts only when it agrees with every row and bound in whole numbers. That none is found proves nothing.
"""

import highspy
import numpy as np
import numpy.typing as npt

from hjalp_pipeline.confidentiality.knowledge import Part
from hjalp_pipeline.confidentiality.model import NO_BOUND, THRESHOLD, Bools, Ints, Rows, Rule
from hjalp_pipeline.confidentiality.programs import program, run

#: No cell needs to be changed by more; keeps cells without bound finite for the solver.
_FAR = 10**6
#: A fractional change is a whole one when so many times as large, where the bounds allow.
_TIMES = (1, 2, 3, 6)
_ROUND = 1e-6

Floats = npt.NDArray[np.float64]


class Nearest:
    """Tables near the true one of a part, cell after cell: only bounds change from one program to the next.

    Columns are how much each cell grows, then how much each shrinks; the sum of all is the least. ``solved`` counts programs.
    """

    def __init__(self, part: Part, truth: Ints) -> None:
        """``truth``: the true figures of the cells of the part."""
        n = len(part.cells)
        self.part, self.truth, self.solved = part, truth, 0
        up = np.minimum(np.where(part.upper >= NO_BOUND, _FAR, part.upper - truth), _FAR)
        self._room = np.concatenate([up, np.minimum(truth - part.lower, _FAR)])
        self._still = np.zeros(n, dtype=np.bool_)
        zero, one = np.zeros(2 * n, dtype=np.int64), np.ones(2 * n, dtype=np.int64)
        rows = (_split(rows, truth, n) for rows in (part.equations, part.inequalities))
        self._highs = program(Part(np.arange(2 * n), zero, self._room, *rows), zero, self._room, one)
        self._highs.setOptionValue("simplex_strategy", 1)

    def change(self, cell: int, still: Bools, rule: Rule) -> Ints | None:
        """A possible table that changes a cell as the rule asks and leaves others still; None where none was found."""
        if still[cell]:
            return None
        value = int(self.truth[cell])
        ways = ((1, THRESHOLD - value),) if rule == "up3" and value < THRESHOLD else ((1, 1), (-1, 1))
        self._stand(still)
        for sign, least in ways:
            if (found := self._changed(cell, sign, least)) is not None:
                return found
        return None

    def _stand(self, still: Bools) -> None:
        """Let these cells stand still, and no others."""
        changed = np.flatnonzero(still != self._still)
        if len(changed):
            both = np.concatenate([changed, changed + len(still)])
            high = np.where(np.tile(still[changed], 2), 0, self._room[both]).astype(np.float64)
            self._highs.changeColsBounds(len(both), both.astype(np.int32), np.zeros(len(both)), high)
            self._still = still.copy()

    def _changed(self, cell: int, sign: int, least: int) -> Ints | None:
        n = len(self.truth)
        ahead, back = (cell, cell + n) if sign > 0 else (cell + n, cell)
        room, other = float(self._room[ahead]), float(self._room[back])
        if room < least:
            return None
        self._highs.changeColBounds(ahead, float(least), room)
        self._highs.changeColBounds(back, 0.0, 0.0)
        run(self._highs)
        self.solved += 1
        found = None
        if self._highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            columns = np.array(self._highs.getSolution().col_value)
            found = self._whole(columns[:n] - columns[n:])
        self._highs.changeColBounds(ahead, 0.0, room)
        self._highs.changeColBounds(back, 0.0, other)
        return found

    def _whole(self, change: Floats) -> Ints | None:
        for times in _TIMES:
            whole = np.rint(times * change)
            if np.abs(times * change - whole).max(initial=0) < _ROUND:
                x = self.truth + whole.astype(np.int64)
                return x if self.part.agrees(x) else None
        return None


def _split(rows: Rows, truth: Ints, n: int) -> Rows:
    """The rows over growing and shrinking in place of the cells themselves."""
    order = np.argsort(np.tile(rows.rows, 2), kind="stable")
    cells = np.concatenate([rows.cells, rows.cells + n])[order]
    coefs = np.concatenate([rows.coefs, -rows.coefs])[order]
    return Rows(2 * rows.indptr, cells, coefs, rows.rhs - rows.activity(truth))
