"""R12 and seed 3.4, 3.5: what a kommune owes, since when, and which reminder is due today. A pure state machine.

A *matter* (sag) is what all kommuner owe by a deadline: ``leverance 2025K1``, ``godkendelse 2024``. A *case* is one kommune in
one matter. The machine knows deadlines, answers and what was sent, nothing else; where they come from is the caller's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from hjalp_pipeline.codelists.periods import Period

#: Ways to remind, in the order a kommune meets them: in writing, by telephone, through the ministry.
CHANNELS = ("brev", "telefon", "ministerium")


class State(StrEnum):
    """Where a case stands; the codes in data are ASCII, ``LABELS`` has the words for pages."""

    IKKE_FORFALDEN = "ikke_forfalden"
    I_TIDE = "i_tide"
    FOR_SENT = "for_sent"
    NYESTE_AFVIST = "nyeste_afvist"
    MODTAGET = "modtaget"
    DAEKKET = "daekket"
    IKKE_MED = "ikke_med"
    LUKKET = "lukket"
    MANGLER = "mangler"
    RYKKET_SKRIFTLIGT = "rykket_skriftligt"
    RYKKET_TELEFONISK = "rykket_telefonisk"
    MINISTERIET = "ministeriet"


LABELS: dict[State, str] = {
    State.IKKE_FORFALDEN: "fristen er ikke nået",
    State.I_TIDE: "i tide",
    State.FOR_SENT: "for sent",
    State.NYESTE_AFVIST: "nyeste afvist, en ældre bruges",
    State.MODTAGET: "modtaget, ikke læst endnu",
    State.DAEKKET: "indberettes af en anden",
    State.IKKE_MED: "ikke med endnu",
    State.LUKKET: "afløst",
    State.MANGLER: "mangler",
    State.RYKKET_SKRIFTLIGT: "rykket skriftligt",
    State.RYKKET_TELEFONISK: "rykket telefonisk",
    State.MINISTERIET: "ministeriet",
}


def labels(period: type[Period]) -> dict[State, str]:
    """The words for pages of a statistic that is delivered by a kind of period."""
    return LABELS | {State.LUKKET: f"afløst af næste {period.noun_da}"}


_OWES_NOTHING = frozenset(
    [
        State.I_TIDE,
        State.FOR_SENT,
        State.NYESTE_AFVIST,
        State.MODTAGET,
        State.DAEKKET,
        State.IKKE_MED,
        State.LUKKET,
    ]
)
_REMINDED = dict(zip(CHANNELS, (State.RYKKET_SKRIFTLIGT, State.RYKKET_TELEFONISK, State.MINISTERIET), strict=True))


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder: due so many days after the deadline, and not sooner than so many days after the one before it was sent."""

    name: str
    channel: str
    days_after_deadline: int
    days_after_previous: int


@dataclass(frozen=True, slots=True)
class Sent:
    """A reminder that was sent: a line of the log."""

    sent_on: date
    matter: str
    komnr: str
    step: str


@dataclass(frozen=True, slots=True)
class Case:
    """One kommune in one matter.

    ``answered_on``: day of its first answer that counts, Danish time; ``received``: something has come that nobody has
    judged yet; ``covered``: another kommune answers for it; ``not_yet_in``: nothing is asked of it yet; ``extended``: the
    deadline is later than the ordinary one; ``newest_rejected``: what was sent last
    was rejected, whatever was accepted before; ``closed``: the matter is open for others alone, whatever this kommune owed is
    asked for in the next one.
    """

    matter: str
    komnr: str
    deadline: date
    answered_on: date | None = None
    extended: bool = False
    newest_rejected: bool = False
    received: bool = False
    covered: bool = False
    not_yet_in: bool = False
    closed: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A case on a day. ``sent``: its log until then; ``step``: what is due today or was sent today, ``due_since`` its day.

    ``done``: the step is recorded as sent today. ``following``: the step after ``step`` (or the next one, when none is due)
    and the first day it may come, null when nothing is left or nothing is owed.
    """

    case: Case
    state: State
    sent: tuple[Sent, ...]
    step: Step | None = None
    due_since: date | None = None
    done: bool = False
    following: tuple[Step, date] | None = None


def check_steps(steps: Sequence[Step]) -> None:
    """ValueError when the steps are not a ladder: names once, days rising, channels in the order of ``CHANNELS``."""
    if len({step.name for step in steps}) < len(steps):
        raise ValueError("a step stands twice")
    for step in steps:
        if step.channel not in CHANNELS:
            raise ValueError(f"step {step.name}: channel {step.channel!r} is none of {', '.join(CHANNELS)}")
        if step.days_after_deadline < 1 or step.days_after_previous < 1:
            raise ValueError(f"step {step.name}: days must be 1 or more, so that no day sees two reminders")
    for before, after in pairwise(steps):
        if after.days_after_deadline <= before.days_after_deadline:
            raise ValueError(f"step {after.name} must come more days after the deadline than {before.name}")
        if CHANNELS.index(after.channel) < CHANNELS.index(before.channel):
            raise ValueError(f"step {after.name} ({after.channel}) cannot come after {before.name} ({before.channel})")


def standings(cases: Iterable[Case], steps: Sequence[Step], log: Iterable[Sent], today: date) -> list[Standing]:
    """Every case as it stands today, in the order given; ``log`` may hold other matters and later days.

    A kommune gets one reminder a day: with two matters due, the one with the earlier deadline goes first, and the other
    is due again the next day. ValueError when the log names a step of these matters that is none of ``steps``.
    """
    history: dict[tuple[str, str], list[Sent]] = {}
    for entry in sorted(log, key=lambda entry: entry.sent_on):
        if entry.sent_on <= today:
            history.setdefault((entry.matter, entry.komnr), []).append(entry)
    found = [standing(case, steps, history.get((case.matter, case.komnr), ()), today) for case in cases]
    first: dict[str, Standing] = {}
    for one in sorted(found, key=lambda one: (not one.done, one.case.deadline, one.case.matter)):
        if one.step is not None:
            first.setdefault(one.case.komnr, one)
    return [
        one if one.step is None or one.done or first[one.case.komnr] is one else _later(one, today) for one in found
    ]


def standing(case: Case, steps: Sequence[Step], sent: Iterable[Sent], today: date) -> Standing:
    """One case as it stands today; ``sent``: its own log until today, oldest first.

    The step of a day follows from what was sent before that day, so recording it as sent leaves the day's list as it was.
    """
    log = tuple(sent)
    before = [entry for entry in log if entry.sent_on < today]
    done = [_position(steps, entry) for entry in log if entry.sent_on == today]
    state = _state(case, steps, log, today)
    place = done[-1] if done else max((_position(steps, entry) for entry in before), default=-1) + 1
    owes = state not in _OWES_NOTHING
    if place >= len(steps) or not (done or owes):
        return Standing(case, state, log)
    step, since = steps[place], _first_day(case, steps[place], before)
    if not done and today < since:
        return Standing(case, state, log, following=(step, since))
    after = steps[place + 1] if owes and place + 1 < len(steps) else None
    sent_now = Sent(today, case.matter, case.komnr, step.name)
    following = (after, _first_day(case, after, [sent_now])) if after else None
    return Standing(case, state, log, step, min(since, today), bool(done), following)


def _state(case: Case, steps: Sequence[Step], log: Sequence[Sent], today: date) -> State:
    if case.covered:
        return State.DAEKKET
    if case.answered_on is not None:
        if case.newest_rejected:
            return State.NYESTE_AFVIST
        return State.I_TIDE if case.answered_on <= case.deadline else State.FOR_SENT
    if case.not_yet_in:
        return State.IKKE_MED
    if case.closed:
        return State.LUKKET
    if case.received:
        return State.MODTAGET
    if today <= case.deadline:
        return State.IKKE_FORFALDEN
    if not log:
        return State.MANGLER
    return _REMINDED[steps[max(_position(steps, entry) for entry in log)].channel]


def _first_day(case: Case, step: Step, before: Sequence[Sent]) -> date:
    by_deadline = case.deadline + timedelta(step.days_after_deadline)
    return max([by_deadline, *(entry.sent_on + timedelta(step.days_after_previous) for entry in before[-1:])])


def _position(steps: Sequence[Step], entry: Sent) -> int:
    for place, step in enumerate(steps):
        if step.name == entry.step:
            return place
    raise ValueError(
        f"step {entry.step!r} was sent to {entry.komnr} in {entry.matter} and must stay among the steps while that is open"
    )


def _later(one: Standing, today: date) -> Standing:
    """A step that has to wait for tomorrow, because the kommune hears of another matter today."""
    following = (one.step, today + timedelta(1)) if one.step else None
    return replace(one, step=None, due_since=None, following=following)
