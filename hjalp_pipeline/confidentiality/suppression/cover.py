"""A safe pattern as a set of moves, one for every primary cell: the hidden cells are those some move touches.

Every hidden cell then has a second possible value (its move is the proof), and every primary what the rule asks. Where there
are readers a cell has as many moves as it takes to answer for all of them (``reader_answers``), a secondary cell too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints
from hjalp_pipeline.confidentiality.suppression.moves import Floats, Moves, Way
from hjalp_pipeline.confidentiality.suppression.reader_answers import Answers
from hjalp_pipeline.confidentiality.suppression.routes import Router, cheapest
from hjalp_pipeline.confidentiality.suppression.tally import Tally

#: Price of moving a cell that is hidden already, against at least 1 for another.
_HIDDEN = 1e-3
#: From so many missing proofs on it pays to look for many at once, and how often.
MANY, _TURNS = 12, 12

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
    _tally: Tally = field(init=False)

    def __post_init__(self) -> None:
        """Count what the given proofs use."""
        self._tally = Tally(self.moves, self.needs)
        for z in self.all_moves():
            self._tally.put(z)

    @property
    def uses(self) -> Ints:
        """How often each cell is touched by the moves of cells."""
        return self._tally.uses

    def all_moves(self) -> Iterator[Ints]:
        """The moves of all cells; one that serves several comes as often."""
        return (z for of_cell in self.proof.values() for z in of_cell)

    def copy(self) -> "Cover":
        """An independent copy (the proofs themselves are never changed)."""
        return self._with(dict(self.proof), self._tally.copy())

    def _with(self, proof: dict[int, tuple[Ints, ...]], tally: Tally) -> "Cover":
        """These proofs, counted already."""
        other = Cover.__new__(Cover)
        other.moves, other.needs, other.proof, other._tally = tally.moves, tally.needs, proof, tally
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
        self._tally.put(z)

    def take(self, cell: int) -> None:
        """Forget the cell's moves."""
        for z in self.proof.pop(cell, ()):
            self._tally.take(z)

    def using(self, cells: Bools) -> list[int]:
        """Cells with a move that touches one of these cells."""
        touching = self._tally.touching(cells)
        return [cell for cell, of_cell in self.proof.items() if not touching.isdisjoint(map(id, of_cell))]

    def touched(self, cells: Iterable[int]) -> Bools:
        """What the moves of these cells touch."""
        moves = {id(z): z for cell in cells for z in self.proof.get(cell, ())}
        return self._changed(self._tally.touches(z) for z in moves.values())

    def beyond(self, other: "Cover") -> Bools:
        """What the moves touch that the other cover does not have."""
        known = {key for key, _ in other._tally.different()}
        return self._changed(touches for key, touches in self._tally.different() if key not in known)

    def _changed(self, touches: Iterable[Ints]) -> Bools:
        found = np.zeros(self.moves.size, dtype=np.bool_)
        for cells in touches:
            found[cells] = True
        return found

    def serves(self, z: Ints, cell: int) -> bool:
        """Whether a move gives the cell what it needs."""
        change = int(z[cell])
        return change != 0 and any(sign * change >= amount for sign, amount in self.needs[cell])

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
            if routes % MANY == 0:
                waiting = self._settle(router, waiting)
        return (*failed, *self.answer(router, price))

    def answer(self, router: Router, price: Floats) -> list[Missing]:
        """Find what is missing for readers, each time by the cheapest move; what has none."""
        failed = list[Missing]()
        if not self.moves.knows.shape[1]:
            return failed
        self._sweep()
        hidden, allowed = self.hidden, router.allowed
        answers = Answers(self.moves, self.needs, hidden, self._tally.unanswered(hidden), self._tally.asked)
        for cell, z in answers.many(router):
            self.put(cell, z)
        while (asked := answers.next()) is not None:
            (cell, readers), cost = asked, np.where(self.hidden, _HIDDEN, price)
            router.allow(allowed & ~self.moves.knows[:, readers].any(axis=1))
            router.price(cost)
            if (found := cheapest(router, cell, answers.ways(cell), cost)) is not None:
                self.put(cell, found)
                answers.take(found)
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
        if len(waiting) < MANY:
            return waiting
        part = self.moves.part(self.hidden)
        small, at = Router(part, exact=False), {int(cell): i for i, cell in enumerate(part.cells)}
        idle = turn = 0
        while len(waiting) >= MANY and idle < 2 and turn < _TURNS:
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

    def become(self, other: "Cover") -> None:
        """Take over another cover of the same cells."""
        self.proof, self._tally = other.proof, other._tally

    def onto(self, part: Moves) -> "Cover":
        """This cover over a part of its cells that holds everything hidden."""
        at = np.full(self.moves.size, -1, dtype=np.int64)
        at[part.cells] = np.arange(part.size)
        return self._carried(part, at, itemgetter(part.cells))

    def back(self, whole: Moves) -> "Cover":
        """This cover of a part over all the cells of ``whole``."""
        cells = self.moves.cells

        def spread(z: Ints) -> Ints:
            full = np.zeros(whole.size, dtype=np.int64)
            full[cells] = z
            return full

        return self._carried(whole, cells, spread)

    def _carried(self, moves: Moves, numbers: Ints, function: Callable[[Ints], Ints]) -> "Cover":
        """This cover over cells that have other ``numbers``, each move as the function gives it."""
        needs = {int(numbers[cell]): ways for cell, ways in self.needs.items()}
        tally, there = self._tally.carried(moves, needs, numbers, function)
        proof = {int(numbers[cell]): tuple(there[id(z)] for z in of_cell) for cell, of_cell in self.proof.items()}
        return self._with(proof, tally)
