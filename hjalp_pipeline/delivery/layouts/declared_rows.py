"""Rows of the lists a layout is declared in, each with where it stands, so that a fault names file, line and rule."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NoReturn

from hjalp_pipeline.delivery.layouts.layout import LayoutError

VERSIONS_CSV, FIELDS_CSV = "versions.csv", "fields.csv"
_COLUMNS = {
    VERSIONS_CSV: ["version", "announced", "from_period", "source"],
    FIELDS_CSV: [
        *("version", "change", "name", "form", "max_length", "required"),
        *("label", "text_da", "text_en", "example", "nillable", "values"),
    ],
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: its cells by column, without the blanks around them."""

    file: str
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        """The cell of a column."""
        return self.cells[column]

    def refuse(self, rule: str) -> NoReturn:
        """Raise LayoutError with file, line and rule."""
        raise LayoutError(f"{self.file}, line {self.line}: {rule}")


def read_rows(file: str, text: str) -> list[Row]:
    """The rows of ``VERSIONS_CSV`` or ``FIELDS_CSV``; LayoutError when they have other columns."""
    reader = csv.reader(text.splitlines(), delimiter=";", strict=True)
    header = [name.strip() for name in next(reader, [])]
    if header != _COLUMNS[file]:
        Row(file, 1, {}).refuse(f"the columns are {';'.join(_COLUMNS[file])}")
    rows = []
    for cells in filter(None, reader):
        row = Row(file, reader.line_num, dict(zip(header, map(str.strip, cells), strict=False)))
        if len(cells) != len(header):
            row.refuse(f"a row has {len(header)} cells, this one {len(cells)}")
        rows.append(row)
    return rows
