"""What an ordered table hides, so that with all that is out and was delivered before it tells of nobody; or that it cannot be made (R11).

The suppressor proposes a pattern for the table by itself; the attacker has the last word, on everything together. What it finds out is
answered by hiding what told it, and where that does not suffice the order is refused.
"""

from collections.abc import Mapping
from dataclasses import replace

from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.model import System
from hjalp_pipeline.confidentiality.primary import THRESHOLD
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.confidentiality.suppress import Work, protect
from hjalp_pipeline.confidentiality.told_more import told_more
from hjalp_pipeline.production.orders.order_holdings import OrderSystem
from hjalp_pipeline.production.orders.order_table import OrderCell, OrderTable
from hjalp_pipeline.production.release.pattern import RULE
from hjalp_pipeline.production.release.protection import Reading

Mask = frozenset[OrderCell]
#: Rounds of answering the attacker before an order is refused, and work of the suppressor for one proposal.
ROUNDS, UNITS = 12, 100_000
#: So many ordinary cells a total is worth.
_TOTAL = 20


class Unprotectable(Exception):
    """No pattern was found with which the table tells of nobody, or none that leaves anything to show."""


def protected_mask(
    table: OrderTable,
    systems: Mapping[Reading, OrderSystem],
    shown: Mask,
    hidden: Mask,
    readers: Mapping[str, frozenset[str]],
) -> Mask:
    """What a new table hides of a year. Unprotectable when nothing suffices.

    ``shown``, ``hidden``: its cells that are out already as figures of other tables; ``readers``: by kommune those whose figures it knows.
    """
    must = {cell for cell, (value, behind) in table.figures.items() if min(value, behind) < THRESHOLD}
    must = (must - shown) | hidden
    mask: Mask = frozenset()
    for number in range(ROUNDS):
        mask = _proposed(table, frozenset(must), shown, readers)
        if not table.figures.keys() - mask - shown and mask:
            raise Unprotectable
        more = _answers(systems, mask, shown, 2**number)
        if more is None:
            return mask
        must |= mask | more
    raise Unprotectable


def _answers(systems: Mapping[Reading, OrderSystem], mask: Mask, shown: Mask, most: int) -> Mask | None:
    """What told the attacker something, of the cells shown; None when he was told nothing. Unprotectable when none did.

    Of each thing told so many cells at ``most``, those that share a group with it, else those of its kommune, else any; the least
    is lost with the smallest.
    """
    for of in systems.values():
        told = told_more(of.before, of.after(mask), RULE, of.targets(mask), of.readers)
        if not told:
            continue
        open_ = [cell for cell in of.new if cell not in mask and cell not in shown]
        open_.sort(key=lambda cell: (int(of.system.values[of.new[cell]]), cell))
        found: set[OrderCell] = set()
        for target in told:
            around, name = of.groups.get(target, frozenset()), of.system.names[target]
            near = [cell for cell in open_ if not around.isdisjoint(of.groups[of.new[cell]])]
            near = near or [cell for cell in open_ if cell[0] in name] or open_
            found.update(near[:most])
        if not found:
            raise Unprotectable
        return frozenset(found)
    return None


def _proposed(table: OrderTable, must: Mask, shown: Mask, readers: Mapping[str, frozenset[str]]) -> Mask:
    """The suppressor's pattern for the table by itself that hides at least this."""
    system, cells = _alone(table)
    primary = system.pattern(number for cell, number in cells.items() if cell in must)
    open_ = system.open | system.pattern(number for cell, number in cells.items() if cell in shown)
    asked = replace(system, primary=primary & ~open_, open=open_)
    kept = None
    if table.by_area and readers:
        own = {
            reader: [number for cell, number in cells.items() if cell[0] in known] for reader, known in readers.items()
        }
        kept = Readers.of(asked, {reader: numbers for reader, numbers in own.items() if numbers})
    found = protect(asked, RULE, work=Work(units=UNITS), readers=kept).hidden
    return frozenset(cell for cell, number in cells.items() if found[number]) & table.figures.keys()


def _alone(table: OrderTable) -> tuple[System, dict[OrderCell, int]]:
    """The table with its sums."""
    variables = (*((table.stock.area,) if table.by_area else ()), *table.others)
    skipped = 0 if table.by_area else 1
    values = {cell[skipped:]: table.figures.get(cell, (0, 0)) for cell in table.cells}
    once = table.family.once
    totals = [one.total for one in variables]

    def multiplier(codes: tuple[str, ...]) -> int:
        totals_told: int = sum(code == total for code, total in zip(codes, totals, strict=True))
        return max(1, _TOTAL * totals_told)

    builder = hierarchical_table(
        {codes: value for codes, (value, _) in values.items()},
        [Dimension.flat(one.name, table.codes(one), one.total) for one in variables],
        prefix=("ORDER",),
        multiplier=multiplier,
        behind={codes: behind for codes, (_, behind) in values.items()},
        apart=[one.name for one in variables],
        overlap=once,
        loose=[one.name for one in variables if once and not one.of_person and one != table.stock.area],
    )
    return builder.build(), {cell: builder.cell(("ORDER", *cell[skipped:])) for cell in table.cells}
