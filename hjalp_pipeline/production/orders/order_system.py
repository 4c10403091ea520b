"""All that somebody holds of a year who has what is published and every table that was made to order, as one system (R11).

To the system of the published tables (``protection``) come, for each release that an order counts, the groups that all tables together
tell apart (``order_groups``), and each cell of an order as a sum of them. The published figures are sums of the same groups. So nothing
is said twice that two tables could tell: a figure they both have, a part of it, or the difference between them.

Groups are told nowhere, so all are hidden; those without anybody the attacker is taken to know. A small group (a person or two, or
what stems from them) must hold the rule as a small figure does: whoever could tell that a union of groups has one or two persons could
tell it of a group in it. Persons are no more than records, group by group.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hjalp_pipeline.confidentiality.added_cells import AddedCells
from hjalp_pipeline.confidentiality.model import THRESHOLD, Bools, ModelError, System
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.production.orders.order_families import families_of
from hjalp_pipeline.production.orders.order_groups import Family, Group, Groups
from hjalp_pipeline.production.orders.order_holdings import MOST_GROUPS, MOST_SMALL, OrderSystem, Outstanding, TooLarge
from hjalp_pipeline.production.orders.order_table import OrderCell, OrderTable
from hjalp_pipeline.production.release.protection import Reading, YearSystem
from hjalp_pipeline.production.release.year_figures import YearFigures
from hjalp_pipeline.table_spec import TableSpec


@dataclass
class _Parts:
    """What is gathered on the way: groups by what they are, cells, and who knows which."""

    shared: dict[tuple[object, ...], int] = field(default_factory=dict)
    groups: dict[int, frozenset[int]] = field(default_factory=dict)
    small: set[int] = field(default_factory=set)
    areas: dict[int, frozenset[str]] = field(default_factory=dict)
    orders: dict[tuple[object, ...], tuple[int, int]] = field(default_factory=dict)


def order_system(known: Outstanding, year: YearSystem, reading: Reading) -> OrderSystem:
    """What is known of a year with the cells of orders. ``year``: of all releases that are out.

    ModelError when the figures published are not those of the records; TooLarge when there is too much to try.
    """
    return _Building(known, year, reading).build(known.new)


class _Building:
    def __init__(self, known: Outstanding, year: YearSystem, reading: Reading) -> None:
        self.statistic, self.year, self.reading = known.statistic, year, reading
        self.tables, self.rows, self.out = known.tables, known.rows, known.out
        self.persons = any(table.family.once for table in self.tables)
        self.stock = known.new.stock
        self.added = AddedCells(year.system)
        self.parts = _Parts()

    def build(self, new: OrderTable) -> OrderSystem:
        in_play = [figures for figures in self.out if figures.release in self.rows]
        published = {
            (spec.name, unit): family
            for figures in in_play
            for spec in self.statistic.protected
            if spec.name in figures.tables
            for unit, family in families_of(spec, self.stock)
        }
        families = list(dict.fromkeys([*published.values(), *(table.family for table in self.tables)]))
        cells: dict[OrderCell, int] = {}
        for figures in in_play:
            groups = Groups(self.rows[figures.release], self.stock, families)
            records, persons = groups.records, groups.persons
            if len(self.parts.groups) + len(records) + len(persons) > MOST_GROUPS:
                raise TooLarge
            numbers = [
                *(self._group(figures, group, "records") for group in records),
                *(self._group(figures, group, "persons") for group in persons),
            ]
            of_all = list(zip([*records, *persons], numbers, strict=True))
            for (name, unit), family in published.items():
                if name in figures.tables:
                    self._published(figures, self.statistic.table(name), unit, _of(family, of_all), family)
            for table in self.tables:
                if table.order.release == figures.release:
                    own = self._order(table, _of(table.family, of_all))
                    cells = own if table is new else cells
            self._persons_have_records(figures.release, groups, records, persons, numbers)
        if len(self.parts.small) > MOST_SMALL:
            raise TooLarge
        system = self.added.build()
        return self._finished(system, cells)

    def _group(self, figures: YearFigures, group: Group, unit: str) -> int:
        """The number of a group: the same in two releases where its figure is one unknown in both."""
        source = "" if self.reading == "equal" else figures.sources.get(group.area, figures.release)
        key = (unit, group.area, group.key, group.value, source)
        if key not in self.parts.shared:
            name = ("GROUP", unit, group.area, str(len(self.parts.shared)))
            number = self.added.cell(name, group.value)
            self.parts.shared[key] = number
            self.parts.groups[number] = frozenset({number})
            self.parts.areas[number] = frozenset({group.area})
            # Persons whom no order counts are told apart by what is published alone, and kept as its figures are.
            if min(group.value, group.persons) < THRESHOLD and (unit == "records" or self.persons):
                self.parts.small.add(number)
        return self.parts.shared[key]

    def _published(
        self,
        figures: YearFigures,
        spec: TableSpec,
        unit: tuple[str, ...],
        of: Sequence[tuple[Group, int]],
        family: Family,
    ) -> None:
        """The most detailed figures of a published table as sums of groups; all others are sums of these already."""
        area, *others = spec.dimensions[: len(spec.dimensions) - len(unit)]
        country = len(area.variable.codes) == 1
        totals = [str(one.total) for one in others]
        sums: dict[OrderCell, list[tuple[int, int]]] = {}
        for group, number in of:
            for cell in group.cells(family, totals, str(area.total)):
                sums.setdefault(cell, []).append((number, group.value))
        for codes, value in figures.tables[spec.name].values.items():
            cell = codes[: len(codes) - len(unit)]
            is_leaf = (cell[0] == area.total) == country and not any(map(str.__eq__, cell[1:], totals))
            if codes[len(cell) :] == unit and is_leaf:
                terms = sums.get(cell, [])
                whole = sum(count for _, count in terms)
                if whole != value and not (family.once and country):
                    raise ModelError("The figures published are not those of the records")
                index = self.year.cells[figures.release, (spec.name, *codes)]
                self.added.equal([*((number, 1) for number, _ in terms), (index, -1)], whole - value)
                self.parts.groups[index] = frozenset(number for number, _ in terms)

    def _order(self, table: OrderTable, of: Sequence[tuple[Group, int]]) -> dict[OrderCell, int]:
        """The cells of an order that are not 0, each a sum of groups; persons of several kommuner are counted once in all of them, and how
        many there are everybody is taken to know.
        """
        totals = [one.total for one in table.others]
        sums: dict[OrderCell, list[tuple[int, int]]] = {}
        for group, number in of:
            for cell in group.cells(table.family, totals, self.stock.area.total):
                if cell in table.figures:
                    sums.setdefault(cell, []).append((number, group.value))
        if sums.keys() != table.figures.keys():
            raise ModelError("The figures ordered are not those of their groups")
        found: dict[OrderCell, int] = {}
        for cell, (value, _) in sorted(table.figures.items()):
            name = ("ORDER", table.order.id, *cell, str(table.year))
            found[cell] = index = self.added.cell(name, value, lower=1)
            numbers = frozenset(number for number, _ in sums[cell])
            self.added.equal([*((number, 1) for number in numbers), (index, -1)], sum(c for _, c in sums[cell]) - value)
            self.parts.groups[index] = numbers
            self.parts.areas[index] = frozenset().union(*(self.parts.areas[number] for number in numbers))
            key = (table.family, table.order.dimensions, cell)
            if self.reading == "equal" and cell[0] != self.stock.area.total:
                # Whoever takes equal figures to be unchanged takes these for one.
                earlier, then = self.parts.orders.setdefault(key, (index, value))
                if then == value and earlier != index:
                    self.added.equal([(earlier, 1), (index, -1)], 0)
        return found

    def _persons_have_records(
        self, release: str, groups: Groups, records: Sequence[Group], persons: Sequence[Group], numbers: Sequence[int]
    ) -> None:
        """Each person has a record of his own in each of his groups: so many records there must be, group by group."""
        of_record = {(one.area, one.key): number for one, number in zip(records, numbers, strict=False)}
        seen = groups.seen
        terms: dict[tuple[str, str], dict[int, int]] = {}
        for one, number in zip(persons, numbers[len(records) :], strict=True):
            for member in one.members:
                of = terms.setdefault((one.area, seen[member]), {})
                of[number] = of.get(number, 0) + 1
        if len(set(seen.values())) <= 1:
            for (area, _), of in terms.items():
                have = [(number, -1) for (where, _), number in of_record.items() if where == area]
                self.added.at_most([*of.items(), *have], 0)
            return
        sides: dict[tuple[str, str], list[int]] = {}
        for pair in groups.assigned:
            number = self.added.cell(("ASSIGNED", release, pair.area, str(len(self.parts.areas))), pair.value)
            self.parts.areas[number] = frozenset({pair.area})
            terms[pair.area, pair.seen][number] = -1
            sides.setdefault((pair.area, pair.record), []).append(number)
        for of in terms.values():
            self.added.equal(of.items(), 0)
        for key, assigned in sides.items():
            self.added.at_most([*((number, 1) for number in assigned), (of_record[key], -1)], 0)

    def _finished(self, system: System, new: Mapping[OrderCell, int]) -> OrderSystem:
        old = self.year.system.size
        fixed = np.ones(system.size, dtype=np.bool_)
        fixed[:old] = self.year.hidden(self.out[-1].hidden)
        asked = set(np.flatnonzero(fixed[:old]).tolist())
        by_name = {name: number for number, name in enumerate(system.names) if name[0] == "ORDER"}
        for table in self.tables:
            for cell in table.figures:
                number = by_name["ORDER", table.order.id, *cell, str(table.year)]
                fixed[number] = cell in table.hidden
                if cell in table.hidden:
                    asked.add(number)
        return OrderSystem(
            system, new, self.parts.groups, frozenset(self.parts.small), fixed, frozenset(asked), self._readers(system)
        )

    def _readers(self, system: System) -> Readers | None:
        """The readers of what is published; each knows a group of its kommune, and a cell all of whose groups it knows."""
        readers = self.year.readers
        if readers is None:
            return None
        own: dict[str, Bools] = {}
        for (_, (_, area, *_)), index in self.year.cells.items():
            own.setdefault(area, readers.knows[index])
        nobody = np.zeros(readers.count, dtype=np.bool_)
        knows = np.zeros((system.size, readers.count), dtype=np.bool_)
        knows[: self.year.system.size] = readers.knows
        for number, areas in self.parts.areas.items():
            knows[number] = np.logical_and.reduce([own.get(area, nobody) for area in areas])
        return Readers(readers.names, knows)


def _of(family: Family, groups: Sequence[tuple[Group, int]]) -> list[tuple[Group, int]]:
    """The groups that a family's figures are sums of."""
    return [(group, number) for group, number in groups if family in group.codes]
