"""The vocabulary in which a statistic declares its part of the quality declaration.

The engine knows who takes part, what left at which rule, systems, revisions and comparability. The statistic counts what its
own rules do to few records (seed 3.6) and says what else a reader should know. How a count may be told: ``public_counts``.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import polars as pl

#: Stands for a year in what is counted over all records inside the statistic.
ALL = "all"
#: What is counted: its code, and a year or ``ALL``.
Small = tuple[str, str]


class Reported(Protocol):
    """What is known of a reporting kommune's data: rows after each step, lines (step, reason, rows), remarks by step and code."""

    @property
    def rows(self) -> Mapping[str, int]:
        """Rows kept after each step."""

    @property
    def ledger(self) -> Sequence[tuple[str, str | None, int]]:
        """Rows kept (None) and removed by step and reason."""

    @property
    def remarks(self) -> Mapping[str, Mapping[str, int]]:
        """Rows by step and code."""


class SmallNumbers(Protocol):
    """Counts the small numbers of one release, reporting kommune by reporting kommune. Confidential."""

    def add(self, reporter: str, members: Collection[str], rows: pl.DataFrame) -> None:
        """Count the records a kommune has reported; ``members``: those it reports for."""

    def counts(self, published: Callable[[str], pl.DataFrame]) -> Mapping[Small, int]:
        """Everything counted; ``published`` gives a table of the release by its name, as text."""


@dataclass(frozen=True)
class Facts:
    """What the statistic's part is made of. ``remarks`` by step and code, and ``kept`` (records inside the statistic), are
    rounded; ``counts`` are exact. ``flows``: figures of the approval reports by measure and period, summed over the kommuner
    that take part in every year; exact too.
    """

    years: Sequence[int]
    kept: int
    remarks: Mapping[str, Mapping[str, int]]
    corrections: Mapping[str, int]
    reported: Mapping[str, Reported]
    counts: Mapping[Small, int]
    flows: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Concept:
    """A concept of SIMS 2.0: its name, what is said of it, the code of the ESS quality indicator."""

    name: str
    value: Any
    qpi: str | None = None


@dataclass(frozen=True)
class QualityTold:
    """The statistic's part: values for its template; concepts by their codes; what is added to the counts of removed rows
    and to what is said of compilation; rows of ``trends``.
    """

    page: Mapping[str, object]
    concepts: Mapping[str, Concept] = field(default_factory=dict)
    removed: Mapping[str, int] = field(default_factory=dict)
    compilation: Mapping[str, Any] = field(default_factory=dict)
    trends: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, eq=False)
class QualityDeclaration:
    """What a statistic's quality declaration counts and says of its own.

    ``delivered`` and ``states``: columns of the records inside the statistic that ``counting`` looks at, which is made for
    the years of a release and who takes part in each. ``titles``: of its small numbers in order, by code; ``of_all``: those
    not by year. ``placed``: words for remarks that are shown among the corrections. ``template``: package and file of the
    page, which extends ``kvalitet.html.j2``. ``things_en``: what a record is, as the json names their count. ``relevance``:
    whom the figures are for and what they are used for, in sentences; ``definitions``: terms and what they mean.
    """

    delivered: Sequence[str]
    states: Mapping[str, Sequence[str]]
    counting: Callable[[Mapping[int, frozenset[str]]], SmallNumbers]
    titles: Mapping[str, str]
    of_all: Collection[str]
    placed: Mapping[str, str]
    tell: Callable[[Facts], QualityTold]
    template: tuple[str, str]
    things_en: str
    relevance: Sequence[str] = ()
    definitions: Sequence[tuple[str, str]] = ()
