"""The command ``query``: a select over the analysts' database, as a table, csv or json."""

import csv
import json
import os
import re
import sys
from decimal import Decimal
from math import isfinite
from typing import Any, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from hjalp_pipeline.production.analysts import mend_catalog
from hjalp_pipeline.storage.lake_version import open_lake
from hjalp_pipeline.storage.query import Answer, asked, columns_of, relations
from hjalp_pipeline.storage.root import DataRoot

Format = Literal["table", "csv", "json"]
_NAME = re.compile(r"\w+(\.\w+)?")
_NULL = "null"
#: Widest that a text of a table is on a terminal, so that one long text does not push all else out of sight.
_WIDEST = 80
_DECIMALS = 4
#: Columns that are folded where the terminal is narrow, not shown a line a value.
_FEW = 4
_ENDLESS = 100_000


def run_query(root: DataRoot, statement: str | None, form: Format, first: int) -> int:
    """Print the answer to a select, the columns of a view that is named, or else every view; 0 when there is one.

    ``first``: so many rows of a table are shown, 0: all. InputError says in a sentence why there is no answer.
    """
    if root.catalog.is_file() and root.writable:
        open_lake(root)
        mend_catalog(root)
    text, show = (statement or "").strip(), {"table": _table, "csv": _csv, "json": _json}[form]
    try:
        if not text:
            show(relations(root))
        elif _NAME.fullmatch(text):
            show(columns_of(root, text))
        else:
            with asked(root, text, first if form == "table" and first else None) as answer:
                show(answer)
    except BrokenPipeError:  # whoever reads has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _table(answer: Answer) -> None:
    console = Console(highlight=False)
    cells = [[shown(value) for value in row] for row in answer.rows]
    widest = _WIDEST if console.is_terminal else None
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name, number in zip(answer.columns, answer.numbers, strict=True):
        table.add_column(Text(_printable(name)), justify="right" if number else "left", max_width=widest)
    for row in cells:
        table.add_row(*row)
    width = console.measure(table, options=console.options.update(width=_ENDLESS)).maximum
    if not console.is_terminal:  # a pipe has no width of its own
        console.width = max(width, console.width)
    # Squeezed into a terminal that is too narrow for its columns it is unreadable: then a line a value.
    if width <= console.width or len(answer.columns) <= _FEW:
        console.print(table)
    else:
        _tall(console, answer, cells)
    total = len(cells) if answer.total is None else answer.total
    rows = f"{total:,} row{'' if total == 1 else 's'}"
    left = f", the first {len(cells):,} are shown (--rows)" if len(cells) < total else ""
    console.print(f"({rows}{left})", style="dim")


def _tall(console: Console, answer: Answer, cells: list[list[Text]]) -> None:
    for number, row in enumerate(cells, start=1):
        grid = Table.grid(padding=(0, 2))
        for name, cell in zip(answer.columns, row, strict=True):
            grid.add_row(Text(_printable(name), style="bold"), cell)
        console.print(Text(f"row {number}", style="dim"))
        console.print(grid)


def shown(value: Any) -> Text:
    """A value as a table shows it: null is seen, and nothing of a text moves the cursor."""
    if value is None:
        return Text(_NULL, style="dim")
    if isinstance(value, bool):
        return Text("true" if value else "false")
    if isinstance(value, float) and isfinite(value) and abs(value) >= 10**-_DECIMALS:
        return Text(f"{value:.{_DECIMALS}f}".rstrip("0").rstrip("."))
    return Text(_printable(str(value)))


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def _csv(answer: Answer) -> None:
    """As the lists in ``codelists/`` are: ``;`` between, an empty field for null."""
    writer = csv.writer(sys.stdout, delimiter=";", lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)


def _json(answer: Answer) -> None:
    """A list of objects, a line each."""
    before = "["
    for row in answer.rows:
        one = dict(zip(answer.columns, row, strict=True))
        sys.stdout.write(f"{before}\n {json.dumps(one, ensure_ascii=False, default=_plain)}")
        before = ","
    sys.stdout.write("[]\n" if before == "[" else "\n]\n")


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
