"""Secondary suppression of a release, and the attacker's verdict on releases, alone and together (R11).

Each reference year is protected and attacked by itself: figures of different years share no sum. The suppressor proposes
a pattern; the attacker, who shares no code with it, has the last word.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import polars as pl

from hjalp_pipeline.confidentiality.attack import Interval, attack, beyond_help, insiders, told_small
from hjalp_pipeline.confidentiality.evidence import ASSUMPTIONS, audit_page, evidence
from hjalp_pipeline.confidentiality.guard import guard_insiders
from hjalp_pipeline.confidentiality.model import THRESHOLD, Bools, Ints, Name, Rule, System, holds
from hjalp_pipeline.confidentiality.suppress import Protection, Work, protect
from hjalp_pipeline.production.protection import Cell, YearFigures, YearSystem, year_figures, year_system
from hjalp_pipeline.production.tables import hide

T = TypeVar("T")
R = TypeVar("R")

#: Nobody can compute a hidden cell, nor tell that it is small [chosen in R11].
RULE: Rule = "up3"
#: Work of the suppressor for one release, over all its years: about a minute at national size.
UNITS = 600_000
#: So many of those alone in a cell are examined for the report; in real figures they are a handful.
INSIDERS = 40


_WITHOUT_POPULATION = (
    "Intervaller og vidner er beregnet uden folketallet, som kun kan gøre dem smallere. Beskyttelsen er desuden prøvet med "
    "folketallet; celler, hvis folketal i sig selv er lille, er nævnt for sig."
)


@dataclass(frozen=True)
class YearAudit:
    """One year attacked: what fails, and what no pattern could protect. Confidential, but for ``evidence``.

    ``intervals``: of every hidden cell, exact where the rule does not hold. ``fails``: a hidden cell can be computed, or
    be told to be small. ``inherent``: so it can, but whatever is hidden beside it (its public population says it, say, or
    a release that is already out). ``out``: the releases' figures with what they hide.
    """

    aar: int
    year: YearSystem
    hidden: Bools
    intervals: Sequence[Interval]
    fails: tuple[Name, ...]
    inherent: tuple[Name, ...]
    out: Sequence[YearFigures]
    #: Tables an outsider must hold possible, by the suppressor. Confidential.
    proofs: Sequence[Ints] = ()

    def counts(self) -> dict[str, dict[str, int]]:
        """Per table: hidden cells, those that can be computed, those that can be told to be small."""
        found: dict[str, dict[str, int]] = {}
        for interval in self.intervals:
            row = found.setdefault(self.year.system.table(interval.cell), {"hidden": 0, "exact": 0, "told_small": 0})
            row["hidden"] += 1
            row["exact"] += interval.low == interval.high
            row["told_small"] += told_small(interval)
        return dict(sorted(found.items()))

    def hidden_cells(self) -> dict[str, int]:
        """Per table of the newest release the number of cells that are hidden, as anyone can count them."""
        return {"HJALP1": len(self.out[-1].hidden_loans), "HJALP2": len(self.out[-1].hidden_persons)}

    @cached_property
    def evidence(self) -> dict[str, Any]:
        """The evidence of the year as it is published: it depends on nothing that is hidden.

        Ranges and witnesses are without the population, which only narrows them: a bound could be given only where it
        holds, and would tell where. Cells whose population says by itself that they are small are named apart.
        """
        public = year_system(self.aar, self.out, all_out=True, public=True)
        hidden = public.hidden_before
        proof = evidence(public.system, hidden, RULE, assumptions=(*ASSUMPTIONS, _WITHOUT_POPULATION))
        newest = self.out[-1]
        few = sorted(cell for cell in newest.hidden_persons if newest.population.get(cell, 0) < THRESHOLD)
        names = [["HJALP2", *cell, str(self.aar), newest.release] for cell in few]
        return {"tid": self.aar, **proof, "population_below_threshold": names}

    def _witnesses(self) -> list[Ints]:
        """The attacker's witnesses as whole tables."""
        of_hidden = {id(w): w for interval in self.intervals for w in (interval.low_witness, interval.high_witness)}
        tables = []
        for witness in of_hidden.values():
            tables.append(self.year.system.values.copy())
            tables[-1][self.hidden] = witness
        return tables

    def page(self, release: str) -> str:
        """The page for whoever signs the release (Danish html), with the second audit, of insiders. Confidential."""
        system = self.year.system
        alone = int((self.hidden & (system.values == 1)).sum())
        found = insiders(system, self.hidden, RULE, [*self.proofs, *self._witnesses()], INSIDERS)
        examined = (INSIDERS, alone) if alone > INSIDERS else None
        return audit_page(
            self.evidence,
            release=f"{release}, {self.aar}",
            insiders=found,
            examined=examined,
            unprotectable=[word(name) for name in self.inherent],
        )


@dataclass(frozen=True)
class Protected:
    """A release's tables with everything hidden that must be, and per year the audit and the suppressor's report."""

    tables: Mapping[str, pl.DataFrame]
    audits: tuple[YearAudit, ...]
    patterns: Mapping[int, Protection]

    @property
    def fails(self) -> list[str]:
        """Cells left unprotected that could have been protected, as words."""
        return [word(name) for audit in self.audits for name in audit.fails]

    @property
    def inherent(self) -> list[str]:
        """Cells that no pattern protects, as words."""
        return [word(name) for audit in self.audits for name in audit.inherent]


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


def protect_tables(
    release: str,
    tables: Mapping[str, pl.DataFrame],
    years: Sequence[int],
    earlier: Sequence[Published],
    *,
    against_insiders: bool = False,
    units: int = UNITS,
) -> Protected:
    """Protect a release's unsuppressed ``tables`` against ``earlier`` releases (oldest first), and attack the result.

    ``units``: work of the suppressor over all years, see ``confidentiality.suppress.Work``.
    """
    figures = {aar: year_figures(release, tables, aar) for aar in years}
    # Where nobody takes part nothing is shown.
    systems = [year_system(aar, [*_out(earlier, aar), new]) for aar, new in figures.items() if new.loans]

    def protect_year(year: YearSystem) -> tuple[Protection, YearAudit]:
        work = Work(units=units // len(systems))
        found = protect(year.system, RULE, previous=year.preferred, work=work)
        hidden = found.hidden | year.already_hidden
        if against_insiders:
            hidden = guard_insiders(year.system, hidden, RULE)
        new = figures[year.aar]
        masked = replace(
            new,
            hidden_persons=frozenset(cell for cell in new.persons if hidden[year.persons[release, cell]]),
            hidden_loans=frozenset(komnr for komnr in new.loans if hidden[year.loans[release, komnr]]),
        )
        out = [*_out(earlier, year.aar), masked]
        audit = _audit(year, hidden, ~year.system.open, out, _tables(year.system, found))
        _ = audit.evidence if not audit.fails else None  # side by side with the other years
        return found, audit

    done = each(protect_year, systems)
    audits = tuple(audit for _, audit in done)
    persons = [(cell, audit.aar) for audit in audits for cell in audit.out[-1].hidden_persons]
    loans = [(komnr, audit.aar) for audit in audits for komnr in audit.out[-1].hidden_loans]
    return Protected(hide(tables, persons, loans), audits, {audit.aar: found for found, audit in done})


def each(function: Callable[[T], R], years: Sequence[T]) -> list[R]:
    """The function of every year, side by side: the solver leaves the interpreter free, and years do not meet."""
    with ThreadPoolExecutor(max_workers=max(1, min(len(years), os.cpu_count() or 1))) as pool:
        return list(pool.map(function, years))


def audit_published(releases: Sequence[Published]) -> list[YearAudit]:
    """Attack releases together, as somebody would who holds them all; oldest first."""
    years = sorted({year for release in releases for year in release.years})
    figures = [(aar, out) for aar in years if (out := _out(releases, aar))]

    def audit(year: tuple[int, list[YearFigures]]) -> YearAudit:
        aar, out = year
        together = year_system(aar, out, all_out=True)
        # Lost from the start only if no release could have protected it: all but true zeros could be hidden.
        return _audit(together, together.hidden_before, _not_zero(together.system), out)

    return each(audit, figures)


def _out(releases: Sequence[Published], aar: int) -> list[YearFigures]:
    """What releases say of a year, those apart in which nobody takes part."""
    figures = [release.figures(aar) for release in releases if aar in release.years]
    return [of_year for of_year in figures if of_year.loans]


def _tables(system: System, found: Protection) -> list[Ints]:
    tables = []
    for cells, changes in found.proofs.values():
        tables.append(system.values.copy())
        tables[-1][cells] += changes
    return tables


def _audit(
    year: YearSystem, hidden: Bools, hideable: Bools, out: Sequence[YearFigures], proofs: Sequence[Ints] = ()
) -> YearAudit:
    """Attack a pattern; what fails although another pattern of ``hideable`` cells would have held is told apart."""
    system = year.system
    intervals = attack(system, hidden, enough=RULE)
    broken = [i.cell for i in intervals if not holds(RULE, int(system.values[i.cell]), i.low, i.high)]
    lost = beyond_help(system, hideable | hidden, RULE, broken)
    return YearAudit(
        year.aar,
        year,
        hidden,
        intervals,
        fails=_names(system, (cell for cell in broken if cell not in lost)),
        inherent=_names(system, (cell for cell in broken if cell in lost)),
        out=out,
        proofs=proofs,
    )


def _not_zero(system: System) -> Bools:
    return np.asarray(system.values >= system.lower, dtype=np.bool_)


def _names(system: System, cells: Iterable[int]) -> tuple[Name, ...]:
    return tuple(system.names[cell] for cell in cells)
