"""Read xlsx deliveries (the web tool Dialogværktøjet) in chunks (interfaces.md, "Delivery").

What a spreadsheet makes of text is undone as far as it can be known: whole numbers lose their ``.0`` here and get
leading zeros back in ``records.type_records(spreadsheet=True)``, date cells become ``YYYY-MM-DD``.
"""

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from posixpath import join, normpath
from typing import Any, BinaryIO
from zipfile import ZipFile

import polars as pl
from lxml import etree
from python_calamine import CalamineSheet, CalamineWorkbook

from hjalp_pipeline.delivery.codes import Rejected, RejectionCode
from hjalp_pipeline.delivery.records import MISSHAPEN
from hjalp_pipeline.delivery.specification.layout import Layout
from hjalp_pipeline.delivery.specification.versions import FIRST
from hjalp_pipeline.delivery.unzip_check import check_zip

CHUNK_ROWS = 50_000
"""Records per chunk."""

ERROR_TEXT = "#FEJL"
"""What stands for a cell that shows an error; no field with a form takes it."""

_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def _text(value: Any) -> str | None:
    """A cell as the text of a delivery; blank cells are null."""
    match value:
        case None | "":
            return None
        case str():
            return value
        case bool():
            return str(value).upper()
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime() | date() | time():
            return value.isoformat()
    return str(value)


def _first_sheet_member(file: BinaryIO) -> str | None:
    """The zip member of the workbook's first sheet, by its relationships."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        with ZipFile(file) as archive:
            sheets = etree.fromstring(archive.read("xl/workbook.xml"), parser).iter("{*}sheet")
            wanted = next(sheets).get(_REL)
            for relation in etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser):
                if relation.get("Id") == wanted:
                    return normpath(join("xl", str(relation.get("Target")))).lstrip("/")
    except (KeyError, StopIteration, etree.XMLSyntaxError):
        return None
    return None


def _open_sheet(file: BinaryIO) -> tuple[CalamineSheet, list[list[Any]] | Any]:
    try:
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0)
        return sheet, sheet.iter_rows()
    except BaseException as error:
        # a panic of the Rust library is no Exception; messages may quote cells and are not passed on
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise Rejected(RejectionCode.XLSX_UGYLDIG, "Filen kan ikke læses som regneark.") from None
        raise


def _positions(header: list[str | None], names: tuple[str, ...]) -> list[int]:
    named = [(name, index) for index, name in enumerate(header) if name is not None]
    if sorted(name for name, _ in named) != sorted(names):
        detail = f"Arkets første række skal være de {len(names)} kolonnenavne, hver én gang."
        raise Rejected(RejectionCode.KOLONNER, detail)
    where = dict(named)
    return [where[name] for name in names]


def _frame(rows: list[list[str | None]], misshapen: list[bool], layout: Layout) -> pl.DataFrame:
    frame = pl.DataFrame(rows, schema=layout.text_schema, orient="row")
    return frame.with_columns(pl.Series(MISSHAPEN, misshapen, pl.Boolean))


def _chunks(sheet: CalamineSheet, lines: Any, errors: set[tuple[int, int]], layout: Layout) -> Iterator[pl.DataFrame]:
    first_column = (sheet.start or (0, 0))[1]
    with_errors = {row for row, _ in errors}
    positions: list[int] = []
    rows: list[list[str | None]] = []
    misshapen: list[bool] = []
    for number, line in enumerate(lines):
        values = [_text(value) for value in line]
        if number in with_errors:
            values = [ERROR_TEXT if (number, first_column + i) in errors else v for i, v in enumerate(values)]
        if not positions:
            positions = _positions(values, layout.names)
            continue
        filled = len(values) - values.count(None)
        if not filled:
            continue
        row = [values[position] for position in positions]
        rows.append(row)
        # more than the named columns hold: a cell without a heading
        misshapen.append(filled > len(row) - row.count(None))
        if len(rows) >= CHUNK_ROWS:
            yield _frame(rows, misshapen, layout)
            rows, misshapen = [], []
    if not positions:
        raise Rejected(RejectionCode.TOM, "Arket er tomt.")
    if rows:
        yield _frame(rows, misshapen, layout)


def read_xlsx(path: Path, layout: Layout = FIRST) -> Iterator[pl.DataFrame]:
    """Yield the records of an xlsx delivery as chunks of text (``layout.text_schema`` and ``MISSHAPEN``), in row order.

    First sheet, first row the header; wholly empty rows are no records. A record with a filled cell outside the
    columns is ``MISSHAPEN``. Raises ``Rejected`` with XLSX_UGYLDIG, KOLONNER or TOM (blank sheet or file); there is no
    count to check.
    """
    with path.open("rb") as file:
        if not file.read(1):
            raise Rejected(RejectionCode.TOM, "Filen er tom.")
        errors = check_zip(file)
        file.seek(0)
        sheet, lines = _open_sheet(file)
        cells = errors.get(_first_sheet_member(file) or "", set()) if errors else set()
        yield from _chunks(sheet, lines, cells, layout)
