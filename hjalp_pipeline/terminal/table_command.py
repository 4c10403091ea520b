"""``hjalp table order.toml``: a table made to order, or why it is refused."""

from datetime import UTC, datetime
from pathlib import Path

from hjalp_pipeline.production.orders.order_making import make_table
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import err, out


def run_table(root: DataRoot, path: Path) -> int:
    """Make the table of an order and say where it stands; 1 and nothing written when it is refused, 2 when there is no such file."""
    if not path.is_file():
        err.print(f"there is no file {path.name}", style="red", markup=False)
        return 2
    try:
        made = make_table(root, path.name, path.read_bytes(), datetime.now(UTC))
    except InputError as fault:
        err.print(str(fault), style="red", markup=False, soft_wrap=True)
        return 1
    what = "stands as it was delivered" if made.stood else "is made"
    out.print(f"[green]{made.folder.name}[/] {what}, for its owner alone: {root.name(made.folder)}/table.csv")
    out.print(
        f"  {made.cells:,} cells that are not 0, {made.hidden:,} of them hidden; orders/ledger.csv tells whom it was made for"
    )
    return 0
