"""What the figures of published tables are sums of, as those of tables to order are (R11)."""

from collections.abc import Iterator, Mapping

from hjalp_pipeline.confidentiality.model import ModelError
from hjalp_pipeline.microdata_spec import OrderedStock
from hjalp_pipeline.production.orders.order_groups import Family
from hjalp_pipeline.table_parts import Distinct, Sum
from hjalp_pipeline.table_spec import TableSpec


def families_of(spec: TableSpec, stock: OrderedStock) -> Iterator[tuple[tuple[str, ...], Family]]:
    """What the figures of a published table are sums of, by unit. ModelError when it counts something else than the stock tells."""
    units: Mapping[tuple[str, ...], object] = {(unit,): counts for unit, counts in spec.units.items()} or {
        (): spec.counts
    }
    known = {variable.column for variable in stock.variables}
    for unit, counts in units.items():
        columns = tuple(one.stock for one in spec.dimensions[1 : len(spec.dimensions) - len(unit)])
        if counts == Sum(stock.records):
            once = False
        elif counts == Distinct(stock.person):
            once = True
        else:
            raise ModelError(f"{spec.id} counts something else than tables to order do")
        if not known.issuperset(columns) or spec.dimensions[0].stock != stock.area.column:
            raise ModelError(f"{spec.id} is told by something that tables to order are not")
        yield unit, Family(columns, (), once)
