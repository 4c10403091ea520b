"""What an outsider holds of a release and the ones before it, as one system of equations per reference year (R11).

Figures of different years share no sum, so each year is a system of its own. In it stand the declared tables of every
release of that year, each with its sums (``hierarchical_table``) and with ``at most`` between them; a table that shares
another's mask is not in it, because a share times public population gives the count back. A figure that stands in two tables
is one unknown.

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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.model import Bools, Ints, System
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.production.release.year_figures import Cell, Mask, YearFigures
from hjalp_pipeline.production.release.year_readers import kommuner
from hjalp_pipeline.production.release.year_tables import Reading, YearTables
from hjalp_pipeline.statistic import Statistic

__all__ = ["Reading", "YearSystem", "year_system"]


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
    year = YearTables(statistic, aar, reading)
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
        *(
            spec.at_most_da
            for spec in statistic.protected
            if any(spec.name in of.tables for of in releases) and spec.at_most_da
        ),
        *(
            f"I {spec.id} kan et skjult tal også være 0, fordi et nul skjules, hvor alle i en gruppe ellers ses at stå i samme kategori."
            for spec in statistic.protected
            if spec.attribute
        ),
    )
    readers = kommuner(statistic, system, cells, releases) if releases[-1].owned else None
    return YearSystem(aar, new, history, cells, fixed, again & ~history.open, known, readers)
