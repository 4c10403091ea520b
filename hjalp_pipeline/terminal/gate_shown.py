"""The gate and the deliveries of a quarter as the terminal shows them."""

from collections import Counter
from collections.abc import Iterable

import polars as pl
from rich.markup import escape
from rich.table import Table

from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.production.inbox.gate import GateRow, gate
from hjalp_pipeline.production.inbox.gate_state import Status
from hjalp_pipeline.production.inbox.rejected_files import details, of_no_kommune
from hjalp_pipeline.storage.codelists import SYSTEMS
from hjalp_pipeline.storage.inbox import passed_over, stray_entries
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import err, out

_COLOURS: dict[Status, str] = {
    "delivered": "green",
    "partial": "yellow",
    "newest_rejected": "yellow",
    "missing": "red",
    "rejected": "red",
    "stale": "yellow",
    "covered": "cyan",
    "not_yet_in": "dim",
}
_SHOWN = 10


def show_gate(frame: pl.DataFrame) -> None:
    """The gate (``gate.SCHEMA``) as a table of the kommuner that somebody waits for, and how many are not yet in."""
    rows = frame.to_dicts()
    table = Table(title=f"{rows[0]['kvartal']}: who has delivered", title_justify="left")
    for column in ("", "kommune", "status", "newest delivery", "deadline", "stored delivery", "detail"):
        table.add_column(column, no_wrap=column in ("", "status", "deadline"))
    waited_for = [row for row in rows if row["status"] != "not_yet_in" or row["needs"]]
    for row in waited_for:
        status = f"[{_COLOURS[row['status']]}]{row['status']}[/]"
        cells = (row["komnr"], row["kommune"], status, row["newest_delivery"], row["deadline"], row["stored_delivery"])
        table.add_row(*(cell or "" for cell in cells), row["detail"])
    out.print(table)
    out.print(f"{rows[0]['kvartal']}: {_counted(row['status'] for row in rows)}")
    if len(waited_for) < len(rows):
        out.print(f"{len(rows) - len(waited_for)} kommuner are not yet in: no system in {SYSTEMS.place} has begun")


def _counted(statuses: Iterable[str]) -> str:
    counts = Counter(statuses)
    return ", ".join(f"[{_COLOURS[status]}]{counts[status]} {status}[/]" for status in _COLOURS if counts[status])


def show_deliveries(root: DataRoot, kvartal: str) -> list[GateRow]:
    """One line on who has delivered, then every rejected delivery with its code."""
    rows = gate(root, kvartal)
    out.print(f"{kvartal}: {_counted(row.status for row in rows)}")
    show_not_read(root, kvartal)
    if Lake(root).frame_path("leverancer", kvartal).is_file():
        why = details(root, kvartal)
        for row in Lake(root).frame("leverancer", kvartal).filter(pl.col("status") == "rejected").iter_rows(named=True):
            out.print(f"  rejected: {escape(row['filename'])}  [red]{row['code']}[/]  (see receipts/{kvartal}/)")
            if row["filename"] in why:
                out.print(f"    {why[row['filename']]}", markup=False)
    return rows


def show_not_read(root: DataRoot, kvartal: str) -> None:
    """What lies in the inbox and is no delivery. Names are masked."""
    strays = [safe_name(name) for name in stray_entries(root)]
    if strays:
        out.print(
            f"  in the inbox but in no {root.declared.period.word}'s folder, never read: {escape(', '.join(strays[:_SHOWN]))}"
        )
    for name in passed_over(root, kvartal)[:_SHOWN]:
        out.print(f"  never opened: {escape(f'{kvartal}/{safe_name(name)}')}", style="yellow")


def show_of_no_kommune(root: DataRoot, kvartal: str) -> None:
    """Rejected files that no row of the gate tells of; beside what is printed, so that the rows as JSON stay alone."""
    for name, code, why in of_no_kommune(root, kvartal):
        err.print(f"rejected, of no kommune: {kvartal}/{name}  {code}  {why}", style="red", markup=False)
