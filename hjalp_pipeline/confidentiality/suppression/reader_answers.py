"""What is missing so that no reader can tell a hidden cell: for each, a move that changes it and none of the reader's cells.

One move answers for all readers none of whose cells it touches, so two that touch different readers answer for everyone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints
from hjalp_pipeline.confidentiality.suppression.moves import Moves, Way
from hjalp_pipeline.confidentiality.suppression.routes import Router
from hjalp_pipeline.confidentiality.suppression.tally import Asked

#: From so many cells without an answer on many are looked for at once: among the cells of so many readers, drawn so often,
#: each time in so many ways.
_MANY, _GROUP, _DRAWN, _WAYS = 40, 8, 5, 3


@dataclass
class Answers:
    """Which hidden cells have no answer yet for which readers. ``hidden``: the pattern so far; it grows with the moves taken.

    ``left`` bool [n, readers]: what has no answer to begin with.
    """

    moves: Moves
    needs: Mapping[int, tuple[Way, ...]]
    hidden: Bools
    left: Bools
    asked: Asked
    _alone: set[int] = field(init=False, default_factory=set)
    _given_up: Bools = field(init=False)

    def __post_init__(self) -> None:
        """Nobody is given up."""
        self._given_up = np.zeros_like(self.left)

    def take(self, z: Ints) -> None:
        """Let a move answer for what it can."""
        moved = np.flatnonzero(z)
        new = moved[~self.hidden[moved]]
        if len(new):
            self.hidden[new] = True
            self.left[new] = self.asked.owed[new] & ~self._given_up[new]
        served = moved[self.asked.served(z, moved)]
        self.left[served] &= self.moves.knows[moved].any(axis=0)

    def ways(self, cell: int) -> tuple[Way, ...]:
        """How a cell may move to be served; a secondary one in either direction."""
        return self.needs[cell] if cell in self.needs else self.moves.ways(cell, "w1")

    def next(self) -> tuple[int, Ints] | None:
        """A cell without an answer, primary ones first, and the readers; those together for whom one move may do."""
        waiting = self.left.any(axis=1)
        if not waiting.any():
            return None
        primary = waiting & self.moves.primary
        cell = int(np.argmax(primary if primary.any() else waiting))
        readers = np.flatnonzero(self.left[cell])
        return cell, readers[:1] if cell in self._alone else readers

    def one_by_one(self, cell: int, readers: Ints) -> bool:
        """No move answers for these readers together: ask reader by reader; False when it was a single one, who is given up."""
        if len(readers) > 1:
            self._alone.add(cell)
            return True
        self.left[cell, readers] = False
        self._given_up[cell, readers] = True
        return False

    def many(self, router: Router) -> Iterator[tuple[int, Ints]]:
        """Moves among hidden cells that answer for many cells at once, each with a cell that it answers for.

        In each only cells of a few readers move, and of nobody, so it answers for all readers but those few.
        """
        m, rng, allowed = self.moves, np.random.default_rng(1), router.allowed
        for _ in range(_DRAWN):
            if int(self.left.any(axis=1).sum()) < _MANY:
                return
            readers = rng.permutation(m.knows.shape[1])
            for group in np.array_split(readers, -(-len(readers) // _GROUP)):
                others = np.ones(len(readers), dtype=np.bool_)
                others[group] = False
                keep = self.hidden & allowed & ~m.knows[:, others].any(axis=1)
                yield from self._in_group(router, keep, others, rng)

    def _in_group(
        self, router: Router, keep: Bools, others: Bools, rng: np.random.Generator
    ) -> Iterator[tuple[int, Ints]]:
        """The same where only these cells move, and the other readers know none of them."""
        if not self.left[np.ix_(keep, others)].any():
            return
        part = self.moves.part(keep)
        small = Router(part, exact=False)
        for _ in range(_WAYS):
            asked = [(i, int(c)) for i, c in enumerate(part.cells) if self.left[c, others].any()]
            ways = {i: ways[int(rng.integers(len(ways)))] for i, c in asked if (ways := self.ways(c))}
            found = small.together(ways) if ways else None
            if found is None or not found.any():
                continue
            z = np.zeros(self.moves.size, dtype=np.int64)
            z[part.cells] = found
            moved = np.flatnonzero(z)
            served = moved[self.asked.served(z, moved)]
            served = served[self.left[np.ix_(served, others)].any(axis=1)]
            if len(served):
                self.take(z)
                yield int(served[0]), z
        router.work += small.work
