"""What was delivered to whom: a folder for each order, and a line in the ledger (seed 8.8). For the owner alone."""

import csv
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from datetime import datetime
from io import StringIO
from pathlib import Path

from hjalp_pipeline.microdata_spec import OrderedStock
from hjalp_pipeline.production.orders.order_file import Order, OrderError, parse_order
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.publishing.definition import DefinitionError
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.files import OWNER, locked, make_folder, replacing_folder, sync, write_bytes
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.root import DataRoot

#: Files of an order: what was asked, the table, what was done to protect it.
ASKED, TABLE, PROTECTION = "order.toml", "table.csv", "protection.txt"
_LEDGER = "ledger.csv"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A line of the ledger, all text; the hashes are SHA-256 of the two files."""

    delivered_at: str
    id: str
    customer: str
    purpose: str
    release: str
    order_sha256: str
    table_sha256: str


def orders_folder(root: DataRoot) -> Path:
    """Where the orders of a statistic lie."""
    return root.folder / "orders"


def orders_lock(root: DataRoot) -> AbstractContextManager[None]:
    """While it is held no other table is made to order: each must be protected against all others."""
    return locked(orders_folder(root) / ".lock")


def read_ledger(root: DataRoot) -> list[LedgerRow]:
    """The ledger's lines in their order, none without a file; OrderError where it is not as it was written."""
    path = orders_folder(root) / _LEDGER
    if not path.is_file():
        return []
    header, *lines = csv.reader(StringIO(path.read_text(encoding="utf-8")), delimiter=";")
    names = [field.name for field in fields(LedgerRow)]
    if header != names or any(len(line) != len(names) for line in lines):
        raise OrderError(f"orders/{_LEDGER}: must have the columns {';'.join(names)} and a whole line for each order")
    return [LedgerRow(*line) for line in lines]


def delivered_orders(root: DataRoot, stock: OrderedStock) -> list[tuple[Order, Path]]:
    """Every order that was delivered, by id, with its folder. OrderError names each file that is not as it was delivered, because then
    nobody can tell what is known.
    """
    folder, ledger = orders_folder(root), {row.id: row for row in read_ledger(root)}
    found, faults = [], []
    for path in sorted(one.parent for one in folder.glob(f"[a-z0-9]*/{ASKED}")):
        row = ledger.pop(path.name, None)
        digests = {name: sha256(path / name) if (path / name).is_file() else "" for name in (ASKED, TABLE)}
        if "" in digests.values() or (row and (row.order_sha256, row.table_sha256) != tuple(digests.values())):
            faults.append(f"orders/{path.name}: {ASKED} or {TABLE} is not as it was delivered")
        else:
            found.append((parse_order(f"orders/{path.name}/{ASKED}", (path / ASKED).read_bytes(), stock), path))
    faults += [f"orders/{name}: is in orders/{_LEDGER} and not there" for name in ledger]
    if faults:
        raise OrderError("\n".join(faults))
    return found


def unprotected_against(root: DataRoot, release: str) -> str | None:
    """In a sentence that tables were delivered to order of years that a release shows: no release is protected against them. None
    where there are none; what is wrong where the ledger does not tell.
    """
    try:
        years = set(read_definition(root, release).span.years)
        delivered = [row for row in read_ledger(root) if years & set(read_definition(root, row.release).span.years)]
    except (InputError, DefinitionError, OSError) as fault:
        why = type(fault).__name__ if isinstance(fault, OSError) else str(fault)
        return f"nobody can tell which tables were delivered to order: {why}"
    if not delivered:
        return None
    return (
        f"tables delivered to order of the same years: {len(delivered)}. {release} is not protected against them: whoever signs looks "
        f"at orders/{_LEDGER} before it opens"
    )


def write_order(root: DataRoot, order: Order, asked: bytes, table: bytes, protection: str) -> Path:
    """An order's folder, whole or not at all."""
    path = orders_folder(root) / order.id
    with replacing_folder(path) as building:
        for name, content in ((ASKED, asked), (TABLE, table), (PROTECTION, protection.encode())):
            (building / name).write_bytes(content)
            (building / name).chmod(OWNER)
            sync(building / name)
    return path


def enter(root: DataRoot, order: Order, now: datetime) -> bool:
    """A line for an order whose folder stands; False where it has one. The ledger is written whole or not at all."""
    rows, path = read_ledger(root), orders_folder(root) / order.id
    if any(row.id == order.id for row in rows):
        return False
    row = LedgerRow(
        now.astimezone(DANISH_TIME).isoformat(timespec="seconds"),
        order.id,
        order.customer,
        order.purpose,
        order.release,
        sha256(path / ASKED),
        sha256(path / TABLE),
    )
    make_folder(orders_folder(root))
    write_bytes(orders_folder(root) / _LEDGER, _text([*rows, row]))
    return True


def _text(rows: Sequence[LedgerRow]) -> bytes:
    text, names = StringIO(), [field.name for field in fields(LedgerRow)]
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(names)
    writer.writerows([getattr(row, name) for name in names] for row in rows)
    return text.getvalue().encode()
