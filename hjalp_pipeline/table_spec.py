"""The vocabulary a table is declared in.

A table is declared once, as a ``TableSpec``: counting, contract, first suppression, protection, publishing, revision, its
causes and the catalogue follow from it. Names of columns are those of the frames, in lower case; csv files have them in
upper case.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.codelists.spans import Span, Time
from hjalp_pipeline.publishing.table import Symbol, Text, Variable
from hjalp_pipeline.table_parts import ByUnit, Counts, Distinct, PartsOf, Same, Sum

#: Column of the time in every table, the last of its codes.
TIME = "tid"
#: Column that says of a cell whether it is hidden.
MASK = "skjult"
#: Unsuppressed tables by name, with the column ``MASK`` where what they hide is known.
Marked = Mapping[str, pl.DataFrame]
#: What a table hides, made from the other tables of its release and from earlier releases, oldest first (``TableSpec.mask``).
MaskRule = Callable[[Marked, Sequence[Marked]], pl.DataFrame]


@dataclass(frozen=True, eq=False)
class Dimension:
    """A dimension of a table: its column, the variable as it is published, and the column of the stock that holds its codes.

    ``said``: what a code is called in a sentence, where that is not its text. ``description``: Danish, for the data
    dictionary. A variable with a total has one level below it. ``stock`` is empty for the units of a table (``ByUnit``).
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
    """How Danish pages name a table's figures: in a sentence and as a label. ``at``: what a sentence says before the time."""

    sentence: str
    label: str
    at: str = "ultimo"


@dataclass(frozen=True, slots=True)
class Texts:
    """What is published of a table beside its figures. ``notes`` stand after those that every table has."""

    contents: Text
    units: Text
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, eq=False)
class Times:
    """The time of a table: the type of ``tid``, what it holds (Danish), and which times are shown of a span, from ``first`` on.

    ``stock``: figures of the end of a time, not of all its days.
    """

    kind: type[pl.DataType]
    description: str
    of: Callable[[Span], tuple[Time, ...]]
    stock: bool
    first: Time | None = None

    def shown(self, span: Span) -> tuple[Time, ...]:
        """The times of a span, in their order."""
        return tuple(time for time in self.of(span) if self.first is None or time >= self.first)  # type: ignore[operator]  # of one kind

    def since(self, first: Kvartal) -> "Times":
        """The same from a quarter on."""
        return replace(self, first=str(first))


def _years(span: Span) -> tuple[Time, ...]:
    return span.years


def _quarters(span: Span) -> tuple[Time, ...]:
    return tuple(map(str, span.quarters))


def _whole_years(span: Span) -> tuple[Time, ...]:
    return tuple(map(str, span.whole_years))


#: The end of each year.
ULTIMO = Times(pl.Int32, "Referenceår (ultimo)", _years, stock=True)
#: Each quarter; each whole year.
QUARTERS = Times(pl.String, "Kvartal, 2024K4", _quarters, stock=False)
WHOLE_YEARS = Times(pl.String, "År", _whole_years, stock=False)


@dataclass(frozen=True, eq=False)
class TableSpec:
    """A table. The select ``sql`` gives it with the columns of its dimensions, ``tid`` and ``columns``, in this order.

    ``measure``: the column published, whole numbers of 10^-``decimals``. ``signs``: the first that holds stands where
    there is no figure. ``checks``: what holds in each row beside types and codes. ``time``: which times it shows.
    ``rows``: the select that gives what the table counts, row by row with its time, from a stock that is not told by year.

    Confidentiality (R11): a figure is small when it is below the threshold, or ``behind`` is, the column of observations
    behind it. ``shares_mask_of``: the table whose hidden cells it hides, and no others; then it is not protected by
    itself. ``mask``: what it hides instead, as a frame of ``keys``, from the tables declared before it and what they hide;
    then it is not protected by itself either; ``mask_of``: those tables. ``adds_up_to``: the table it is
    linked with, both without totals: for equal codes of the dimensions both have and equal time, the sum of this table less
    what is counted more than once, which everybody is taken to know, is the sum of the other. ``at_most``: the table whose
    figure is never below this one's total of the same codes; ``at_most_da``: that, or what else everybody knows of its figures, in
    words. ``bound``: see ``Bound``; ``same``, ``parts_of``: see ``Same``, ``PartsOf``. ``overlapping``: dimensions, beside the first,
    in several of whose codes a unit that is counted once (``Distinct``) may stand: then the total is at most their sum, and by how
    much it is less nobody is told.
    ``developing``: under development; counted from the finer stock, and published where a release names it.
    ``attribute``: a sensitive dimension's column: that all of a group stand in one of its categories is not told either.
    ``words``: None where no page lists totals. ``made_from``: assets beside tables; ``lineage``: by column, asset and column behind it.
    """

    name: str
    sql: str
    dimensions: tuple[Dimension, ...]
    counts: Counts
    columns: tuple[Column, ...]
    measure: str
    texts: Texts
    signs: tuple[Sign, ...]
    description: str
    decimals: int = 0
    rows: str | None = None
    time: Times = ULTIMO
    checks: tuple[tuple[str, pl.Expr], ...] = ()
    behind: str | None = None
    shares_mask_of: str | None = None
    mask: MaskRule | None = None
    mask_of: tuple[str, ...] = ()
    adds_up_to: str | None = None
    at_most: str | None = None
    at_most_da: str = ""
    bound: Bound | None = None
    attribute: str | None = None
    words: Words | None = None
    same: tuple[Same, ...] = ()
    parts_of: PartsOf | None = None
    overlapping: tuple[str, ...] = ()
    developing: bool = False
    made_from: tuple[tuple[str, ...], ...] = ()
    lineage: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """ValueError unless a sensitive dimension has a total and is of a table that is protected by itself, with its sums."""
        fits = {one.column for one in self.dimensions[1:] if one.total and not self.follows and not self.adds_up_to}
        if self.attribute and self.attribute not in fits:
            raise ValueError(f"{self.id}: {self.attribute} cannot be its attribute")

    @property
    def id(self) -> str:
        """Its name in the StatBank, in files and in messages."""
        return self.name.upper()

    @property
    def units(self) -> Mapping[str, Sum | Distinct]:
        """What each unit of its figures counts by its code, the last one; none where it has one unit alone."""
        return self.counts.of if isinstance(self.counts, ByUnit) else {}

    @property
    def follows(self) -> bool:
        """Whether what it hides follows from what other tables hide."""
        return self.shares_mask_of is not None or self.mask is not None

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
