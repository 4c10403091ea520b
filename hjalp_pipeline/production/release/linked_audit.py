"""The verdict on tables that add up to each other: all their links attacked, by an outsider and by every kommune (H11, R11)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.attack import Insider, Interval
from hjalp_pipeline.confidentiality.evidence import COUNTS, Count, counts, evidence, promise
from hjalp_pipeline.confidentiality.linked import Link, Told
from hjalp_pipeline.confidentiality.linked_attack import alone, told, told_to_persons
from hjalp_pipeline.confidentiality.linked_evidence import ASSUMPTIONS, as_system
from hjalp_pipeline.confidentiality.linked_suppress import Choice, choose
from hjalp_pipeline.confidentiality.model import Name, System
from hjalp_pipeline.production.release.linked_tables import LinkOfTables
from hjalp_pipeline.production.release.pattern import RULE
from hjalp_pipeline.production.release.person_readers import CALLED
from hjalp_pipeline.production.release.year_figures import Cell
from hjalp_pipeline.statistic import Statistic


@dataclass(frozen=True, eq=False)
class LinkedAudit:
    """All links of a release's tables attacked, as ``YearAudit`` is for a year. Confidential.

    ``aar``: the first time and the last. ``fails``, ``inherent``: cells told to an outsider or a kommune, by name; the last
    part of a name says beside the release which kommuner can tell where an outsider cannot. ``mask``: what the newest hides.
    """

    aar: Time
    tables: tuple[str, ...]
    links: Sequence[tuple[LinkOfTables, frozenset[int]]]
    mask: frozenset[tuple[Cell, Time]]
    fails: tuple[Name, ...]
    inherent: tuple[Name, ...]
    differ: tuple[Name, ...]
    guessed: tuple[Name, ...] = ()
    #: Links decide which kommune can tell a cell like everything else: there is a decision on each (H11).
    told: tuple[Name, ...] = ()
    price: None = None

    @cached_property
    def _times(self) -> list[tuple[Time, System, list[Interval]]]:
        of_time = groupby(sorted(self.links, key=lambda one: str(one[0].tid)), key=lambda one: one[0].tid)
        return [(tid, *as_system([(one.link, hidden) for one, hidden in links])) for tid, links in of_time]

    @property
    def intervals(self) -> list[Interval]:
        """What an outsider can tell of every hidden figure, time after time."""
        return [interval for _, _, of_time in self._times for interval in of_time]

    def counts(self) -> dict[str, dict[str, int]]:
        """Per table: hidden cells, those an outsider can compute, and can infer to be below 3."""
        return {
            table: {str(count): number for count, number in row.items()} for table, row in self.system_counts.items()
        }

    @cached_property
    def system_counts(self) -> dict[str, dict[Count, int]]:
        """``counts`` as the evidence has them."""
        found = {name.upper(): dict.fromkeys(COUNTS, 0) for name in self.tables}
        for _, system, of_time in self._times:
            for table, row in counts(system, of_time, RULE).items():
                found[table] = {count: found[table][count] + row[count] for count in COUNTS}
        return found

    def hidden_cells(self) -> dict[str, int]:
        """Per table of the newest release the number of cells that are hidden, as anyone can count them."""
        return {table: len(cells) for table, cells in self._hidden().items()}

    @property
    def public(self) -> dict[str, Any]:
        """What is published: the promise and the cells that the newest release hides, as anyone sees them."""
        return {"tid": self.aar, **promise(RULE, self._hidden(), assumptions=ASSUMPTIONS)}

    def _hidden(self) -> dict[str, list[Name]]:
        found: dict[str, list[Name]] = {name.upper(): [] for name in self.tables}
        for (table, *codes), tid in sorted(self.mask, key=lambda cell: (str(cell[1]), cell[0])):
            found[table.upper()].append((table.upper(), *codes, str(tid)))
        return found

    @cached_property
    def evidence(self) -> dict[str, Any] | None:
        """Every hidden cell's range with its witnesses, by time; None when the solver failed to prove an end."""
        if not all(interval.exact for interval in self.intervals):
            return None
        times = [
            {"tid": tid, **evidence(system, system.primary, RULE, of_time, assumptions=ASSUMPTIONS)}
            for tid, system, of_time in self._times
        ]
        return {"tid": self.aar, "times": times}

    @property
    def told_to_owners(self) -> list[Name]:
        """The cells that a kommune can tell, and no outsider."""
        return [name for name in (*self.fails, *self.inherent) if ", " in name[-1]]

    @property
    def alone(self) -> int:
        """How many persons are alone in a hidden cell."""
        return sum(one.link.figures[at].value == 1 for one, hidden in self.links for at in hidden)

    @cached_property
    def insiders(self) -> list[Insider]:
        """The second audit: everybody who is alone in a hidden cell and breaks others; cells are numbered over all links."""
        return list(self._insiders())

    def _insiders(self) -> Iterator[Insider]:
        first = 0
        for one, hidden in self.links:
            for cell, breaks in alone(one.link, hidden, RULE).items():
                yield Insider(first + cell, tuple(first + at for at in breaks))
            first += len(one.link.figures)


def protect_links(statistic: Statistic, links: Sequence[LinkOfTables]) -> LinkedAudit:
    """Hide what must be hidden in the newest release, link by link, and attack the result."""
    choices = [choose(one.link, RULE) for one in links]
    patterns = [choice.hidden for choice in choices]
    mask = frozenset(cell for one, hidden in zip(links, patterns, strict=True) for cell in one.mask(hidden))
    return _judge(statistic, links, patterns, mask, choices)


def audit_links(
    statistic: Statistic, links: Sequence[LinkOfTables], mask: frozenset[tuple[Cell, Time]], *, persons: bool = False
) -> LinkedAudit:
    """Attack releases that are out; any of them could have hidden another pattern. ``mask``: what the newest hides.

    ``persons``: also as whoever stands in a hidden cell of 1 or 2 and knows it.
    """
    found = _judge(statistic, links, [one.link.hidden for one in links], mask, None)
    if not persons:
        return found
    fails, inherent = set(found.fails), set(found.inherent)
    for one in links:
        for number, told_to, lost in told_to_persons(one.link, one.link.hidden, RULE):
            who = CALLED[number]
            fails.update(_named(one.link, {(who, at) for at in told_to - lost}))
            inherent.update(_named(one.link, {(who, at) for at in lost}))
    return replace(found, fails=tuple(sorted(fails)), inherent=tuple(sorted(inherent)))


def _judge(
    statistic: Statistic,
    links: Sequence[LinkOfTables],
    patterns: Sequence[frozenset[int]],
    mask: frozenset[tuple[Cell, Time]],
    choices: Sequence[Choice] | None,
) -> LinkedAudit:
    fails, inherent, differ = list[Name](), list[Name](), list[Name]()
    for number, (one, hidden) in enumerate(zip(links, patterns, strict=True)):
        found = told(one.link, hidden, RULE)
        lost = told(one.link, one.link.everything, RULE) if found else set()
        # Somebody who can tell more than another with everything hidden can tell that as well.
        lost |= {(who, at) for who, at in found if (None, at) in lost}
        fails += _named(one.link, found - lost)
        inherent += _named(one.link, found & lost)
        (inherent if choices else fails).extend(one.known)
        if choices:
            differ += _named(one.link, found - choices[number].unprotected)
    tables = tuple(spec.name for pair in statistic.linked for spec in pair)
    times = sorted({one.tid for one in links}, key=str)
    return LinkedAudit(
        f"{times[0]}-{times[-1]}" if len(times) > 1 else times[0],
        tables,
        list(zip(links, patterns, strict=True)),
        mask,
        fails=tuple(sorted(fails)),
        inherent=tuple(sorted(inherent)),
        differ=tuple(sorted(differ)),
    )


def _named(link: Link, found: set[Told]) -> Iterator[Name]:
    """Cells by name, each once."""
    by_cell: dict[int, set[str | None]] = {}
    for who, at in found:
        by_cell.setdefault(at, set()).add(who)
    for at, attackers in by_cell.items():
        *cell, release = link.figures[at].name
        owners = "" if None in attackers else f", {' '.join(sorted(who for who in attackers if who))}"
        yield (*cell, f"{release}{owners}")
