"""Deliveries for the tests, written in the plainest way there is. All CPR numbers are made up."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter  # type: ignore[import-untyped]

from hjalp_pipeline.delivery.intake import Intake, read_delivery
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS

FIELDS = LAYOUTS.first.names
CPR = "0101901234"
STEM = "540_nexus_20250110T081500"
ROOT = {"komnr": "540", "kvartal": "2024K4", "system": "nexus"}
HEADER = ";".join(FIELDS)
Row = dict[str, str]


def row(number: int = 1, **changes: str) -> Row:
    """A faultless record, with changes; "" is null."""
    values = {
        "udlaan_id": f"N-{number}",
        "komnr_indberetter": "540",
        "komnr_betaling": "461",
        "pnr": CPR,
        "hminr": "12345",
        "hmiiso": "12 22 03",
        "hminavn": "Kørestol, manuel",
        "udleveringsdato": "2023-02-28",
        "indleveringsdato": "2024-02-29",
        "lov_navn": "SEL_112",
        "lov_tekst": "SEL § 112",
    }
    return values | changes


def rows(count: int) -> list[Row]:
    return [row(number) for number in range(1, count + 1)]


def csv_text(
    records: Sequence[Row], *, header: Sequence[str] = FIELDS, end: str = "\n", quoting: int = csv.QUOTE_MINIMAL
) -> str:
    """A csv delivery by the csv module, with its last line."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator=end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerow(header)
    writer.writerows([record[field] for field in header] for record in records)
    return out.getvalue() + f"SLUT;{len(records)}{end}"


def xml_record(record: Row) -> str:
    return "<udlaan>" + "".join(f"<{f}>{escape(v)}</{f}>" for f, v in record.items() if v) + "</udlaan>"


def xml_root(antal: int | str, **changes: str) -> str:
    attributes = ROOT | {"antal": str(antal)} | changes
    return "<leverance " + " ".join(f'{key}="{value}"' for key, value in attributes.items()) + ">"


def xml_text(records: Sequence[Row], *, encoding: str = "UTF-8", **changes: str) -> str:
    body = "\n".join(xml_record(record) for record in records)
    root = xml_root(**{"antal": str(len(records))} | changes)
    return f'<?xml version="1.0" encoding="{encoding}"?>\n{root}\n{body}\n</leverance>\n'


def write_xlsx(path: Path, lines: Sequence[Sequence[object]]) -> Path:
    """A workbook of one sheet; a date becomes a date cell, "" no cell."""
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as workbook:
        sheet = workbook.add_worksheet()
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for y, line in enumerate(lines):
            for x, value in enumerate(line):
                match value:
                    case date():
                        sheet.write_datetime(y, x, value, day)
                    case str():
                        sheet.write_string(y, x, value)
                    case bool():
                        sheet.write_boolean(y, x, value)
                    case int() | float():
                        sheet.write_number(y, x, value)
    return path


def xlsx(folder: Path, records: Sequence[Row], header: Sequence[str] = FIELDS) -> Path:
    return write_xlsx(folder / f"{STEM}.xlsx", [header, *([record[field] for field in header] for record in records)])


def read(path: Path, encoding: str = "utf-8") -> Intake:
    name = parse_name("2024K4", path.name)
    assert name is not None
    return read_delivery(path, name, encoding, LAYOUTS)


def read_bytes(folder: Path, content: bytes | str, form: str = "csv", encoding: str = "utf-8") -> Intake:
    """Write the content as the delivery of STEM and read it."""
    path = folder / f"{STEM}.{form}"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return read(path, encoding)


def verdict(intake: Intake) -> tuple[str, str | None, int, int]:
    return intake.status, intake.code, intake.records, intake.bad_records
