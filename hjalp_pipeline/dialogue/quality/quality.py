"""Everything a quality declaration says, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from hjalp_pipeline.dialogue.quality.revisions import Revision
from hjalp_pipeline.dialogue.quality.small_numbers import SmallNumber
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK

#: A kommune with fewer loans inside the statistic gets no shares of its own.
FEWEST_ROWS = 200


#: Counts of the whole country are rounded to so many.
ROUNDED = 100


#: Where a loan's paragraph comes from, or why it has none: the words of the declaration and the codes of R7.
KILDER: Mapping[str, tuple[str, ...]] = {
    "indberettet": ("LOV_NAVN",),
    "fra fritekst": ("LOV_TEKST",),
    "tvetydig tekst": ("FLERE", "AFSLAG"),
    "uden for værdisættet": ("ANDEN_LOV", "UDENFOR", "IKKE_I_KRAFT", "UKENDT_KODE"),
    "ingen": ("INGEN", "TOM"),
}


MED_PARAGRAF = ("indberettet", "fra fritekst")


#: Reasons for which delivered rows do not belong to the statistic's population, those out of its period left aside.
_NOT_OF_THE_POPULATION = tuple(
    code.name
    for state in RULEBOOK.chain
    for rule in state.rules
    if rule.severity == "removes"
    for code in rule.codes
    if code.fault
)


class Aar(NamedTuple):
    """A reference year: kommuner that approved all four quarters and so take part, of them those without approval of the
    paragraphs, and the others with why they are out.
    """

    aar: int
    deltagere: int
    uden_paragraf: tuple[str, ...]
    ude: tuple[tuple[str, str], ...]


class KommuneShare(NamedTuple):
    """Shares of a reporting kommune in whole per cent; null when it has too few rows."""

    komnr: str
    kommune: str
    kilder: Mapping[str, int] | None
    cpr: int | None
    rettet: int | None


class SystemChange(NamedTuple):
    """A change of system: the kommune, the system left, the quarter it was left in, gengangere per cent of the raw rows."""

    komnr: str
    kommune: str
    system: str
    kvartal: str
    gengangere: int | None


class Trend(NamedTuple):
    """A quarter of the whole country: loans issued and returned (rounded), share of those issued that have a paragraph."""

    kvartal: str
    udleveret: int
    indleveret: int
    med_paragraf: float | None


@dataclass(frozen=True)
class Quality:
    """Everything the declaration says. ``rows``: rows kept and removed by step and reason, ``corrections``: rows by rule,
    ``over_20_aar``: open loans too old for the latest year; all rounded, like the shares that are made of them.
    """

    release: str
    published: date
    years: tuple[Aar, ...]
    kilder: Mapping[str, float]
    kommuner: tuple[KommuneShare, ...]
    rows: Mapping[str, Mapping[str, int]]
    corrections: Mapping[str, int]
    over_20_aar: int
    systems: tuple[SystemChange, ...]
    defects: tuple[tuple[str, str], ...]
    comparability: tuple[str, ...]
    revisions: tuple[Revision, ...]
    tables: tuple[str, ...]
    trends: tuple[Trend, ...]
    small: tuple[SmallNumber, ...]

    @property
    def delivered(self) -> int:
        """Records delivered."""
        return sum(self.rows.get("leverance", {}).values())

    @property
    def loans(self) -> int:
        """Loans inside the statistic."""
        return self.rows.get("kommune_assigned", {}).get("kept", 0)

    @property
    def over_coverage(self) -> float:
        """Share of the active loans delivered that belong to no real person or cannot have happened as registered."""
        removed = sum(self.rows[step].get(code, 0) for step in self.rows for code in _NOT_OF_THE_POPULATION)
        return removed / ((removed + self.loans) or 1)

    @property
    def imputed(self) -> float:
        """Share of the loans whose return date was set by R5."""
        return sum(self.corrections.get(code, 0) for code in RULEBOOK.values_of("rettelse")) / (self.loans or 1)

    @property
    def without_paragraph(self) -> float:
        """Share of the loans that have no paragraph."""
        return 1 - sum(self.kilder[kilde] for kilde in MED_PARAGRAF)
