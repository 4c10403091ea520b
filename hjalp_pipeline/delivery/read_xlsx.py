"""Read xlsx deliveries (the web tool Dialogværktøjet) in chunks (interfaces.md, "Delivery").

What a spreadsheet makes of text is undone as far as it can be known: whole numbers are their digits here and get leading
zeros back in ``records.type_records(spreadsheet=True)``, date cells become ``YYYY-MM-DD`` where the field is a date. What
cannot be undone (an error, a formula without result, a number that may have lost digits) comes as ``ODD``: no field takes it.
"""

from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from hjalp_pipeline.delivery.codes import Rejected, RejectionCode, Remark
from hjalp_pipeline.delivery.columns import column_faults
from hjalp_pipeline.delivery.findings import MISSHAPEN
from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Layout
from hjalp_pipeline.delivery.workbook.package import Package
from hjalp_pipeline.delivery.workbook.parts import open_workbook
from hjalp_pipeline.delivery.workbook.sheet import WIDTH, Row, Sheet
from hjalp_pipeline.delivery.workbook.texts import DAY, ODD
from hjalp_pipeline.delivery.workbook.workbook_error import WorkbookError

CHUNK_ROWS = 50_000
"""Records per chunk."""

_HIDDEN = "Arbejdsbogens første ark er skjult."


class _Records:
    """Rows of the sheet after its header, with the columns put in the order of the layout."""

    def __init__(self, header: Row, layout: Layout, *, hidden: bool) -> None:
        named = [(name, index) for index, name in enumerate(header) if name is not None]
        if sorted(name for name, _ in named) != sorted(layout.names):
            detail = f"Arkets første række skal være de {len(layout.names)} kolonnenavne, hver én gang."
            detail = f"{detail} {column_faults(header, layout)}"
            raise Rejected(RejectionCode.KOLONNER, f"{_HIDDEN} {detail}" if hidden else detail)
        where = dict(named)
        self.layout = layout
        self.positions = [where[name] for name in layout.names]
        self.pairs = [layout.names.index(name) for name in layout.of_form(Form.CIFERPAR)]
        self.dates = [layout.names.index(name) for name in layout.of_form(Form.DATO)]
        self.rows: list[Row] = []
        self.misshapen: list[bool] = []

    def add(self, cells: Row) -> None:
        row = [cells[position] for position in self.positions]
        # more than the named columns hold: a cell without a heading
        self.misshapen.append(cells.count(None) - row.count(None) < WIDTH - len(row))
        for pair in self.pairs:
            value = row[pair]
            if value is not None and value[0] == "-":  # below zero: the sign is no hyphen between digits
                row[pair] = ODD
        for date in self.dates:
            value = row[date]
            if value is not None and value[0] == DAY:
                row[date] = value[1:]
        self.rows.append(row)

    def frame(self) -> pl.DataFrame:
        """What has been added since the last time, as a chunk."""
        frame = pl.DataFrame(self.rows, schema=self.layout.text_schema, orient="row")
        frame = frame.with_columns(pl.Series(MISSHAPEN, self.misshapen, pl.Boolean))
        self.rows, self.misshapen = [], []
        return frame


def _chunks(file: BinaryIO, layout: Layout, remarks: dict[str, int]) -> Iterator[pl.DataFrame]:
    package = Package(file)
    workbook = open_workbook(package)
    if workbook.hidden:
        remarks[Remark.HIDDEN_SHEET] = 1
    records = None
    for ready in Sheet(workbook).rows(package.pieces(workbook.sheet)):
        for cells in ready:
            if records is None:
                records = _Records(cells, layout, hidden=workbook.hidden)
            else:
                records.add(cells)
        if records is not None and len(records.rows) >= CHUNK_ROWS:
            yield records.frame()
    if records is None:
        raise Rejected(
            RejectionCode.TOM, f"{_HIDDEN} Det er tomt." if workbook.hidden else "Arbejdsbogens første ark er tomt."
        )
    if records.rows:
        yield records.frame()


def read_xlsx(file: BinaryIO, layout: Layout, remarks: dict[str, int] | None = None) -> Iterator[pl.DataFrame]:
    """Yield the records of an xlsx delivery as chunks of text (``layout.text_schema`` and ``MISSHAPEN``), in row order.

    First sheet, its first row that holds anything is the header; wholly empty rows are no records. A record with a filled
    cell outside the columns is ``MISSHAPEN``. Raises ``Rejected`` with XLSX_UGYLDIG, KOLONNER or TOM (blank sheet or file);
    there is no count to check. What is odd but not wrong is added to ``remarks``. Chunks already yielded are void then.
    """
    if not file.read(1):
        raise Rejected(RejectionCode.TOM, "Filen er tom.")
    file.seek(0)
    try:
        yield from _chunks(file, layout, {} if remarks is None else remarks)
    except WorkbookError as fault:
        raise Rejected(RejectionCode.XLSX_UGYLDIG, str(fault)) from None
