"""What was delivered to whom: a folder for each order, and a line in the ledger (seed 8.8). For the owner alone."""

import csv
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints

from hjalp_pipeline.production.orders.order_file import ORDER_ID, Order
from hjalp_pipeline.publishing.definition import ReleaseName
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.files import OWNER, locked, make_folder, replacing_folder, sync, write_bytes
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.lists import as_read, read_list, unique
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.typed import Says, parsed

#: Files of an order: what was asked, the table, what was done to protect it.
ASKED, TABLE, PROTECTION = "order.toml", "table.csv", "protection.txt"
LEDGER = "ledger.csv"
_SHA256 = r"^[0-9a-f]{64}$"


def _moment(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError
    return text


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A line of the ledger, all text; the hashes are SHA-256 of the two files."""

    delivered_at: Annotated[str, parsed(_moment), Says("delivered_at must be a point in time with its offset")]
    id: Annotated[str, StringConstraints(pattern=ORDER_ID), Says("id must be small letters, digits and hyphens")]
    customer: Annotated[str, StringConstraints(min_length=1), Says("customer must not be empty")]
    purpose: Annotated[str, StringConstraints(min_length=1), Says("purpose must not be empty")]
    release: Annotated[ReleaseName, Says("release must be the name of a release, 2024v1")]
    order_sha256: Annotated[str, StringConstraints(pattern=_SHA256), Says("order_sha256 must be a SHA-256")]
    table_sha256: Annotated[str, StringConstraints(pattern=_SHA256), Says("table_sha256 must be a SHA-256")]


def orders_lock(root: DataRoot) -> AbstractContextManager[None]:
    """While it is held no other table is made to order: each must be protected against all others."""
    return locked(root.lake / "locks" / "orders")


def read_ledger(root: DataRoot) -> list[LedgerRow]:
    """The ledger's lines in their order, none without a file; InputError names each line that is not as it was written, and its rule."""
    path = root.orders / LEDGER
    return read_list(path, LedgerRow, as_read, unique("id")) if path.is_file() else []


def write_order(root: DataRoot, order: Order, asked: bytes, table: bytes, protection: str) -> Path:
    """An order's folder, whole or not at all."""
    path = root.orders / order.id
    with replacing_folder(path) as building:
        for name, content in ((ASKED, asked), (TABLE, table), (PROTECTION, protection.encode())):
            (building / name).write_bytes(content)
            (building / name).chmod(OWNER)
            sync(building / name)
    return path


def enter(root: DataRoot, order: Order, now: datetime) -> bool:
    """A line for an order whose folder stands; False where it has one. The ledger is written whole or not at all."""
    rows, path = read_ledger(root), root.orders / order.id
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
    make_folder(root.orders)
    write_bytes(root.orders / LEDGER, _text([*rows, row]))
    return True


def _text(rows: Sequence[LedgerRow]) -> bytes:
    text, names = StringIO(), [field.name for field in fields(LedgerRow)]
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(names)
    writer.writerows([getattr(row, name) for name in names] for row in rows)
    return text.getvalue().encode()
