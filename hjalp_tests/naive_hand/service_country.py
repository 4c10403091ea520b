"""A made-up country that delivers services: what it consists of, and how it is written."""

from __future__ import annotations

import csv
import datetime as dt
import io
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped] # it has no types

from hjalp_tests.countries.model import Delivery, Extract, SystemRow
from hjalp_tests.countries.write import to_toml, write_extract, write_list
from hjalp_tests.naive_hand.received import FIELDS, LENGTHS

SYSTEM_COLUMNS = (
    "komnr",
    "system",
    "leverandoer",
    "format",
    "encoding",
    "from_period",
    "to_period",
    "carry_forward",
)
APPROVAL_COLUMNS = ("decided_at", "aar", "komnr", "kind", "decision", "decided_by", "note")
FLAWS = ("wrong_count", "empty")
"""What may be wrong with a whole file here; all that can be is tried where deliveries are tested."""


@dataclass
class ServiceCountry:
    """A data root of the second statistic.

    `Delivery.kvartal` is the month, and so are the periods of `SystemRow`. `late`: deliveries that come after the first
    release. `releases` in the order in which they are made.
    """

    months: list[str]
    kommuner: list[str]
    systems: list[SystemRow]
    collaborations: list[tuple[str, str, str, str]]
    deliveries: list[Delivery]
    late: list[Delivery]
    extracts: dict[str, Extract]
    approvals: dict[str, list[tuple[str, int, str, str, str, str, str]]]
    releases: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __repr__(self) -> str:
        """Short: a whole one is larger than a failing test can show."""
        return f"ServiceCountry({self.months}, {self.kommuner}, {len(self.deliveries)} deliveries)"


def write_services(root: Path, country: ServiceCountry) -> None:
    """Write everything below `root` but what comes late."""
    own = root / "hand"
    systems = [
        [
            row.komnr,
            row.system,
            "Leverandør A/S",
            row.format,
            row.encoding,
            row.from_quarter,
            row.to_quarter,
            row.carry_forward,
        ]
        for row in country.systems
    ]
    write_list(own / "codelists" / "systems.csv", SYSTEM_COLUMNS, systems)
    members = ("komnr_indberetter", "komnr_medlem", "from_date", "to_date")
    write_list(own / "codelists" / "collaborations.csv", members, country.collaborations)
    write_list(own / "codelists" / "extensions.csv", ("komnr", "period", "new_deadline", "reason"), [])
    for month in country.months:
        (own / "inbox" / month).mkdir(parents=True, exist_ok=True)
    deliver_services(root, country.deliveries)
    for name, extract in country.extracts.items():
        write_extract(root / "registers" / name, extract)
    for name, rows in country.approvals.items():
        write_list(own / "approvals" / name, APPROVAL_COLUMNS, rows)
    (own / "releases").mkdir(parents=True, exist_ok=True)
    for name, definition in country.releases.items():
        (own / "releases" / f"{name}.toml").write_text(to_toml(definition), encoding="utf-8")


def deliver_services(root: Path, deliveries: Iterable[Delivery]) -> None:
    """Put files in the inbox."""
    for delivery in deliveries:
        name = f"{delivery.komnr}_{delivery.system}_{delivery.received}.{delivery.format}"
        path = root / "hand" / "inbox" / delivery.kvartal / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if delivery.flaw == "empty":
            path.write_bytes(b"")
        else:
            path.write_bytes({"csv": as_csv, "xml": as_xml, "xlsx": as_workbook}[delivery.format](delivery))


def _columns(delivery: Delivery) -> list[str]:
    return list(reversed(FIELDS)) if delivery.reverse_columns else list(FIELDS)


def _counted(delivery: Delivery) -> int:
    return len(delivery.records) + (delivery.flaw == "wrong_count")


def as_csv(delivery: Delivery) -> bytes:
    """The delivery as csv."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n" if delivery.crlf else "\n")
    writer.writerow(_columns(delivery))
    for record in delivery.records:
        writer.writerow([record[name] or "" for name in _columns(delivery)])
    writer.writerow(["SLUT", _counted(delivery)])
    content = text.getvalue().encode("cp1252" if delivery.encoding == "windows-1252" else "utf-8")
    return b"\xef\xbb\xbf" + content if delivery.bom and delivery.encoding == "utf-8" else content


def as_xml(delivery: Delivery) -> bytes:
    """The delivery as XML; empty fields are left out or empty by turns."""
    attributes = {"komnr": delivery.komnr, "periode": delivery.kvartal, "system": delivery.system}
    tree = ET.Element("leverance", {**attributes, "antal": str(_counted(delivery))})
    for number, record in enumerate(delivery.records):
        element = ET.SubElement(tree, "ydelse")
        for name in _columns(delivery):
            if record[name] is not None or number % 2:
                ET.SubElement(element, name).text = record[name]
    content: bytes = ET.tostring(tree, encoding="utf-8", xml_declaration=True)
    return content


def as_workbook(delivery: Delivery) -> bytes:
    """The delivery as a spreadsheet: by turns as text, and with codes as numbers and dates as date cells."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_numbers": False}) as workbook:
        sheet = workbook.add_worksheet()
        date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, _columns(delivery))
        for row, record in enumerate(delivery.records, start=1):
            for column, name in enumerate(_columns(delivery)):
                value = record[name]
                if value is None:
                    continue
                if row % 2 and name in ("ydelse_start", "ydelse_slut") and _is_day(value):
                    sheet.write_datetime(row, column, dt.date.fromisoformat(value), date)
                elif row % 2 and name in (*LENGTHS, "modt_ydelse_kode", "funk_vurd") and value.isdecimal():
                    sheet.write_number(row, column, int(value))
                else:
                    sheet.write_string(row, column, value)
    return content.getvalue()


def _is_day(value: str) -> bool:
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        return False
    return day.year > 1900  # a spreadsheet's first year
