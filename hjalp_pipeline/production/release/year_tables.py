"""The tables of a year's releases on their way into one system of equations (R11)."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Literal

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.arrange import arranged
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.model import THRESHOLD, Name, System, SystemBuilder
from hjalp_pipeline.production.quarter.telling import telling_of
from hjalp_pipeline.production.release.year_figures import Cell, Figures, YearFigures
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.table_parts import Distinct
from hjalp_pipeline.table_spec import TableSpec

Reading = Literal["equal", "unchanged"]
#: National figures and kommune totals are hidden last: how many ordinary cells one of them is worth.
_NATIONAL, _KOMMUNE_TOTAL = 100, 20


class YearTables:
    """The tables of a year's releases on their way into one system. The first dimension of every table is the kommune.

    Cells and sums stand by release and kommune, the country last. Of several patterns that are as good, which one is
    found follows from this order: another would hide other figures than releases that are out.
    """

    def __init__(self, statistic: Statistic, aar: Time, reading: Reading) -> None:
        """A year of a statistic, read in one of the two ways."""
        self.statistic, self.aar, self.reading = statistic, str(aar), reading
        # A table comes before the one it is at most, and after those whose figures it has too.
        self.tables = sorted(statistic.protected, key=lambda spec: (bool(spec.same), spec.at_most is None))
        self.builder = SystemBuilder()
        self.cells: dict[tuple[str, Cell], int] = {}
        #: The release in which a figure first stood as it does (and, in ``unchanged``, came from what it comes from).
        self.first: dict[tuple[Cell, int, str], str] = {}
        #: The releases so far.
        self.releases: list[YearFigures] = []
        #: Of each release its kommuner by place, and how many equations there are up to it.
        self.kommuner: list[dict[str, int]] = []
        self.equations: list[int] = []
        #: Of each cell: number of the release it came with, its kommune, number of the table.
        self.origin: dict[int, tuple[int, str, int]] = {}

    def add(self, figures: YearFigures) -> None:
        """The tables of a release with their sums, and the inequalities between them."""
        first, *_ = self.tables
        total = first.dimensions[0].total
        taking_part = sorted({codes[0] for codes in figures.tables[first.name].values} - {total})
        kommuner = [*taking_part, *([total] if total else [])]
        told = [(number, spec) for number, spec in enumerate(self.tables) if spec.name in figures.tables]
        for number, spec in told:
            for cell, index in self._table(spec, figures, kommuner).items():
                self.cells[figures.release, cell] = index
                self.origin.setdefault(index, (len(self.kommuner), cell[1], number))
        for _, spec in told:
            if spec.at_most and spec.at_most in figures.tables:
                self._at_most(spec, self.statistic.table(spec.at_most), figures, kommuner)
        for _, spec in told:
            self._tie(spec, figures)
        self.releases.append(figures)
        self.kommuner.append({komnr: place for place, komnr in enumerate(kommuner)})
        self.equations.append(self.builder.equations)

    def _table(self, spec: TableSpec, figures: YearFigures, kommuner: Sequence[str]) -> dict[Cell, int]:
        """A table of a release added to the system, unit by unit; the number of each of its cells."""
        of = figures.tables[spec.name]
        if not spec.units:
            return self._unit(spec, figures, of, kommuner, (), once=isinstance(spec.counts, Distinct))
        cells: dict[Cell, int] = {}
        for unit, counts in spec.units.items():
            own = self._unit(spec, figures, of.of_unit(unit), kommuner, (unit,), once=isinstance(counts, Distinct))
            cells |= {(*cell, unit): index for cell, index in own.items()}
        return cells

    def _unit(
        self, spec: TableSpec, figures: YearFigures, of: Figures, kommuner: Sequence[str], unit: Name, *, once: bool
    ) -> dict[Cell, int]:
        """The figures of a unit (no code where the table has one only) with their sums; ``once``: a person counts once in each."""
        kommune, *others = spec.dimensions[: len(spec.dimensions) - len(unit)]
        told = [code for code in kommuner if code in kommune.variable.codes]
        of_each = len(told) > 1 or kommune.total is None

        def suffix(codes: Name, value: int) -> Name:
            # The whole country has its own unknowns in each release: its parts differ.
            if codes[0] == kommune.total:
                return *unit, self.aar, figures.release
            source = "" if self.reading == "equal" else figures.sources.get(codes[0], figures.release)
            key = ((spec.name, *codes, *unit), value, source)
            return *unit, self.aar, self.first.setdefault(key, figures.release)

        def multiplier(codes: Name) -> int:
            totals = sum(code == one.total for code, one in zip(codes[1:], others, strict=True))
            if codes[0] == kommune.total and (len(told) > 1 or totals == len(others)):
                return _NATIONAL
            # A table of the whole country alone has its own cells to hide.
            return _KOMMUNE_TOTAL if totals == len(others) or (len(told) == 1 and totals) else 1

        for codes, index in self._same(spec, figures, of, unit):
            self.builder.alias((spec.id, *codes, *suffix(codes, of.values[codes])), index)
        hierarchical_table(
            of.values,
            [_tree(kommune.column, told, kommune.total), *(_tree(d.column, d.variable.codes, d.total) for d in others)],
            builder=self.builder,
            prefix=(spec.id,),
            suffix=suffix,
            population=of.bounds,
            multiplier=multiplier,
            behind=of.behind,
            apart=[kommune.column],
            overlap=once,
            loose=spec.overlapping if once else (),
            telling=telling_of(spec, of.values) | (frozenset() if of_each else self._of_one(spec, of, kommuner, unit)),
        )
        return {
            (spec.name, *codes): self.builder.cell((spec.id, *codes, *suffix(codes, value)))
            for codes, value in of.values.items()
        }

    def _of_one(self, spec: TableSpec, of: Figures, kommuner: Sequence[str], unit: Name) -> frozenset[Name]:
        """Codes at which a table of the whole country alone tells that one kommune has 1 or 2 persons or loans: the kommune by which
        those who take part differ from an earlier release. No table has its figures, so it is the country's that are hidden.
        """
        codes = set[Name]()
        for before, owners in zip(self.releases, self.kommuner, strict=True):
            if spec.name not in before.tables or len(owners.keys() ^ set(kommuner)) != 1:
                continue
            old = before.tables[spec.name].of_unit(*unit) if unit else before.tables[spec.name]
            for key, value in of.values.items():
                # What stands in another table as well is protected there, with the kommune's own figure.
                in_other = all(code == one.total for code, one in zip(key, spec.dimensions, strict=False))
                if value and key in old.values and not in_other and (spec.name, *key, *unit) not in before.hidden:
                    by = {value - old.values[key]}
                    if of.behind and old.behind:
                        by.add(of.behind[key] - old.behind[key])
                    if any(0 < abs(one) < THRESHOLD for one in by):
                        codes.add(key)
        return frozenset(codes)

    def _same(self, spec: TableSpec, figures: YearFigures, of: Figures, unit: Name) -> Iterator[tuple[Name, int]]:
        """Codes of a unit whose figure another table of the release has too, and the number of its cell."""
        for same in spec.same:
            if same.table not in figures.tables:
                continue
            other = self.statistic.table(same.table)
            for codes in of.values:
                named = dict(zip(spec.codes, (*codes, *unit), strict=True))
                if all(named[column] == code for column, code in same.at.items()):
                    there = tuple(named.get(one.column) or str(one.total) for one in other.dimensions)
                    yield codes, self.cells[figures.release, (other.name, *there)]

    def _tie(self, spec: TableSpec, figures: YearFigures) -> None:
        """What ties the units of a table to each other, and its figures to those they are parts of."""
        once = {unit: isinstance(counts, Distinct) for unit, counts in spec.units.items()}
        own = {cell[1:]: self.cells[figures.release, cell] for cell in figures.cells if cell[0] == spec.name}
        for codes, index in own.items():
            for smaller, larger in pairwise(once):
                if codes[-1] == smaller:
                    self.builder.add_le(index, own[*codes[:-1], larger])
        if spec.parts_of is None or spec.parts_of.table not in figures.tables:
            return
        parts: dict[Cell, list[int]] = {}
        whole = self.statistic.table(spec.parts_of.table)
        for codes, index in own.items():
            named = dict(zip(spec.codes, codes, strict=True))
            above = spec.parts_of.codes.get(named.pop(spec.parts_of.column))
            rest = [one for one in spec.dimensions if one.column in named and one.column not in whole.codes]
            if above is not None and all(named[one.column] == one.total for one in rest):
                there = named | {spec.parts_of.of: above}
                parts.setdefault((whole.name, *(there[column] for column in whole.codes)), []).append(index)
        for cell, indices in parts.items():
            total = self.cells[figures.release, cell]
            if once[cell[-1]]:
                self.builder.add_overlapping(total, indices)
            else:
                self.builder.add_equation(total, indices)

    def _at_most(self, smaller: TableSpec, larger: TableSpec, figures: YearFigures, kommuner: Sequence[str]) -> None:
        """A table's totals are at most the figures of the same codes of another (persons, loans)."""
        for codes in product(kommuner, *(one.variable.codes for one in larger.dimensions[1:])):
            told = dict(zip(larger.codes, codes, strict=True))
            part = tuple(told.get(one.column) or str(one.total) for one in smaller.dimensions)
            self.builder.add_le(
                self.cells[figures.release, (smaller.name, *part)], self.cells[figures.release, (larger.name, *codes)]
            )

    def build(self) -> tuple[System, dict[tuple[str, Cell], int]]:
        """The system in its order, and the number of every figure's cell."""
        system = self.builder.build()

        def of_cell(cell: int) -> tuple[int, ...]:
            release, komnr, table = self.origin[cell]
            return release, self.kommuner[release][komnr], table, cell

        def of_equation(number: int) -> tuple[int, ...]:
            release = bisect_right(self.equations, number)
            kommuner = {self.origin[cell][1] for cell in system.equations.row(number)[0].tolist()}
            # Sums over kommuner come after those of each.
            place = self.kommuner[release][kommuner.pop()] if len(kommuner) == 1 else len(self.kommuner[release])
            return release, place, number

        cells = sorted(range(system.size), key=of_cell)
        equations = sorted(range(system.equations.count), key=of_equation)
        place = {cell: number for number, cell in enumerate(cells)}
        return arranged(system, cells, equations), {figure: place[cell] for figure, cell in self.cells.items()}


def _tree(name: str, codes: Sequence[str], total: str | None) -> Dimension:
    return Dimension(name, {code: None if code == total else total for code in codes})
