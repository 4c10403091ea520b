"""The attacker's verdict on releases that are out, alone and together (R11).

Each reference year is attacked by itself: figures of different years share no sum.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from hjalp_pipeline.confidentiality.attack import Interval, attack, told_small
from hjalp_pipeline.confidentiality.model import Bools, Name, Rule, holds
from hjalp_pipeline.production.protection import Cell, YearFigures, YearSystem, year_figures, year_system

#: Nobody can compute a hidden cell, nor tell that it is small [chosen in R11].
RULE: Rule = "up3"


@dataclass(frozen=True)
class YearAudit:
    """One year: the interval of every hidden cell, what fails, and what no pattern could protect.

    ``fails``: a hidden cell can be computed, or be told to be small. ``inherent``: so it can, but by the public
    population of the cell alone (one inhabitant, say), whatever is hidden beside it.
    """

    aar: int
    year: YearSystem
    hidden: Bools
    intervals: Sequence[Interval]
    fails: tuple[Name, ...]
    inherent: tuple[Name, ...]

    def counts(self) -> dict[str, dict[str, int]]:
        """Per table: hidden cells, those that can be computed, those that can be told to be small."""
        found: dict[str, dict[str, int]] = {}
        for interval in self.intervals:
            row = found.setdefault(self.year.system.table(interval.cell), {"hidden": 0, "exact": 0, "told_small": 0})
            row["hidden"] += 1
            row["exact"] += interval.low == interval.high
            row["told_small"] += told_small(interval)
        return dict(sorted(found.items()))


@dataclass(frozen=True)
class Published:
    """A release that is out: its true figures (confidential) and which of them it hid."""

    release: str
    years: tuple[int, ...]
    tables: Mapping[str, pl.DataFrame]
    hidden_persons: frozenset[tuple[Cell, int]]
    hidden_loans: frozenset[tuple[str, int]]

    def figures(self, aar: int) -> YearFigures:
        """Its figures of a year with what it hid."""
        return replace(
            year_figures(self.release, self.tables, aar),
            hidden_persons=frozenset(cell for cell, year in self.hidden_persons if year == aar),
            hidden_loans=frozenset(komnr for komnr, year in self.hidden_loans if year == aar),
        )


def word(name: Name) -> str:
    """A cell's name as one says it: ``HJALP2 540 1 90- 2024 (2024v2)``; the last part is the release it came with."""
    *cell, release = name
    return f"{' '.join(cell)} ({release})"


def audit_published(releases: Sequence[Published]) -> list[YearAudit]:
    """Attack releases together, as somebody would who holds them all; oldest first."""
    audits = []
    for aar in sorted({year for release in releases for year in release.years}):
        figures = [release.figures(aar) for release in releases if aar in release.years]
        audits.append(_audit_year(year_system(aar, figures, all_out=True)))
    return audits


def _audit_year(year: YearSystem) -> YearAudit:
    system, hidden = year.system, year.hidden_before
    intervals = attack(system, hidden)
    broken = [i.cell for i in intervals if not holds(RULE, int(system.values[i.cell]), i.low, i.high)]
    by_population = _inherent(year)
    return YearAudit(
        year.aar,
        year,
        hidden,
        intervals,
        fails=tuple(system.names[cell] for cell in broken if not by_population[cell]),
        inherent=tuple(system.names[cell] for cell in broken if by_population[cell]),
    )


def _inherent(year: YearSystem) -> Bools:
    system = year.system
    bounds = zip(system.values.tolist(), system.lower.tolist(), system.upper.tolist(), strict=True)
    return np.array([not holds(RULE, value, low, high) for value, low, high in bounds], dtype=np.bool_)
