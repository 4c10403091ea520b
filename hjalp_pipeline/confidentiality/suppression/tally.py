"""What the moves of a pattern come to: how often they touch each cell, and which readers they answer for.

Kept as moves come and go, because a search tries thousands of patterns that differ by a few moves. A move is known by
identity: one that protects several cells is one move.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints
from hjalp_pipeline.confidentiality.suppression.moves import Moves, Way


@dataclass(frozen=True, eq=False)
class Asked:
    """What is asked of moves. ``owed`` bool [n, readers]: from whom a cell is kept when it is hidden.

    ``least`` int64 [n]: how far a cell must move to be served, its sign the direction; 0: either way will do.
    """

    least: Ints
    owed: Bools

    @staticmethod
    def of(moves: Moves, needs: Mapping[int, tuple[Way, ...]]) -> "Asked":
        """Of these primary cells; one that is not among them nothing protects."""
        least, owed = np.zeros(moves.size, dtype=np.int64), moves.owed.copy()
        for cell, ways in needs.items():
            if len(ways) == 1:
                least[cell] = ways[0][0] * ways[0][1]
        helpless = moves.primary.copy()
        helpless[list(needs)] = False
        owed[helpless] = False
        return Asked(least, owed)

    def served(self, z: Ints, cells: Ints) -> Bools:
        """Which of the cells a move gives what they need."""
        z, least = z[cells], self.least[cells]
        return np.asarray(np.where(least > 0, z >= least, np.where(least < 0, z <= least, z != 0)), dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class _Move:
    """A move, the cells it touches, those it serves, and the readers none of whose cells it touches."""

    z: Ints
    touches: Ints
    serves: Ints
    readers: Ints


@dataclass(eq=False)
class Tally:
    """``uses`` int64 [n]: how often each cell is touched, by a move once for every cell that it protects."""

    moves: Moves
    needs: Mapping[int, tuple[Way, ...]]
    uses: Ints = field(init=False)
    asked: Asked = field(init=False)
    #: By identity: the moves, and how often each is there.
    _moves: dict[int, _Move] = field(init=False, default_factory=dict)
    _times: dict[int, int] = field(init=False, default_factory=dict)
    #: By how many moves each cell is kept from each reader, int32 [n, readers].
    _answers: Ints = field(init=False)

    def __post_init__(self) -> None:
        """Begin without moves."""
        m = self.moves
        self.uses = np.zeros(m.size, dtype=np.int64)
        self._answers = np.zeros(m.knows.shape, dtype=np.int32)
        self.asked = Asked.of(m, self.needs) if m.knows.shape[1] else Asked(self.uses, m.owed)

    def copy(self) -> "Tally":
        """An independent copy."""
        other = Tally.__new__(Tally)
        other.moves, other.needs, other.asked = self.moves, self.needs, self.asked
        other.uses, other._answers = self.uses.copy(), self._answers.copy()
        other._moves, other._times = dict(self._moves), dict(self._times)
        return other

    def put(self, z: Ints) -> None:
        """Count a move once more."""
        times = self._times.get(id(z), 0)
        if not times:
            one = self._moves[id(z)] = self._of(z)
            if len(one.serves):
                self._answers[np.ix_(one.serves, one.readers)] += 1
        self._times[id(z)] = times + 1
        self.uses[self._moves[id(z)].touches] += 1

    def take(self, z: Ints) -> None:
        """Count a move once less."""
        one, times = self._moves[id(z)], self._times[id(z)]
        self.uses[one.touches] -= 1
        if times > 1:
            self._times[id(z)] = times - 1
            return
        del self._moves[id(z)], self._times[id(z)]
        if len(one.serves):
            self._answers[np.ix_(one.serves, one.readers)] -= 1

    def touches(self, z: Ints) -> Ints:
        """The cells that one of the moves touches."""
        return self._moves[id(z)].touches

    def touching(self, cells: Bools) -> set[int]:
        """The moves that touch one of these cells, by identity."""
        at = np.flatnonzero(cells)
        if len(at) == 1:
            cell = int(at[0])
            return {key for key, one in self._moves.items() if one.z[cell]}
        return {key for key, one in self._moves.items() if cells[one.touches].any()}

    def different(self) -> Iterator[tuple[int, Ints]]:
        """Every move once, by identity, with the cells it touches."""
        for key, one in self._moves.items():
            yield key, one.touches

    def unanswered(self, hidden: Bools) -> Bools:
        """Which hidden cells no move keeps from which readers, bool [n, readers]."""
        return np.asarray(self.asked.owed & hidden[:, None] & (self._answers == 0), dtype=np.bool_)

    def _of(self, z: Ints) -> _Move:
        touches = np.flatnonzero(z)
        if not self.moves.knows.shape[1]:
            return _Move(z, touches, touches[:0], touches[:0])
        readers = np.flatnonzero(~self.moves.knows[touches].any(axis=0))
        return _Move(z, touches, touches[self.asked.served(z, touches)], readers)

    def carried(
        self, moves: Moves, needs: Mapping[int, tuple[Way, ...]], numbers: Ints, function: Callable[[Ints], Ints]
    ) -> tuple["Tally", dict[int, Ints]]:
        """The same over other cells, and each move over them by the identity it had here.

        ``numbers``: what each cell is there, -1 where it is not; no move touches such a cell. ``function``: gives a move there.
        """
        other = Tally(moves, needs)
        here = np.flatnonzero(numbers >= 0)
        other.uses[numbers[here]], other._answers[numbers[here]] = self.uses[here], self._answers[here]
        there = dict[int, Ints]()
        for key, one in self._moves.items():
            z = there[key] = function(one.z)
            other._moves[id(z)] = _Move(z, numbers[one.touches], numbers[one.serves], one.readers)
            other._times[id(z)] = self._times[key]
        return other, there
