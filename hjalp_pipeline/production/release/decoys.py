"""Figures shown before and hidden now, and unchanged ones hidden beside them (R11).

A figure that has not changed stays shown wherever it can. So whoever sees that an earlier release showed a figure and a new one
hides it could conclude that it has changed, and so is not what it was. For each such figure an unchanged one of a kommune
that may have changed is hidden as well, a *decoy*, where there is one for at most each of them: it can move with what is
hidden already, or the same figures of another kommune are hidden together. A decoy cannot be computed. Whoever takes equal
figures to be unchanged is told nothing by a decoy: that figure is known.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from hjalp_pipeline.confidentiality.attack import beyond_help
from hjalp_pipeline.confidentiality.model import THRESHOLD, Bools, System
from hjalp_pipeline.confidentiality.reader_attack import told
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.production.release.pattern import RULE
from hjalp_pipeline.production.release.protection import YearSystem
from hjalp_pipeline.production.release.year_figures import Cell, Mask, YearFigures

#: So often candidates that cannot be hidden alone are replaced by the next ones, so many more than are needed at a time.
_ROUNDS, _MORE = 4, 2
#: So many kommuner are tried beside one that has changed, so many in all.
_LIKE, _TRIED = 3, 30


@dataclass(frozen=True)
class ShownBefore:
    """Cells that an earlier release showed and the newest hides: those whose figure is another now, and those it is not."""

    changed: tuple[Cell, ...]
    unchanged: tuple[Cell, ...]

    @property
    def cells(self) -> int:
        """How many they are."""
        return len(self.changed) + len(self.unchanged)


def shown_before(releases: Sequence[YearFigures], mask: Mask | None = None) -> ShownBefore:
    """The cells that one of ``releases`` but the last has shown and the last hides; ``mask``: what it hides, where that is not told.

    A figure is held against the last release that showed it.
    """
    *out, new = releases
    values = _values(new)
    changed, unchanged = list[Cell](), list[Cell]()
    for cell in sorted(new.hidden if mask is None else mask):
        last = _last_shown(out, cell)
        if last is not None:
            (unchanged if last == values[cell] else changed).append(cell)
    return ShownBefore(tuple(changed), tuple(unchanged))


def decoys(year: YearSystem, mask: Mask, releases: Sequence[YearFigures], readers: Readers | None = None) -> Mask:
    """The decoys of a pattern: at most one for each figure that has changed and was shown before; none where there is no room.

    ``year``: by what everybody knows. ``releases``: oldest first, the last is the new one. ``readers``: who must not be able
    to compute one either.
    """
    found = shown_before(releases, mask)
    wanted = len(found.changed) - len(found.unchanged)
    if wanted <= 0:
        return Mask()
    room = _Room(year, mask, _fit(year, mask, releases), wanted, readers)
    kommuner = sorted({cell[1] for cell in found.changed})
    return year.mask(year.system.pattern(room.mirrored(kommuner, room.one_by_one())))


@dataclass(frozen=True)
class _Room:
    """Where decoys may stand beside a pattern: ``fit``, the cells that may be one, with their number; at most ``wanted`` of them."""

    year: YearSystem
    mask: Mask
    fit: Mapping[Cell, int]
    wanted: int
    readers: Readers | None

    @cached_property
    def hidden(self) -> Bools:
        return self.year.hidden(self.mask)

    def one_by_one(self) -> list[int]:
        """Cells that can be hidden as the pattern is, having a hidden cell in every sum; cheapest first."""
        beside = _beside(self.year.system, self.hidden)
        candidates = sorted({index for index in self.fit.values() if beside[index]}, key=self._price)
        chosen = list[int]()
        for _ in range(_ROUNDS):
            missing = self.wanted - len(chosen)
            tried, candidates = candidates[: _MORE * missing], candidates[_MORE * missing :]
            if not tried or not missing:
                break
            chosen = self._kept([*chosen, *tried])
            if len(chosen) > self.wanted:
                # One that was kept may have been held by another that is left out.
                chosen = self._kept(chosen[: self.wanted])
        return chosen

    def mirrored(self, kommuner: Sequence[str], chosen: Sequence[int]) -> list[int]:
        """``chosen``, and the cells of one kommune that another hides: what can move in one can move the other way in both.

        ``kommuner``: those whose figures changed.
        """
        found, tried = list(chosen), 0
        others = sorted({cell[1] for cell in self.fit})
        for komnr in kommuner:
            groups = sorted(
                (sum(self._price(index)[0] for index in new), new)
                for other in others
                if other != komnr and 0 < len(new := self._alike(komnr, other, found)) <= self.wanted - len(found)
            )
            for _, new in groups[:_LIKE]:
                tried += 1
                if len(self._kept([*found, *new])) == len(found) + len(new):
                    found += new
                    break
            if tried >= _TRIED:
                break
        return found

    def _alike(self, komnr: str, other: str, chosen: Collection[int]) -> list[int]:
        """What would be hidden of one kommune that another hides, and is not yet; nothing where not all of it can be."""
        cells = [(cell[0], other, *cell[2:]) for cell in sorted(self.mask) if cell[1] == komnr]
        if not all(cell in self.fit or cell in self.mask for cell in cells):
            return []
        return [self.fit[cell] for cell in cells if cell in self.fit and self.fit[cell] not in chosen]

    def _price(self, index: int) -> tuple[int, int]:
        return int(self.year.system.cost[index]), index

    def _kept(self, cells: Sequence[int]) -> list[int]:
        """Those of cells that nobody can compute when all of those that are kept are hidden."""
        system, left = self.year.system, list(cells)
        while left:
            pattern = self.hidden | system.pattern(left)
            lost = set(beyond_help(system, pattern, RULE, left))
            if self.readers is not None and not lost:
                asked = np.repeat(system.pattern(left)[:, None], self.readers.count, axis=1)
                lost = {one.cell for one in told(system, pattern, RULE, self.readers, asked=asked)}
            if not lost:
                break
            left = [cell for cell in left if cell not in lost]
        return left


def _fit(year: YearSystem, mask: Mask, releases: Sequence[YearFigures]) -> dict[Cell, int]:
    """Cells that may be decoys, with their number: shown as they were, not known to be unchanged, not small."""
    *out, new = releases
    system, values = year.system, _values(new)
    fits = ~year.hidden(mask) & ~system.open & (system.values >= THRESHOLD)
    return {
        cell: index
        for cell in sorted(set(new.cells) - mask)
        if fits[index := year.cells[new.release, cell]] and _last_shown(out, cell) == values[cell]
    }


def _beside(system: System, hidden: Bools) -> Bools:
    """The cells that have a hidden one in every equation they stand in: no other can move."""
    rows = system.equations
    none = np.bincount(rows.rows[hidden[rows.cells]], minlength=rows.count)[rows.rows] == 0
    alone = np.zeros(system.size, dtype=np.bool_)
    alone[rows.cells[none]] = True
    return ~alone


def _values(figures: YearFigures) -> dict[Cell, int]:
    return {(name, *codes): value for name, of in figures.tables.items() for codes, value in of.values.items()}


def _last_shown(out: Iterable[YearFigures], cell: Cell) -> int | None:
    """What the last release that showed a cell showed; None when none did."""
    name, *codes = cell
    for figures in reversed(list(out)):
        value = figures.tables[name].values.get(tuple(codes)) if name in figures.tables else None
        if value is not None and cell not in figures.hidden:
            return value
    return None
