"""A safe pattern as a set of moves, one for every primary cell: the hidden cells are those some move touches.

Every hidden cell then has a second possible value (its move is the proof), and every primary what the rule asks.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints
from hjalp_pipeline.confidentiality.suppression.moves import Floats, Moves, Way
from hjalp_pipeline.confidentiality.suppression.routes import Router

#: Price of moving a cell that is hidden already, against at least 1 for another.
_HIDDEN = 1e-3
#: From so many missing proofs on it pays to look for many at once, and how often.
_MANY, _TURNS = 12, 12

Needs = Mapping[int, tuple[Way, ...]]


@dataclass
class Cover:
    """Moves of the primary cells and how many of them use each cell. ``needs`` names the primaries that can be protected."""

    moves: Moves
    needs: Needs
    proof: dict[int, Ints] = field(default_factory=dict)
    uses: Ints = field(init=False)

    def __post_init__(self) -> None:
        """Count what the given proofs use."""
        self.uses = np.zeros(self.moves.size, dtype=np.int64)
        for z in self.proof.values():
            self.uses += z != 0

    def copy(self) -> "Cover":
        """An independent copy (the proofs themselves are never changed)."""
        other = Cover(self.moves, self.needs)
        other.proof, other.uses = dict(self.proof), self.uses.copy()
        return other

    @property
    def hidden(self) -> Bools:
        """The pattern: primary cells and everything that moves."""
        return self.moves.primary | (self.uses > 0)

    @property
    def secondary(self) -> Ints:
        """Cells hidden beside the primary ones."""
        return np.flatnonzero((self.uses > 0) & ~self.moves.primary)

    @property
    def cost(self) -> int:
        """Total cost of the secondary cells."""
        return int(self.moves.cost[self.secondary].sum())

    def changes(self) -> Iterator[tuple[int, Ints, Ints]]:
        """Every protected primary with the move that protects it: the cells that change, and by how much."""
        for cell, z in self.proof.items():
            yield cell, np.flatnonzero(z), z[z != 0]

    def put(self, cell: int, z: Ints) -> None:
        """Let z protect the cell."""
        self.take(cell)
        self.proof[cell] = z
        self.uses += z != 0

    def take(self, cell: int) -> None:
        """Forget the cell's proof."""
        z = self.proof.pop(cell, None)
        if z is not None:
            self.uses -= z != 0

    def using(self, cells: Bools) -> list[int]:
        """Primaries whose proof touches one of these cells."""
        these = np.flatnonzero(cells)
        if len(these) == 1:
            one = int(these[0])
            return [cell for cell, z in self.proof.items() if z[one]]
        return [cell for cell, z in self.proof.items() if z[these].any()]

    def serves(self, z: Ints, cell: int) -> bool:
        """Whether a move gives the cell what it needs."""
        return any(sign * z[cell] >= amount for sign, amount in self.needs[cell])

    def fill(self, router: Router, cells: Iterable[int], price: Floats) -> tuple[int, ...]:
        """Find the missing proofs one after the other, each by the cheapest move; the cells that have none."""
        waiting = self._settle(router, [cell for cell in cells if cell not in self.proof])
        failed = []
        routes = 0
        while waiting:
            cell = waiting.pop(0)
            cost = np.where(self.hidden, _HIDDEN, price)
            router.price(cost)
            z = cheapest(router, cell, self.needs[cell], cost)
            if z is None:
                failed.append(cell)
                continue
            for other in [cell, *(c for c in waiting if self.serves(z, c))]:
                self.put(other, z)
            waiting = [c for c in waiting if c not in self.proof]
            routes += 1
            if routes % _MANY == 0:
                waiting = self._settle(router, waiting)
        return tuple(failed)

    def _settle(self, router: Router, waiting: list[int]) -> list[int]:
        """Proofs for many cells at once from what is hidden already; those still without. Only when there are many."""
        if len(waiting) < _MANY:
            return waiting
        part = self.moves.part(self.hidden)
        small = Router(part, exact=False)
        at = {int(cell): i for i, cell in enumerate(part.cells)}
        idle = turn = 0
        while len(waiting) >= _MANY and idle < 2 and turn < _TURNS:
            ways = {at[cell]: ways[turn % len(ways)] for cell in waiting if (ways := self.needs[cell])}
            found = small.together(ways)
            turn, idle = turn + 1, idle + 1
            if found is None:
                continue
            z = np.zeros(self.moves.size, dtype=np.int64)
            z[part.cells] = found
            for cell in waiting:
                if self.serves(z, cell):
                    self.put(cell, z)
                    idle = 0
            waiting = [cell for cell in waiting if cell not in self.proof]
        router.work += small.work
        return waiting

    def reduce(self, order: Iterable[int]) -> int:
        """Show secondary cells again, in this order, where every proof that used them can do without. Returns work."""
        part = self.moves.part(self.hidden)
        small = self.onto(part)
        router = Router(part, exact=False)
        at = {int(cell): i for i, cell in enumerate(part.cells)}
        for cell in order:
            i = at.get(cell)
            if i is None or part.primary[i] or not small.uses[i]:
                continue
            gone = np.zeros(part.size, dtype=np.bool_)
            gone[i] = True
            small = small._without(router, gone) or small
        again = small.back(self.moves)
        self.proof, self.uses = again.proof, again.uses
        return router.work

    def _without(self, router: Router, gone: Bools) -> "Cover | None":
        """The same pattern without these cells, proofs renewed among the hidden cells; None when it is not safe."""
        affected = self.using(gone)
        router.allow(self.hidden & ~gone)
        cost = np.ones(self.moves.size)
        trial = self.copy()
        for cell in affected:
            trial.take(cell)
        if len(affected) >= _MANY:
            many = router.together({cell: self.needs[cell][0] for cell in affected})
            for cell in affected:
                if many is not None and trial.serves(many, cell):
                    trial.put(cell, many)
        for cell in affected:
            if cell in trial.proof:
                continue
            z = cheapest(router, cell, self.needs[cell], cost, any_way=True)
            if z is None:
                return None
            for other in affected:
                if other not in trial.proof and self.serves(z, other):
                    trial.put(other, z)
        return trial

    def onto(self, part: Moves) -> "Cover":
        """This cover over a part of its cells that holds everything hidden."""
        at = np.full(self.moves.size, -1, dtype=np.int64)
        at[part.cells] = np.arange(part.size)
        needs = {int(at[cell]): ways for cell, ways in self.needs.items()}
        return Cover(part, needs, {int(at[cell]): z[part.cells] for cell, z in self.proof.items()})

    def back(self, whole: Moves) -> "Cover":
        """This cover of a part over all the cells of ``whole``."""
        cells = self.moves.cells
        proof = {}
        for cell, z in self.proof.items():
            full = np.zeros(whole.size, dtype=np.int64)
            full[cells] = z
            proof[int(cells[cell])] = full
        return Cover(whole, {int(cells[cell]): ways for cell, ways in self.needs.items()}, proof)


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
