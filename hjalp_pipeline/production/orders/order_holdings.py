"""What somebody holds of a year with the tables that were made to order, before and after a new one (R11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from hjalp_pipeline.confidentiality.model import Bools, System
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.confidentiality.told_more import Knowledge
from hjalp_pipeline.production.orders.order_table import OrderCell, OrderTable
from hjalp_pipeline.production.release.year_figures import YearFigures
from hjalp_pipeline.statistic import Statistic


class TooLarge(Exception):
    """More groups than the attacker can try in reasonable time: an order that needs them is refused."""


#: So many groups of all releases together at most, and so many of them that are small.
MOST_GROUPS, MOST_SMALL = 40_000, 1_000


@dataclass(frozen=True, eq=False)
class OrderSystem:
    """A year's system with the cells of orders. ``new``: the number of each cell of the new order that is not 0.

    ``groups``: of each cell of an order, and of each group itself, the numbers of its groups. ``small``: groups that the rule is
    asked of. ``fixed``: what is hidden whatever the new order does; ``asked``: those of it that were figures.
    """

    system: System
    new: Mapping[OrderCell, int]
    groups: Mapping[int, frozenset[int]]
    small: frozenset[int]
    fixed: Bools
    asked: frozenset[int]
    readers: Readers | None

    def targets(self, mask: frozenset[OrderCell]) -> frozenset[int]:
        """The cells that the rule is asked of when the new order hides this."""
        return self.asked | self.small | {self.new[cell] for cell in mask}

    def after(self, mask: frozenset[OrderCell]) -> Knowledge:
        """What is known with the new order, when it hides this."""
        return Knowledge(self.system, self.fixed | self.system.pattern(self.new[cell] for cell in mask))

    @property
    def before(self) -> Knowledge:
        """What is known without the new order: not even that a figure of it is not 0."""
        unknown = self.system.pattern(self.new.values())
        return Knowledge(replace(self.system, lower=np.where(unknown, 0, self.system.lower)), self.fixed | unknown)


@dataclass(frozen=True, eq=False)
class Outstanding:
    """A new table and all that is known beside it. ``out``: what releases say of the year, oldest first; ``delivered``: other orders.

    ``beside``: records of releases, those of no order too: where a release has them its figures are sums of its groups.
    """

    statistic: Statistic
    out: Sequence[YearFigures]
    delivered: Sequence[OrderTable]
    new: OrderTable
    beside: Mapping[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def tables(self) -> list[OrderTable]:
        """All orders, the new one last."""
        return [*self.delivered, self.new]

    @property
    def rows(self) -> dict[str, pl.DataFrame]:
        """By release its records."""
        return {**self.beside, **{table.order.release: table.rows for table in self.tables}}
