"""What an outsider holds of a release and the ones before it, as one system of equations per reference year (R11).

Figures of different years share no sum, so each year is a system of its own. In it stand the declared tables of every
release of that year, each with its sums (``hierarchical_table``) and with ``at most`` between them; a table that shares
another's mask is not in it, because a share times public population gives the count back.

A year with more than one release is read in two ways (``Reading``), and figures are protected in both:

- ``unchanged``, what everybody knows: a figure is the same unknown in two releases only where nothing that the kommune's
  figures come from has changed (revision notes say who has delivered again, and whether the register extract, the code
  lists or the program are others). All others may have changed, whatever their figures show.
- ``equal``, what somebody may guess: each figure that is the same in two releases is the same unknown. Whoever sees that
  all shown figures of a kommune stand still will take the hidden ones to stand still as well; two safe patterns of them,
  subtracted, would give hidden figures away.

A pattern that is safe for who guesses is safe for who knows, wherever it hides a figure that no release has shown: a move
of the one unknown is a move of both. The population bounds a figure wherever that is true.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

import numpy as np

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.arrange import arranged
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.model import Bools, Ints, Name, System, SystemBuilder
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.production.quarter.telling import telling_of
from hjalp_pipeline.production.release.year_figures import Cell, Mask, YearFigures
from hjalp_pipeline.production.release.year_readers import kommuner
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.table_spec import Distinct, TableSpec

Reading = Literal["equal", "unchanged"]
#: National figures and kommune totals are hidden last: how many ordinary cells one of them is worth.
_NATIONAL, _KOMMUNE_TOTAL = 100, 20


@dataclass(frozen=True)
class YearSystem:
    """A year's system, with the cell of every figure by release and ``Cell``."""

    aar: Time
    release: str
    system: System
    cells: Mapping[tuple[str, Cell], int]
    #: Hidden in an earlier release and shown in none, whatever the new one does.
    already_hidden: Bools
    #: Cells of the new release that the one before it hid: hidden again before others are.
    preferred: Bools
    #: What everybody knows of the tables besides, in words.
    known: tuple[str, ...] = ()
    #: Whom figures are kept from beside everybody; none where that is not asked for.
    readers: Readers | None = None

    def hidden(self, mask: Mask) -> Bools:
        """The pattern of all releases when the new one hides this. What any of them shows is not hidden."""
        cells = [self.cells[self.release, cell] for cell in mask]
        return np.asarray((self.system.pattern(cells) & ~self.system.open) | self.already_hidden, dtype=np.bool_)

    def of(self, other: "YearSystem", tables: Iterable[Ints]) -> list[Ints]:
        """Values of all cells of another reading of the same releases, as values of the cells of this one."""
        here = np.fromiter(self.cells.values(), dtype=np.int64, count=len(self.cells))
        there = np.fromiter((other.cells[of_one] for of_one in self.cells), dtype=np.int64, count=len(self.cells))
        found = []
        for table in tables:
            found.append(self.system.values.copy())
            found[-1][here] = table[there]
        return found

    def mask(self, hidden: Bools) -> Mask:
        """What the new release hides by a pattern."""
        new = self.release
        return frozenset(cell for (release, cell), index in self.cells.items() if release == new and hidden[index])


def year_system(
    statistic: Statistic, aar: Time, releases: Sequence[YearFigures], *, reading: Reading = "equal"
) -> YearSystem:
    """Everything known of a year as one system; the last of ``releases`` is the new one, the others are out."""
    year = _Year(statistic, aar, reading)
    for figures in releases:
        year.add(figures)
    system, cells = year.build()
    new, out = releases[-1].release, releases[:-1]
    of_out = [(cells[one.release, cell], cell in one.hidden) for one in out for cell in one.cells]
    is_shown = system.pattern(index for index, hidden in of_out if not hidden)
    before = system.pattern(index for index, hidden in of_out if hidden) & ~is_shown
    fixed = before & ~system.pattern(index for (release, _), index in cells.items() if release == new)
    last = out[-1].hidden if out else ()
    again = system.pattern(cells[new, cell] for cell in last if (new, cell) in cells)
    # A figure shown anywhere stays open, one that is hidden whatever the new release does stays hidden.
    history = replace(system, primary=(system.primary & ~is_shown) | fixed, open=system.open | is_shown)
    known = (
        *(spec.at_most_da for spec in statistic.protected if spec.at_most),
        *(
            f"I {spec.id} kan et skjult tal også være 0, fordi et nul skjules, hvor alle i en gruppe ellers ses at stå i samme kategori."
            for spec in statistic.protected
            if spec.attribute
        ),
    )
    readers = kommuner(statistic, system, cells, releases) if releases[-1].owned else None
    return YearSystem(aar, new, history, cells, fixed, again & ~history.open, known, readers)


class _Year:
    """The tables of a year's releases on their way into one system. The first dimension of every table is the kommune.

    Cells and sums stand by release and kommune, the country last. Of several patterns that are as good, which one is
    found follows from this order: another would hide other figures than releases that are out.
    """

    def __init__(self, statistic: Statistic, aar: Time, reading: Reading) -> None:
        self.statistic, self.aar, self.reading = statistic, str(aar), reading
        # A table comes before the one it is at most.
        self.tables = sorted(statistic.protected, key=lambda spec: spec.at_most is None)
        self.builder = SystemBuilder()
        self.cells: dict[tuple[str, Cell], int] = {}
        #: The release in which a figure first stood as it does (and, in ``unchanged``, came from what it comes from).
        self.first: dict[tuple[Cell, int, str], str] = {}
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
        self.kommuner.append({komnr: place for place, komnr in enumerate(kommuner)})
        self.equations.append(self.builder.equations)

    def _table(self, spec: TableSpec, figures: YearFigures, kommuner: Sequence[str]) -> dict[Cell, int]:
        """A table of a release added to the system; the number of each of its cells."""
        of, (kommune, *others) = figures.tables[spec.name], spec.dimensions

        def suffix(codes: Name, value: int) -> Name:
            # The whole country has its own unknowns in each release: its parts differ.
            if codes[0] == kommune.total:
                return self.aar, figures.release
            source = "" if self.reading == "equal" else figures.sources.get(codes[0], figures.release)
            return self.aar, self.first.setdefault(((spec.name, *codes), value, source), figures.release)

        def multiplier(codes: Name) -> int:
            if codes[0] == kommune.total:
                return _NATIONAL
            whole = all(code == one.total for code, one in zip(codes[1:], others, strict=True))
            return _KOMMUNE_TOTAL if whole else 1

        hierarchical_table(
            of.values,
            [
                _tree(kommune.column, kommuner, kommune.total),
                *(_tree(d.column, d.variable.codes, d.total) for d in others),
            ],
            builder=self.builder,
            prefix=(spec.id,),
            suffix=suffix,
            population=of.bounds,
            multiplier=multiplier,
            behind=of.behind,
            apart=[kommune.column],
            overlap=isinstance(spec.counts, Distinct),
            telling=telling_of(spec, of.values),
        )
        return {
            (spec.name, *codes): self.builder.cell((spec.id, *codes, *suffix(codes, value)))
            for codes, value in of.values.items()
        }

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
