"""Writes deliveries as csv, xml and xlsx, whole or broken in the ways the contract rejects."""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import polars as pl
import xlsxwriter  # type: ignore[import-untyped]

from hjalp_pipeline.synth.source_systems import Delivery, Sender
from hjalp_pipeline.synth.sources import mix

#: Records written at a time; bounds memory.
_BATCH: Final = 100_000
#: Where a cut-off file ends.
_CUT: Final = 0.6


@dataclass(frozen=True, slots=True)
class RecordForm:
    """How a statistic's record is written: its element in xml, what spreadsheets hold as numbers and as dates.

    ``renamed``: a column and the wrong name that the story ``columns`` gives it.
    """

    element: str
    numbers: tuple[str, ...]
    dates: tuple[str, ...]
    renamed: tuple[str, str]


def write_delivery(rows: pl.DataFrame, delivery: Delivery, form: RecordForm, folder: Path) -> int:
    """Write one delivery of text fields below ``folder/{period}``; returns the number of records it holds."""
    path = folder / str(delivery.period) / delivery.name
    path.parent.mkdir(parents=True, exist_ok=True)
    if delivery.story == "empty":
        rows = rows.head(0)
    if delivery.story == "columns":
        rows = rows.rename(dict([form.renamed]))
    writers = {"csv": _write_csv, "xml": _write_xml, "xlsx": _write_xlsx}
    writers[delivery.sender.format](rows, delivery, form, path)
    if delivery.story in ("truncated", "truncated_xml"):
        _cut_off(path)
    return rows.height


def _cut_off(path: Path) -> None:
    """End a file too early, but not inside a character: a cut-off file, not a wrong encoding."""
    size = int(path.stat().st_size * _CUT)
    with path.open("rb") as file:
        file.seek(size)
        while (byte := file.read(1)) and 0x80 <= byte[0] < 0xC0:
            size += 1
    os.truncate(path, size)


def _batches(rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for start in range(0, rows.height, _BATCH):
        yield rows.slice(start, _BATCH)


def _count(rows: pl.DataFrame, delivery: Delivery) -> int:
    return rows.height + (7 if delivery.story == "wrong_count" else 0)


def _write_csv(rows: pl.DataFrame, delivery: Delivery, _form: RecordForm, path: Path) -> None:
    sender = delivery.sender
    if sender.permuted:
        order = np.argsort(mix(np.arange(rows.width), int(sender.komnr)), kind="stable")
        rows = rows.select(rows.columns[place] for place in order)
    # Declared as UTF-8 and written as Windows-1252: the classical broken encoding.
    encoding = "cp1252" if sender.encoding == "windows-1252" or delivery.story == "encoding" else "utf-8"
    newline = "\r\n" if sender.crlf else "\n"
    with path.open("wb") as file:
        if sender.bom and encoding == "utf-8":
            file.write(b"\xef\xbb\xbf")
        file.write((";".join(rows.columns) + newline).encode(encoding))
        for batch in _batches(rows):
            _write_lines(batch, file, encoding, newline)
        file.write(f"SLUT;{_count(rows, delivery)}{newline}".encode(encoding))


def _write_lines(batch: pl.DataFrame, file: BinaryIO, encoding: str, newline: str, *, quote: bool = True) -> None:
    buffer = io.BytesIO()
    batch.write_csv(
        buffer, include_header=False, separator=";" if quote else "\x1f", line_terminator=newline,
        quote_style="necessary" if quote else "never",
    )  # fmt: skip
    content = buffer.getvalue()
    file.write(content if encoding == "utf-8" else content.decode("utf-8").encode(encoding))


def _write_xml(rows: pl.DataFrame, delivery: Delivery, form: RecordForm, path: Path) -> None:
    period, sender = delivery.period, delivery.sender
    with path.open("wb") as file:
        file.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write(
            f'<leverance komnr="{sender.komnr}" {period.attribute}="{period}" system="{sender.system}" '
            f'antal="{_count(rows, delivery)}">\n'.encode()
        )
        for batch in _batches(rows):
            lines = batch.select(pl.concat_str(pl.lit(f"<{form.element}>"), *(_element(name, sender) for name in batch.columns),
                                               pl.lit(f"</{form.element}>")).alias("line"))  # fmt: skip
            _write_lines(lines, file, "utf-8", "\n", quote=False)
        file.write(b"</leverance>\n")


def _element(name: str, sender: Sender) -> pl.Expr:
    """One child element; nulls are left out, or written empty by the kommuner that made their own system."""
    value = pl.col(name).str.replace_all("&", "&amp;", literal=True).str.replace_all("<", "&lt;", literal=True)
    element = pl.concat_str(pl.lit(f"<{name}>"), value.str.replace_all(">", "&gt;", literal=True), pl.lit(f"</{name}>"))
    return element.fill_null(f"<{name}/>" if sender.empty_elements else "")


def _write_xlsx(rows: pl.DataFrame, delivery: Delivery, form: RecordForm, path: Path) -> None:
    """A workbook as the web tool makes it: numbers without their leading zeros, dates as cells or (some kommuner) text."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime(2025, 1, 1)})  # noqa: DTZ001 - the same bytes every time
        sheet = book.add_worksheet("Leverance")
        iso_day = book.add_format({"num_format": "yyyy-mm-dd"})
        date_cells = int(delivery.sender.komnr) % 2 == 1
        sheet.write_row(0, 0, rows.columns)
        for number, row in enumerate(rows.iter_rows(), start=1):
            for column, (name, value) in enumerate(zip(rows.columns, row, strict=True)):
                if value is None:
                    continue
                if name in form.numbers and value.isdecimal():
                    sheet.write_number(number, column, int(value))
                elif name in form.dates and date_cells and (real := _real_date(value)) is not None:
                    sheet.write_datetime(number, column, real, iso_day)
                else:
                    sheet.write_string(number, column, value)


def _real_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
