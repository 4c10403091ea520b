"""R12: which kommuner take part in a reference year (seed 3.4, 5.6, 8.7)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from hjalp_pipeline.codelists.kommuner import KOMNR

KVARTALER = ("K1", "K2", "K3", "K4")
PARAGRAF = "PARAGRAF"


@dataclass(frozen=True, slots=True)
class Decision:
    """One approval decision; ``kind`` is ``K1``..``K4`` or ``PARAGRAF``."""

    decided_at: datetime
    aar: int
    komnr: str
    kind: str
    approved: bool


def standing_decisions(
    decisions: Iterable[Decision], until: datetime | None = None
) -> Mapping[tuple[int, str, str], bool]:
    """The decision that counts for each (aar, komnr, kind): the latest not after ``until``; of equal times the last given."""
    standing: dict[tuple[int, str, str], bool] = {}
    for decision in sorted(decisions, key=lambda decision: decision.decided_at):
        if until is None or decision.decided_at <= until:
            standing[decision.aar, decision.komnr, decision.kind] = decision.approved
    return standing


def taking_part(standing: Mapping[tuple[int, str, str], bool], aar: int) -> tuple[str, ...]:
    """Kommuner whose four quarters of ``aar`` are approved; the paragraph approval does not matter."""
    return tuple(komnr for komnr in KOMNR if all(standing.get((aar, komnr, kind), False) for kind in KVARTALER))
