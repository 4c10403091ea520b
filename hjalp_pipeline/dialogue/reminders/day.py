"""A day's reminders: ``reminders/{date}.csv``, a document for each kommune that hears of us, and the office's page.

Made from the inbox, the lists a statistician maintains and the log alone, so a day can be made again with the same result.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.dialogue.reminders.calendar import open_cases
from hjalp_pipeline.dialogue.reminders.day_lists import list_days, read_sent, read_steps, reminders_lock, write_list
from hjalp_pipeline.dialogue.reminders.letters import letter_html
from hjalp_pipeline.dialogue.reminders.overview import overview_html
from hjalp_pipeline.dialogue.reminders.reminder_states import Standing, State, Step, standings
from hjalp_pipeline.storage.codelists import InputError, read_systems
from hjalp_pipeline.storage.files import sweep, write_bytes
from hjalp_pipeline.storage.root import DataRoot

COLUMNS = (
    "matter",
    "komnr",
    "kommune",
    "state",
    "deadline",
    "extended",
    "answered_on",
    "step",
    "channel",
    "due_since",
    "sent",
    "reminded",
    "detail",
)
OVERVIEW = "overblik.html"


@dataclass(frozen=True)
class Day:
    """A day's list: every case of every open matter, in the order of the csv."""

    day: date
    standings: list[Standing]
    steps: list[Step]

    @property
    def proposed(self) -> list[Standing]:
        """Cases with a step today, sent or not."""
        return [one for one in self.standings if one.step is not None]

    def counts(self) -> dict[str, Counter[State]]:
        """Cases by state, by matter in order."""
        found: dict[str, Counter[State]] = {}
        for one in self.standings:
            found.setdefault(one.case.matter, Counter())[one.state] += 1
        return found


def make_day(root: DataRoot, today: date) -> Day:
    """Write the list and documents of a day, and the office's page of the newest day that has a list; returns the day asked for.

    InputError when a list, the log or the steps cannot be used.
    """
    with reminders_lock(root):
        sweep(root.reminders)
        asked = _written(root, today)
        newest = max([today, *list_days(root)])
        shown = asked if newest == today else _written(root, newest)
        page = overview_html(shown.day, shown.standings, shown.steps, root.declared)
        write_bytes(root.reminders / OVERVIEW, page.encode())
    return asked


def _written(root: DataRoot, today: date) -> Day:
    steps = read_steps(root)
    try:
        day = Day(today, standings(open_cases(root, today), steps, read_sent(root), today), steps)
    except ValueError as fault:
        raise InputError(f"codelists/reminder_steps.csv: {fault}") from fault
    folder = root.reminders / today.isoformat()
    systems = read_systems(root) if day.proposed else []
    proposed = {folder / f"{one.case.komnr}.html": one for one in day.proposed}
    for path, one in proposed.items():
        if not (one.done and path.is_file()):  # what was sent stays as it was, whatever has changed since
            letter = letter_html(one, steps, systems, today, root.declared)
            write_bytes(path, letter.encode())
    for path in folder.glob("*.html"):
        if path not in proposed:  # withdrawn: a delivery or an extension has come
            path.unlink()
    write_list(root, today, COLUMNS, [_row(one) for one in day.standings])
    return day


def _row(one: Standing) -> list[str]:
    case, step = one.case, one.step
    return [
        case.matter,
        case.komnr,
        NAVN[case.komnr],
        one.state.value,
        case.deadline.isoformat(),
        "yes" if case.extended else "no",
        case.answered_on.isoformat() if case.answered_on else "",
        step.name if step else "",
        step.channel if step else "",
        one.due_since.isoformat() if one.due_since else "",
        "yes" if one.done else "",
        " ".join(f"{entry.step}:{entry.sent_on.isoformat()}" for entry in one.sent),
        case.detail,
    ]
