"""A first safe pattern of a large table: each primary's move is found in a small system around it.

The pattern is found cell by cell, each time with what is hidden already nearly free, and then cells are shown again
where the moves can be found without them. Only a cell for which no small system has a move is asked about in the whole.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints
from hjalp_pipeline.confidentiality.suppression.cover import Needs
from hjalp_pipeline.confidentiality.suppression.moves import Floats, Moves
from hjalp_pipeline.confidentiality.suppression.neighbours import Neighbours
from hjalp_pipeline.confidentiality.suppression.reach import reach
from hjalp_pipeline.confidentiality.suppression.routes import Router, cheapest
from hjalp_pipeline.confidentiality.suppression.sparse_cover import Move, SparseCover

#: Price of moving a cell that is hidden already, against at least 1 for another.
_HIDDEN = 1e-3
#: How many cells of a row a small system starts from and its steps up and down, and how much its choice is left to chance,
#: one try after the other.
_TRIES = (((5, 0), 0.0), ((2, 2), 0.0), ((2, 2), 1.0), ((3, 2), 1.0), ((4, 3), 0.0))
#: The same where only hidden cells are asked.
_AMONG = (12, 1)
#: Units of work of cutting out a small system, beside those of its solver.
_CUT_OUT = 80

#: Called with what is done and all there is to do.
Tell = Callable[[int, int], None]


@dataclass
class LocalRoutes:
    """Finds moves around cells; ``work`` counts units as ``Router`` does."""

    moves: Moves
    price: Floats
    work: int = 0
    _near: Neighbours = field(init=False)
    _whole: Router | None = field(init=False, default=None)
    _up: Ints = field(init=False)
    _down: Ints = field(init=False)
    #: Place of every cell when the dearest is to come first.
    dear: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Which cells no pattern can move is known at once for most of them."""
        self._near = Neighbours(self.moves)
        self._up, self._down = reach(self.moves)
        self.dear = np.argsort(np.argsort(-self.moves.cost, kind="stable")).tolist()

    def fill(self, pattern: SparseCover, cells: Iterable[int], tell: Tell | None = None) -> tuple[int, ...]:
        """Find the missing proofs one after the other; the cells that have none, whatever is hidden."""
        waiting = [cell for cell in cells if cell not in pattern.proof]
        failed = []
        for number, cell in enumerate(waiting):
            if tell:
                tell(number, len(waiting))
            if cell in pattern.proof:
                continue
            move = self.around(pattern, cell, self.price) or self._anywhere(pattern, cell)
            if move is None:
                failed.append(cell)
                continue
            pattern.serve(move, cell)
        return tuple(failed)

    def around(self, pattern: SparseCover, cell: int, price: Floats) -> Move | None:
        """The cheapest move of the cell in a small system around it; None when there is none in any that is tried."""
        if self._stuck(cell, pattern.needs):
            return None
        hidden, way = pattern.hidden, pattern.needs[cell][0]
        rng = np.random.default_rng(cell)
        for size, noise in _TRIES:
            tried = price * (1 + noise * rng.random(len(price))) if noise else price
            cells = self._near.box(cell, way, tried, hidden, size)
            z = self._cheapest(cells, cell, pattern.needs, np.where(hidden[cells], _HIDDEN, price[cells]))
            if z is not None:
                return z
        return None

    def reduce(
        self, pattern: SparseCover, order: Iterable[int], tell: Tell | None = None, budget: int | None = None
    ) -> None:
        """Show secondary cells again, in this order, where every proof that used them can do without; within the budget."""
        todo, start = list(order), self.work
        for number, cell in enumerate(todo):
            if budget is not None and self.work - start >= budget:
                return
            if tell:
                tell(number, len(todo))
            if pattern.uses[cell] and not self.moves.primary[cell]:
                self._show(pattern, cell)

    def _show(self, pattern: SparseCover, cell: int) -> None:
        """Show a cell if the proofs can be renewed without it, and with it what could not move any more then."""
        allowed = pattern.hidden
        allowed[cell] = False
        gone = self._near.fixed(allowed, np.array([cell]))
        lost = np.flatnonzero(gone)
        if any(int(one) in pattern.needs for one in lost):
            return
        allowed &= ~gone
        affected = pattern.using([cell, *lost.tolist()])
        before = {one: move for one in affected if (move := pattern.take(one)) is not None}
        for one in affected:
            if one in pattern.proof:
                continue
            move = self._among(pattern.needs, one, allowed)
            if move is None:
                for other, old in before.items():
                    pattern.put(other, old)
                return
            pattern.serve(move, one)

    def _stuck(self, cell: int, needs: Needs) -> bool:
        """Whether the cell has no move that it needs, for a reason that single sums give."""
        return not any((self._up if sign > 0 else self._down)[cell] >= amount for sign, amount in needs[cell])

    def _among(self, needs: Needs, cell: int, allowed: Bools) -> Move | None:
        """A move of the cell among allowed cells near it."""
        cells = self._near.ball(cell, allowed)
        if cells is None:
            cells = self._near.box(cell, needs[cell][0], self.price, allowed, _AMONG, only_hidden=True)
        return self._cheapest(cells, cell, needs, np.ones(len(cells)), any_way=True)

    def _cheapest(self, cells: Ints, cell: int, needs: Needs, cost: Floats, *, any_way: bool = False) -> Move | None:
        """The cheapest move of the cell among ``cells``, ascending."""
        router = Router(self._near.small(cells), exact=False)
        router.price(cost)
        z = cheapest(router, int(np.searchsorted(cells, cell)), needs[cell], cost, any_way=any_way)
        self.work += router.work + _CUT_OUT
        return None if z is None else (cells[z != 0], z[z != 0])

    def _anywhere(self, pattern: SparseCover, cell: int) -> Move | None:
        """The cheapest move in the whole system; None when there is none at all."""
        if self._stuck(cell, pattern.needs):
            return None
        if self._whole is None:
            self._whole = Router(self.moves)
        before, cost = self._whole.work, np.where(pattern.hidden, _HIDDEN, self.price)
        self._whole.price(cost)
        z = cheapest(self._whole, cell, pattern.needs[cell], cost)
        self.work += self._whole.work - before
        return None if z is None else (np.flatnonzero(z), z[z != 0])
