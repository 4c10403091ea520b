"""Who may do what in the web dialogue: ``codelists/portal_access.csv`` and ``codelists/portal_two_persons.csv``."""

import re
from collections.abc import Callable, Sized
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator

from hjalp_pipeline.storage.hashes import mark
from hjalp_pipeline.storage.lists import Day, DayOrNone, Komnr, as_read, choice, kommune_code, unique
from hjalp_pipeline.storage.maintained_list import MaintainedList
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.typed import Holds, Means

#: What an organisation may do for a kommune: read, also send and type in, also approve; the office looks after all.
READS, SENDS, APPROVES, OFFICE = "leser", "indberetter", "godkender", "kontor"
ROLES = (READS, SENDS, APPROVES, OFFICE)


def _cvr(text: str) -> str:
    if not re.fullmatch("[0-9]{8}", text):
        raise ValueError(f"{text!r} is not a CVR number of eight digits")
    return text


@dataclass(frozen=True, slots=True)
class Access:
    """A row of ``portal_access.csv``: what the people of an organisation may do for a kommune, from and to a day."""

    cvr: Annotated[str, AfterValidator(_cvr), Holds("a CVR number, eight digits"), Means("Whose people it is.")]
    komnr: Annotated[
        str,
        AfterValidator(lambda text: kommune_code(text) if text else ""),
        Holds("one of the 98 kommuner, three digits", "all of them, for the office alone"),
        Means("For which kommune."),
    ]
    role: Annotated[
        str,
        AfterValidator(lambda text: choice(text, ROLES)),
        Holds(f"one of {', '.join(ROLES)}"),
        Means("What they may do at most. What one person may do is the role the login tells as well."),
    ]
    from_date: Annotated[Day, Means("The first day.")]
    to_date: Annotated[DayOrNone, Means("The last day. That of a vendor who acts for the kommune is always told.")]

    def row(self) -> "Access":
        """The row, ValueError when it contradicts itself."""
        if (self.role == OFFICE) != (self.komnr == ""):
            raise ValueError(f"the role {OFFICE}, and no other, is for all kommuner")
        if self.to_date and self.to_date < self.from_date:
            raise ValueError(f"to_date {self.to_date} is before from_date {self.from_date}")
        return self

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.from_date <= day and (self.to_date is None or day <= self.to_date)


@dataclass(frozen=True, slots=True)
class _TwoPersons:
    komnr: Annotated[Komnr, Means("Where whoever has sent a delivery may not approve its figures.")]
    from_date: Annotated[Day, Means("The first day.")]


PORTAL_ACCESS = MaintainedList(
    "portal_access",
    Access,
    "Whose people may do what in the web dialogue (`hjalp portal`).",
    "Without rows nobody gets past the login",
    (
        "00000101;101;indberetter;{year}-01-01;",
        "00000101;101;godkender;{year}-01-01;",
        "00000001;;kontor;{year}-01-01;",
    ),
)
TWO_PERSONS = MaintainedList(
    "portal_two_persons",
    _TwoPersons,
    "In which kommuner it takes two people to send and to approve in the web dialogue.",
    "Without rows one person may do both",
    ("101;{year}-01-01",),
)


def read_access(root: DataRoot) -> list[Access]:
    """``codelists/portal_access.csv``; no file means that nobody has access."""
    return PORTAL_ACCESS.read(root, Access.row, unique("cvr", "komnr", "role", "from_date"))


def list_mark(root: DataRoot, one: MaintainedList[Any]) -> str:
    """What tells a list that has changed from what was read of it before; "" while there is none."""
    path = root.file(one.place)
    return mark(path.stat()) if path.is_file() else ""


def read_two_persons(root: DataRoot) -> dict[str, date]:
    """Kommuner where it takes two people, with the first day; no file means none."""
    return {row.komnr: row.from_date for row in TWO_PERSONS.read(root, as_read, unique("komnr"))}


#: Both with their readers.
PORTAL_LISTS: tuple[tuple[MaintainedList[Any], Callable[[DataRoot], Sized]], ...] = (
    (PORTAL_ACCESS, read_access),
    (TWO_PERSONS, read_two_persons),
)
