"""A table as its published csv has it: figures, and the signs that stand where there is none. All an article knows of figures."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from hjalp_pipeline.publishing.article.grammar import year_before
from hjalp_pipeline.publishing.statbank import NO_FIGURE, NOT_TAKING_PART

#: A cell: its table, then its codes in the order of the table's columns, time last.
Cell = tuple[str, ...]


class Figure(NamedTuple):
    """A figure that is one cell or a sum of cells: of those shown. ``hidden``: how many more there are that are not."""

    value: int
    cells: frozenset[Cell]
    hidden: int = 0


@dataclass(frozen=True)
class ShownTable:
    """``figures``: whole numbers of 10^-decimals by codes and time; ``signs``: what stands elsewhere; ``columns`` without time.

    Of the newest time and the year before alone; ``times``: all that the table shows.
    """

    id: str
    columns: tuple[str, ...]
    figures: Mapping[Cell, int]
    signs: Mapping[Cell, str]
    times: tuple[str, ...]

    @classmethod
    def read(cls, name: str, content: bytes) -> "ShownTable":
        """Read ``{ID}.csv`` as a release publishes it."""
        header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
        times = tuple(sorted({row[-2] for row in rows}))
        told = (times[-1], year_before(times[-1])) if times else ()
        cells = {tuple(row[:-1]): row[-1] for row in rows if row[-2] in told}
        figures = {cell: int(text.replace(",", "")) for cell, text in cells.items() if text not in NO_FIGURE}
        signs = {cell: text for cell, text in cells.items() if text in NO_FIGURE}
        return cls(name, tuple(header[:-2]), figures, signs, times)

    def total(self, at: Mapping[str, str], time: str) -> Figure | None:
        """What is shown at these codes (by column), added up over the columns that are not named; None when nothing is."""
        return self._added(self._cells(at, time))

    def by(self, column: str, at: Mapping[str, str], time: str) -> dict[str, Figure]:
        """The same for each code of a column of which something is shown."""
        place, cells = self.columns.index(column), dict[str, list[Cell]]()
        for cell in self._cells(at, time):
            cells.setdefault(cell[place], []).append(cell)
        found = {code: self._added(of) for code, of in cells.items()}
        return {code: figure for code, figure in found.items() if figure is not None}

    def in_both(self, at: Mapping[str, str], now: str, before: str) -> tuple[Figure, Figure] | None:
        """What is shown at two times alike, added up at each; None when nothing is."""
        both = [cell for cell in self._cells(at, now) if cell in self.figures and (*cell[:-1], before) in self.figures]
        first, second = self._added(both), self._added((*cell[:-1], before) for cell in both)
        return (first, second) if first and second else None

    def absent(self, column: str, time: str) -> frozenset[str]:
        """Codes of a column that have no figure at a time because they do not take part."""
        place = self.columns.index(column)
        out = {cell[place] for cell, sign in self.signs.items() if cell[-1] == time and sign == NOT_TAKING_PART}
        return frozenset(out - {cell[place] for cell in self.figures if cell[-1] == time})

    def _cells(self, at: Mapping[str, str], time: str) -> Iterator[Cell]:
        fixed = [(place, at[column]) for place, column in enumerate(self.columns) if column in at]
        for cell in (*self.figures, *self.signs):
            if cell[-1] == time and all(cell[place] == code for place, code in fixed):
                yield cell

    def _added(self, cells: Iterable[Cell]) -> Figure | None:
        found = list(cells)
        shown = [cell for cell in found if cell in self.figures]
        if not shown:
            return None
        named = frozenset((self.id, *cell) for cell in shown)
        return Figure(sum(self.figures[cell] for cell in shown), named, len(found) - len(shown))
