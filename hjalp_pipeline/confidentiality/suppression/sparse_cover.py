"""A safe pattern as a set of moves, kept by the cells they touch: for tables with thousands of primary cells."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints
from hjalp_pipeline.confidentiality.suppression.cover import Needs
from hjalp_pipeline.confidentiality.suppression.moves import Moves

#: A move: the cells that change, and by how much.
Move = tuple[Ints, Ints]


@dataclass
class SparseCover:
    """Moves of the primary cells and whose moves use a cell. ``needs`` names the primaries that can be protected."""

    moves: Moves
    needs: Needs
    proof: dict[int, Move] = field(default_factory=dict)
    uses: Ints = field(init=False)
    users: dict[int, set[int]] = field(init=False, default_factory=dict)
    _before: dict[int, Move | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Nothing is used yet."""
        self.uses = np.zeros(self.moves.size, dtype=np.int64)
        given, self.proof = self.proof, {}
        for cell, move in given.items():
            self.put(cell, move)

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
        for cell, (cells, changes) in self.proof.items():
            yield cell, cells, changes

    def put(self, cell: int, move: Move) -> None:
        """Let a move protect the cell."""
        self.take(cell)
        self.proof[cell] = move
        self.uses[move[0]] += 1
        for one in move[0].tolist():
            self.users.setdefault(one, set()).add(cell)

    def take(self, cell: int) -> Move | None:
        """Forget the cell's proof, and say what it was."""
        move = self.proof.pop(cell, None)
        self._before.setdefault(cell, move)
        if move is not None:
            self.uses[move[0]] -= 1
            for one in move[0].tolist():
                self.users[one].discard(cell)
        return move

    def mark(self) -> None:
        """From here on every change can be undone."""
        self._before = {}

    def undo(self) -> None:
        """Back to how it was when it was marked last."""
        for cell, move in list(self._before.items()):
            self.take(cell)
            if move is not None:
                self.put(cell, move)
        self.mark()

    def served(self, move: Move) -> list[int]:
        """The primaries to which a move gives what they need."""
        return [
            cell
            for cell, change in zip(move[0].tolist(), move[1].tolist(), strict=True)
            if any(sign * change >= amount for sign, amount in self.needs.get(cell, ()))
        ]

    def serve(self, move: Move, cell: int) -> None:
        """Let a move protect the cell, and every other primary that it serves and that has no proof."""
        for other in self.served(move):
            if other == cell or other not in self.proof:
                self.put(other, move)

    def using(self, cells: Iterable[int]) -> list[int]:
        """Primaries whose proof touches one of these cells, ascending."""
        return sorted(set().union(*(self.users.get(cell, set()) for cell in cells)))
