"""Secondary suppression of a release, and the attack on releases, alone and together (R11).

Each reference year is protected and attacked by itself: figures of different years share no sum. The suppressor proposes
a pattern; the attacker, who shares no code with it, has the last word.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TypeVar

import polars as pl

from hjalp_pipeline.production.quarter.hiding import hide
from hjalp_pipeline.production.release.pattern import find_pattern, readings
from hjalp_pipeline.production.release.verdict import YearAudit, judge, word
from hjalp_pipeline.production.release.year_figures import Cell, YearFigures, year_figures
from hjalp_pipeline.statistic import Statistic

T = TypeVar("T")
R = TypeVar("R")

#: Work of the suppressor for one release, over all its years: about a minute at national size.
UNITS = 600_000


@dataclass(frozen=True)
class Protected:
    """A release's tables with everything hidden that must be, and the verdict on each year."""

    tables: Mapping[str, pl.DataFrame]
    audits: tuple[YearAudit, ...]

    @property
    def fails(self) -> list[str]:
        """Cells left unprotected that could have been protected, as words."""
        return [word(name) for audit in self.audits for name in audit.fails]

    @property
    def inherent(self) -> list[str]:
        """Cells that no pattern protects, as words."""
        return [word(name) for audit in self.audits for name in audit.inherent]

    @property
    def guessed(self) -> list[str]:
        """Cells that no pattern protects from whoever takes equal figures to be unchanged, as words."""
        return [word(name) for audit in self.audits for name in audit.guessed]

    @property
    def verdict(self) -> str:
        """``refused``, or ``to be decided`` where there are cells that no pattern protects, or ``safe``."""
        return "refused" if self.fails or self.differ else "to be decided" if self.inherent else "safe"

    @property
    def differ(self) -> list[str]:
        """Cells the suppressor holds protected and the attacker breaks, as words."""
        return [word(name) for audit in self.audits for name in audit.differ]


@dataclass(frozen=True)
class Published:
    """A release that is out: its true figures (confidential) and which of them it hid."""

    release: str
    years: tuple[int, ...]
    tables: Mapping[str, pl.DataFrame]
    hidden: frozenset[tuple[Cell, int]]
    #: For each kommune a token of all that its figures come from; none when the release does not tell.
    sources: Mapping[str, str] = field(default_factory=dict)

    def figures(self, statistic: Statistic, aar: int) -> YearFigures:
        """Its figures of a year with what it hid."""
        hidden = frozenset(cell for cell, year in self.hidden if year == aar)
        return replace(year_figures(statistic, self.release, self.tables, aar), hidden=hidden, sources=self.sources)

    def masked(self, statistic: Statistic) -> dict[str, pl.DataFrame]:
        """Its tables with what it hid hidden."""
        return hide(statistic.tables, self.tables, by_table(self.hidden))


def protect_tables(
    statistic: Statistic,
    release: str,
    tables: Mapping[str, pl.DataFrame],
    years: Sequence[int],
    earlier: Sequence[Published],
    *,
    sources: Mapping[str, str] | None = None,
    against_insiders: bool = False,
    units: int = UNITS,
) -> Protected:
    """Protect a release's unsuppressed ``tables`` against ``earlier`` releases (oldest first), and attack the result.

    ``sources``: as in ``YearFigures``. ``units``: work of the suppressor over all years, see ``Work``.
    """
    figures = {aar: replace(year_figures(statistic, release, tables, aar), sources=sources or {}) for aar in years}
    # Where nobody takes part nothing is shown.
    counted = [aar for aar, new in figures.items() if new.counted]

    def protect_year(aar: int) -> YearAudit:
        new, before = figures[aar], _out(statistic, earlier, aar)
        systems = readings(statistic, aar, [*before, new])
        found = find_pattern(systems, units // len(counted), against_insiders=against_insiders)
        audit = judge(systems, found.mask, [*before, replace(new, hidden=found.mask)], found.reports)
        _ = audit.evidence  # side by side with the other years
        return audit

    audits = tuple(each(protect_year, counted))
    hidden = by_table((cell, audit.aar) for audit in audits for cell in audit.out[-1].hidden)
    return Protected(hide(statistic.tables, tables, hidden), audits)


def by_table(hidden: Iterable[tuple[Cell, int]]) -> dict[str, list[tuple[str | int, ...]]]:
    """Hidden cells as ``hide`` takes them: by table their codes and year."""
    found: dict[str, list[tuple[str | int, ...]]] = {}
    for (table, *codes), aar in sorted(hidden):
        found.setdefault(table, []).append((*codes, aar))
    return found


def each(function: Callable[[T], R], years: Sequence[T]) -> list[R]:
    """The function of every year, side by side: the solver leaves the interpreter free, and years do not meet."""
    with ThreadPoolExecutor(max_workers=max(1, min(len(years), os.cpu_count() or 1))) as pool:
        return list(pool.map(function, years))


def audit_published(statistic: Statistic, releases: Sequence[Published]) -> list[YearAudit]:
    """Attack releases together, as somebody would who holds them all; oldest first."""
    years = sorted({year for release in releases for year in release.years})
    figures = [(aar, out) for aar in years if (out := _out(statistic, releases, aar))]

    def audit(year: tuple[int, list[YearFigures]]) -> YearAudit:
        aar, out = year
        return judge(readings(statistic, aar, out), out[-1].hidden, out, {}, all_out=True)

    return each(audit, figures)


def _out(statistic: Statistic, releases: Sequence[Published], aar: int) -> list[YearFigures]:
    """What releases say of a year, those apart in which nobody takes part."""
    figures = [release.figures(statistic, aar) for release in releases if aar in release.years]
    return [of_year for of_year in figures if of_year.counted]
