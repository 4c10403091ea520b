"""A delivery that has been read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.intake import Intake
from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.production.internal import InternalError
from hjalp_pipeline.rules.systems import Candidate
from hjalp_pipeline.storage.entries import Verdict
from hjalp_pipeline.storage.inbox import InboxFile


@dataclass(frozen=True)
class Delivery:
    """A delivery that has been read: its file, its name (None = ``FILNAVN``), content hash, lake key and verdict."""

    file: InboxFile
    name: DeliveryName | None
    sha256: str
    key: str
    verdict: Verdict

    @property
    def accepted(self) -> bool:
        """Whether it may be used."""
        return self.verdict.status == "accepted"

    def candidate(self) -> Candidate | None:
        """The delivery as R1 sees it, None for one whose name says nothing."""
        if self.name is None:
            return None
        name = self.name
        return Candidate(Period.parse(name.kvartal), name.komnr, name.system, name.received, self.accepted, self.key)


def received_on(in_force: Iterable[Delivery], period: str) -> date:
    """The day on which the first delivery of the period itself came in, of those in force, newest system first; where none is of it the
    first.
    """
    names = [delivery.name for delivery in in_force if delivery.name is not None]
    if not names:
        raise InternalError("a delivery in force has a name")
    return next((name for name in names if name.kvartal == period), names[0]).received.date()


def verdict_of(intake: Intake) -> Verdict:
    """What the lake keeps of a delivery that was read."""
    return Verdict(
        status=intake.status,
        code=intake.code,
        detail=intake.detail,
        records=intake.records,
        bad_records=intake.bad_records,
        findings=tuple(intake.findings),
        finding_counts=intake.finding_counts,
        bad_by_code=intake.bad_by_code,
        remarks=intake.remarks,
    )


def intake_of(verdict: Verdict) -> Intake:
    """A verdict as it was when the delivery was read, for its receipt; without its records."""
    return Intake(
        status=verdict.status,
        code=verdict.code,
        detail=verdict.detail,
        records=verdict.records,
        bad_records=verdict.bad_records,
        findings=list(verdict.findings),
        finding_counts=verdict.finding_counts,
        bad_by_code=verdict.bad_by_code,
        remarks=verdict.remarks,
    )
