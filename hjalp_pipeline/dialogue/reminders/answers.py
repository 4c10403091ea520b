"""What a kommune owes an answer on in an approval matter: a rejection is one, until a re-delivery asks again (R12, seed 3.4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hjalp_pipeline.rules.approval import Decision, Received
from hjalp_pipeline.storage.danish_time import DANISH_TIME

#: Days a kommune has to decide anew after a re-delivery, when the year's own deadline is sooner.
ANSWER_DAYS = 14


@dataclass(frozen=True, slots=True)
class Answer:
    """The newest question about one kind: its deadline, the day it was answered (null: it is not), and the re-delivery
    that asked it (null: the year's ordinary question). Days are Danish.
    """

    deadline: date
    answered_on: date | None = None
    redelivered_on: date | None = None

    @property
    def late(self) -> bool:
        """Answered after the deadline."""
        return self.answered_on is not None and self.answered_on > self.deadline


def danish_day(at: datetime) -> date:
    """The day in Denmark of a time with zone."""
    return at.astimezone(DANISH_TIME).date()


def answer(decisions: Iterable[Decision], deliveries: Iterable[Received], deadline: date) -> Answer:
    """How one (aar, komnr, kind) stands: unanswered exactly when its ``state_of`` is UBESVARET or GENLEVERET.

    Of several deliveries after a rejection the first asks: who goes on delivering is not given more time.
    """
    # A delivery of the same second as a decision is not after it, as in ``state_of``.
    events: list[tuple[datetime, int, Decision | Received]] = [
        *((delivery.at, 0, delivery) for delivery in deliveries),
        *((decision.decided_at, 1, decision) for decision in decisions),
    ]
    found, rejected = Answer(deadline), False
    for at, _, event in sorted(events, key=lambda event: event[:2]):
        day = danish_day(at)
        if isinstance(event, Decision):
            rejected = not event.approved
            found = Answer(found.deadline, found.answered_on or day, found.redelivered_on)
        elif rejected and found.answered_on is not None:
            found = Answer(max(deadline, day + timedelta(ANSWER_DAYS)), None, day)
    return found
