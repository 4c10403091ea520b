"""A table as it is ordered, counted: every cell of a year with all its totals (seed 8.8)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod

import polars as pl

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.microdata_spec import OrderedStock, OrderVariable
from hjalp_pipeline.production.orders.order_file import Order
from hjalp_pipeline.production.orders.order_groups import Family

#: The code of the kommune and of each other dimension, each also the total.
OrderCell = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class OrderTable:
    """An order's figures of a year. ``rows``: of the stock, of the kommuner that take part; ``hidden``: what it hides, where delivered."""

    order: Order
    stock: OrderedStock
    year: Time
    rows: pl.DataFrame
    areas: tuple[str, ...]
    hidden: frozenset[OrderCell] = frozenset()

    @property
    def by_area(self) -> bool:
        """Whether it is told by kommune."""
        return self.stock.area.name in self.order.dimensions

    @property
    def others(self) -> tuple[OrderVariable, ...]:
        """Its dimensions beside the kommune, in their order."""
        named = {variable.name: variable for variable in self.stock.variables[1:]}
        return tuple(named[name] for name in self.order.dimensions if name in named)

    @property
    def family(self) -> Family:
        """What its figures are sums of."""
        columns = {variable.name: variable.column for variable in self.stock.variables}
        population = tuple((columns[name], frozenset(codes)) for name, codes in self.order.population.items())
        return Family(tuple(one.column for one in self.others), population, self.order.counts == self.stock.counts[1])

    def codes(self, variable: OrderVariable) -> tuple[str, ...]:
        """The codes of a dimension that it tells, the total apart."""
        asked = self.order.population.get(variable.name)
        if variable == self.stock.area:
            return tuple(code for code in self.areas if asked is None or code in asked) if self.by_area else ()
        return tuple(code for code in variable.texts if asked is None or code in asked)

    @property
    def size(self) -> int:
        """How many cells it has."""
        return prod(len(self.codes(one)) + 1 for one in (self.stock.area, *self.others))

    @property
    def cells(self) -> Iterator[OrderCell]:
        """All its cells, the totals first."""
        return product(*((one.total, *self.codes(one)) for one in (self.stock.area, *self.others)))

    @cached_property
    def figures(self) -> Mapping[OrderCell, tuple[int, int]]:
        """By cell the figure and the persons behind it; those that are not in it are 0."""
        stock, family = self.stock, self.family
        rows = self.rows
        for column, asked in family.population:
            rows = rows.filter(pl.col(column).is_in(sorted(asked)))
        found: dict[OrderCell, tuple[int, int]] = {}
        variables = (stock.area, *self.others)
        for told in product(*((True, False) if one != stock.area or self.by_area else (False,) for one in variables)):
            by = [
                (pl.col(one.column) if tells else pl.lit(one.total)).alias(str(number))
                for number, (one, tells) in enumerate(zip(variables, told, strict=True))
            ]
            counted = rows.group_by(by).agg(
                pl.col(stock.records).sum(), pl.col(stock.person).n_unique().alias("_persons")
            )
            for *codes, records, persons in counted.iter_rows():
                found[tuple(codes)] = (persons if family.once else records, persons)
        return found
