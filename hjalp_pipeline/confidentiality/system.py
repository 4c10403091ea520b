"""Tables as one system of equations over whole numbers, shared by the attacker and the suppressor (seed 8.10, R11).

A *system* holds every cell of every table and release that is published together. A figure that stands in several
places (a total that two tables have, an unchanged kommune in two releases) is **one** cell. Each sum is an
equation, ``persons <= loans`` an inequality. A *pattern* is a boolean array over the cells, true where hidden:
everybody knows the others, and of a hidden one that it is a whole number between ``lower`` and ``upper``.

``NO_BOUND`` as an upper bound means that no finite bound is known.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from hjalp_pipeline.confidentiality.primary import THRESHOLD

__all__ = [
    "BIG",
    "NO_BOUND",
    "THRESHOLD",
    "Bools",
    "Ints",
    "ModelError",
    "Name",
    "Rows",
    "Rule",
    "System",
    "cost_of",
    "holds",
]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Name = tuple[str, ...]

#: "w1": every hidden cell can take two values; "up3": and one below THRESHOLD can also take THRESHOLD or more (R11).
Rule = Literal["w1", "up3"]

#: No finite upper bound is known for the cell.
NO_BOUND = 2**40

#: Price of hiding one cell; larger than the value parts of some 5,000 cells together, so fewest cells come first.
BIG = 2**20


class ModelError(ValueError):
    """Something that cannot be a system, or a pattern of one. The message holds no figure and names no cell."""


def holds(rule: Rule, value: int, low: int, high: int) -> bool:
    """Whether a hidden cell of this true value is protected when an outsider can narrow it to low..high.

    A hidden cell that is 0 (a figure never published) must be able to reach the threshold too. Otherwise whoever knows
    the rule reads 0 out of 0..2, for 1 and 2 would not have passed. So the answer follows from low and high alone.
    """
    return low < high and (rule == "w1" or value >= THRESHOLD or high >= THRESHOLD)


def cost_of(value: int, multiplier: int = 1) -> int:
    """Price of hiding a cell: one cell, and within that a logarithmic price of its value, times ``multiplier``."""
    return multiplier * (BIG + round(10 + 10 * math.log2(1 + value)))


@dataclass(frozen=True, eq=False)
class Rows:
    """Sparse rows: row i is ``sum(coefs[k] * x[cells[k]] for k in indptr[i]:indptr[i+1])`` against ``rhs[i]``.

    Shapes: indptr [m+1], cells and coefs [k], rhs [m], all int64.
    """

    indptr: Ints
    cells: Ints
    coefs: Ints
    rhs: Ints

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.rhs)

    @property
    def rows(self) -> Ints:
        """The row each of the k entries belongs to, int64 [k]."""
        return np.repeat(np.arange(self.count, dtype=np.int64), np.diff(self.indptr))

    def row(self, i: int) -> tuple[Ints, Ints, int]:
        """Cells, coefficients and right-hand side of row i."""
        part = slice(self.indptr[i], self.indptr[i + 1])
        return self.cells[part], self.coefs[part], int(self.rhs[i])

    def activity(self, x: Ints) -> Ints:
        """``sum(coef * x)`` of every row, int64 [m]."""
        so_far = np.zeros(len(self.cells) + 1, dtype=np.int64)
        np.cumsum(self.coefs * x[self.cells], out=so_far[1:])
        return so_far[self.indptr[1:]] - so_far[self.indptr[:-1]]

    @staticmethod
    def of(rows: Iterable[tuple[Sequence[tuple[int, int]], int]]) -> "Rows":
        """Rows from ``(((cell, coef), ...), rhs)``."""
        indptr, rhs = [0], []
        cells: list[int] = []
        coefs: list[int] = []
        for terms, right in rows:
            cells.extend(cell for cell, _ in terms)
            coefs.extend(coef for _, coef in terms)
            indptr.append(len(cells))
            rhs.append(right)
        indptr_, cells_, coefs_, rhs_ = (np.array(part, dtype=np.int64) for part in (indptr, cells, coefs, rhs))
        return Rows(indptr_, cells_, coefs_, rhs_)


@dataclass(frozen=True, eq=False)
class System:
    """Cells and the sums between them; all arrays have one entry per cell, in the order of ``names``.

    values: the true figures (only the protector knows the hidden ones). lower/upper: what everybody grants a hidden
    cell (1 where zeros are shown, 0 for figures never published; population or NO_BOUND). primary: must be hidden for
    its own sake. open: must stay shown (zeros, figures already out). cost: price of hiding, above 0.
    A cell that is both primary and open cannot be protected; the suppressor says so.
    """

    names: tuple[Name, ...]
    values: Ints
    lower: Ints
    upper: Ints
    primary: Bools
    open: Bools
    cost: Ints
    equations: Rows
    inequalities: Rows

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.names)

    def table(self, cell: int) -> str:
        """The table of a cell: the first part of its name."""
        return self.names[cell][0]

    def pattern(self, cells: Iterable[int] = ()) -> Bools:
        """A pattern that hides exactly these cells, bool [n]."""
        hidden = np.zeros(self.size, dtype=np.bool_)
        hidden[list(cells)] = True
        return hidden

    def index(self) -> dict[Name, int]:
        """Cell number by name (names given away by ``SystemBuilder.alias`` are known to the builder only)."""
        return {name: i for i, name in enumerate(self.names)}
