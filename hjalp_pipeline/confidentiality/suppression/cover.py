"""A safe pattern as a set of moves, one for every primary cell: the hidden cells are those some move touches.

Every hidden cell then has a second possible value (its move is the proof), and every primary what the rule asks. Where there
are readers a cell has as many moves as it takes to answer for all of them (``reader_answers``), a secondary cell too.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints
from hjalp_pipeline.confidentiality.suppression.moves import Floats, Moves, Way
from hjalp_pipeline.confidentiality.suppression.once import carried
from hjalp_pipeline.confidentiality.suppression.reader_answers import Answers
from hjalp_pipeline.confidentiality.suppression.routes import Router, cheapest

#: Price of moving a cell that is hidden already, against at least 1 for another.
_HIDDEN = 1e-3
#: From so many missing proofs on it pays to look for many at once, and how often.
_MANY, _TURNS = 12, 12

Needs = Mapping[int, tuple[Way, ...]]
#: A cell that no move serves, and the reader (by number) who can tell it; everybody can where that is ``EVERYBODY``.
Missing = tuple[int, int]
EVERYBODY = -1


@dataclass
class Cover:
    """Moves of cells and how many of them use each cell. ``needs`` names the primaries that can be protected."""

    moves: Moves
    needs: Needs
    proof: dict[int, tuple[Ints, ...]] = field(default_factory=dict)
    uses: Ints = field(init=False)

    def __post_init__(self) -> None:
        """Count what the given proofs use."""
        self.uses = np.zeros(self.moves.size, dtype=np.int64)
        for z in self.all_moves():
            self.uses += z != 0

    def all_moves(self) -> Iterator[Ints]:
        """The moves of all cells; one that serves several comes as often."""
        return (z for of_cell in self.proof.values() for z in of_cell)

    def copy(self) -> "Cover":
        """An independent copy (the proofs themselves are never changed)."""
        other = Cover(self.moves, self.needs)
        other.proof, other.uses = dict(self.proof), self.uses.copy()
        return other

    @property
    def hidden(self) -> Bools:
        """The pattern: primary cells and what moves."""
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
        for cell in self.needs:
            z, *_ = self.proof[cell]
            yield cell, np.flatnonzero(z), z[z != 0]

    def answers(self) -> Iterator[Ints]:
        """The other moves, each once."""
        first = {id(self.proof[cell][0]) for cell in self.needs}
        yield from {id(z): z for z in self.all_moves() if id(z) not in first}.values()

    def put(self, cell: int, z: Ints) -> None:
        """Let z protect the cell, with the moves it has."""
        self.proof[cell] = (*self.proof.get(cell, ()), z)
        self.uses += z != 0

    def take(self, cell: int) -> None:
        """Forget the cell's moves."""
        for z in self.proof.pop(cell, ()):
            self.uses -= z != 0

    def using(self, cells: Bools) -> list[int]:
        """Cells with a move that touches one of these cells."""
        at = np.flatnonzero(cells)
        return [cell for cell, of_cell in self.proof.items() if any(z[at].any() for z in of_cell)]

    def touched(self, cells: Iterable[int]) -> Bools:
        """What the moves of these cells touch."""
        return self._changed(z for cell in cells for z in self.proof.get(cell, ()))

    def beyond(self, other: "Cover") -> Bools:
        """What the moves touch that the other cover does not have."""
        known = {id(z) for z in other.all_moves()}
        return self._changed(z for z in self.all_moves() if id(z) not in known)

    def _changed(self, moves: Iterable[Ints]) -> Bools:
        none = np.zeros(self.moves.size, dtype=np.bool_)
        return np.asarray(np.logical_or.reduce([none, *(z != 0 for z in moves)]), dtype=np.bool_)

    def serves(self, z: Ints, cell: int) -> bool:
        """Whether a move gives the cell what it needs."""
        return any(sign * z[cell] >= amount for sign, amount in self.needs[cell])

    def fill(self, router: Router, cells: Iterable[int], price: Floats) -> tuple[Missing, ...]:
        """Find the missing proofs, then what is missing for readers, each by the cheapest move; what has none."""
        waiting = self._settle(router, [cell for cell in cells if cell in self.needs and cell not in self.proof])
        failed, routes = list[Missing](), 0
        while waiting:
            cell = waiting.pop(0)
            cost = np.where(self.hidden, _HIDDEN, price)
            router.price(cost)
            z = cheapest(router, cell, self.needs[cell], cost)
            if z is None:
                failed.append((cell, EVERYBODY))
                continue
            for other in [cell, *(c for c in waiting if self.serves(z, c))]:
                self.put(other, z)
            waiting = [c for c in waiting if c not in self.proof]
            routes += 1
            if routes % _MANY == 0:
                waiting = self._settle(router, waiting)
        return (*failed, *self.answer(router, price))

    def answer(self, router: Router, price: Floats) -> list[Missing]:
        """Find what is missing for readers, each time by the cheapest move; what has none."""
        failed = list[Missing]()
        if not self.moves.knows.shape[1]:
            return failed
        self._sweep()
        answers, allowed = Answers(self.moves, self.needs, self.hidden), router.allowed
        answers.take(self.all_moves())
        for cell, z in answers.many(router):
            self.put(cell, z)
        while (asked := answers.next()) is not None:
            (cell, readers), cost = asked, np.where(self.hidden, _HIDDEN, price)
            router.allow(allowed & ~self.moves.knows[:, readers].any(axis=1))
            router.price(cost)
            if (found := cheapest(router, cell, answers.ways(cell), cost)) is not None:
                self.put(cell, found)
                answers.take([found])
            elif not answers.one_by_one(cell, readers):
                failed.append((cell, int(readers[0])))
            if failed and not router.exact:
                break  # nobody needs to know what else is missing
        router.allow(allowed)
        return failed

    def _sweep(self) -> None:
        """Forget the moves of cells that need not be hidden: no move of a primary cell leads to them."""
        reached = self.moves.primary.copy()
        waiting = [cell for cell in self.proof if reached[cell]]
        while waiting:
            new = self.touched(waiting) & ~reached
            reached |= new
            waiting = [cell for cell in self.proof if new[cell]]
        for cell in [cell for cell in self.proof if not reached[cell]]:
            self.take(cell)

    def _settle(self, router: Router, waiting: list[int]) -> list[int]:
        """Proofs for many cells at once from what is hidden already; those still without. Only when there are many."""
        if len(waiting) < _MANY:
            return waiting
        part = self.moves.part(self.hidden)
        small, at = Router(part, exact=False), {int(cell): i for i, cell in enumerate(part.cells)}
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
        affected = [cell for cell in affected if cell in self.needs]
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
        return None if trial.answer(router, cost) else trial

    def onto(self, part: Moves) -> "Cover":
        """This cover over a part of its cells that holds everything hidden."""
        at = np.full(self.moves.size, -1, dtype=np.int64)
        at[part.cells] = np.arange(part.size)
        needs = {int(at[cell]): ways for cell, ways in self.needs.items()}
        return Cover(part, needs, carried(self.proof, at, itemgetter(part.cells)))

    def back(self, whole: Moves) -> "Cover":
        """This cover of a part over all the cells of ``whole``."""
        cells = self.moves.cells

        def spread(z: Ints) -> Ints:
            full = np.zeros(whole.size, dtype=np.int64)
            full[cells] = z
            return full

        needs = {int(cells[cell]): ways for cell, ways in self.needs.items()}
        return Cover(whole, needs, carried(self.proof, cells, spread))
