"""R12: what each kommune has approved, what that asks of it now, and who takes part in a reference year (seed 3.4, 5.6, 8.7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Kvartal, Period
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.rules.collaborations import Collaboration, reports_for

#: Kinds of decision that are about one quarter of the year.
_QUARTERS = ("K1", "K2", "K3", "K4")


@dataclass(frozen=True, slots=True)
class Approval:
    """Everything a kommune decides of a year, with what it is called in Danish, and what of it must be approved for the
    kommune to take part, also in words. ``asked``: what a kind is called where the kommune is asked for it, when otherwise;
    ``named_en``: what a kind that is not needed is called in names of the json. ``by_span``: a kommune takes part in all that
    a release shows or in nothing, and only the quarters shown are asked for; else each year is for itself.
    """

    named: Mapping[str, str]
    needed: tuple[str, ...]
    needed_da: str
    needed_en: str
    asked: Mapping[str, str] = field(default_factory=dict)
    named_en: Mapping[str, str] = field(default_factory=dict)
    by_span: bool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """What is decided, as it is written."""
        return tuple(self.named)

    @property
    def optional(self) -> tuple[str, ...]:
        """What does not decide whether a kommune takes part."""
        return tuple(kind for kind in self.named if kind not in self.needed)

    def asked_for(self, kind: str) -> str:
        """What a kind is called in a question to the kommune."""
        return self.asked.get(kind, self.named[kind])

    def last_kvartal(self, kind: str, aar: int) -> Period:
        """The last quarter of what is decided: ``K2`` is about the second, what is no quarter about the whole year."""
        return Kvartal(aar, int(kind[1:]) if kind in _QUARTERS else 4)

    def taking_part(self, standing: Mapping[tuple[int, str, str], bool], aar: int) -> tuple[str, ...]:
        """Kommuner that have approved what is needed of ``aar``."""
        return tuple(komnr for komnr in KOMNR if all(standing.get((aar, komnr, kind), False) for kind in self.needed))

    def participants(self, standing: Mapping[tuple[int, str, str], bool], span: Span) -> tuple[tuple[int, str], ...]:
        """Year and kommune, for each kommune that takes part in a year of what is shown."""
        if not self.by_span:
            return tuple((aar, komnr) for aar in span.years for komnr in self.taking_part(standing, aar))
        asked = [(quarter.aar, f"K{quarter.nr}") for quarter in span.quarters]
        whole = [komnr for komnr in KOMNR if all(standing.get((aar, komnr, kind), False) for aar, kind in asked)]
        return tuple((aar, komnr) for aar in span.years for komnr in whole)


@dataclass(frozen=True, slots=True)
class Decision:
    """One approval decision; ``kind`` is one of ``Approval.kinds``."""

    decided_at: datetime
    aar: int
    komnr: str
    kind: str
    approved: bool


def latest_decisions(
    decisions: Iterable[Decision], until: datetime | None = None
) -> dict[tuple[int, str, str], Decision]:
    """The decision that counts for each (aar, komnr, kind): the latest not after ``until``; of equal times the last given."""
    latest: dict[tuple[int, str, str], Decision] = {}
    for decision in sorted(decisions, key=lambda decision: decision.decided_at):
        if until is None or decision.decided_at <= until:
            latest[decision.aar, decision.komnr, decision.kind] = decision
    return latest


def standing_decisions(
    decisions: Iterable[Decision], until: datetime | None = None
) -> Mapping[tuple[int, str, str], bool]:
    """Whether what counts for each (aar, komnr, kind) is an approval (see ``latest_decisions``)."""
    return {key: decision.approved for key, decision in latest_decisions(decisions, until).items()}


class State(StrEnum):
    """Where one (aar, komnr, kind) is between the kommune and the office; who takes part follows from the decision alone."""

    UBESVARET = "UBESVARET"  # no decision yet
    GODKENDT = "GODKENDT"
    AFVIST = "AFVIST"  # a re-delivery is asked for
    GENLEVERET = "GENLEVERET"  # rejected and re-delivered: a new decision is asked for
    FORAELDET = "FORAELDET"  # approved before the newest re-delivery: counts, and is shown as such


@dataclass(frozen=True, slots=True)
class Received:
    """An accepted delivery: the reporting kommune, the quarter it was delivered for, and when it was received."""

    komnr: str
    kvartal: Period
    at: datetime


def state_of(decision: Decision | None, deliveries: Iterable[Received], quarters: Mapping[str, Period]) -> State:
    """The state that a kommune's latest decision and the deliveries that hold its loans make together.

    ``quarters``: by reporting kommune the quarter the figures are made from. A rejection is answered by any delivery
    received after it; an approval is outdated by one of the quarter the figures are made from, for the ordinary delivery
    of the next quarter changes nothing that was approved.
    """
    if decision is None:
        return State.UBESVARET
    later = [delivery for delivery in deliveries if delivery.at > decision.decided_at]
    if not decision.approved:
        return State.GENLEVERET if later else State.AFVIST
    outdated = any(quarters.get(delivery.komnr) == delivery.kvartal for delivery in later)
    return State.FORAELDET if outdated else State.GODKENDT


def deliveries_by_kommune(
    deliveries: Iterable[Received], collaborations: Iterable[Collaboration]
) -> dict[str, list[Received]]:
    """Deliveries by each kommune whose loans they hold: the one that reports, and those it has reported for."""
    together = tuple(collaborations)
    found: dict[str, list[Received]] = {komnr: [] for komnr in KOMNR}
    for delivery in deliveries:
        for komnr in (delivery.komnr, *reports_for(together, delivery.komnr, delivery.kvartal)):
            found[komnr].append(delivery)
    return found
