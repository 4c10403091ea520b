"""The command ``remind``: the day's reminders, and recording what was sent."""

from collections.abc import Sequence
from datetime import date

from rich.table import Table

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.defs.reminder_assets import DATE_TAG, asked_day
from hjalp_pipeline.dialogue.reminders.day import OVERVIEW
from hjalp_pipeline.dialogue.reminders.day_lists import read_proposed, record_sent
from hjalp_pipeline.dialogue.reminders.reminder_states import Sent
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import err, out


def run_remind(root: DataRoot, day: str | None) -> int:
    """Make and show the list of a day (default today's); 1 when a list, the log or the steps cannot be used."""
    try:
        asked = asked_day(day)
    except InputError as fault:
        return _fail(str(fault), 2)
    if not _make(root, asked):
        return 1
    proposed = read_proposed(root, asked)
    if not proposed:
        out.print(f"{asked}: nobody is to hear from us")
    else:
        table = Table(title=f"{asked}: who is to hear from us", title_justify="left")
        for column in ("", "kommune", "matter", "step", "document"):
            table.add_column(column)
        for entry in proposed:
            document = f"reminders/{asked}/{entry.komnr}.html"
            table.add_row(entry.komnr, NAVN[entry.komnr], entry.matter, entry.step, document)
        out.print(table)
    out.print(f"all 98: reminders/{OVERVIEW}", soft_wrap=True)
    return 0


def run_sent(root: DataRoot, day: str, kommuner: Sequence[str] | None, by: str) -> int:
    """Record what a day's list proposes (for some kommuner, or all) as sent that day, and make the list again.

    1 when nothing was recorded, or a kommune that was named is not on the list or was recorded before.
    """
    try:
        asked = asked_day(day)
        added, refused = record_sent(root, asked, kommuner, by)
    except (InputError, ValueError) as fault:
        return _fail(str(fault))
    out.print(f"{asked}: {len(added)} recorded as sent")
    for entry in refused:
        err.print(f"recorded before: {_words(entry)}", style="red", markup=False)
    # The list of the day says what was sent, and the page of the newest day must know it too.
    made = not added or _make(root, asked)
    return 0 if added and made and not (refused and kommuner) else 1


def _words(entry: Sent) -> str:
    return f"{entry.komnr} {NAVN[entry.komnr]}, {entry.matter}, {entry.step}"


def _make(root: DataRoot, day: date) -> bool:
    outcome = run_job(root, "rykkere", None, {DATE_TAG: day.isoformat()})
    for error in outcome.errors:
        err.print(error, style="red", markup=False)
    return outcome.success


def _fail(text: str, code: int = 1) -> int:
    err.print(text, style="red", markup=False)
    return code
