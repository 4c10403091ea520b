"""The command ``prune``: what may go, and, when asked, its removal."""

from datetime import datetime

from rich.table import Table

from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.production.retention import LEDGER, Removal, removals, remove
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import err, out

#: Who removes what was computed: it can be computed again.
_PROGRAM = "hjalp"


def run_prune(root: DataRoot, *, do: bool, by: str | None) -> int:
    """Show what may go; ``do`` removes what was computed and, when somebody's initials are given, old inputs; 2 for none."""
    if by is not None and not (by.isalnum() and len(by) <= 8):
        err.print(f"{by!r} is not initials: 1 to 8 letters or digits", style="red", markup=False)
        return 2
    now = datetime.now(DANISH_TIME)
    found = removals(root, now.date())
    _show(root, [one for one in found if not one.is_input], "computed, and nothing refers to it")
    _show(root, [one for one in found if one.is_input], "delivered, and past its time")
    if not found:
        out.print("nothing is to be removed")
    elif not do:
        out.print("nothing was removed: --yes removes what was computed, --yes --inputs --by INITIALS the rest as well")
    else:
        chosen = [one for one in found if not one.is_input or by is not None]
        freed = remove(root, chosen, by or _PROGRAM, now)
        out.print(f"{len(chosen)} removed, {freed:,} bytes; {LEDGER} says what")
    return 0


def _show(root: DataRoot, found: list[Removal], title: str) -> None:
    if not found:
        return
    table = Table(title=f"{title}: {len(found)}", title_justify="left")
    table.add_column("path", overflow="fold")
    table.add_column("why")
    for one in found:
        parts = root.name(one.path).split("/")
        table.add_row("/".join(safe_name(part) for part in parts), one.why)
    out.print(table)
