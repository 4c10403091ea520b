"""Kommuner that report for others (seed 2.4, 3.5): whose records a delivery holds, and whose data are held against whose."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hjalp_pipeline.codelists.periods import Period


@dataclass(frozen=True, slots=True)
class Collaboration:
    """A row of ``collaborations.csv``: one kommune reports for a member; ``to_date`` is the last day, None = still."""

    komnr_indberetter: str
    komnr_medlem: str
    from_date: date
    to_date: date | None

    def in_force(self, day: date) -> bool:
        """Whether it holds on the day."""
        return self.from_date <= day and (self.to_date is None or day <= self.to_date)


def reports_for(collaborations: Iterable[Collaboration], komnr: str, kvartal: Period) -> tuple[str, ...]:
    """Other kommuner whose loans a delivery of ``komnr`` for the quarter holds.

    Those whose collaboration begun on or before the last day of the quarter: one that has ended keeps its loans with them.
    """
    begun = _begun(collaborations, komnr, kvartal)
    return tuple(sorted({row.komnr_medlem for row in begun}))


def covered_by(collaborations: Iterable[Collaboration], komnr: str, kvartal: Period) -> tuple[str, ...]:
    """Other kommuner that report for ``komnr`` on the last day of the quarter, the collaboration begun last first."""
    rows = [
        row
        for row in collaborations
        if row.komnr_medlem == komnr and row.komnr_indberetter != komnr and row.in_force(kvartal.last_day)
    ]
    newest = sorted(rows, key=lambda row: (-row.from_date.toordinal(), row.komnr_indberetter))
    return tuple(dict.fromkeys(row.komnr_indberetter for row in newest))


def reported_until(collaborations: Iterable[Collaboration], komnr: str, kvartal: Period) -> date | None:
    """R8: the last day of issue of loans that a delivery of ``komnr`` for the quarter may hold for others.

    ``date.max`` while a collaboration has no end, None when it reports for itself alone. Of overlapping spells of the
    same two kommuner the one begun last counts, of those begun on one day the one that ends last.
    """
    counts: dict[str, Collaboration] = {}
    for row in sorted(_begun(collaborations, komnr, kvartal), key=lambda row: (row.from_date, row.to_date or date.max)):
        counts[row.komnr_medlem] = row
    return max((row.to_date or date.max for row in counts.values()), default=None)


def _begun(collaborations: Iterable[Collaboration], komnr: str, kvartal: Period) -> list[Collaboration]:
    return [
        row
        for row in collaborations
        if row.komnr_indberetter == komnr and row.komnr_medlem != komnr and row.from_date <= kvartal.last_day
    ]


def held_against(
    collaborations: Iterable[Collaboration], quarters: Mapping[str, Period]
) -> tuple[tuple[str, str], ...]:
    """R2: pairs (reporter, member) whose data are held against each other, the collaboration begun last first.

    ``quarters``: by komnr, of those that have data. Every collaboration begun on or before the last day of the reporter's
    quarter counts, ended or not. Two that report for each other would both lose a loan that both have: of a circle the
    collaboration begun first is left out [chosen].
    """
    begun = [
        row
        for row in collaborations
        if row.komnr_indberetter != row.komnr_medlem
        and {row.komnr_indberetter, row.komnr_medlem} <= quarters.keys()
        and row.from_date <= quarters[row.komnr_indberetter].last_day
    ]
    found: dict[tuple[str, str], None] = {}
    for row in sorted(begun, key=lambda row: (-row.from_date.toordinal(), row.komnr_indberetter, row.komnr_medlem)):
        if not _reaches(found, row.komnr_indberetter, row.komnr_medlem):
            found[row.komnr_indberetter, row.komnr_medlem] = None
    return tuple(found)


def _reaches(pairs: Iterable[tuple[str, str]], member: str, reporter: str) -> bool:
    """Whether ``reporter`` reports for ``member``, directly or through others."""
    above = {one for one, of in pairs if of == member}
    return reporter in above or any(_reaches(pairs, one, reporter) for one in above)
