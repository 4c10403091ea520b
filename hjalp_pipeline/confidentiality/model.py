"""Builds systems: any number of tables with their sums, linked tables and releases (R11).

The system itself, what a pattern is and when a cell is protected, is in ``system``; its names are at hand here as well.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    "Dimension",
    "Ints",
    "ModelError",
    "Name",
    "Rows",
    "Rule",
    "System",
    "SystemBuilder",
    "cost_of",
    "hierarchical_table",
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

    def cell(self, name: Name) -> int:
        """Cell number of a name or alias. KeyError when unknown."""
        return self._index[name]

    def add_equation(self, total: int, parts: Iterable[int]) -> None:
        """``total`` is the sum of ``parts``."""
        self.add_row([(total, 1), *((part, -1) for part in parts)], 0)

    def add_le(self, smaller: int, larger: int) -> None:
        """``smaller <= larger``, such as persons <= loans."""
        self.add_row([(smaller, 1), (larger, -1)], 0, equal=False)

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


@dataclass(frozen=True)
class Dimension:
    """A dimension with a hierarchy of any depth: every code and its parent, None for the one root (the total)."""

    name: str
    parents: Mapping[str, str | None]

    def __post_init__(self) -> None:
        """ModelError unless it is one tree."""
        roots = [code for code, parent in self.parents.items() if parent is None]
        if len(roots) != 1:
            msg = f"Dimension {self.name} must have one root, not {len(roots)}"
            raise ModelError(msg)
        for code in self.parents:
            self.ancestors(code)

    @staticmethod
    def flat(name: str, leaves: Iterable[str], total: str = "TOT") -> "Dimension":
        """One total over the leaves."""
        return Dimension(name, {total: None, **dict.fromkeys(leaves, total)})

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The code and everything above it, root last. ModelError for an unknown code or a loop."""
        out: list[str] = []
        at: str | None = code
        while at is not None:
            if at not in self.parents or at in out:
                msg = f"Dimension {self.name}: {code} does not lead to the root"
                raise ModelError(msg)
            out.append(at)
            at = self.parents[at]
        return tuple(out)

    def children(self) -> dict[str, tuple[str, ...]]:
        """The children of every code that has any, in the order of ``parents``."""
        out: dict[str, list[str]] = {}
        for code, parent in self.parents.items():
            if parent is not None:
                out.setdefault(parent, []).append(code)
        return {code: tuple(codes) for code, codes in out.items()}

    def leaves(self) -> tuple[str, ...]:
        """The codes without children."""
        above = set(self.parents.values())
        return tuple(code for code in self.parents if code not in above)

    def single(self) -> dict[str, str]:
        """For every code the code that stands for it: a parent with one child is the same figure as the child."""
        children = self.children()

        def down(code: str) -> str:
            below = children.get(code, ())
            return down(below[0]) if len(below) == 1 else code

        return {code: down(code) for code in self.parents}


def hierarchical_table(
    counts: Mapping[Name, int],
    dimensions: Sequence[Dimension],
    *,
    builder: SystemBuilder | None = None,
    prefix: Name = (),
    suffix: Name = (),
    population: Mapping[Name, int] | None = None,
    lower: int = 1,
    multiplier: Callable[[Name], int] | None = None,
) -> SystemBuilder:
    """A whole table with all its sums, added to ``builder`` (a new one by default), which is returned.

    counts: leaf coordinates -> count, 0 where missing. Every combination of codes of the dimensions becomes a cell
    named ``prefix + codes + suffix`` (``prefix`` should be the table, ``suffix`` the year and release), and each
    parent code of one dimension, the others fixed, an equation. population: leaf coordinates -> public upper bound;
    sums get the sum; a cell with a missing or smaller bound than its count (a person may borrow where he does not
    live) gets NO_BOUND. multiplier: codes -> factor on the cost, to have totals hidden last. A parent with a single
    child is an alias of the child. ModelError when a count has an unknown code or one that is not a leaf.
    """
    builder = SystemBuilder() if builder is None else builder
    leaves = [set(dimension.leaves()) for dimension in dimensions]
    values = dict.fromkeys(itertools.product(*(dimension.parents for dimension in dimensions)), 0)
    bounds = dict.fromkeys(values, 0)
    for key, count in counts.items():
        if key in values and not all(code in leaf for code, leaf in zip(key, leaves, strict=True)):
            msg = f"Counts are given for leaves, not for {key}"
            raise ModelError(msg)
        for above in itertools.product(*(d.ancestors(code) for d, code in zip(dimensions, key, strict=True))):
            values[above] += count
    for key in itertools.product(*(dimension.leaves() for dimension in dimensions)):
        bound = NO_BOUND if population is None else population.get(key, NO_BOUND)
        for above in itertools.product(*(d.ancestors(code) for d, code in zip(dimensions, key, strict=True))):
            bounds[above] = min(bounds[above] + bound, NO_BOUND)

    stands_for = [dimension.single() for dimension in dimensions]
    cells: dict[Name, int] = {}
    for key, value in values.items():
        same = tuple(codes[code] for codes, code in zip(stands_for, key, strict=True))
        upper = bounds[same] if bounds[same] >= value else NO_BOUND
        cost = cost_of(value, multiplier(key) if multiplier else 1)
        cells[key] = builder.add_cell((*prefix, *same, *suffix), value, lower=lower, upper=upper, cost=cost)
        builder.alias((*prefix, *key, *suffix), cells[key])
    for at, dimension in enumerate(dimensions):
        others: list[Iterable[str]] = [d.parents for d in dimensions]
        for parent, below in dimension.children().items():
            if len(below) == 1:
                continue
            others[at] = (parent,)
            for key in itertools.product(*others):
                builder.add_equation(cells[key], (cells[(*key[:at], code, *key[at + 1 :])] for code in below))
    return builder
