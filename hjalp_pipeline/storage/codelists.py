"""Lists a statistician maintains below the data root: systems, collaborations, extensions, explanations.

Every fault is an InputError as ``lists.read_list`` makes it: it names the file, the line and what is wrong.
"""

import re
from dataclasses import dataclass, replace
from typing import Annotated

import polars as pl
from pydantic import AfterValidator, ValidationInfo

from hjalp_pipeline.codelists.periods import Kvartal, Period
from hjalp_pipeline.rules.collaborations import Collaboration
from hjalp_pipeline.rules.rule import StateColumn, schema_of
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
    read_list,
    unique,
)
from hjalp_pipeline.storage.root import DataRoot

__all__ = [
    "SYSTEMS_COLUMNS",
    "SYSTEMS_SCHEMA",
    "Extension",
    "InputError",
    "read_collaborations",
    "read_explanations",
    "read_extensions",
    "read_systems",
    "systems_frame",
]
#: ``systems.csv`` as a frame.
SYSTEMS_COLUMNS = (
    StateColumn("nr", pl.Int32, "Rækkens nummer i systems.csv"),
    StateColumn("komnr", pl.String, "Kommunen, der indberetter"),
    StateColumn("system", pl.String, "Systemets navn i filernes navne"),
    StateColumn("leverandoer", pl.String, "Systemets leverandør"),
    StateColumn("format", pl.String, "csv, xml eller xlsx"),
    StateColumn("encoding", pl.String, "Tegnsæt, kun i csv"),
    StateColumn("from_quarter", pl.String, "Første periode, systemet leverer for"),
    StateColumn("to_quarter", pl.String, "Sidste periode, tom = det leverer stadig"),
    StateColumn("carry_forward", pl.Boolean, "Om dets sidste leverance gælder videre, når det er forladt"),
)
SYSTEMS_SCHEMA = schema_of(SYSTEMS_COLUMNS)
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


@dataclass(frozen=True, slots=True)
class _System:
    komnr: Komnr
    system: Annotated[str, AfterValidator(_system_name)]
    leverandoer: str
    format: Annotated[str, one_of("csv", "xml", "xlsx")]
    encoding: Annotated[str, AfterValidator(_encoding)]
    from_period: OwnPeriod
    to_period: OwnPeriodOrNone
    carry_forward: Annotated[str, one_of("yes", "no", empty="no")]

    def row(self) -> SystemRow:
        first, last = self.from_period, self.to_period
        if last and last < first:
            called = _called(type(first))
            raise ValueError(f"to_{called} {last} is before from_{called} {first}")
        carried = self.carry_forward == "yes"
        return SystemRow(self.komnr, self.system, self.leverandoer, self.format, self.encoding, first, last, carried)


@dataclass(frozen=True, slots=True)
class _Collaboration:
    komnr_indberetter: Komnr
    komnr_medlem: Komnr
    from_date: Day
    to_date: DayOrNone

    def row(self) -> Collaboration:
        if self.to_date and self.to_date < self.from_date:
            raise ValueError(f"to_date {self.to_date} is before from_date {self.from_date}")
        return Collaboration(self.komnr_indberetter, self.komnr_medlem, self.from_date, self.to_date)


@dataclass(frozen=True, slots=True)
class Extension:
    """A row of ``extensions.csv``: a kommune's later deadline for one period."""

    komnr: Komnr
    period: OwnPeriod
    new_deadline: Day
    reason: str


def _called(period: type[Period]) -> str:
    """What columns of periods are called: of a statistic by quarter after it, as it was the first."""
    return "quarter" if period is Kvartal else "period"


@dataclass(frozen=True, slots=True)
class _Explanation:
    release: Annotated[str, AfterValidator(_release)]
    komnr: Komnr
    reason: Annotated[str, AfterValidator(_said)]


def read_systems(root: DataRoot) -> list[SystemRow]:
    """``codelists/systems.csv``; raises InputError when it is missing or a row cannot be read."""
    path = root.codelists / "systems.csv"
    if not path.is_file():
        raise InputError("codelists/systems.csv is missing: no sender is known without it")

    def clash(one: SystemRow, other: SystemRow) -> str | None:
        if (one.komnr, one.system, one.format) != (other.komnr, other.system, other.format):
            return None
        first, second = sorted((one, other), key=lambda row: row.from_quarter)
        apart = first.to_quarter and first.to_quarter < second.from_quarter
        return None if apart else f"{one.komnr} {one.system} ({one.format}) overlaps in time with"

    called = {f"{end}_period": f"{end}_{_called(root.declared.period)}" for end in ("from", "to")}
    return read_list(path, _System, _System.row, clash, called=called, statistic=root.declared)


def systems_frame(root: DataRoot) -> pl.DataFrame:
    """``systems.csv`` as a frame, rows numbered (``nr``) in file order; without rows while there is no such file."""
    rows = read_systems(root) if (root.codelists / "systems.csv").is_file() else []
    return pl.DataFrame(
        [
            {
                "nr": number,
                "komnr": row.komnr,
                "system": row.system,
                "leverandoer": row.leverandoer,
                "format": row.format,
                "encoding": row.encoding,
                "from_quarter": str(row.from_quarter),
                "to_quarter": str(row.to_quarter) if row.to_quarter else None,
                "carry_forward": row.carry_forward,
            }
            for number, row in enumerate(rows, start=1)
        ],
        schema=SYSTEMS_SCHEMA,
    )


def read_collaborations(root: DataRoot) -> list[Collaboration]:
    """``codelists/collaborations.csv``; no file means no collaborations."""
    path = root.codelists / "collaborations.csv"
    if not path.is_file():
        return []

    def clash(one: Collaboration, other: Collaboration) -> str | None:
        # Spells that overlap are R8's business; of two begun on one day nobody knows which holds.
        same = replace(one, to_date=None) == replace(other, to_date=None)
        return f"{one.komnr_indberetter} reports for {one.komnr_medlem} from {one.from_date} as in" if same else None

    return read_list(path, _Collaboration, _Collaboration.row, clash)


def read_extensions(root: DataRoot) -> list[Extension]:
    """``codelists/extensions.csv``; no file means no extensions."""
    path = root.codelists / "extensions.csv"
    if not path.is_file():
        return []
    called = {"period": _called(root.declared.period)}
    return read_list(path, Extension, as_read, unique("komnr", "period"), called=called, statistic=root.declared)


def read_explanations(root: DataRoot) -> dict[tuple[str, str], str]:
    """``codelists/explanations.csv``: why a kommune's figure moved much in a release, by (release, komnr); no file means none."""
    path = root.codelists / "explanations.csv"
    rows = read_list(path, _Explanation, as_read, unique("release", "komnr")) if path.is_file() else []
    return {(row.release, row.komnr): row.reason for row in rows}
