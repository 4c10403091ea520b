"""Readers: who knows some cells besides what is published, such as whoever delivered them (R11).

The outsider is no reader: he knows none. A cell that a reader knows needs no protection from this reader; every other hidden
cell does, and a *move* (another table that everybody must hold possible, less the true one) answers for it exactly when it
changes the cell and none of the reader's own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from hjalp_pipeline.confidentiality.system import THRESHOLD, Bools, Ints, Rule, System


@dataclass(frozen=True, eq=False)
class Readers:
    """Readers of a system by name, and which cells each knows: ``knows`` bool [cells, readers]."""

    names: tuple[str, ...]
    knows: Bools

    @staticmethod
    def of(system: System, cells: Mapping[str, Iterable[int]]) -> "Readers":
        """Readers from the numbers of the cells each knows, in the order given."""
        knows = np.zeros((system.size, len(cells)), dtype=np.bool_)
        for number, known in enumerate(cells.values()):
            knows[list(known), number] = True
        return Readers(tuple(cells), knows)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.names)

    def touched(self, moved: Bools | Ints) -> Bools:
        """The readers who know one of the moved cells, and so whether the move was made: bool [readers]."""
        return np.asarray(self.knows[moved].any(axis=0), dtype=np.bool_)

    def __or__(self, other: "Readers") -> "Readers":
        """Both lists of readers."""
        return Readers((*self.names, *other.names), np.hstack([self.knows, other.knows]))


def owed(system: System, hidden: Bools, readers: Readers) -> Bools:
    """What is promised: bool [cells, readers], true for hidden cells that the reader does not know."""
    return np.asarray((hidden & ~system.open)[:, None] & ~readers.knows, dtype=np.bool_)


def answer(left: Bools, system: System, rule: Rule, readers: Readers, table: Ints) -> bool:
    """Take from ``left`` (cells, readers) what a possible table answers for, in place; whether it answered for anything.

    It answers for a cell that it changes as the rule asks, and for all readers none of whose cells it changes.
    """
    moved = np.flatnonzero(table != system.values)
    served = moved[(system.values[moved] >= THRESHOLD) | (table[moved] >= THRESHOLD)] if rule == "up3" else moved
    before = left[served]
    after = before & readers.touched(moved)
    left[served] = after
    return bool((after != before).any())
