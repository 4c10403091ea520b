"""A release beside the tables that were delivered to order of its years: does it, with them, tell more than it does alone? (R11)

They are out and stay as they are, so it is the release that waits: for a person who has looked, or for another definition.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import polars as pl

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.model import ModelError
from hjalp_pipeline.confidentiality.told_more import told_more
from hjalp_pipeline.microdata_spec import OrderedStock
from hjalp_pipeline.production.orders.counted_records import counted_records, of_more_detail, records_to_release
from hjalp_pipeline.production.orders.delivered_csv import hidden_in
from hjalp_pipeline.production.orders.delivered_orders import delivered_orders, of_nothing, ordered_stock
from hjalp_pipeline.production.orders.order_file import Order, OrderError
from hjalp_pipeline.production.orders.order_holdings import Outstanding, TooLarge
from hjalp_pipeline.production.orders.order_ledger import TABLE, orders_lock
from hjalp_pipeline.production.orders.order_system import order_system
from hjalp_pipeline.production.orders.order_table import OrderTable
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.disclosure import Protected, Published
from hjalp_pipeline.production.release.pattern import RULE
from hjalp_pipeline.production.release.pins import Gate, ReleaseRefused
from hjalp_pipeline.production.release.protection import Reading, year_system
from hjalp_pipeline.production.release.published import load_all
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.production.release.year_figures import YearFigures
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.root import DataRoot

#: Orders with the bytes of their tables, by id.
Delivered = Sequence[tuple[Order, bytes]]


@dataclass(frozen=True)
class BesideOrders:
    """The orders that a release was tried with: ``tried``, all that stood then, and how many of them are of its years."""

    tried: Delivered = ()
    of_its_years: int = 0

    def check_still(self, inputs: ReleaseInputs) -> None:
        """ReleaseRefused when a table was delivered since."""
        if orders_of(inputs.root, inputs.definition.release) != self.tried:
            why = "orders/: a table was delivered since the making of the release began: make it again"
            raise ReleaseRefused(inputs.definition.release, [why], Gate.CONFIDENTIALITY)


def no_new_orders(inputs: ReleaseInputs) -> AbstractContextManager[None]:
    """While it is held no table is delivered to order."""
    return orders_lock(inputs.root) if ordered_stock(inputs.root) else nullcontext()


def orders_of(root: DataRoot, release: str) -> Delivered:
    """Every order as it was delivered; ReleaseRefused where one is not: nobody can tell what is known."""
    stock = ordered_stock(root)
    if stock is None or not root.orders.is_dir():
        return ()
    try:
        return tuple((order, (path / TABLE).read_bytes()) for order, path in delivered_orders(root, stock))
    except OrderError as fault:
        raise ReleaseRefused(release, str(fault).splitlines(), Gate.CONFIDENTIALITY) from None


def beside_orders(inputs: ReleaseInputs, protected: Protected, before: Sequence[Published]) -> BesideOrders:
    """Try a new release with the tables delivered of its years. ReleaseRefused where it tells more with them than alone and its
    definition does not accept it.
    """
    root, definition = inputs.root, inputs.definition
    orders = orders_of(root, definition.release)
    if unknown := of_nothing(root, [one for one, _ in orders]):
        raise ReleaseRefused(definition.release, unknown, Gate.CONFIDENTIALITY)
    years = {name: set(read_definition(root, name).span.times) for name in {one.release for one, _ in orders}}
    concerned = [one for one in orders if years[one[0].release] & set(definition.span.times)]
    telling = _Trial(inputs, protected, before, concerned).telling() if concerned else ()
    if len(telling) != definition.accept_orders:
        raise ReleaseRefused(
            definition.release, [_told(definition.release, telling, len(concerned))], Gate.CONFIDENTIALITY
        )
    return BesideOrders(orders, len(concerned))


def _told(release: str, telling: Sequence[str], concerned: int) -> str:
    key = f"accept_orders in releases/{release}.toml"
    if not telling:
        return f"{key} is not the number of tables delivered to order beside which it tells more: there is none"
    return (
        f"of {concerned} tables delivered to order of its years {len(telling)} can, beside it, tell of 1 or 2 persons or of hidden "
        f"figures what neither tells alone: {', '.join(telling)}, in orders/. They are out, so the release waits: for a definition that "
        f"shows less, or for a person who has looked at them and writes accept_orders = {len(telling)} in releases/{release}.toml"
    )


class _Trial:
    def __init__(
        self, inputs: ReleaseInputs, protected: Protected, before: Sequence[Published], orders: Delivered
    ) -> None:
        root, stock = inputs.root, ordered_stock(inputs.root)
        if stock is None:
            raise ValueError("tables are not made to order from the statistic")
        self.stock: OrderedStock = stock
        self.statistic, self.orders, self.release = root.declared.every, orders, inputs.definition.release
        known = {one.release for one in before}
        missing = sorted({one.release for one, _ in orders} - known)
        hidden = frozenset(cell for audit in protected.audits for cell in audit.mask)
        pins, definition = inputs.pins, inputs.definition
        new = Published(
            self.release,
            definition.span.times,
            inputs.tables,
            hidden,
            sources=pins.sources,
            owned=pins.owned(definition),
            members=pins.members,
        )
        self.out = [*load_all(root, missing), *before, new]
        named = {one.release for one, _ in orders} | (of_more_detail(root.declared, self.out) - {self.release})
        self.rows = {name: counted_records(root, stock, name) for name in sorted(named)}
        self.rows[self.release] = records_to_release(inputs, stock)
        self.years = definition.span.times

    def telling(self) -> tuple[str, ...]:
        """The ids of the orders that tell more, in their order."""
        found: set[str] = set()
        for year in self.years:
            out = [of for one in self.out if year in one.years and (of := one.figures(self.statistic, year)).counted]
            delivered = [
                self._table(order, content, year) for order, content in self.orders if year in self.rows[order.release]
            ]
            if out and out[-1].release == self.release:
                beside = {name: rows[year][0] for name, rows in self.rows.items() if year in rows}
                found |= telling(self.statistic, out, delivered, beside, year)
        return tuple(order.id for order, _ in self.orders if order.id in found)

    def _table(self, order: Order, content: bytes, year: Time) -> OrderTable:
        rows, areas = self.rows[order.release][year]
        return OrderTable(order, self.stock, year, rows, areas, hidden_in(order, self.stock, content, year))


def telling(
    statistic: Statistic,
    out: Sequence[YearFigures],
    delivered: Sequence[OrderTable],
    beside: Mapping[str, pl.DataFrame],
    year: Time,
) -> set[str]:
    """The ids of the tables ``delivered`` of a year that, with those before them and all that is ``out`` (the new release last), tell more
    than is told without them, in any reading. One that cannot be tried is one of them.
    """
    readings: tuple[Reading, ...] = ("equal", "unchanged") if len(out) > 1 else ("unchanged",)
    found = set()
    for reading in readings:
        system = year_system(statistic, year, out, reading=reading)
        for number, table in enumerate(delivered):
            try:
                of = order_system(Outstanding(statistic, out, delivered[:number], table, beside), system, reading)
                after = of.after(table.hidden)
                if told_more(of.before, after, RULE, of.targets(table.hidden), of.readers):
                    found.add(table.order.id)
            except (TooLarge, ModelError):
                found.add(table.order.id)
    return found
