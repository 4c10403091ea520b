"""Records as people type them: fields for a form, what is wrong with one, and a delivery file of all of them."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter  # type: ignore[import-untyped]

from hjalp_pipeline.delivery.codes import finding_text
from hjalp_pipeline.delivery.intake import read_delivery
from hjalp_pipeline.delivery.layouts.forms import TEXT_OF_PERSON, Form
from hjalp_pipeline.delivery.layouts.layout import Field, Layout
from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.delivery.records import type_records
from hjalp_pipeline.dialogue.approval.cpr_like import CPR_LIKE_ID
from hjalp_pipeline.statistic import Statistic

#: Formats a typed delivery can be sent in.
FORMATS = ("xlsx", "csv")
_TEN = 10


def input_fields(statistic: Statistic, layout: Layout, day: date) -> list[dict[str, Any]]:
    """The fields of a form: name, label, kind of input, choices, hint."""
    coded = statistic.coded
    codes = []
    if coded is not None and coded.name in layout.by_name:
        in_force = [one for values in coded.versions[-1:] for one in values.codes]
        codes = [(one.code, f"{one.code} {one.cells[-1]}"[:90]) for one in in_force if one.from_date <= day]
    shown = [field for field in layout.fields if field.form is not Form.EGEN_KOMMUNE]
    return [
        {
            "name": field.name,
            "label": field.label,
            "hint": field.text_da,
            "required": field.required,
            "person": field.form is Form.PERSONNUMMER,
            "type": "date" if field.form is Form.DATO else "text",
            "choices": _choices(field, codes if coded and field.name == coded.name else []),
        }
        for field in shown
    ]


def _choices(field: Field, codes: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    given = codes or [(value, value) for value in field.values]
    return [*([] if field.required else [("", "")]), *given] if given else []


def faults_of(layout: Layout, komnr: str, record: Mapping[str, str]) -> list[tuple[str, str]]:
    """What the intake would say of a record: label of the field, and what is wrong with it."""
    chunk = pl.DataFrame({name: [record.get(name) or None] for name in layout.names}, schema=layout.text_schema)
    _, findings = type_records(chunk, 1, komnr, layout)
    return [
        (layout.by_name[field].label if field else "Posten", finding_text(layout, field, code))
        for _, field, code in findings.iter_rows()
    ]


def with_own_kommune(layout: Layout, komnr: str, record: Mapping[str, str]) -> dict[str, str]:
    """A record of the layout's fields alone, with the reporting kommune where it has a field."""
    own = dict.fromkeys(layout.of_form(Form.EGEN_KOMMUNE), komnr)
    return {name: own.get(name, str(record.get(name, "")).strip()) for name in layout.names}


def masked(record: Mapping[str, str], layout: Layout) -> dict[str, str]:
    """A record as it is shown: of the person number the date of birth alone, and no other value that looks like one."""
    number = "".join(record.get(layout.person, "").split())
    shown = {name: "****" if re.search(CPR_LIKE_ID, value) else value for name, value in record.items()}
    return {**shown, layout.person: f"{number[:6]}-****" if number else ""}


def ends(layout: Layout) -> str | None:
    """The field of the day a record ends, None without one."""
    days = [name for name in layout.of_form(Form.DATO) if not layout.by_name[name].required]
    return days[0] if days else None


def records_of(statistic: Statistic, path: Path, name: DeliveryName, encoding: str) -> tuple[list[dict[str, str]], int]:
    """The good records of a delivery as text, and how many bad ones are left out."""
    intake = read_delivery(path, name, encoding, statistic.layouts)
    if intake.frame is None:
        return [], intake.bad_records
    layout = statistic.layouts.of(name.kvartal)
    return list(_as_text(intake.frame, layout, name.komnr)), intake.bad_records


def _as_text(frame: pl.DataFrame, layout: Layout, komnr: str) -> Iterator[dict[str, str]]:
    person, other = layout.person, TEXT_OF_PERSON.format(layout.person)
    for row in frame.iter_rows(named=True):
        number = row[person]
        text = str(number).zfill(_TEN) if number is not None else (row[other] or "")
        record = {name: "" if row.get(name) is None else str(row[name]) for name in layout.names}
        yield with_own_kommune(layout, komnr, {**record, person: text})


def write_records(
    path: Path, format_: str, encoding: str, layout: Layout, records: Iterable[Mapping[str, str]]
) -> None:
    """A delivery file of records. ValueError for a format that is not typed in."""
    rows = [[record.get(name, "") for name in layout.names] for record in records]
    if format_ == "csv":
        text = io.StringIO()
        writer = csv.writer(text, delimiter=";", lineterminator="\n")
        writer.writerow(layout.names)
        writer.writerows(rows)
        path.write_bytes(f"{text.getvalue()}SLUT;{len(rows)}\n".encode(encoding, errors="replace"))
    elif format_ == "xlsx":
        options = {
            "constant_memory": True,
            "strings_to_numbers": False,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        with xlsxwriter.Workbook(str(path), options) as book:
            book.set_properties({"created": datetime(2020, 1, 1)})  # noqa: DTZ001 (the library takes none with a zone)
            sheet = book.add_worksheet("indberetning")
            for place, row in enumerate([list(layout.names), *rows]):
                for column, value in enumerate(row):
                    sheet.write_string(place, column, value)
    else:
        raise ValueError(f"{format_} is not typed in")
