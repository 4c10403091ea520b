"""The tables that were delivered to order as they stand, and everything that is not as it was delivered."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hjalp_pipeline.microdata_spec import OrderedStock
from hjalp_pipeline.production.orders.order_file import Order, OrderError, parse_order
from hjalp_pipeline.production.orders.order_ledger import ASKED, LEDGER, PROTECTION, TABLE, LedgerRow, read_ledger
from hjalp_pipeline.production.release.definition_files import standing_definitions
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.root import DataRoot

#: Of an order that was cut off between its folder and its line.
UNLISTED = f"has no line in orders/{LEDGER}: it counts as delivered, and gets its line when the order is given again"


@dataclass
class Delivered:
    """``orders``: those that are as they were delivered, by id, with their folders; ``faults``: what is not, a sentence each, with file,
    key and rule; ``unlisted``: orders that were cut off before the ledger had their line.
    """

    orders: list[tuple[Order, Path]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unlisted: list[str] = field(default_factory=list)


def ordered_stock(root: DataRoot) -> OrderedStock | None:
    """What a statistic makes tables to order from; None where it makes none."""
    microdata = root.declared.microdata
    return microdata.ordered if microdata else None


def order_folders(root: DataRoot) -> list[Path]:
    """The folders of orders, also of one that is not whole; what a run is writing is none."""
    return sorted(path for path in root.orders.glob("*/") if not path.name.startswith("."))


def look_at_orders(
    root: DataRoot, stock: OrderedStock, digest: Callable[[Path], str | None] | None = None
) -> Delivered:
    """Every order against its line in the ledger. ``digest``: SHA-256 of a file, None when it cannot be read."""
    found, read = Delivered(), digest or _digest
    try:
        ledger = {row.id: row for row in read_ledger(root)}
    except InputError as fault:
        found.faults += fault.faults
        return found
    for path in order_folders(root):
        row = ledger.pop(path.name, None)
        changed = list(_changed(path, row, read))
        found.faults += changed
        if changed:
            continue
        try:
            order = parse_order(f"orders/{path.name}/{ASKED}", (path / ASKED).read_bytes(), stock)
        except OrderError as fault:
            found.faults += str(fault).splitlines()
            continue
        if order.id != path.name:
            found.faults.append(f"orders/{path.name}/{ASKED}, id: must be the name of its folder, not {order.id}")
        else:
            found.orders.append((order, path))
            found.unlisted += [] if row else [path.name]
    found.faults += [f"orders/{name}: is in orders/{LEDGER} and not there" for name in ledger]
    return found


def of_nothing(root: DataRoot, orders: Iterable[Order]) -> list[str]:
    """The orders whose release does not stand any more: nobody can tell what they told."""
    standing = {one.release for one in standing_definitions(root)}
    what = "whose records it counts, does not stand"
    return [f"orders/{one.id}/{ASKED}, release: {one.release}, {what}" for one in orders if one.release not in standing]


def delivered_orders(root: DataRoot, stock: OrderedStock) -> list[tuple[Order, Path]]:
    """Every order that was delivered, by id, with its folder. OrderError names each file that is not as it was delivered, because then
    nobody can tell what is known.
    """
    found = look_at_orders(root, stock)
    if found.faults:
        raise OrderError("\n".join(found.faults))
    return found.orders


def _changed(path: Path, row: LedgerRow | None, digest: Callable[[Path], str | None]) -> Iterator[str]:
    written = {ASKED: row and row.order_sha256, TABLE: row and row.table_sha256, PROTECTION: None}
    for name, sha in written.items():
        now = digest(path / name)
        if now is None:
            why = "cannot be read" if (path / name).exists() else "is missing"
            yield f"orders/{path.name}/{name} {why}"
        elif sha is not None and now != sha:
            yield f"orders/{path.name}/{name} is not as it was delivered: its SHA-256 is another one than in orders/{LEDGER}"


def _digest(path: Path) -> str | None:
    try:
        return sha256(path)
    except OSError:
        return None
