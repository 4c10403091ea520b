"""Granting a later deadline: one row of ``codelists/extensions.csv``, added or changed, all of the file or nothing."""

import csv
from contextlib import AbstractContextManager
from datetime import date
from io import StringIO
from typing import Any

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.storage.codelists import EXTENSIONS, InputError, read_extensions
from hjalp_pipeline.storage.files import locked, make_folder, write_bytes
from hjalp_pipeline.storage.maintained_list import MaintainedList, period_column
from hjalp_pipeline.storage.portal_lists import PORTAL_ACCESS, Access, read_access
from hjalp_pipeline.storage.root import DataRoot


def grant_extension(root: DataRoot, komnr: str, period: Period, deadline: date, reason: str) -> None:
    """Give a kommune more time; what it was given for the same period before is replaced.

    InputError, and nothing is written, when the list has a fault, or the new day is not after the ordinary deadline.
    """
    if deadline <= period.deadline:
        raise InputError(f"{deadline} is not after the ordinary deadline of {period}, {period.deadline}")
    column = period_column(root.declared.period)
    row = {"komnr": komnr, column: str(period), "new_deadline": deadline.isoformat(), "reason": _one_line(reason)}
    with _writing(root, EXTENSIONS):
        read_extensions(root)
        _put(root, EXTENSIONS, row, ("komnr", column))


def grant_access(root: DataRoot, access: Access) -> None:
    """Add a row to ``codelists/portal_access.csv``; one with the same organisation, kommune, role and first day is replaced.

    InputError, and nothing is written, when the list has a fault, or would have one with it.
    """
    try:
        access.row()
    except ValueError as fault:
        raise InputError(str(fault)) from None
    row = {
        "cvr": access.cvr,
        "komnr": access.komnr,
        "role": access.role,
        "from_date": access.from_date.isoformat(),
        "to_date": access.to_date.isoformat() if access.to_date else "",
    }
    with _writing(root, PORTAL_ACCESS):
        read_access(root)
        _put(root, PORTAL_ACCESS, row, ("cvr", "komnr", "role", "from_date"))


def _writing(root: DataRoot, one: MaintainedList[Any]) -> AbstractContextManager[None]:
    make_folder(root.codelists)
    return locked(root.codelists / f".{one.name}.lock")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _put(root: DataRoot, one: MaintainedList[Any], row: dict[str, str], key: tuple[str, ...]) -> None:
    """Add a row, or replace the one with the same key; remarks and other rows stay as they are."""
    path = root.file(one.place)
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else ""
    lines = text.splitlines() or [one.header(root.declared)]
    header = [column.strip() for column in next(csv.reader([lines[0]], delimiter=";"))]
    kept = [lines[0]]
    for line in lines[1:]:
        values = dict(zip(header, next(csv.reader([line], delimiter=";"), []), strict=False))
        if line.startswith("#") or any(values.get(name, "").strip() != row[name] for name in key):
            kept.append(line)
    written = StringIO()
    csv.writer(written, delimiter=";", lineterminator="\n").writerow([row[column] for column in header])
    content = "\n".join(kept) + "\n" + written.getvalue()
    mode = path.stat().st_mode & 0o777 if path.is_file() else 0o600
    write_bytes(path, content.encode(), mode)
