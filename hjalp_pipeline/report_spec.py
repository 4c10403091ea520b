"""The vocabulary in which a statistic declares its part of a document: what is counted for it, and what is shown of that.

The engine knows who takes part, what was delivered, why records left, and how a document is written.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

#: What a figure is: the measure, the period (a quarter or a year), and a code ("" for none).
Key = tuple[str, str, str]
#: Figures of all kommuner. A figure of 0 has no row.
FIGURES = pl.Schema({"komnr": pl.String, "maal": pl.String, "periode": pl.String, "kode": pl.String, "antal": pl.Int64})
Cell = str | float | None


@dataclass(frozen=True, slots=True)
class Oddity:
    """One thing to look at: its code, the quarter or year, and a Danish sentence saying what and where to look."""

    code: str
    periode: str
    look: str


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that has changed since the report before; ``detail``: one of many, shown folded."""

    tekst: str
    foer: int
    nu: int
    detail: bool


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: texts of the header, none empty, widths in characters, rows as wide as the header."""

    name: str
    header: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True)
class Counted:
    """``figures``: rows of ``FIGURES``. ``details``: what the checks look at besides, by name: frames with ``komnr`` first,
    ``antal`` last, and between them what is counted.
    """

    figures: pl.DataFrame
    details: Mapping[str, pl.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class KommuneYear:
    """What a kommune's report of a year is made from: figures now and in the report before (empty: none), details by name
    without ``komnr``, and how many of its records have a code that no list knows (``Statistic.unknown``). ``country``: the
    figures now, summed over all kommuner: what is usual elsewhere.
    """

    komnr: str
    aar: int
    figures: Mapping[Key, int]
    before: Mapping[Key, int]
    details: Mapping[str, Sequence[tuple[Any, ...]]]
    unknown: int
    country: Mapping[Key, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """The statistic's part of a report: values for its template, lines for the workbook's first sheet (before and after those
    about the records), sheets, what has changed since the report before, and what to look at.
    """

    page: Mapping[str, object]
    main: Sequence[tuple[str, Cell]]
    of_records: Sequence[tuple[str, Cell]]
    sheets: Sequence[Sheet]
    changes: Sequence[Change]
    oddities: Sequence[Oddity]


@dataclass(frozen=True, eq=False)
class ApprovalReport:
    """What a kommune looks at before it approves a year (seed 3.4).

    ``delivered`` and ``states``: columns of the records inside the statistic, as delivered and of data states by name, from
    which ``count`` makes the figures of a reporting kommune, of a year and the year before. ``tell`` makes of them
    the part of one kommune. ``template``: package and file of the page, which extends ``godkendelse.html.j2``.
    """

    delivered: Sequence[str]
    states: Mapping[str, Sequence[str]]
    count: Callable[[pl.DataFrame, str, int], Counted]
    tell: Callable[[KommuneYear], Told]
    template: tuple[str, str]


@dataclass(frozen=True)
class VendorPage:
    """What the page and the view on vendors show besides deliveries and their errors: the records that are followed, those of
    them whose code no list knows (``Statistic.unknown``), and the share these have. Of each the heading on the page, and what
    the column of the view holds; ``note``: what is counted.
    """

    followed: tuple[str, str]
    unknown: tuple[str, str]
    share: tuple[str, str]
    note: str
