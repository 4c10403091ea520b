"""What somebody knows who sees every cell but the unknown ones: the rows left over, bounds, independent parts (R11).

Part of the attacker. Nothing here reads the true figure of an unknown cell.
"""

from dataclasses import dataclass

import numpy as np

from hjalp_pipeline.confidentiality.model import NO_BOUND, Bools, Ints, Rows, System

#: Rounds of bound propagation. Only a help to the solver: stopping early costs time, never exactness.
MAX_ROUNDS = 50


class AttackError(RuntimeError):
    """The attack could not be carried through; nothing may be released on its account."""


@dataclass(frozen=True, eq=False)
class Part:
    """Unknown cells that hang together, apart from all others. Rows count the cells of the part from 0.

    cells: their numbers in the system, int64 [n]. lower/upper: proven bounds (upper NO_BOUND: none), int64 [n].
    """

    cells: Ints
    lower: Ints
    upper: Ints
    equations: Rows
    inequalities: Rows

    def agrees(self, x: Ints) -> bool:
        """Whether a whole-number vector agrees with every row and bound, exactly."""
        return bool(
            (x >= self.lower).all()
            and ((x <= self.upper) | (self.upper >= NO_BOUND)).all()
            and (self.equations.activity(x) == self.equations.rhs).all()
            and (self.inequalities.activity(x) <= self.inequalities.rhs).all()
        )


def parts(system: System, unknown: Bools) -> tuple[list[Part], Ints]:
    """The independent parts of the unknown cells, and the value of each cell that bounds alone give away.

    Returns the parts (by smallest cell) and ``fixed`` int64 [n of the system]: the known or computed value, -1 for the
    cells that are in a part. AttackError when nothing at all agrees with what is known.
    """
    fixed = np.where(unknown, -1, system.values)
    lower = np.where(unknown, system.lower, system.values)
    upper = np.where(unknown, system.upper, system.values)
    equations = _left(system.equations, fixed, equal=True)
    inequalities = _left(system.inequalities, fixed, equal=False)
    for _ in range(MAX_ROUNDS):
        if not (_tighten(equations, lower, upper, equal=True) | _tighten(inequalities, lower, upper, equal=False)):
            break
    if (lower > upper).any():
        msg = "No whole numbers agree with what is published"
        raise AttackError(msg)
    fixed = np.where(lower == upper, lower, fixed)
    equations = _left(equations, fixed, equal=True)
    inequalities = _needed(_left(inequalities, fixed, equal=False), lower, upper)
    group = _groups(np.flatnonzero(fixed < 0), system.size, equations, inequalities)
    out = []
    for first in np.unique(group[group >= 0]):
        cells = np.flatnonzero(group == first)
        place = np.full(system.size, -1, dtype=np.int64)
        place[cells] = np.arange(len(cells))
        rows = (_take(r, place) for r in (equations, inequalities))
        out.append(Part(cells, lower[cells], upper[cells], *rows))
    return out, fixed


def _select(rows: Rows, entry: Bools, row: Bools, rhs: Ints) -> Rows:
    """The rows and entries asked for, with a new right-hand side."""
    length = np.bincount(rows.rows[entry], minlength=rows.count)[row]
    entry = entry & row[rows.rows]
    indptr = np.concatenate(([0], np.cumsum(length))).astype(np.int64)
    return Rows(indptr, rows.cells[entry], rows.coefs[entry], rhs[row])


def _left(rows: Rows, fixed: Ints, *, equal: bool) -> Rows:
    """The rows with the known cells put in; rows without an unknown cell are checked and dropped."""
    known = fixed[rows.cells] >= 0
    rhs = rows.rhs.copy()
    np.subtract.at(rhs, rows.rows[known], (rows.coefs * fixed[rows.cells])[known])
    some = np.bincount(rows.rows[~known], minlength=rows.count) > 0
    if (rhs[~some] != 0).any() if equal else (rhs[~some] < 0).any():
        msg = "No whole numbers agree with what is published"
        raise AttackError(msg)
    return _select(rows, ~known, some, rhs)


def _ends(rows: Rows, lower: Ints, upper: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Per entry the smallest of ``coef * x`` and whether it is endless, and both summed per row."""
    bound = np.where(rows.coefs > 0, lower[rows.cells], upper[rows.cells])
    endless = (bound >= NO_BOUND).astype(np.int64)
    least = np.where(endless > 0, 0, rows.coefs * bound)
    total, open_ends = np.zeros(rows.count, dtype=np.int64), np.zeros(rows.count, dtype=np.int64)
    np.add.at(total, rows.rows, least)
    np.add.at(open_ends, rows.rows, endless)
    return least, endless, total, open_ends


def _tighten(rows: Rows, lower: Ints, upper: Ints, *, equal: bool) -> bool:
    """One round of bound propagation in place; whether anything moved."""
    before = int(lower.sum()), int(upper.sum())
    reverse = Rows(rows.indptr, rows.cells, -rows.coefs, -rows.rhs)
    for side in (rows, reverse) if equal else (rows,):
        least, endless, total, open_ends = _ends(side, lower, upper)
        # coef * x <= rhs - (the least the others can be), when the others have a least
        finite = (open_ends[side.rows] - endless) == 0
        room = (side.rhs - total)[side.rows] + least
        up, down = finite & (side.coefs > 0), finite & (side.coefs < 0)
        np.minimum.at(upper, side.cells[up], room[up] // side.coefs[up])
        np.maximum.at(lower, side.cells[down], -(room[down] // -side.coefs[down]))
    return before != (int(lower.sum()), int(upper.sum()))


def _needed(rows: Rows, lower: Ints, upper: Ints) -> Rows:
    """The inequalities that the bounds do not already imply."""
    reverse = Rows(rows.indptr, rows.cells, -rows.coefs, -rows.rhs)
    _, _, total, open_ends = _ends(reverse, lower, upper)
    needed = (open_ends > 0) | (-total > rows.rhs)
    return _select(rows, np.ones(len(rows.cells), dtype=np.bool_), needed, rows.rhs)


def _groups(cells: Ints, size: int, *systems: Rows) -> Ints:
    """For every cell the smallest cell it hangs together with through rows, -1 for cells that are not asked for."""
    group = np.full(size, -1, dtype=np.int64)
    group[cells] = cells
    while True:
        before = group.copy()
        for rows in systems:
            if rows.count:
                least = np.minimum.reduceat(group[rows.cells], rows.indptr[:-1])
                np.minimum.at(group, rows.cells, least[rows.rows])
        if (before == group).all():
            return group


def _take(rows: Rows, place: Ints) -> Rows:
    """The rows of one part, cells renumbered by ``place`` (-1: not in the part)."""
    inside = place[rows.cells] >= 0
    some = np.bincount(rows.rows[inside], minlength=rows.count) > 0
    taken = _select(rows, inside, some, rows.rhs)
    return Rows(taken.indptr, place[taken.cells], taken.coefs, taken.rhs)
