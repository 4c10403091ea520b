"""The vocabulary a statistic is declared in. The engine reads declarations; ``statistics/`` makes them.

A table is declared once, as a ``TableSpec``: counting, contract, first suppression, protection, publishing, revision, its
causes and the catalogue follow from it. Names of columns are those of the frames, in lower case; csv files have them in
upper case.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib import import_module
from typing import Any

import polars as pl

from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.publishing.table import Symbol, Text, Variable
from hjalp_pipeline.rules.collaborations import Collaboration
from hjalp_pipeline.rules.gengangere import Combining
from hjalp_pipeline.rules.rule import StateColumn
from hjalp_pipeline.rules.rulebook import Rulebook

#: Column of the time in every table, the last of its codes.
TIME = "tid"


@dataclass(frozen=True, eq=False)
class Dimension:
    """A dimension of a table: its column, the variable as it is published, and the column of the stock that holds its codes.

    ``said``: what a code is called in a sentence, where that is not its text. ``description``: Danish, for the data
    dictionary. A variable with a total has one level below it.
    """

    column: str
    variable: Variable
    stock: str
    description: str
    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> str | None:
        """The code that sums up all others; None where the table has no such figures."""
        return self.variable.total

    def word(self, code: str) -> str:
        """A code as a Danish sentence says it."""
        return self.said.get(code) or self._texts[code]

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {value.code: value.text.da for value in self.variable.values}


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure that adds up a column of the stock."""

    column: str


@dataclass(frozen=True, slots=True)
class Distinct:
    """A figure that counts each value of a column of the stock once in a cell.

    The same person may stand in several codes of the first dimension: there the parts may be more than the total.
    """

    column: str


@dataclass(frozen=True, slots=True)
class Share:
    """A figure that is another table's, ``scale`` times, divided by the column ``per``; rounded half away from zero."""

    of: str
    per: str
    scale: int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures (whole numbers, null where there is none) and what it holds, in Danish."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that stands in place of a figure that is not hidden: wherever ``null`` has no value."""

    symbol: Symbol
    null: str


@dataclass(frozen=True, slots=True)
class Bound:
    """What everybody knows a figure to be at most where it holds: the column of another table, cell by cell."""

    table: str
    column: str


@dataclass(frozen=True, slots=True)
class Words:
    """How Danish pages name a table's figures: in a sentence (``udlånte hjælpemidler``) and as a label (``Udlån``)."""

    sentence: str
    label: str


@dataclass(frozen=True, slots=True)
class Texts:
    """What is published of a table beside its figures. ``notes`` stand after those that every table has."""

    contents: Text
    units: Text
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, eq=False)
class TableSpec:
    """A table. The select ``sql`` gives it with the columns of its dimensions, ``tid`` and ``columns``, in this order.

    ``measure``: the column published, whole numbers of 10^-``decimals``. ``signs``: the first that holds stands where
    there is no figure. ``checks``: what holds in each row beside types and codes.

    Confidentiality (R11): a figure is small when it is below the threshold, or ``behind`` is, the column of observations
    behind it. ``shares_mask_of``: the table whose hidden cells it hides, and no others; then it is not protected by
    itself. ``at_most``: the table whose figure is never below this one's total of the same codes. ``bound``: see ``Bound``.

    ``words``: None for a table whose totals no page lists. ``description``: English and Danish, for whoever runs it;
    ``made_from``: the assets it is counted from, beside tables; ``lineage``: of each column, asset and column behind it.
    """

    name: str
    sql: str
    dimensions: tuple[Dimension, ...]
    counts: Sum | Distinct | Share
    columns: tuple[Column, ...]
    measure: str
    texts: Texts
    signs: tuple[Sign, ...]
    description: str
    decimals: int = 0
    checks: tuple[tuple[str, pl.Expr], ...] = ()
    behind: str | None = None
    shares_mask_of: str | None = None
    at_most: str | None = None
    bound: Bound | None = None
    words: Words | None = None
    made_from: tuple[tuple[str, ...], ...] = ()
    lineage: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Its name in the StatBank, in files and in messages: ``HJALP1``."""
        return self.name.upper()

    @property
    def codes(self) -> tuple[str, ...]:
        """The columns of its dimensions."""
        return tuple(dimension.column for dimension in self.dimensions)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns that tell a cell: dimensions and time."""
        return (*self.codes, TIME)

    @property
    def csv(self) -> str:
        """The file it is published in."""
        return f"{self.id}.csv"


@dataclass(frozen=True, eq=False)
class Stock:
    """The small frame from which all tables are counted, one for each kommune and period.

    ``take`` makes it (``columns``, sorted) of the rows of the last data state and the period run; null is nowhere in it.
    """

    columns: tuple[StateColumn, ...]
    take: Callable[[pl.DataFrame, Kvartal], pl.DataFrame]

    @cached_property
    def schema(self) -> pl.Schema:
        """Names and types."""
        return pl.Schema([(column.name, column.kind) for column in self.columns])


@dataclass(frozen=True, eq=False)
class Statistic:
    """A statistic: what is delivered, the rules, the tables, each after those it is counted from, and what is said of them.

    ``name``: of its folder in the data root. ``watched``: the table whose figures may not move far from one release to the
    next without an explanation (R13). ``lists``: code lists that the selects join, as frames by the name of the relation.
    ``agreed``: what the collaborations mean for the rows of a delivery, from all of them, the kommune and the delivery's
    period; rules find it in their context. ``unknown``: data state and code of the records whose code no list knows, which
    are followed by delivery. ``reading`` and ``code``: packages and modules by which deliveries are read, and which figures
    follow from, beside the engine's.
    """

    name: str
    layouts: Layouts
    combining: Combining
    rulebook: Rulebook
    stock: Stock
    tables: tuple[TableSpec, ...]
    subject_code: str
    subject_area: Text
    watched: str
    reading: tuple[str, ...]
    code: tuple[str, ...]
    lists: Mapping[str, Callable[[], pl.DataFrame]] = field(default_factory=dict)
    agreed: Callable[[Iterable[Collaboration], str, Kvartal], Any] = lambda _rows, _komnr, _period: None
    unknown: tuple[str, str] | None = None

    @property
    def thing(self) -> str:
        """What a record is, as assets and datasets are named: the element of a record in xml."""
        return self.layouts.declaration.record

    def table(self, name: str) -> TableSpec:
        """A table by its name. KeyError when there is none."""
        return {spec.name: spec for spec in self.tables}[name]

    def only(self, names: Collection[str]) -> "Statistic":
        """The statistic with these of its tables alone: those that a release has published."""
        return replace(self, tables=tuple(spec for spec in self.tables if spec.name in names))

    @property
    def protected(self) -> tuple[TableSpec, ...]:
        """The tables whose cells are protected: the others carry the mask of one of them."""
        return tuple(spec for spec in self.tables if spec.shares_mask_of is None)

    @property
    def cell(self) -> tuple[str, ...]:
        """The columns that tell a cell of any table: ``table``, all dimensions (empty where a table has none) and time."""
        return ("table", *(dimension.column for dimension in self.dimensions), TIME)

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions of all tables, each once, in the order they are met."""
        return tuple({dimension.column: dimension for spec in self.tables for dimension in spec.dimensions}.values())


#: Statistics that ``statistics/`` does not hold, or that stand in for one it holds, by name.
OTHERS: dict[str, Statistic] = {}


def add(statistic: Statistic) -> None:
    """Make a statistic known that ``statistics/`` does not hold."""
    OTHERS[statistic.name] = statistic


def declared(name: str) -> Statistic:
    """The statistic of this name, as ``statistics/{name}/declaration.py`` declares it, or as it was added."""
    if name in OTHERS:
        return OTHERS[name]
    found: Statistic = import_module(f"hjalp_pipeline.statistics.{name}.declaration").STATISTIC
    return found
