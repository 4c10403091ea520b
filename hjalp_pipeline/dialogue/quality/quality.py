"""Everything a quality declaration says, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from hjalp_pipeline.dialogue.quality.revisions import Revision
from hjalp_pipeline.dialogue.quality.small_numbers import SmallNumber
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.quality_spec import QualityTold
from hjalp_pipeline.statistic import Statistic


class Aar(NamedTuple):
    """A reference year: kommuner that take part, of them those without approval of what else a kommune decides, by kind, and
    the others with why they are out.
    """

    aar: int
    deltagere: int
    uden: Mapping[str, tuple[str, ...]]
    ude: tuple[tuple[str, str], ...]


class SystemChange(NamedTuple):
    """A change of system: the kommune, the system left, the quarter it was left in, gengangere per cent of the raw rows."""

    komnr: str
    kommune: str
    system: str
    kvartal: str
    gengangere: int | None


@dataclass(frozen=True)
class Quality:
    """Everything the declaration says. ``rows``: rows kept and removed by step and reason, ``corrections``: rows by rule;
    rounded, like the shares that are made of them. ``told``: the statistic's own part. ``publication``: the release's own
    settings of what stands beside its tables. ``announced``: the confirmed day it was announced for.
    """

    statistic: Statistic
    release: str
    published: date
    years: tuple[Aar, ...]
    rows: Mapping[str, Mapping[str, int]]
    corrections: Mapping[str, int]
    systems: tuple[SystemChange, ...]
    defects: tuple[tuple[str, str], ...]
    comparability: tuple[str, ...]
    revisions: tuple[Revision, ...]
    tables: tuple[str, ...]
    small: tuple[SmallNumber, ...]
    columns: tuple[str, ...]
    told: QualityTold
    next_release: date | None
    announced: date | None
    publication: Mapping[str, Text]

    @property
    def delivered(self) -> int:
        """Records delivered."""
        return sum(self.rows.get("leverance", {}).values())

    @property
    def kept(self) -> int:
        """Records inside the statistic."""
        return kept(self.statistic, self.rows)

    @property
    def over_coverage(self) -> float:
        """Share of the active records delivered that belong to no real person or cannot have happened as registered."""
        out = _not_of_the_population(self.statistic)
        removed = sum(self.rows[step].get(code, 0) for step in self.rows for code in out)
        return removed / ((removed + self.kept) or 1)


def kept(statistic: Statistic, rows: Mapping[str, Mapping[str, int]]) -> int:
    """Records left after the last step."""
    return rows.get(statistic.rulebook.states[-1], {}).get("kept", 0)


def _not_of_the_population(statistic: Statistic) -> tuple[str, ...]:
    """Reasons for which delivered rows do not belong to the statistic's population, those out of its period left aside."""
    return tuple(
        code.name
        for state in statistic.rulebook.chain
        for rule in state.rules
        if rule.severity == "removes"
        for code in rule.codes
        if code.fault
    )
