"""Lists a statistician maintains below the data root: systems, collaborations, extensions, explanations, approvals.

Every fault is an InputError as ``lists.read_list`` makes it: it names the file, the line and what is wrong.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import polars as pl

from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.rules.approval import KINDS, Decision
from hjalp_pipeline.rules.kommune import Collaboration
from hjalp_pipeline.rules.systems import SystemRow
from hjalp_pipeline.storage.lists import InputError, choice, day, kommune_code, read_list, same_key, year
from hjalp_pipeline.storage.root import DataRoot

__all__ = [
    "APPROVAL_COLUMNS",
    "DANISH_TIME",
    "SYSTEMS_SCHEMA",
    "Extension",
    "InputError",
    "approval_files",
    "danish_time",
    "read_approvals",
    "read_collaborations",
    "read_explanations",
    "read_extensions",
    "read_systems",
    "systems_frame",
]
DANISH_TIME = ZoneInfo("Europe/Copenhagen")
#: Columns of ``approvals/*.csv``.
APPROVAL_COLUMNS = ("decided_at", "aar", "komnr", "kind", "decision", "decided_by", "note")
#: ``systems.csv`` as a frame.
SYSTEMS_SCHEMA = pl.Schema(
    {
        "nr": pl.Int32,
        "komnr": pl.String,
        "system": pl.String,
        "leverandoer": pl.String,
        "format": pl.String,
        "encoding": pl.String,
        "from_quarter": pl.String,
        "to_quarter": pl.String,
        "carry_forward": pl.Boolean,
    }
)
ENCODINGS = ("utf-8", "windows-1252")
_RELEASE = re.compile(r"[0-9]{4}v[1-9][0-9]*")
_SYSTEM = re.compile(r"[a-z0-9-]+")
#: ISO 8601 as people and this program write it: neither week dates nor the basic form.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Extension:
    """A row of ``extensions.csv``: a kommune's later deadline for one quarter."""

    komnr: str
    kvartal: Kvartal
    new_deadline: date
    reason: str


def read_systems(root: DataRoot) -> list[SystemRow]:
    """``codelists/systems.csv``; raises InputError when it is missing or a row cannot be read."""
    path = root.codelists / "systems.csv"
    if not path.is_file():
        raise InputError("codelists/systems.csv is missing: no sender is known without it")
    columns = ("komnr", "system", "leverandoer", "format", "encoding", "from_quarter", "to_quarter", "carry_forward")

    def convert(row: dict[str, str]) -> SystemRow:
        if not _SYSTEM.fullmatch(row["system"]):
            raise ValueError(f"system {row['system']!r} is not of small letters, digits and hyphens")
        first = Kvartal.parse(row["from_quarter"])
        last = Kvartal.parse(row["to_quarter"]) if row["to_quarter"] else None
        if last and last < first:
            raise ValueError(f"to_quarter {last} is before from_quarter {first}")
        form, encoding = choice(row["format"].lower(), ("csv", "xml", "xlsx")), row["encoding"].lower()
        return SystemRow(
            kommune_code(row["komnr"]),
            row["system"],
            row["leverandoer"],
            form,
            # The other formats say it themselves.
            choice(encoding, ENCODINGS) if encoding or form == "csv" else "",
            first,
            last,
            choice(row["carry_forward"].lower() or "no", ("yes", "no")) == "yes",
        )

    def clash(one: SystemRow, other: SystemRow) -> str | None:
        if (one.komnr, one.system, one.format) != (other.komnr, other.system, other.format):
            return None
        first, second = sorted((one, other), key=lambda row: row.from_quarter)
        apart = first.to_quarter and first.to_quarter < second.from_quarter
        return None if apart else f"{one.komnr} {one.system} ({one.format}) overlaps in time with"

    return read_list(path, columns, convert, clash)


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

    def convert(row: dict[str, str]) -> Collaboration:
        first, last = day(row["from_date"]), day(row["to_date"]) if row["to_date"] else None
        if last and last < first:
            raise ValueError(f"to_date {last} is before from_date {first}")
        return Collaboration(kommune_code(row["komnr_indberetter"]), kommune_code(row["komnr_medlem"]), first, last)

    def clash(one: Collaboration, other: Collaboration) -> str | None:
        # Spells that overlap are R8's business; of two begun on one day nobody knows which holds.
        same = replace(one, to_date=None) == replace(other, to_date=None)
        return f"{one.komnr_indberetter} reports for {one.komnr_medlem} from {one.from_date} as in" if same else None

    return read_list(path, ("komnr_indberetter", "komnr_medlem", "from_date", "to_date"), convert, clash)


def read_extensions(root: DataRoot) -> list[Extension]:
    """``codelists/extensions.csv``; no file means no extensions."""
    path = root.codelists / "extensions.csv"
    if not path.is_file():
        return []

    def convert(row: dict[str, str]) -> Extension:
        return Extension(
            kommune_code(row["komnr"]),
            Kvartal.parse(row["quarter"]),
            day(row["new_deadline"]),
            row["reason"],
        )

    def clash(one: Extension, other: Extension) -> str | None:
        same = (one.komnr, one.kvartal) == (other.komnr, other.kvartal)
        return f"{one.komnr} {one.kvartal} stands already in" if same else None

    return read_list(path, ("komnr", "quarter", "new_deadline", "reason"), convert, clash)


def read_explanations(root: DataRoot) -> dict[tuple[str, str], str]:
    """``codelists/explanations.csv``: why a kommune's figure moved much in a release, by (release, komnr); no file means none."""
    path = root.codelists / "explanations.csv"
    if not path.is_file():
        return {}

    def convert(row: dict[str, str]) -> tuple[tuple[str, str], str]:
        if not _RELEASE.fullmatch(row["release"]):
            raise ValueError(f"{row['release']!r} is not the name of a release (2024v1)")
        if not row["reason"]:
            raise ValueError("reason is empty")
        return (row["release"], kommune_code(row["komnr"])), row["reason"]

    return dict(read_list(path, ("release", "komnr", "reason"), convert, same_key))


def danish_time(text: str) -> datetime:
    """An ISO 8601 point in time; one without zone is Danish time."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(f"{text!r} is not a point in time (2025-05-20T09:30)")
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=DANISH_TIME)


def read_approvals(root: DataRoot) -> list[Decision]:
    """All decisions of ``approvals/*.csv`` by file name and record (R12)."""

    def convert(row: dict[str, str]) -> Decision:
        return Decision(
            danish_time(row["decided_at"]),
            year(row["aar"]),
            kommune_code(row["komnr"]),
            choice(row["kind"], KINDS),
            choice(row["decision"], ("godkendt", "afvist")) == "godkendt",
        )

    return [decision for path in approval_files(root) for decision in read_list(path, APPROVAL_COLUMNS, convert)]


def approval_files(root: DataRoot) -> list[Path]:
    """Files of decisions by name; hidden ones and empty ones hold none."""
    found = sorted(root.approvals.glob("*.csv"))
    return [path for path in found if not path.name.startswith(".") and path.stat().st_size]
