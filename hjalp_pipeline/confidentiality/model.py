"""Builds systems from cells and rows of any number of tables and releases (R11); ``table`` gives it whole tables.

The system itself, what a pattern is and when a cell is protected, is in ``system``; its names are at hand here as well.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from hjalp_pipeline.confidentiality.primary import THRESHOLD
from hjalp_pipeline.confidentiality.system import (
    BIG,
    NO_BOUND,
    Bools,
    Ints,
    ModelError,
    Name,
    Rows,
    Rule,
    System,
    cost_of,
    holds,
)

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
    "SystemBuilder",
    "cost_of",
    "holds",
]


@dataclass
class _Cell:
    """A cell while it is being collected."""

    value: int
    lower: int
    upper: int
    primary: bool
    open: bool
    cost: int


@dataclass
class SystemBuilder:
    """Collects cells and rows of any number of tables and releases into one system."""

    _index: dict[Name, int] = field(default_factory=dict)
    _names: list[Name] = field(default_factory=list)
    _cells: list[_Cell] = field(default_factory=list)
    _equations: dict[tuple[tuple[tuple[int, int], ...], int], None] = field(default_factory=dict)
    _inequalities: dict[tuple[tuple[tuple[int, int], ...], int], None] = field(default_factory=dict)

    def add_cell(
        self,
        name: Name,
        value: int,
        *,
        lower: int = 1,
        upper: int = NO_BOUND,
        primary: bool | None = None,
        open: bool = False,
        cost: int | None = None,
    ) -> int:
        """Cell number of ``name``; a name met before is the same cell.

        Defaults: primary when 1 <= value < THRESHOLD; open when asked for or when the value lies below ``lower`` (a
        true zero is shown); cost by ``cost_of``. Met again, the value must agree (ModelError) and what is known adds
        up: narrowest bounds, primary or open if either says so, the higher cost.
        """
        cell = _Cell(
            value=int(value),
            lower=int(lower),
            upper=min(int(upper), NO_BOUND),
            primary=1 <= value < THRESHOLD if primary is None else bool(primary),
            open=bool(open) or value < lower,
            cost=cost_of(int(value)) if cost is None else int(cost),
        )
        if cell.value < 0 or cell.lower < 0 or cell.cost <= 0:
            msg = f"A cell of {name[0]}: value and lower bound must be 0 or more, cost above 0"
            raise ModelError(msg)
        known = self._index.get(name)
        if known is None:
            self._index[name] = len(self._names)
            self._names.append(name)
            self._cells.append(cell)
            return len(self._names) - 1
        old = self._cells[known]
        if old.value != cell.value:
            msg = f"A cell of {name[0]} stands for two different figures"
            raise ModelError(msg)
        lower, upper = max(old.lower, cell.lower), min(old.upper, cell.upper)
        is_open = old.open or cell.open or old.value < lower
        primary = old.primary or cell.primary
        self._cells[known] = _Cell(old.value, lower, upper, primary, is_open, max(old.cost, cell.cost))
        return known

    def alias(self, name: Name, cell: int) -> None:
        """Another name of the same figure. ModelError when the name stands for another cell."""
        if self._index.setdefault(name, cell) != cell:
            msg = f"A cell of {name[0]} stands for two different figures"
            raise ModelError(msg)

    @property
    def equations(self) -> int:
        """How many equations there are so far."""
        return len(self._equations)

    def cell(self, name: Name) -> int:
        """Cell number of a name or alias. KeyError when unknown."""
        return self._index[name]

    def add_equation(self, total: int, parts: Iterable[int]) -> None:
        """``total`` is the sum of ``parts``."""
        self.add_row([(total, 1), *((part, -1) for part in parts)], 0)

    def add_le(self, smaller: int, larger: int) -> None:
        """``smaller <= larger``, such as persons <= loans."""
        self.add_row([(smaller, 1), (larger, -1)], 0, equal=False)

    def add_overlapping(self, total: int, parts: Sequence[int]) -> None:
        """``total`` counts once what may stand in several of ``parts``: at least each of them, at most their sum."""
        self.add_row([(total, 1), *((part, -1) for part in parts)], 0, equal=False)
        for part in parts:
            self.add_le(part, total)

    def add_row(self, terms: Iterable[tuple[int, int]], rhs: int, *, equal: bool = True) -> None:
        """``sum(coef * x) == rhs``, or ``<= rhs``; terms are (cell, coef). Empty and repeated rows are dropped."""
        added: dict[int, int] = {}
        for cell, coef in terms:
            added[cell] = added.get(cell, 0) + coef
        row = tuple(sorted((cell, coef) for cell, coef in added.items() if coef))
        if row or rhs < 0 or (equal and rhs):
            (self._equations if equal else self._inequalities)[row, int(rhs)] = None

    def build(self) -> System:
        """The system. ModelError when the true figures break a row, or a cell's upper bound without being open."""

        def ints(values: Iterable[int]) -> Ints:
            return np.array(list(values), dtype=np.int64)

        def bools(values: Iterable[bool]) -> Bools:
            return np.array(list(values), dtype=np.bool_)

        cells = self._cells
        system = System(
            names=tuple(self._names),
            values=ints(c.value for c in cells),
            lower=ints(c.lower for c in cells),
            upper=ints(c.upper for c in cells),
            primary=bools(c.primary for c in cells),
            open=bools(c.open for c in cells),
            cost=ints(c.cost for c in cells),
            equations=Rows.of(self._equations),
            inequalities=Rows.of(self._inequalities),
        )
        for rows, wrong in (
            (system.equations, system.equations.activity(system.values) != system.equations.rhs),
            (system.inequalities, system.inequalities.activity(system.values) > system.inequalities.rhs),
        ):
            for i in np.flatnonzero(wrong):
                tables = sorted({self._names[cell][0] for cell in rows.row(int(i))[0]})
                msg = f"The figures do not agree with a sum of {', '.join(tables)}"
                raise ModelError(msg)
        for i in np.flatnonzero(~system.open & (system.values > system.upper)):
            msg = f"A cell of {self._names[i][0]} is above its upper bound; give the bound only where it holds"
            raise ModelError(msg)
        return system
