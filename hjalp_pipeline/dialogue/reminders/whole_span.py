"""The day of a year by which everything up to the end of the year before must be in (seed: the deadline of a whole span)."""

from collections.abc import Iterator
from datetime import date, timedelta

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.dialogue.reminders.answers import danish_day
from hjalp_pipeline.dialogue.reminders.day_lists import read_steps
from hjalp_pipeline.dialogue.reminders.reminder_states import Case
from hjalp_pipeline.production.inbox.gate_state import why_not_yet_in
from hjalp_pipeline.production.release.participation import accepted_deliveries
from hjalp_pipeline.rules.collaborations import covered_by
from hjalp_pipeline.storage.codelists import SYSTEMS, read_collaborations, read_extensions, read_systems
from hjalp_pipeline.storage.inbox import period_folders
from hjalp_pipeline.storage.root import DataRoot

#: The kind of matter, before the year it goes up to.
PERIODE = "periode"


def last_period(root: DataRoot, aar: int) -> Period:
    """The last period of a year: a delivery for it or a later one holds the whole span."""
    return root.declared.period.of(date(aar, 12, 31))


def span_cases(root: DataRoot, today: date) -> Iterator[Case]:
    """The cases of the year before, from its end until the last step after the deadline is due; none where no day is declared.

    A kommune whose last period of the year has a later deadline than that day has as long for the whole, and its case alone
    stays open. Years before the first folder of the inbox are nobody's debt.
    """
    due, folders = root.declared.layouts.declaration.span_due, period_folders(root)
    if due is None or not folders:
        return
    aar, steps = today.year - 1, read_steps(root)[-1:]
    ordinary, last = date(today.year, *due), last_period(root, aar)
    own = {row.komnr: max(ordinary, row.new_deadline) for row in read_extensions(root) if row.period == last}
    time = timedelta(sum(step.days_after_deadline + step.days_after_previous for step in steps))
    if last < min(folders) or today > max(own.values(), default=ordinary) + time:
        return
    answered: dict[str, date] = {}
    for delivery in accepted_deliveries(root):
        day = danish_day(delivery.at)
        if delivery.kvartal >= last and day <= today:
            answered[delivery.komnr] = min(day, answered.get(delivery.komnr, day))
    systems, collaborations = read_systems(root) if SYSTEMS.stands(root) else [], read_collaborations(root)
    for komnr in KOMNR:
        reporters, not_yet = (
            covered_by(collaborations, komnr, last),
            why_not_yet_in(systems, collaborations, komnr, last),
        )
        deadline = own.get(komnr, ordinary)
        yield Case(
            matter=f"{PERIODE} {aar}",
            komnr=komnr,
            deadline=deadline,
            answered_on=answered.get(komnr),
            extended=deadline > ordinary,
            closed=today > deadline + time,
            covered=bool(reporters) and komnr not in answered,
            not_yet_in=not_yet is not None,
            detail=not_yet or (f"indberettes af {reporters[0]}" if reporters else ""),
        )
