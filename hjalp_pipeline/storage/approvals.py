"""Adding decisions to ``approvals/{aar}.csv``: appended, never edited, whole lines or nothing (R12)."""

import csv
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from hjalp_pipeline.rules.approval import Decision
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.decisions import APPROVAL_COLUMNS
from hjalp_pipeline.storage.files import locked, make_folder, sync, write_bytes
from hjalp_pipeline.storage.root import DataRoot

_HEADER = ";".join(APPROVAL_COLUMNS)


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """A decision with what R12 does not look at: who gave it, and a note."""

    decision: Decision
    decided_by: str
    note: str


def approvals_lock(root: DataRoot) -> AbstractContextManager[None]:
    """While it is held nobody appends a decision or withdraws a delivery, and no release appears."""
    return locked(root.approvals / ".lock")


def append_approvals(root: DataRoot, aar: int, rows: Sequence[ApprovalRow]) -> Path:
    """Append decisions of a year; returns the file. All rows are on the disk when it returns, or none is in the file.

    The caller holds ``approvals_lock``.

    InputError, and nothing is written, when the file has another header or its last line is torn: an earlier append was
    cut off there, and what it meant to say is for a person to find out.
    """
    path = root.approvals / f"{aar}.csv"
    make_folder(root.approvals)
    if not path.is_file() or not path.stat().st_size:
        write_bytes(path, f"{_HEADER}\n{_lines(rows)}".encode())
        return path
    require_appendable(path)
    _append(path, _lines(rows).encode())
    return path


def _lines(rows: Sequence[ApprovalRow]) -> str:
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    for row in rows:
        decision = row.decision
        writer.writerow(
            [
                decision.decided_at.astimezone(DANISH_TIME).isoformat(timespec="seconds"),
                decision.aar,
                decision.komnr,
                decision.kind,
                "godkendt" if decision.approved else "afvist",
                row.decided_by,
                row.note,
            ]
        )
    return text.getvalue()


def require_appendable(path: Path) -> None:
    """InputError when nothing can be appended to a file: it has another header, or its last line is torn."""
    name = f"approvals/{path.name}"
    content = path.read_bytes()
    header = content.split(b"\n", 1)[0].removeprefix(b"\xef\xbb\xbf").rstrip(b"\r")
    if header != _HEADER.encode():
        raise InputError(f"{name}: the header must be {_HEADER}")
    if not content.endswith(b"\n"):
        line = content.count(b"\n") + 1
        raise InputError(f"{name}, line {line}: torn, it does not end with a line break; complete or remove it by hand")


def _append(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        before = os.fstat(handle)
        size = before.st_size
        os.fchmod(handle, before.st_mode & 0o755)  # nobody else decides
        try:
            if os.write(handle, content) != len(content):
                raise OSError(f"approvals/{path.name}: the disk took only a part")
            os.fsync(handle)
        except BaseException:
            os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)
    sync(path.parent)
