"""A plain reader of deliveries for the tests: no rules, no mercy, independent of the program's own."""

import csv
import datetime as dt
import io
import xml.etree.ElementTree as ET
from functools import partial
from pathlib import Path

import polars as pl
import python_calamine

FIELDS = (
    "udlaan_id", "komnr_indberetter", "komnr_betaling", "pnr", "hminr", "hmiiso", "hminavn", "udleveringsdato",
    "indleveringsdato", "lov_navn", "lov_tekst",
)  # fmt: skip


def csv_text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def read_delivery(path: Path, fields: tuple[str, ...] = FIELDS, attribute: str = "kvartal") -> pl.DataFrame:
    """Records as text, columns ``fields``; fails when the count of the file does not hold."""
    readers = {".csv": _read_csv, ".xml": partial(_read_xml, attribute), ".xlsx": _read_xlsx}
    rows = readers[path.suffix](path, fields)
    return pl.DataFrame(rows, schema=dict.fromkeys(fields, pl.String), orient="row")


def _read_csv(path: Path, fields: tuple[str, ...]) -> list[tuple[str | None, ...]]:
    lines = list(csv.reader(io.StringIO(csv_text(path), newline=""), delimiter=";"))
    header, body, end = lines[0], lines[1:-1], lines[-1]
    assert sorted(header) == sorted(fields)
    assert end == ["SLUT", str(len(body))]
    places = [header.index(field) for field in fields]
    return [tuple(line[place] or None for place in places) for line in body]


def _read_xml(attribute: str, path: Path, fields: tuple[str, ...]) -> list[tuple[str | None, ...]]:
    root = ET.fromstring(path.read_bytes())
    komnr, system = path.name.split("_")[:2]
    rows = [tuple(record.findtext(field) or None for field in fields) for record in root]
    assert root.attrib == {"komnr": komnr, attribute: path.parent.name, "system": system, "antal": str(len(rows))}
    return rows


def _read_xlsx(path: Path, fields: tuple[str, ...]) -> list[tuple[str | None, ...]]:
    lines = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert tuple(lines[0]) == fields
    return [tuple(_cell(value) for value in line) for line in lines[1:]]


def _cell(value: object) -> str | None:
    if isinstance(value, float):
        return str(int(value))
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return str(value) or None
