"""``codelists/calendar.csv``: when each release is announced for, and whether that day is confirmed (seed 8.1)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator

from hjalp_pipeline.publishing.definition import Definition, is_release_name
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.lists import Day, unique
from hjalp_pipeline.storage.maintained_list import MaintainedList
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.typed import Holds, Means


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
    if text not in {"ja", "nej"}:
        raise ValueError(f"confirmed must be ja or nej, not {text!r}")
    return text


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


def announced(root: DataRoot, release: str) -> Announced | None:
    """The row of a release; None without one."""
    return next((row for row in read_calendar(root) if row.release == release), None)


def unconfirmed(root: DataRoot) -> frozenset[str]:
    """Releases whose day is not confirmed: they do not open."""
    return frozenset(row.release for row in read_calendar(root) if not row.confirmed)


def too_soon(root: DataRoot, definition: Definition) -> list[str]:
    """What keeps a release from coming out when its definition says: a later day that was confirmed. A sentence, or none."""
    row, day = announced(root, definition.release), danish_day(definition.publish_at)
    if row is None or not row.confirmed or day >= row.day:
        return []
    return [
        f"releases/{definition.release}.toml, publish_at: {day} is before {row.day}, which {CALENDAR.place} announces"
    ]


def danish_day(moment: datetime) -> date:
    """The day it is in Denmark."""
    return moment.astimezone(DANISH_TIME).date()
