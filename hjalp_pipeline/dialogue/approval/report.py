"""What one kommune's approval report shows, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from hjalp_pipeline.dialogue.approval.outliers import Oddity
from hjalp_pipeline.rules.approval import State

Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file the figures are made from; ``brugt``: its records inside the kommune's data."""

    indberetter: str
    kvartal: str
    fil: str
    modtaget: datetime | None
    poster: int
    brugt: int


@dataclass(frozen=True, slots=True)
class QuarterRow:
    """A quarter of the year and the same one a year before (null: before the statistic)."""

    kvartal: str
    udleveret: int
    udleveret_foer: int | None
    indleveret: int
    indleveret_foer: int | None
    indleveret_doed: int


@dataclass(frozen=True, slots=True)
class ParagraphRow:
    """Loans by paragraph or source: issued in the year and on loan at its end, this year and last (null: not known)."""

    kode: str
    tekst: str
    udleveret: int
    udleveret_foer: int | None
    bestand: int
    bestand_foer: int


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is another than in the report before; ``efter_paragraf``: one of many, by paragraph."""

    tekst: str
    foer: int
    nu: int
    efter_paragraf: bool


@dataclass(frozen=True)
class Report:
    """One kommune's report. ``rows``: ``report_rows.SCHEMA``, null when others report for it; ``changes`` null: no report before.

    ``unknown_codes``: loans inside the statistic whose ``lov_navn`` is no code (R7), of all years.
    """

    komnr: str
    kommune: str
    aar: int
    release: str | None
    kvartal: str
    extract: date
    until: str | None
    deltager: bool
    hvorfor: str | None
    states: Mapping[str, State]
    decided: Mapping[str, datetime]
    covered_by: tuple[str, ...]
    delivered: tuple[Delivered, ...]
    quarters: tuple[QuarterRow, ...]
    trend: tuple[tuple[str, int, int], ...]
    paragraphs: tuple[ParagraphRow, ...]
    sources: tuple[ParagraphRow, ...]
    bestand: int
    bestand_foer: int
    bestand_andre: tuple[tuple[str, int], ...]
    poster: int
    brugt: int
    reasons: tuple[tuple[str, int], ...]
    rows: pl.DataFrame | None
    changes: tuple[Change, ...] | None
    before_name: str
    oddities: tuple[Oddity, ...]
    unknown_codes: int

    @property
    def without_paragraph(self) -> int:
        """Loans issued in the year that no paragraph could be told for."""
        return sum(row.udleveret for row in self.paragraphs if not row.kode)
