"""Lists a statistician maintains below the data root: systems, collaborations, extensions, explanations, approvals.

Every fault is an InputError that names the file, the record (1 = first after the header) and what is wrong.
"""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import polars as pl

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.rules.approval import KINDS, Decision
from hjalp_pipeline.rules.kommune import Collaboration
from hjalp_pipeline.rules.systems import SystemRow
from hjalp_pipeline.storage.root import DataRoot

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
T = TypeVar("T")
_RELEASE = re.compile(r"[0-9]{4}v[1-9][0-9]*")


class InputError(Exception):
    """Input that cannot be used: a code list, a register extract or a release definition. Names file, record and rule."""


@dataclass(frozen=True, slots=True)
class Extension:
    """A row of ``extensions.csv``: a kommune's later deadline for one quarter."""

    komnr: str
    kvartal: Kvartal
    new_deadline: date
    reason: str


def read_list(path: Path, columns: tuple[str, ...], convert: Callable[[dict[str, str]], T]) -> list[T]:
    """Rows of a maintained list as ``convert`` makes them (ValueError = a faulty record); empty lines are passed over."""
    name = f"{path.parent.name}/{path.name}"
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError(f"{name}: not UTF-8") from fault
    # Strict: a quote that is never closed would otherwise swallow the records after it without a word.
    reader = csv.DictReader(StringIO(text, newline=""), delimiter=";", strict=True)
    found: list[T] = []
    number = 0
    try:
        if reader.fieldnames is None or not set(columns) <= set(reader.fieldnames):
            raise InputError(f"{name}: the header must hold {';'.join(columns)}")
        for number, row in enumerate(reader, start=1):
            where = f"{name}, record {number}"
            if not any(row.values()):  # ;;;;;; is how a spreadsheet writes an empty line
                continue
            if None in row.values() or None in row:
                raise InputError(f"{where}: wrong number of fields")
            try:
                found.append(convert({column: row[column].strip() for column in columns}))
            except ValueError as fault:
                raise InputError(f"{where}: {fault}") from fault
    except csv.Error as fault:
        raise InputError(f"{name}, record {number + 1}: {fault}") from fault
    return found


def kommune_code(code: str) -> str:
    """The code of one of the 98 kommuner, ValueError for any other text."""
    if code not in NAVN:
        raise ValueError(f"{code!r} is not one of the 98 kommuner")
    return code


def choice(value: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed values, ValueError for any other text."""
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
    return value


def read_systems(root: DataRoot) -> list[SystemRow]:
    """``codelists/systems.csv``; raises InputError when it is missing or a row cannot be read."""
    path = root.codelists / "systems.csv"
    if not path.is_file():
        raise InputError("codelists/systems.csv is missing: no sender is known without it")
    columns = ("komnr", "system", "leverandoer", "format", "encoding", "from_quarter", "to_quarter", "carry_forward")

    def convert(row: dict[str, str]) -> SystemRow:
        return SystemRow(
            kommune_code(row["komnr"]),
            row["system"],
            row["leverandoer"],
            choice(row["format"].lower(), ("csv", "xml", "xlsx")),
            row["encoding"],
            Kvartal.parse(row["from_quarter"]),
            Kvartal.parse(row["to_quarter"]) if row["to_quarter"] else None,
            choice(row["carry_forward"].lower() or "no", ("yes", "no")) == "yes",
        )

    return read_list(path, columns, convert)


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
        return Collaboration(
            kommune_code(row["komnr_indberetter"]),
            kommune_code(row["komnr_medlem"]),
            date.fromisoformat(row["from_date"]),
            date.fromisoformat(row["to_date"]) if row["to_date"] else None,
        )

    return read_list(path, ("komnr_indberetter", "komnr_medlem", "from_date", "to_date"), convert)


def read_extensions(root: DataRoot) -> list[Extension]:
    """``codelists/extensions.csv``; no file means no extensions."""
    path = root.codelists / "extensions.csv"
    if not path.is_file():
        return []

    def convert(row: dict[str, str]) -> Extension:
        return Extension(
            kommune_code(row["komnr"]),
            Kvartal.parse(row["quarter"]),
            date.fromisoformat(row["new_deadline"]),
            row["reason"],
        )

    return read_list(path, ("komnr", "quarter", "new_deadline", "reason"), convert)


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

    return dict(read_list(path, ("release", "komnr", "reason"), convert))


def danish_time(text: str) -> datetime:
    """An ISO 8601 point in time; one without zone is Danish time."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=DANISH_TIME)


def read_approvals(root: DataRoot) -> list[Decision]:
    """All decisions of ``approvals/*.csv`` by file name and record (R12)."""

    def convert(row: dict[str, str]) -> Decision:
        return Decision(
            danish_time(row["decided_at"]),
            int(row["aar"]),
            kommune_code(row["komnr"]),
            choice(row["kind"], KINDS),
            choice(row["decision"], ("godkendt", "afvist")) == "godkendt",
        )

    return [decision for path in approval_files(root) for decision in read_list(path, APPROVAL_COLUMNS, convert)]


def approval_files(root: DataRoot) -> list[Path]:
    """Files of decisions by name; hidden ones and empty ones hold none."""
    found = sorted(root.approvals.glob("*.csv"))
    return [path for path in found if not path.name.startswith(".") and path.stat().st_size]
