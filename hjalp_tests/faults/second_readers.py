"""What other programs read in a delivery: the csv module, lxml with the published schema, calamine. Judged by the interface's rules.

Each reader gives the records as delivered texts, None for one whose fields cannot be told apart; or no records at all (None)
where it cannot read the file or the rules of a whole file (interfaces.md, "Delivery") refuse it.
"""

import csv
import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook

from hjalp_tests.naive.record_checks import FIELDS, Record

_SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parents[1] / "delivery/contract/leverance-1.xsd"))
Records = list[Record | None]
#: A cell that is no value of any field, in the words of ``naive.check_record``: a control character.
_NOTHING = "\x01"


def csv_records(content: bytes, encoding: str) -> Records | None:
    """By the csv module: lines end on LF or CR LF, blank ones do not count; the last says how many there are."""
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else "cp1252")
    except UnicodeDecodeError:
        return None
    if encoding != "utf-8" and content.startswith(b"\xef\xbb\xbf"):
        return None
    text = re.sub(r'^("?)sep=;\1\r?\n', "", text.rstrip(" \t\r\n\x1a"), count=1, flags=re.IGNORECASE)
    reader = csv.reader(re.split(r"(?<=\n)", text), delimiter=";")
    rows: list[Sequence[str] | None] = []
    while True:
        try:
            rows.append(next(reader))
        except StopIteration:
            break
        except csv.Error:
            rows.append(None)
    header, *body = rows or [None]
    if header is None or sorted(header) != sorted(FIELDS):
        return None
    body = [line for line in body if line is None or len(line) > 1 or "".join(line).strip()]
    last = body.pop() if body else None
    if last is None or len(last) != 2 or last[0] != "SLUT" or not re.fullmatch("[0-9]{1,15}", last[1]):
        return None
    if int(last[1]) != len(body):
        return None
    return [
        None
        if line is None or len(line) != len(header)
        else {name: value or None for name, value in zip(header, line, strict=True)}
        for line in body
    ]


def xml_records(content: bytes, expected: dict[str, str]) -> Records | None:
    """By lxml with the schema of the interface; ``expected`` are the attributes that name and folder say."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root.getroottree().docinfo.internalDTD is not None or not _SCHEMA.validate(root):
        return None
    if any(root.get(key) != value for key, value in expected.items()):
        return None
    records = [{field: _said(udlaan.find(field)) for field in FIELDS} for udlaan in root.findall("udlaan")]
    if int(str(root.get("antal"))) != len(records):
        return None
    return [{field: value or None for field, value in record.items()} for record in records]


def _said(element: etree._Element | None) -> str | None:
    """The text of an element without comments and instructions."""
    return None if element is None else etree.tostring(element, method="text", encoding="unicode", with_tail=False)


def xlsx_records(content: bytes) -> Records | None:
    """By calamine, which gives an error and a formula without result as an empty cell."""
    try:
        rows: list[list[Any]] = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    except (CalamineError, ValueError, IndexError):
        return None
    filled = [line for line in rows if any(value != "" for value in line)]
    if not filled or sorted(name for name in filled[0] if name) != sorted(FIELDS):
        return None
    where = {name: at for at, name in enumerate(filled[0]) if name}
    return [{field: _text(field, line[at]) for field, at in where.items()} for line in filled[1:]]


def _text(field: str, value: Any) -> str | None:
    text: str
    match value:
        case str():
            text = value
        case bool():
            return _NOTHING
        # A cell of a workbook knows no time zone.
        case datetime() if field.endswith("dato") and value == datetime(value.year, value.month, value.day):  # noqa: DTZ001
            text = value.date().isoformat()
        case datetime():
            return _NOTHING
        case date() if field.endswith("dato"):
            text = value.isoformat()
        case int() | float() if value == int(value) and abs(value) < 1e15:
            text = str(int(value))
        case _:
            return _NOTHING
    if field == "pnr" and re.fullmatch("[0-9]{1,9}", text):
        return text.zfill(10)
    if field == "hmiiso" and re.fullmatch("[0-9](?:[0-9][0-9])*", re.sub("[ \u00a0-]", "", text)):
        return "0" + text
    if field.startswith("komnr") and re.fullmatch("[0-9]{1,2}", text):
        return text.zfill(3)
    return text or None
