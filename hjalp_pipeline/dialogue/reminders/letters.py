"""What goes out for a step that is due: a letter to the kommune, a note for a call, a letter to the ministry. Danish html."""

from collections.abc import Sequence
from datetime import date

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.dialogue.reminders.calendar import GODKENDELSE, LEVERANCE, in_words
from hjalp_pipeline.dialogue.reminders.reminder_states import Standing, Step
from hjalp_pipeline.dialogue.reminders.whole_span import PERIODE
from hjalp_pipeline.pages.template import template
from hjalp_pipeline.rules.systems import SystemRow
from hjalp_pipeline.statistic import Statistic

#: A step that was taken, and one that may follow, in words.
TAKEN = {"brev": "brev", "telefon": "opkald", "ministerium": "brev til ministeriet"}
_FOLLOWING = {
    "brev": "et nyt brev",
    "telefon": "et opkald",
    "ministerium": "en henvendelse til Social- og Boligministeriet",
}


def history(one: Standing, steps: Sequence[Step], until: date) -> list[tuple[date, str]]:
    """Day and kind of each reminder sent before a day."""
    channels = {step.name: step.channel for step in steps}
    return [(entry.sent_on, TAKEN[channels[entry.step]]) for entry in one.sent if entry.sent_on < until]


def letter_html(
    one: Standing, steps: Sequence[Step], systems: Sequence[SystemRow], today: date, statistic: Statistic
) -> str:
    """The document of the step that is due (``one.step``), as of its day; ``systems`` are the rows of systems.csv."""
    if one.step is None:
        raise ValueError("no step is due")
    case = one.case
    kind, period = case.matter.split(" ")
    expected: list[SystemRow] = []
    folder = period
    if kind != GODKENDELSE:
        of_span = kind == PERIODE
        kvartal = statistic.period.of(date(int(period), 12, 31)) if of_span else Period.parse(period)
        expected = [row for row in systems if row.komnr == case.komnr and row.in_force(kvartal)]
        period = f"hele perioden til og med {period}" if of_span else kvartal.in_words
        kind, folder = LEVERANCE, str(kvartal)
    return template("hjalp_pipeline.dialogue.reminders", f"rykker_{one.step.channel}.html.j2").render(
        statistic=statistic.layouts.declaration,
        approval=statistic.approval,
        the_period=statistic.period.the_da,
        case=case,
        detail="" if ".csv" in case.detail else case.detail,  # our files' names are for the office's page alone
        kommune=NAVN[case.komnr],
        kind=kind,
        period=period,
        kvartal=folder,
        matter=in_words(case.matter),
        overdue=(today - case.deadline).days,
        history=history(one, steps, today),
        following=one.following,
        following_words=_FOLLOWING[one.following[0].channel] if one.following else "",
        following_day=one.following[1] if one.following else None,
        systems=expected,
        today=today,
    )
