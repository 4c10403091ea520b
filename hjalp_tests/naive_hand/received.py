"""Deliveries of services: what is wrong with a record, and how a spreadsheet is read."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable

from python_calamine import CalamineWorkbook

from hjalp_tests.naive.deliveries import Layout, Rejected
from hjalp_tests.naive.record_checks import BLANKS, Record, has_control, is_date, lost_digits

FIELDS = (
    "ydelse_id",
    "handlekommune",
    "betalingskommune",
    "pnr",
    "modt_ydelse_kode",
    "ydelse_start",
    "ydelse_slut",
    "maalgruppe",
    "funk_vurd",
    "prodnr",
    "afdeling_uuid",
)
REQUIRED = ("ydelse_id", "handlekommune", "pnr", "modt_ydelse_kode", "ydelse_start")
LENGTHS = {"handlekommune": 3, "betalingskommune": 3, "pnr": 10, "prodnr": 10}
"""Fields whose leading zeros a spreadsheet loses, and how many digits they have."""
_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_NOTATION = r"[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+"


def matches(pattern: str) -> Callable[[str], bool]:
    """Is the whole value of that form?"""
    return lambda value: re.fullmatch(pattern, value) is not None


FORMS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "ydelse_id": ("FELT", lambda value: len(value) <= 50 and not lost_digits(value)),
    "handlekommune": ("KOMNR", matches("[0-9]{3}")),
    "betalingskommune": ("KOMNR", matches("[0-9]{3}")),
    "pnr": ("FELT", lambda value: not lost_digits(value) and not matches(_NOTATION)(value)),
    "modt_ydelse_kode": ("FELT", matches("[0-9]{1,5}")),
    "ydelse_start": ("DATO", is_date),
    "ydelse_slut": ("DATO", is_date),
    "maalgruppe": ("FELT", matches(r"[0-9]+(\.[0-9]+)*( +[0-9]+(\.[0-9]+)*)*")),
    "funk_vurd": ("FELT", matches("[0-4]")),
    "prodnr": ("FELT", matches("[0-9]{10}")),
    "afdeling_uuid": ("FELT", matches(_UUID)),
}
"""Field -> (code of the finding, is the form right?)."""


def check_service(record: Record, komnr: str) -> list[tuple[str, str]]:
    """Findings (field, code) in field order; blanks around all but the id are dropped from the record."""
    if "*" in record:
        return [("", "FELT")]
    findings = []
    for name in FIELDS:
        value = record[name]
        if value is not None and (name != "ydelse_id" or not value.strip(BLANKS)):
            value = record[name] = value.strip(BLANKS) or None
        if value is None:
            if name in REQUIRED:
                findings.append((name, "MANGLER"))
            continue
        code, right = FORMS[name]
        if has_control(value):
            findings.append((name, "DATO" if code == "DATO" else "FELT"))
        elif not right(value) or (name == "handlekommune" and value != komnr):
            findings.append((name, code))
    return findings


def workbook_records(content: bytes) -> list[Record]:
    """The first sheet of a workbook: header, records; wholly empty rows are none."""
    header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    if sorted(str(name) for name in header) != sorted(FIELDS):
        raise Rejected("KOLONNER")
    return [
        {str(name): _text(str(name), value) for name, value in zip(header, row, strict=True)}
        for row in rows
        if any(value not in ("", None) for value in row)
    ]


def _text(name: str, value: object) -> str | None:
    """A cell as it would be written in a csv delivery; what a field cannot hold comes as a sign that no field takes."""
    if value in ("", None):
        return None
    if isinstance(value, bool):
        return "\x00"
    if isinstance(value, (int, float)):
        text = str(int(value)) if value == int(value) else "\x00"
    elif isinstance(value, dt.date):  # a point in time is one too
        text = value.strftime("%Y-%m-%d") if name in ("ydelse_start", "ydelse_slut") else "\x00"
    else:
        text = str(value)
    stripped = text.strip(BLANKS)
    length = LENGTHS.get(name)
    return stripped.zfill(length) if length and re.fullmatch(f"[0-9]{{1,{length}}}", stripped) else text


LAYOUT = Layout(FIELDS, "ydelse", "periode", check_service, workbook_records)
