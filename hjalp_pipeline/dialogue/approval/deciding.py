"""Taking down what a kommune has decided (R12, issue 6): one decision is one line of ``approvals/{aar}.csv``."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.dialogue.approval.recording import record
from hjalp_pipeline.production.inbox.gate_state import why_not_yet_in
from hjalp_pipeline.production.release.participation import participation_now
from hjalp_pipeline.rules.approval import Decision, latest_decisions
from hjalp_pipeline.storage.codelists import SYSTEMS, read_collaborations, read_systems
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.root import DataRoot


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken down: file, decisions, those a later one already overrules, and what it means for taking part
    (``hvorfor`` null = takes part). ``not_yet_in``: why nothing is delivered for the kommune yet, null once it is in.
    """

    file: str
    decisions: tuple[Decision, ...]
    overruled: tuple[Decision, ...]
    deltager: bool
    hvorfor: str | None
    not_yet_in: str | None = None


def approve(
    root: DataRoot,
    aar: int,
    komnr: str,
    kinds: Sequence[str],
    decision: str,
    *,
    decided_by: str,
    note: str = "",
    at: str | None = None,
    now: datetime | None = None,
) -> Taken:
    """Append a kommune's decision on some kinds of a year (``record``, with its InputErrors), and tell what it means."""
    clock = now or datetime.now(DANISH_TIME)
    recorded = record(root, aar, komnr, kinds, decision, decided_by=decided_by, note=note, at=at, now=clock)
    latest = latest_decisions(read_approvals(root))
    means = participation_now(root, aar).filter(komnr=komnr).row(0, named=True)
    return Taken(
        recorded.file,
        recorded.decisions,
        tuple(one for one in recorded.decisions if latest[aar, komnr, one.kind].decided_at > recorded.decided_at),
        means["deltager"],
        means["hvorfor"],
        not_yet_in(root, clock).get(komnr),
    )


def not_yet_in(root: DataRoot, clock: datetime) -> dict[str, str]:
    """The kommuner for which nothing is delivered until now, each with why."""
    systems, collaborations = read_systems(root) if SYSTEMS.stands(root) else [], read_collaborations(root)
    period = root.declared.period.of(clock.astimezone(DANISH_TIME).date())
    why = {komnr: why_not_yet_in(systems, collaborations, komnr, period) for komnr in KOMNR}
    return {komnr: told for komnr, told in why.items() if told}
