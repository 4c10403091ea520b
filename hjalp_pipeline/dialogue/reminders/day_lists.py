"""Reminders below the data root: the steps and deadlines a statistician sets, the day's list, the log of what was sent.

The log ``reminders/sent.csv`` is only ever added to. A batch is added whole or not at all, whatever kills the process: the
log is written anew with the batch under a temporary name, flushed and renamed, under a lock.
"""

import csv
import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from hjalp_pipeline.dialogue.reminders.reminder_states import CHANNELS, Sent, Step, check_steps
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.files import locked, write_bytes
from hjalp_pipeline.storage.lists import Day, Komnr, Number, Year, as_read, columns_of, read_list, unique
from hjalp_pipeline.storage.maintained_list import MaintainedList
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.typed import Holds, Means

_LIST = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\.csv")
_INITIALS = re.compile(r"[A-Za-zÆØÅæøå0-9]{1,8}")


def _step_name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9_-]+", text):
        raise ValueError(f"{text!r} is no name of a step: small letters and digits")
    return text


@dataclass(frozen=True, slots=True)
class _StepRow:
    step: Annotated[str, AfterValidator(_step_name), Holds("small letters and digits"), Means("What it is called.")]
    channel: Annotated[str, Holds(f"one of {', '.join(CHANNELS)}, in this order"), Means("How a kommune is reminded.")]
    days_after_deadline: Annotated[
        Number, Means("When it is due: so many days after the deadline, more than the step before.")
    ]
    days_after_previous: Annotated[Number, Means("But not sooner than so many days after the step before was sent.")]

    def row(self) -> Step:
        return Step(self.step, self.channel, self.days_after_deadline, self.days_after_previous)


@dataclass(frozen=True, slots=True)
class _Deadline:
    aar: Annotated[Year, Means("The year that is approved.")]
    deadline: Annotated[Day, Means("The last day to answer.")]


@dataclass(frozen=True, slots=True)
class _Proposed:
    matter: str
    komnr: Komnr
    step: str


@dataclass(frozen=True, slots=True)
class _SentRow:
    sent_at: Day
    matter: str
    komnr: Komnr
    step: str
    by: str

    def row(self) -> Sent:
        return Sent(self.sent_at, self.matter, self.komnr, self.step)


SENT_COLUMNS = columns_of(_SentRow)


def _own_steps() -> Path:
    return Path(str(files("hjalp_pipeline.dialogue.reminders"))) / "reminder_steps.csv"


REMINDER_STEPS = MaintainedList(
    "reminder_steps",
    _StepRow,
    "The steps by which a kommune is reminded of what it owes.",
    "Without the file there are the steps below; without rows nobody is reminded",
    begins_with=lambda: _own_steps().read_text(encoding="utf-8").splitlines()[1:],
)
APPROVAL_DEADLINES = MaintainedList(
    "approval_deadlines",
    _Deadline,
    "Until when the kommuner are asked to approve a year.",
    "Nobody is reminded of approving a year without a row",
    ("{year};{next}-06-13",),
)


def reminders_lock(root: DataRoot) -> AbstractContextManager[None]:
    """Only one process at a time makes a list or adds to the log."""
    return locked(root.lake / "locks" / "rykkere")


def read_steps(root: DataRoot) -> list[Step]:
    """The steps in order: ``codelists/reminder_steps.csv``, or the program's own when there is no such file."""
    own = REMINDER_STEPS.stands(root)
    steps = REMINDER_STEPS.read(root, _StepRow.row) if own else read_list(_own_steps(), _StepRow, _StepRow.row)
    try:
        check_steps(steps)
    except ValueError as fault:
        raise InputError(f"{REMINDER_STEPS.place}: {fault}") from fault
    return steps


def read_approval_deadlines(root: DataRoot) -> list[tuple[int, date]]:
    """Reference year and the day its approvals are due, in order: ``codelists/approval_deadlines.csv``; no file means none."""
    return sorted((row.aar, row.deadline) for row in APPROVAL_DEADLINES.read(root, as_read, unique("aar")))


def read_sent(root: DataRoot) -> list[Sent]:
    """The log in the order it was written; InputError names a line that was cut off or cannot be read."""
    path = root.reminders / "sent.csv"
    if not path.is_file():
        return []
    content = path.read_bytes()
    if not content.endswith(b"\n"):
        raise InputError(
            f"reminders/sent.csv, line {content.count(bytes([10])) + 1}: the line is cut off: complete it or remove it"
        )

    return read_list(path, _SentRow, _SentRow.row)


def add_sent(root: DataRoot, proposed: Iterable[Sent], by: str) -> tuple[list[Sent], list[Sent]]:
    """Add to the log what is not there yet; returns what was added, and what was refused because it was there.

    A step counts as there whatever day it was sent: nobody is reminded twice. ValueError when ``by`` is not initials.
    """
    with reminders_lock(root):
        return _add(root, proposed, by)


def record_sent(root: DataRoot, day: date, kommuner: Collection[str] | None, by: str) -> tuple[list[Sent], list[Sent]]:
    """Add what the list of a day proposes, for some kommuner or all, as sent that day; returns as ``add_sent``.

    The list is read under the lock, so nothing is recorded that a list made meanwhile has withdrawn. InputError when the
    day has no list or a kommune is not on it; ValueError when ``by`` is not initials.
    """
    with reminders_lock(root):
        proposed = read_proposed(root, day)
        lacking = sorted(set(kommuner or []) - {entry.komnr for entry in proposed})
        if lacking:
            raise InputError(f"not on the list of {day}: {', '.join(lacking)}")
        return _add(root, [entry for entry in proposed if not kommuner or entry.komnr in kommuner], by)


def _add(root: DataRoot, proposed: Iterable[Sent], by: str) -> tuple[list[Sent], list[Sent]]:
    if not _INITIALS.fullmatch(by):
        raise ValueError(f"{by!r} is not initials: 1 to 8 letters or digits")
    known = {(entry.matter, entry.komnr, entry.step) for entry in read_sent(root)}
    added: list[Sent] = []
    refused: list[Sent] = []
    for entry in proposed:
        (refused if (entry.matter, entry.komnr, entry.step) in known else added).append(entry)
        known.add((entry.matter, entry.komnr, entry.step))
    if added:
        path = root.reminders / "sent.csv"
        before = path.read_bytes() if path.is_file() else f"{';'.join(SENT_COLUMNS)}\n".encode()
        lines = [f"{e.sent_on.isoformat()};{e.matter};{e.komnr};{e.step};{by}\n" for e in added]
        write_bytes(path, before + "".join(lines).encode())
    return added, refused


def list_days(root: DataRoot) -> list[date]:
    """Days that have a list, in order."""
    names = (path.name for path in root.reminders.glob("*.csv") if _LIST.fullmatch(path.name))
    return sorted(date.fromisoformat(name[:10]) for name in names)


def write_list(root: DataRoot, day: date, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Replace ``reminders/{day}.csv``, UTF-8 with BOM so that a spreadsheet reads æøå."""
    text = StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    write_bytes(root.reminders / f"{day.isoformat()}.csv", text.getvalue().encode("utf-8-sig"))


def read_proposed(root: DataRoot, day: date) -> list[Sent]:
    """What the list of a day proposes, as it is when it has been sent that day; InputError when the day has no list."""
    path = root.reminders / f"{day.isoformat()}.csv"
    if not path.is_file():
        raise InputError(f"reminders/{path.name} is missing: that day has no list")

    rows = read_list(path, _Proposed, as_read, more=True)
    return [Sent(day, row.matter, row.komnr, row.step) for row in rows if row.step]
