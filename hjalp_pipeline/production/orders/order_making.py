"""A table made to order, from the file of the order to its folder and the ledger, or refused with nothing written (seed 8.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.microdata_spec import OrderedStock
from hjalp_pipeline.production.orders.counted_records import counted_records, of_more_detail
from hjalp_pipeline.production.orders.delivered_csv import as_delivered, csv_rows, hidden_in
from hjalp_pipeline.production.orders.delivered_orders import delivered_orders, of_nothing
from hjalp_pipeline.production.orders.order_file import Order, OrderError, parse_order
from hjalp_pipeline.production.orders.order_holdings import TooLarge
from hjalp_pipeline.production.orders.order_known import protected_of
from hjalp_pipeline.production.orders.order_ledger import (
    TABLE,
    enter,
    orders_lock,
    write_order,
)
from hjalp_pipeline.production.orders.order_protection import Mask, Unprotectable
from hjalp_pipeline.production.orders.order_table import OrderTable
from hjalp_pipeline.production.release.definition_files import standing_definitions
from hjalp_pipeline.production.release.embargo import is_embargoed
from hjalp_pipeline.production.release.published import load_all
from hjalp_pipeline.publishing.statbank import HIDDEN
from hjalp_pipeline.storage.files import sweep
from hjalp_pipeline.storage.root import DataRoot

#: Cells of a table in all its years at most.
MOST_CELLS = 200_000
_SENTENCE = (
    "Tal, der kan vise, hvad der gælder 1 eller 2 personer, er erstattet af to prikker (..). Det samme er tal, hvorfra de kunne regnes ud "
    "sammen med alt, der er offentliggjort eller leveret før. Et nul er et nul.\n"
)


@dataclass(frozen=True)
class Made:
    """An order that stands: its folder, how many cells it has that are not 0, how many of them it hides, whether it stood before."""

    folder: Path
    cells: int
    hidden: int
    stood: bool


def make_table(root: DataRoot, name: str, content: bytes, now: datetime) -> Made:
    """Count, protect and deliver the table of an order. OrderError, and nothing is written, where it cannot be.

    ``name``: of the order's file, in messages. An order that was delivered stays as it is; one cut off between its folder and the
    ledger gets its line.
    """
    microdata = root.declared.microdata
    if microdata is None or microdata.ordered is None:
        raise OrderError(f"{name}: tables are not made to order from {root.statistic}")
    stock = microdata.ordered
    order = parse_order(name, content, stock)
    with orders_lock(root):
        sweep(root.orders)
        before = delivered_orders(root, stock)
        stands = {one.id: (one, path) for one, path in before}.get(order.id)
        if stands is not None:
            if stands[0] != order:
                raise OrderError(
                    f"{name}, id: another order was delivered as {order.id}; give this one an id of its own"
                )
            enter(root, order, now)
            return _counted(stands[1], stood=True)
        table = _Making(
            root, name, (order, stock), [(one, (path / TABLE).read_bytes()) for one, path in before], now
        ).made()
        folder = write_order(root, order, content, table, _SENTENCE)
        enter(root, order, now)
    return _counted(folder, stood=False)


def _counted(folder: Path, *, stood: bool) -> Made:
    figures = [row[-1] for row in csv_rows((folder / TABLE).read_bytes())]
    return Made(folder, sum(figure != "0" for figure in figures), figures.count(HIDDEN), stood)


class _Making:
    """All that a new order is made of and held against."""

    def __init__(
        self,
        root: DataRoot,
        name: str,
        order: tuple[Order, OrderedStock],
        delivered: Sequence[tuple[Order, bytes]],
        now: datetime,
    ) -> None:
        self.root, self.name, self.delivered = root, name, delivered
        self.order, self.stock = order
        self.statistic = root.declared.every
        standing = {one.release: one for one in standing_definitions(root)}
        release = self.order.release
        if release not in standing:
            raise OrderError(f"{name}, release: {release} is not a release that stands")
        if is_embargoed(root, standing[release], now):
            raise OrderError(f"{name}, release: {release} is not out yet")
        self.years = standing[release].span.times
        if unknown := of_nothing(root, [one for one, _ in delivered]):
            raise OrderError("\n".join(unknown))
        of_years = [one.release for one in standing.values() if set(one.span.times) & set(self.years)]
        self.out = load_all(root, of_years)
        counted = {one.release for one, _ in delivered if one.release in of_years} | {release}
        counted |= of_more_detail(root.declared, self.out)
        self.rows = {release: counted_records(root, self.stock, release) for release in sorted(counted)}

    def made(self) -> bytes:
        """The table as it is delivered."""
        tables = [self._table(self.order, year) for year in self.years]
        if sum(table.size for table in tables) > MOST_CELLS:
            raise OrderError(f"{self.name}, dimensions: the table would have more than {MOST_CELLS:,} cells")
        return as_delivered(self.order, [(table, self._mask(table)) for table in tables])

    def _table(self, order: Order, year: Time, hidden: Mask = frozenset()) -> OrderTable:
        rows, areas = self.rows[order.release][year]
        return OrderTable(order, self.stock, year, rows, areas, hidden)

    def _mask(self, table: OrderTable) -> Mask:
        before = [
            self._table(order, table.year, hidden_in(order, self.stock, content, table.year))
            for order, content in self.delivered
            if table.year in self.rows.get(order.release, ())
        ]
        of_year = [one.figures(self.statistic, table.year) for one in self.out if table.year in one.years]
        beside = {release: rows[table.year][0] for release, rows in self.rows.items() if table.year in rows}
        try:
            return protected_of(self.statistic, [one for one in of_year if one.counted], table, before, beside)
        except Unprotectable:
            why = f"{table.year} cannot be protected together with what is published and was delivered before"
        except TooLarge:
            why = f"{table.year} has too many small groups for the attack; ask for fewer dimensions or a larger population"
        raise OrderError(f"{self.name}: the order is refused, and nothing was written: {why}") from None
