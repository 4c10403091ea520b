"""What every safe pattern must satisfy, found by an outsider's linear program (the cuts of Fischetti and Salazar).

For a primary cell i and any row weights u, a move can change i by no more than ``sum(cap * |r|)`` over the hidden
cells, r being what u leaves of the columns. So a pattern that protects i satisfies ``sum(alpha * y) >= 1``, alpha cut
off at 1, y saying what is hidden. Every u is valid, whatever the solver's rounding; the linear program only finds good
ones. Where two ways can satisfy a cell, the larger of the two coefficients stands.

Against a reader the cells that he knows move by nothing: ``sum(alpha * y) >= 1`` over the others' cells, for each reader in
turn. Of whole patterns follows ``sum(alpha / (1 + alpha) * y) >= 1``, alpha itself standing for cells that no reader knows:
let M be the most that one reader's cells add up to. The rest is 1 or more, all together 1 + M or more; no alpha is above M,
so where M is at most 1 each term is at least ``alpha / (1 + M)``, and where it is more, at least ``alpha / 2``. A fraction of
a cell at each of many readers, which is enough for one inequality after the other, is not enough for this one. A secondary
cell is kept from readers only when it is hidden, so ``y[i]`` stands for the 1 in its cuts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import highspy
import numpy as np

from hjalp_pipeline.confidentiality.model import Bools
from hjalp_pipeline.confidentiality.suppression.cover import EVERYBODY, Needs
from hjalp_pipeline.confidentiality.suppression.moves import (
    Floats,
    Moves,
    Way,
    check,
    column,
    run,
    spent,
)

#: Row weights are rounded to this, so that the cut is computed without error.
_STEP = 2.0**16
_TINY = 1e-9
#: By how much a fractional pattern must break an inequality for it to be added.
BROKEN = 1e-4
#: A secondary cell is asked about when it is hidden by more than this; readers that are asked about at a time.
_MOSTLY, _READERS = 0.5, 3


@dataclass(frozen=True, eq=False)
class Cut:
    """``sum(alpha * y) >= 1``, or of a secondary cell ``sum(alpha * y) >= y[cell]``: it asks for something only when it is hidden."""

    alpha: Floats
    cell: int | None = None

    @property
    def row(self) -> tuple[Floats, float]:
        """Weights of all cells, and the least their sum may be."""
        if self.cell is None:
            return self.alpha, 1.0
        weights = self.alpha.copy()
        weights[self.cell] -= 1.0
        return weights, 0.0

    def short(self, point: Floats | Bools, by: float = 1e-6) -> bool:
        """Whether a pattern breaks it by more."""
        weights, least = self.row
        return float(weights @ point) < least - by


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
    _low: Floats = field(init=False)
    _high: Floats = field(init=False)
    _aim: int = field(init=False, default=-1)
    _of_cell: dict[int, Bools] = field(init=False, default_factory=dict)
    _used: Bools = field(init=False)
    #: Way and weights of the last program, where it was solved.
    _last: tuple[Way, Floats] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Build the outsider's program; everything may move."""
        m = self.moves
        self._up, self._down = np.minimum(m.up, self.reach), np.minimum(m.down, self.reach)
        self._low, self._high = -self._down, self._up
        self._solver = m.lp(np.zeros(m.size), self._low, self._high, split=False)
        check(self._solver.setOptionValue("simplex_strategy", 4))

    def open_to(self, y: Floats, blur: float) -> None:
        """Cells move as far as y in 0..1 lets them; ``blur`` keeps all a little open, which decides between equal cuts."""
        share = np.where(self.moves.primary, 1.0, np.clip(y + blur, 0.0, 1.0))
        n = self.moves.size
        self._low, self._high = -self._down * share, self._up * share
        check(self._solver.changeColsBounds(n, column(np.arange(n)), self._low, self._high))

    def ways(self, cell: int) -> tuple[Way, ...]:
        """How the cell may move to be served; a secondary one in either direction."""
        return self.needs[cell] if cell in self.needs else self.moves.ways(cell, "w1")

    def also(self, point: Floats) -> list[int]:
        """Secondary cells that readers may tell where they are hidden as ``point`` says."""
        if not self.moves.knows.shape[1]:
            return []
        return np.flatnonzero((point > _MOSTLY) & ~self.moves.primary).tolist()

    def _shared(self, cell: int) -> Bools:
        """The cells that one of the readers knows from whom this cell is kept."""
        if cell not in self._of_cell:
            self._of_cell[cell] = np.asarray(self.moves.knows[:, self.moves.owed[cell]].any(axis=1), dtype=np.bool_)
        return self._of_cell[cell]

    def cut(self, cell: int, point: Floats, reader: int = EVERYBODY) -> Cut | None:
        """A cut for this cell against a reader, or all of them, violated at ``point``; None when none is found."""
        with self._closed(cell, reader):
            for way in self.ways(cell):
                weights = self._weights(cell, way[0])
                self._last = None if weights is None else (way, weights)
                self._used = np.abs(np.array(self._solver.getSolution().col_value)) > _TINY
                if weights is None:
                    continue
                cut = self._of(cell, way, weights, reader)
                if cut is not None and cut.short(point, BROKEN):
                    return cut
        return None

    def cuts(self, cell: int, point: Floats) -> Iterator[Cut]:
        """Cuts for this cell, violated at ``point``: against everybody, and against readers who would tell it most easily."""
        cut = self.cut(cell, point)
        if cut is not None:
            yield cut
            return
        owed = self.moves.owed[cell]
        if self._last is None or not owed.any():
            return
        way, weights = self._last
        # Where fractions are halved only what is hidden for its own sake makes one reader worse than all of them.
        used = self._used & self.moves.primary
        weight = used.astype(np.float64) @ self.moves.knows
        for reader in np.argsort(-weight, kind="stable")[:_READERS].tolist():
            if not owed[reader] or weight[reader] <= BROKEN:
                continue
            cut = self._of(cell, way, weights, reader)
            if cut is None or not cut.short(point, BROKEN):
                cut = self.cut(cell, point, reader)
            if cut is not None:
                yield cut

    @contextmanager
    def _closed(self, cell: int, reader: int) -> Iterator[None]:
        """What this reader knows does not move; against everybody, cells that readers know move half as far."""
        m = self.moves
        if not m.knows.shape[1]:
            yield
            return
        if reader == EVERYBODY:
            cells = np.flatnonzero(self._shared(cell) & ~m.primary & (self._high - self._low > 0))
            share = 0.5
        else:
            cells, share = np.flatnonzero(m.knows[:, reader]), 0.0
        low, high = self._low[cells], self._high[cells]
        check(self._solver.changeColsBounds(len(cells), column(cells), share * low, share * high))
        try:
            yield
        finally:
            check(self._solver.changeColsBounds(len(cells), column(cells), low, high))

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

    def _of(self, cell: int, found: Way, weights: Floats, reader: int) -> Cut | None:
        """The cut over the secondary cells that the reader does not know; None when the primaries alone can satisfy it."""
        m = self.moves
        out = np.zeros(m.size)
        known = m.knows[:, reader] if reader != EVERYBODY else None
        for way in self.ways(cell):
            u = np.rint(weights * _STEP) / _STEP * (1 if way == found else -1)
            u = np.where(m.equal, u, np.minimum(u, 0.0))
            r = np.bincount(m.col, weights=u[m.row] * m.coef, minlength=m.size)
            r[cell] += way[0]
            alpha = m.up * np.maximum(r, 0) + m.down * np.maximum(-r, 0)
            if known is not None:
                alpha[known] = 0.0
            rest = way[1] - float(alpha[m.primary].sum()) + float((u * m.slack)[~m.equal].sum())
            if rest <= _TINY:
                return None
            out = np.maximum(out, np.minimum(alpha / rest, 1.0))
        out[m.primary] = 0.0
        if known is None:
            shared = self._shared(cell)
            out[shared] /= 1.0 + out[shared]
        return Cut(out, None if m.primary[cell] else cell)
