"""What stands around a cell: small systems cut out of a large one, in which a move is found in milliseconds.

A small system holds some of the cells, all others stand still. So a move in it is a move of the whole; that there is none
in it says nothing.
"""

from dataclasses import dataclass, field

import numpy as np

from hjalp_pipeline.confidentiality.model import Bools, Ints
from hjalp_pipeline.confidentiality.suppression.moves import Floats, Moves, Way

#: Cells of a small system at most: with more its linear program is no longer quick.
_MOST = 2000
#: What it is worth, in cells, that a row of a cell holds hidden cells.
_COMPANY = 1.0
#: Steps from row to row in which the hidden cells around a cell are gathered, and how many of them at most.
_STEPS, _NEAR = 8, 400


@dataclass
class Neighbours:
    """Rows by cell and cells by row of a system of moves, for quick steps from one to the other."""

    moves: Moves
    _rows: Ints = field(init=False)
    _coefs: Ints = field(init=False)
    _of_cell: Ints = field(init=False)
    _cells: Ints = field(init=False)
    _coefs_in_row: Ints = field(init=False)
    _of_row: Ints = field(init=False)

    def __post_init__(self) -> None:
        """Sort the entries both ways."""
        m = self.moves
        order = np.lexsort((m.row, m.col))
        self._rows, self._coefs = m.row[order], m.coef[order]
        self._of_cell = np.concatenate([[0], np.cumsum(np.bincount(m.col, minlength=m.size))])
        by_row = np.lexsort((m.col, m.row))
        self._cells, self._coefs_in_row = m.col[by_row], m.coef[by_row]
        self._of_row = np.concatenate([[0], np.cumsum(np.bincount(m.row, minlength=len(m.slack)))])

    def rows_of(self, cell: int) -> Ints:
        """The rows a cell stands in."""
        return self._rows[self._of_cell[cell] : self._of_cell[cell + 1]]

    def entries(self, cells: Ints) -> tuple[Ints, Ints, Ints]:
        """The entries of many cells: place in ``cells``, row, coefficient."""
        counts, at = _places(self._of_cell, cells)
        return np.repeat(np.arange(len(cells)), counts), self._rows[at], self._coefs[at]

    def small(self, cells: Ints) -> Moves:
        """The system in which only these cells move; its ``cells`` are their numbers here."""
        m = self.moves
        place, row, coef = self.entries(cells)
        rows, short = np.unique(row, return_inverse=True)
        return Moves(
            cells=cells,
            values=m.values[cells],
            up=m.up[cells],
            down=m.down[cells],
            primary=m.primary[cells],
            cost=m.cost[cells],
            row=short.astype(np.int64),
            col=place,
            coef=coef,
            slack=m.slack[rows],
            equal=m.equal[rows],
            knows=m.knows[cells],
            owed=m.owed[cells],
        )

    def box(
        self, cell: int, way: Way, price: Floats, hidden: Bools, size: tuple[int, int], *, only_hidden: bool = False
    ) -> Ints:
        """Cells among which a cheap move that takes the cell this way may lie, ascending. ``size``: width and steps.

        From each of its rows the cheapest cells are taken that can make up for the cell, ``width`` of the hidden and
        ``width`` of the others, and then every cell that two rows of cells taken meet in: for a table the box that the codes
        taken span. In ``steps`` steps more, an equation in which one cell taken is alone gets its cheapest other: up and down
        a hierarchy. ``only_hidden``: no cell is taken that is not hidden.
        """
        (sign, amount), (width, steps), m = way, size, self.moves
        allowed = hidden if only_hidden else None
        some = [np.array([cell], dtype=np.int64)]
        busy = np.bincount(m.row[hidden[m.col]], minlength=len(m.slack)) > 0
        for row in self.rows_of(cell).tolist():
            here = slice(self._of_row[row], self._of_row[row + 1])
            others, coefs = self._cells[here], self._coefs_in_row[here]
            same = coefs * sign * coefs[others == cell] > 0
            unable = np.where(same, m.down[others], m.up[others]) < amount
            order = np.lexsort((price[others] - _COMPANY * self._company(others, busy), unable))
            others = others[order][others[order] != cell]
            seen = hidden[others]
            some += [others[seen][:width], others[~seen][: 0 if only_hidden else width]]
        taken = self._closed(np.unique(np.concatenate(some)), allowed)
        for _ in range(steps):
            rows, times = np.unique(self.entries(taken)[1], return_counts=True)
            alone = rows[(times == 1) & self.moves.equal[rows]]
            counts, at = _places(self._of_row, alone)
            met, row = self._cells[at], np.repeat(alone, counts)
            fresh = ~np.isin(met, taken) & (allowed is None or allowed[met])
            met, row = met[fresh], row[fresh]
            order = np.lexsort((met, np.where(hidden[met], 0.0, price[met]), row))
            first = np.unique(row[order], return_index=True)[1]
            taken = self._closed(np.union1d(taken, met[order][first]), allowed)
        return taken

    def _closed(self, taken: Ints, allowed: Bools | None) -> Ints:
        """The cells with every cell that two of their rows meet in, and again, until there are no more or too many."""
        while len(taken) < _MOST:
            _, rows, _ = self.entries(taken)
            met, times = np.unique(self._in_rows(np.unique(rows)), return_counts=True)
            met = met[times > 1]
            more = np.union1d(taken, met if allowed is None else met[allowed[met]])
            if len(more) == len(taken):
                break
            taken = more
        return taken

    def _company(self, cells: Ints, busy: Bools) -> Floats:
        """The share of a cell's rows in which something is hidden, float [cells]."""
        place, rows, _ = self.entries(cells)
        seen = np.bincount(place, weights=busy[rows], minlength=len(cells))
        return np.asarray(seen / np.bincount(place, minlength=len(cells)), dtype=np.float64)

    def ball(self, cell: int, allowed: Bools) -> Ints | None:
        """The allowed cells around a cell, from row to row, ascending; None when they are too many to be all of them."""
        taken = edge = np.array([cell], dtype=np.int64)
        for _ in range(_STEPS):
            met = np.unique(self._in_rows(np.unique(self.entries(edge)[1])))
            edge = np.setdiff1d(met[allowed[met]], taken, assume_unique=True)
            taken = np.union1d(taken, edge)
            if len(taken) > _NEAR:
                return None
            if not len(edge):
                break
        return taken

    def fixed(self, allowed: Bools, start: Ints | None = None) -> Bools:
        """The allowed cells that cannot move because a sum holds no other one that can, bool [n].

        ``start``: look only where these cells, no longer allowed, leave others alone.
        """
        m = self.moves
        still = ~allowed
        rows = np.flatnonzero(m.equal) if start is None else self._equal_rows(start)
        while len(rows):
            counts, at = _places(self._of_row, rows)
            cells = self._cells[at]
            free = ~still[cells]
            left = np.bincount(np.repeat(np.arange(len(rows)), counts), weights=free, minlength=len(rows))
            alone = np.unique(cells[free & (np.repeat(left, counts) == 1)])
            still[alone] = True
            rows = self._equal_rows(alone)
        return still & allowed

    def _equal_rows(self, cells: Ints) -> Ints:
        """The equations these cells stand in."""
        rows = np.unique(self.entries(cells)[1])
        return rows[self.moves.equal[rows]]

    def _in_rows(self, rows: Ints) -> Ints:
        """The cells of many rows, as often as they stand in them."""
        return self._cells[_places(self._of_row, rows)[1]]


def _places(starts: Ints, keys: Ints) -> tuple[Ints, Ints]:
    """How many entries each key has, and where they are, one key after the other."""
    counts = starts[keys + 1] - starts[keys]
    before = np.cumsum(counts) - counts
    return counts, np.repeat(starts[keys] - before, counts) + np.arange(int(counts.sum()))
