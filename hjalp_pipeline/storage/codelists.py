"""Lists a statistician maintains below the data root: systems, collaborations, extensions, explanations.

Every fault is an InputError as ``lists.read_list`` makes it: it names the file, the line and what is wrong.
"""

import re
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from hjalp_pipeline.rules.collaborations import Collaboration
from hjalp_pipeline.rules.systems import SystemRow
from hjalp_pipeline.storage.lists import (
    Day,
    DayOrNone,
    InputError,
    Komnr,
    OwnPeriod,
    OwnPeriodOrNone,
    as_read,
    choice,
    one_of,
    unique,
)
from hjalp_pipeline.storage.maintained_list import MaintainedList, period_column
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.typed import Holds, Means

__all__ = [
    "COLLABORATIONS",
    "EXPLANATIONS",
    "EXTENSIONS",
    "SYSTEMS",
    "Extension",
    "InputError",
    "read_collaborations",
    "read_explanations",
    "read_extensions",
    "read_systems",
]
ENCODINGS = ("utf-8", "windows-1252")
_RELEASE = re.compile(r"[0-9]{4}v[1-9][0-9]*")
_SYSTEM = re.compile(r"[a-z0-9-]+")


def _system_name(text: str) -> str:
    if not _SYSTEM.fullmatch(text):
        raise ValueError(f"system {text!r} is not of small letters, digits and hyphens")
    return text


def _encoding(text: str, row: ValidationInfo) -> str:
    """The other formats say it themselves."""
    return choice(text.lower(), ENCODINGS) if text or row.data.get("format") == "csv" else ""


def _release(text: str) -> str:
    if not _RELEASE.fullmatch(text):
        raise ValueError(f"{text!r} is not the name of a release (2024v1)")
    return text


def _said(text: str) -> str:
    if not text:
        raise ValueError("reason is empty")
    return text


_Release = Annotated[str, AfterValidator(_release), Holds("the name of a release, 2024v1")]


@dataclass(frozen=True, slots=True)
class _System:
    komnr: Annotated[Komnr, Means("Whose system it is.")]
    system: Annotated[
        str,
        AfterValidator(_system_name),
        Holds("small letters, digits and hyphens"),
        Means("The name in the names of its files."),
    ]
    leverandoer: Annotated[str, Holds("text", "not known"), Means("Who supplies the system.")]
    format: Annotated[str, one_of("csv", "xml", "xlsx"), Holds("csv, xml or xlsx"), Means("What its files are.")]
    encoding: Annotated[
        str,
        AfterValidator(_encoding),
        Holds(" or ".join(ENCODINGS), "for xml and xlsx, whose files say it themselves"),
        Means("What a csv file is written in."),
    ]
    from_period: Annotated[OwnPeriod, Means("The first it delivers for.")]
    to_period: Annotated[OwnPeriodOrNone, Means("The last it delivers for.")]
    carry_forward: Annotated[
        str,
        one_of("yes", "no", empty="no"),
        Holds("yes or no", "no"),
        Means(
            "Yes for a system that was left and whose last delivery goes on counting, because the new one did not take over the "
            "old records."
        ),
    ]

    def row(self) -> SystemRow:
        first, last = self.from_period, self.to_period
        if last and last < first:
            called = period_column(type(first))
            raise ValueError(f"to_{called} {last} is before from_{called} {first}")
        carried = self.carry_forward == "yes"
        return SystemRow(self.komnr, self.system, self.leverandoer, self.format, self.encoding, first, last, carried)


@dataclass(frozen=True, slots=True)
class _Collaboration:
    komnr_indberetter: Annotated[Komnr, Means("Who reports.")]
    komnr_medlem: Annotated[Komnr, Means("Whose records it reports.")]
    from_date: Annotated[Day, Means("The first day.")]
    to_date: Annotated[DayOrNone, Means("The last day.")]

    def row(self) -> Collaboration:
        if self.to_date and self.to_date < self.from_date:
            raise ValueError(f"to_date {self.to_date} is before from_date {self.from_date}")
        return Collaboration(self.komnr_indberetter, self.komnr_medlem, self.from_date, self.to_date)


@dataclass(frozen=True, slots=True)
class Extension:
    """A row of ``extensions.csv``: a kommune's later deadline for one period."""

    komnr: Annotated[Komnr, Means("Who has more time.")]
    period: Annotated[OwnPeriod, Means("For which delivery.")]
    new_deadline: Annotated[Day, Means("Until when.")]
    reason: Annotated[str, Holds("text", "none is given"), Means("Why.")]


@dataclass(frozen=True, slots=True)
class _Explanation:
    release: Annotated[_Release, Means("The release whose figure has moved.")]
    komnr: Annotated[Komnr, Means("Whose figure.")]
    reason: Annotated[str, AfterValidator(_said), Means("Why it has moved.")]


SYSTEMS = MaintainedList(
    "systems",
    _System,
    "Who sends what: a row for each IT system of each kommune. A file whose sender has no row is rejected (UKENDT_AFSENDER).",
    "Without rows nobody can deliver. A kommune without a row is not yet in: it owes nothing, and nobody reminds it",
    (
        "101;nexus;Leverandør A;csv;utf-8;{first};;",
        "540;gammel;Leverandør B;csv;windows-1252;{first};{before};yes",
        "540;nexus;Leverandør A;xml;;{last};;",
    ),
    periods={"from_period": "from_{}", "to_period": "to_{}"},
)
COLLABORATIONS = MaintainedList(
    "collaborations",
    _Collaboration,
    "Which kommune reports the records of others.",
    "Without rows every kommune reports for itself",
    ("540;185;{year}-01-01;",),
)
EXTENSIONS = MaintainedList(
    "extensions",
    Extension,
    "A later deadline for one kommune and {period}. The ordinary one is the 14th of the month after the {period}.",
    "Without rows nobody has more time",
    ("540;{last};{next}-01-28;Skift af system",),
    periods={"period": "{}"},
)
EXPLANATIONS = MaintainedList(
    "explanations",
    _Explanation,
    "Why a figure moved further from one release to the next than the definition's max_move_pct allows.",
    "Without a row such a release is refused",
    ("{year}v2;540;Depotet er talt med for første gang",),
)


def read_systems(root: DataRoot) -> list[SystemRow]:
    """``codelists/systems.csv``; raises InputError when it is missing or a row cannot be read."""
    if not SYSTEMS.stands(root):
        raise InputError(f"{SYSTEMS.place} is missing: no sender is known without it")
    return SYSTEMS.read(root, _System.row, _overlap)


def _overlap(one: SystemRow, other: SystemRow) -> str | None:
    if (one.komnr, one.system, one.format) != (other.komnr, other.system, other.format):
        return None
    first, second = sorted((one, other), key=lambda row: row.from_quarter)
    apart = first.to_quarter and first.to_quarter < second.from_quarter
    return None if apart else f"{one.komnr} {one.system} ({one.format}) overlaps in time with"


def read_collaborations(root: DataRoot) -> list[Collaboration]:
    """``codelists/collaborations.csv``; no file means no collaborations."""
    return COLLABORATIONS.read(root, _Collaboration.row, _begun_together)


def _begun_together(one: Collaboration, other: Collaboration) -> str | None:
    # Spells that overlap are R8's business; of two begun on one day nobody knows which holds.
    same = replace(one, to_date=None) == replace(other, to_date=None)
    return f"{one.komnr_indberetter} reports for {one.komnr_medlem} from {one.from_date} as in" if same else None


def read_extensions(root: DataRoot) -> list[Extension]:
    """``codelists/extensions.csv``; no file means no extensions."""
    return EXTENSIONS.read(root, as_read, unique("komnr", "period"))


def read_explanations(root: DataRoot) -> dict[tuple[str, str], str]:
    """``codelists/explanations.csv``: why a kommune's figure moved much in a release, by (release, komnr); no file means none."""
    rows = EXPLANATIONS.read(root, as_read, unique("release", "komnr"))
    return {(row.release, row.komnr): row.reason for row in rows}
