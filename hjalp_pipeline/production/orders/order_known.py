"""What of a new table is known already, as figures of other tables, and what the table hides beside all of them (R11)."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from hjalp_pipeline.confidentiality.model import Name
from hjalp_pipeline.microdata_spec import OrderedStock
from hjalp_pipeline.production.orders.order_holdings import Outstanding
from hjalp_pipeline.production.orders.order_protection import Mask, protected_mask
from hjalp_pipeline.production.orders.order_system import order_system
from hjalp_pipeline.production.orders.order_table import OrderCell, OrderTable
from hjalp_pipeline.production.release.protection import Reading, year_system
from hjalp_pipeline.production.release.year_figures import Figures, YearFigures
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.table_parts import Distinct, Sum


def protected_of(
    statistic: Statistic,
    out: Sequence[YearFigures],
    table: OrderTable,
    before: Sequence[OrderTable],
    beside: Mapping[str, pl.DataFrame] | None = None,
) -> Mask:
    """What a new table hides of its year, beside all figures of the year that are ``out`` (oldest first) and the tables that were
    delivered ``before``. ``beside``: as in ``Outstanding``. Unprotectable, TooLarge.
    """
    readings: tuple[Reading, ...] = ("equal", "unchanged") if len(out) > 1 else ("unchanged",)
    known = Outstanding(statistic, out, before, table, beside or {})
    systems = {
        reading: order_system(known, year_system(statistic, table.year, out, reading=reading), reading)
        for reading in readings
    }
    shown, hidden = _known(statistic, out, table, before)
    readers: dict[str, frozenset[str]] = {}
    if out[-1].owned:
        for komnr in table.areas:
            readers[komnr] = frozenset({komnr}).union(*(figures.members.get(komnr, ()) for figures in out))
    return protected_mask(table, systems, shown, hidden, readers)


def _known(
    statistic: Statistic, out: Sequence[YearFigures], table: OrderTable, before: Sequence[OrderTable]
) -> tuple[Mask, Mask]:
    """The cells of a new table that are figures of its release already, published or delivered: shown there, hidden there."""
    here = {_key(table, cell): cell for cell in table.figures}
    status: dict[OrderCell, bool] = {}
    for other in before:
        if other.order.release == table.order.release:
            for cell in other.figures:
                if (key := _key(other, cell)) in here:
                    status[here[key]] = status.get(here[key], False) or cell not in other.hidden
    of_release = next(one for one in out if one.release == table.order.release)
    for key, is_shown in _published(statistic, of_release, table.stock):
        if key in here:
            status[here[key]] = status.get(here[key], False) or is_shown
    return (
        frozenset(cell for cell, is_shown in status.items() if is_shown),
        frozenset(cell for cell, is_shown in status.items() if not is_shown),
    )


#: Whom a figure counts: whether persons, and codes by column.
_Key = tuple[bool, frozenset[tuple[str, frozenset[str]]]]


def _key(table: OrderTable, cell: OrderCell) -> _Key:
    told = dict(table.family.population)
    for one, code in zip((table.stock.area, *table.others), cell, strict=True):
        if code != one.total:
            told[one.column] = frozenset({code})
    return table.family.once, frozenset(told.items())


def _published(statistic: Statistic, figures: YearFigures, stock: OrderedStock) -> Iterable[tuple[_Key, bool]]:
    for spec in statistic.protected:
        of = figures.tables.get(spec.name, Figures({}))
        units: dict[str, object] = {**spec.units} or {"": spec.counts}
        dimensions = spec.dimensions[: len(spec.dimensions) - bool(spec.units)]
        for codes in of.values:
            own: Name = codes[: len(dimensions)]
            counts = units[codes[-1] if spec.units else ""]
            if isinstance(counts, Sum | Distinct):
                pairs = zip(dimensions, own, strict=True)
                told = frozenset((one.stock, frozenset({code})) for one, code in pairs if code != one.total)
                yield (counts == Distinct(stock.person), told), (spec.name, *codes) not in figures.hidden
