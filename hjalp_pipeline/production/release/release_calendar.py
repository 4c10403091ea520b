"""``codelists/calendar.csv``: when each release is announced for, and whether that day is confirmed (seed 8.1)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from typing import Annotated

from pydantic import AfterValidator

from hjalp_pipeline.publishing.definition import Definition, is_release_name
from hjalp_pipeline.publishing.definition_sense import PUBLISHED_AT
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.lists import Day, InputError, unique
from hjalp_pipeline.storage.maintained_list import MaintainedList
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.typed import Holds, Means

#: Releases that a line names, also one at fault.
_NAMED = re.compile(r"[0-9]{4}v[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Announced:
    """A release, the day it is announced for, whether that is confirmed, the number of its article (empty: none yet)."""

    release: str
    day: date
    confirmed: bool
    number: str


def _release(name: str) -> str:
    if not is_release_name(name):
        raise ValueError(f"{name!r} is no name of a release, 2024v1")
    return name


def _yes_or_no(text: str) -> str:
    if text.lower() not in {"ja", "nej"}:
        raise ValueError(f"confirmed must be ja or nej, not {text!r}")
    return text.lower()


@dataclass(frozen=True, slots=True)
class _Row:
    release: Annotated[str, AfterValidator(_release), Holds("2024v1"), Means("The release, defined or not yet.")]
    date: Annotated[
        Day, Means("The day it is announced for. It stays when the release comes out later: that is its delay.")
    ]
    confirmed: Annotated[
        str,
        AfterValidator(_yes_or_no),
        Holds("ja or nej"),
        Means("Whether the day is confirmed. Until it is, the release does not open, whatever its publish_at says."),
    ]
    number: Annotated[str, Holds("text", "none yet"), Means("The number of its article.")]

    def row(self) -> Announced:
        return Announced(self.release, self.date, self.confirmed == "ja", self.number)


CALENDAR = MaintainedList(
    "calendar",
    _Row,
    "The days on which releases come out, as they are announced. A release comes out no sooner.",
    "A release without a row opens at its publish_at, and its punctuality is not told",
    ("{year}v1;{next}-06-24;ja;195", "{year}v2;{next}-11-14;nej;"),
)


def read_calendar(root: DataRoot) -> list[Announced]:
    """The list by day; none without the file. InputError names file, line and rule."""
    return sorted(CALENDAR.read(root, _Row.row, unique("release")), key=lambda row: (row.day, row.release))


@dataclass(frozen=True, slots=True)
class Days:
    """What the list lets open: the rows that can be read, and what is wrong with the others.

    ``wrong``: the lines at fault, as they are written; ``fault``: what is wrong with them, or with the list as a whole when
    nothing of it can be read (``lost``).
    """

    rows: Mapping[str, Announced]
    wrong: tuple[str, ...] = ()
    fault: str = ""
    lost: bool = False

    def row(self, release: str) -> Announced | None:
        """The row of a release; None without one, or when it is wrong."""
        return None if self.is_wrong(release) else self.rows.get(release)

    def is_wrong(self, release: str) -> bool:
        """Whether what the list says of a release cannot be read. A wrong line that names none may be meant for any without a row."""
        named = [_NAMED.findall(line) for line in self.wrong]
        meant = any(release in names or (not names and release not in self.rows) for names in named)
        return self.lost or meant

    def opens_at(self, release: str, publish_at: datetime) -> datetime | None:
        """When a release opens; None while the list keeps it closed."""
        if self.is_wrong(release):
            return None
        return opens_at(self.rows.get(release), publish_at)


def opens_at(row: Announced | None, publish_at: datetime) -> datetime | None:
    """When a release opens: at its ``publish_at``, but not before the day that is confirmed, which begins at 08:00 Danish time;
    None while no day is confirmed.
    """
    if row is None:
        return publish_at
    if not row.confirmed:
        return None
    return publish_at if danish_day(publish_at) >= row.day else datetime.combine(row.day, PUBLISHED_AT, DANISH_TIME)


def read_days(root: DataRoot) -> Days:
    """The list as far as it can be read: one wrong line holds back whom it names, and nobody else."""
    try:
        return Days(_by_release(read_calendar(root)))
    except OSError as fault:
        return Days({}, fault=f"{CALENDAR.place}: {type(fault).__name__}", lost=True)
    except InputError as fault:
        try:
            rows = CALENDAR.read(root, _Row.row, unique("release"), without=fault.lines)
            lines = root.file(CALENDAR.place).read_text(encoding="utf-8-sig")
        except (InputError, OSError, UnicodeDecodeError):
            return Days({}, fault=str(fault), lost=True)
        wrong = tuple(line for at, line in enumerate(StringIO(lines, newline=""), 1) if at in fault.lines)
        return Days(_by_release(rows), wrong, str(fault))


def _by_release(rows: Iterable[Announced]) -> dict[str, Announced]:
    return {row.release: row for row in rows}


def too_soon(root: DataRoot, definition: Definition) -> list[str]:
    """What keeps a release from coming out when its definition says: a later day that was confirmed, or a line of the list that
    cannot be read. A sentence, or none.
    """
    days, day = read_days(root), danish_day(definition.publish_at)
    if days.is_wrong(definition.release):
        return [days.fault]
    row = days.row(definition.release)
    if row is None or not row.confirmed or day >= row.day:
        return []
    return [
        f"releases/{definition.release}.toml, publish_at: {day} is before {row.day}, which {CALENDAR.place} announces"
    ]


def danish_day(moment: datetime) -> date:
    """The day it is in Denmark."""
    return moment.astimezone(DANISH_TIME).date()
