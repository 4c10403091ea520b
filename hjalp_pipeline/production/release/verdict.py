"""The verdict on what releases hide of a year: reached once, by attack, and told to gate, page, evidence and manifest (R11)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.attack import AttackError, Insider, Interval, attack, beyond_help, insiders
from hjalp_pipeline.confidentiality.evidence import Count, counts, evidence, promise
from hjalp_pipeline.confidentiality.model import Bools, Ints, Name, System, holds
from hjalp_pipeline.confidentiality.reader_attack import Known, told_apart
from hjalp_pipeline.confidentiality.suppress import Protection
from hjalp_pipeline.confidentiality.transparency import Transparency
from hjalp_pipeline.production.release.decoys import ShownBefore, shown_before
from hjalp_pipeline.production.release.pattern import RULE, tables_of
from hjalp_pipeline.production.release.person_readers import kept_from_persons, told_to_kommuner, told_to_persons
from hjalp_pipeline.production.release.price_of_readers import Price, for_readers, price
from hjalp_pipeline.production.release.protection import Reading, YearSystem
from hjalp_pipeline.production.release.told_names import more_than, owners_of, with_owners
from hjalp_pipeline.production.release.year_figures import Cell, Mask, YearFigures

#: So many of those alone in a cell are examined for the report; in real figures they are a handful.
INSIDERS = 40


@dataclass(frozen=True)
class YearAudit:
    """One year attacked: the one verdict on it, for gate, page, evidence and manifest. Confidential.

    ``year``, ``hidden``, ``intervals``: the attack by what everybody knows. ``fails``: a hidden cell can be computed, or be
    inferred to be below 3, in either reading of the releases. ``inherent``: so it can, but whatever is hidden beside it (public
    population and shown zeros say it, say, or a release that is already out). ``guessed``: so it can, whatever is hidden
    beside it, but only by whoever takes figures that are equal in two releases to be unchanged. ``differ``: cells the
    suppressor holds protected and the attacker breaks. Where figures are kept from kommuner too, the last part of a name in
    ``fails`` says beside the release which kommuner can tell a cell that an outsider cannot; ``told``: those that nothing
    keeps from a kommune, by either reading. ``out``: the releases' figures with what they hide.
    """

    aar: Time
    year: YearSystem
    hidden: Bools
    intervals: Sequence[Interval]
    fails: tuple[Name, ...]
    inherent: tuple[Name, ...]
    guessed: tuple[Name, ...]
    differ: tuple[Name, ...]
    out: Sequence[YearFigures]
    told: tuple[Name, ...] = ()
    #: Tables an outsider must hold possible, by the suppressor.
    proofs: Sequence[Ints] = ()
    #: Of the newest release's cells hidden for others: the cells whose proof moves them, those of small proofs first.
    serves: Mapping[Cell, tuple[Cell, ...]] = field(default_factory=dict)
    #: Of those the ones that are hidden for kommuner alone.
    for_readers: Mask = frozenset()
    #: What running the program tells, where the release is made by a key of the office.
    program: Transparency | None = None

    @cached_property
    def before(self) -> ShownBefore:
        """What an earlier release showed and the newest hides."""
        return shown_before(self.out)

    def counts(self) -> dict[str, dict[str, int]]:
        """Per table: hidden cells, those that can be computed, those that can be inferred to be below 3."""
        found = counts(self.year.system, self.intervals, RULE)
        return {table: {str(count): number for count, number in row.items()} for table, row in found.items()}

    def hidden_cells(self) -> dict[str, int]:
        """Per table of the newest release the number of cells that are hidden, as anyone can count them."""
        return {table: len(cells) for table, cells in self._hidden().items()}

    @property
    def mask(self) -> frozenset[tuple[Cell, Time]]:
        """What the newest release hides, with the time."""
        return frozenset((cell, self.aar) for cell in self.out[-1].hidden)

    @property
    def public(self) -> dict[str, Any]:
        """What is published: the promise and the cells that the newest release hides, as anyone sees them."""
        return {"tid": self.aar, **promise(RULE, self._hidden(), self.year.known)}

    def _hidden(self) -> dict[str, list[Name]]:
        """By table the cells that the newest release hides, in order."""
        newest, aar = self.out[-1], str(self.aar)
        return {
            name.upper(): [(name.upper(), *cell[1:], aar) for cell in sorted(newest.hidden) if cell[0] == name]
            for name in newest.tables
        }

    @cached_property
    def evidence(self) -> dict[str, Any] | None:
        """Every hidden cell's range with its witnesses; None when the solver failed to prove an end.

        For the office alone: ranges of 1 and 2 stand in it, and what persons counted in two kommuner make of the sums.
        """
        if not all(interval.exact and interval.public for interval in self.intervals):
            return None
        found = evidence(self.year.system, self.hidden, RULE, self.intervals, known=self.year.known)
        before = {"changed": len(self.before.changed), "unchanged": len(self.before.unchanged)}
        return {"tid": self.aar, "shown_before_hidden_now": before, **found}

    def _witnesses(self) -> list[Ints]:
        """The attacker's witnesses as whole tables."""
        of_hidden = {id(w): w for interval in self.intervals for w in (interval.low_witness, interval.high_witness)}
        tables = []
        for witness in of_hidden.values():
            tables.append(self.year.system.values.copy())
            tables[-1][self.hidden] = witness
        return tables

    @property
    def system_counts(self) -> dict[str, dict[Count, int]]:
        """``counts`` as the evidence has them."""
        return counts(self.year.system, self.intervals, RULE)

    @property
    def told_to_owners(self) -> list[Name] | None:
        """The cells that a kommune can tell, and no outsider; None where that was not asked."""
        return told_to_kommuner([*self.fails, *self.told]) if self.out[-1].owned else None

    @property
    def told_to_persons(self) -> list[Name] | None:
        """The same of whoever is alone in a hidden cell, or one of two; None where figures are not kept from them."""
        return told_to_persons([*self.fails, *self.told]) if kept_from_persons(self.year.readers) else None

    @property
    def price(self) -> Price | None:
        """What keeping figures from kommuner and persons costs; None where they are kept from neither."""
        return price(self.year, self.out[-1].hidden, self.for_readers) if self.year.readers else None

    @property
    def alone(self) -> int:
        """How many persons are alone in a hidden cell."""
        return int((self.hidden & (self.year.system.values == 1)).sum())

    @cached_property
    def insiders(self) -> list[Insider]:
        """The second audit: those of the first ``INSIDERS`` who are alone in a cell that break another, and which."""
        return insiders(self.year.system, self.hidden, RULE, [*self.proofs, *self._witnesses()], INSIDERS)


def judge(
    systems: Mapping[Reading, YearSystem],
    mask: Mask,
    out: Sequence[YearFigures],
    reports: Mapping[Reading, Protection],
    *,
    all_out: bool = False,
    known: Mapping[Reading, Known] | None = None,
) -> YearAudit:
    """Attack a pattern in each reading; what fails although another pattern would have held is told apart.

    ``all_out``: by what everybody knows, any release could have hidden another pattern; else the newest alone. ``known``: of
    attacks before, with the same releases.
    """
    of_all = systems["unchanged"]
    tables = {reading: tables_of(systems, reports, reading) for reading in systems}
    intervals = _by_what_is_known(of_all.system, of_all.hidden(mask), tables["unchanged"])
    fails, lost, differ = dict[Reading, set[Name]](), dict[Reading, set[Name]](), set[Name]()
    found_by = {reading: replace(known[reading]) if known else Known() for reading in systems}
    for reading, year in systems.items():
        system, hidden = year.system, year.hidden(mask)
        found = intervals if year is of_all else attack(system, hidden, enough=RULE, tables=tables[reading])
        broken = {i.cell for i in found if not holds(RULE, int(system.values[i.cell]), i.low, i.high)}
        hideable = _not_zero(system) if all_out and year is of_all else ~system.open
        helpless = beyond_help(system, hideable | hidden, RULE, broken)
        lost[reading] = {system.names[cell] for cell in helpless}
        fails[reading] = {system.names[cell] for cell in broken - helpless}
        if year.readers:
            kept, gone = told_apart(
                system,
                hidden,
                RULE,
                year.readers,
                apart=broken,
                hideable=hideable | hidden,
                tables=[*tables[reading], *_of_others(systems, found_by, reading)],
                known=found_by[reading],
            )
            fails[reading] |= with_owners(system, year.readers, kept)
            lost[reading] |= with_owners(system, year.readers, gone)
        if reading in reports:
            held = set(reports[reading].proofs) - {cell for cell, _ in reports[reading].unprotectable}
            differ |= {system.names[cell] for cell in held & broken}
    # A guess that tells no more than is known is not worth a word, whichever release the cell is named by.
    by_guess, guessed = (
        more_than(of.get("equal", set()), fails["unchanged"] | lost["unchanged"]) for of in (fails, lost)
    )
    return YearAudit(
        of_all.aar,
        of_all,
        of_all.hidden(mask),
        intervals,
        fails=tuple(sorted(fails["unchanged"] | by_guess)),
        inherent=tuple(sorted(name for name in lost["unchanged"] if not owners_of(name))),
        guessed=tuple(sorted(name for name in guessed if not owners_of(name))),
        differ=tuple(sorted(differ)),
        out=out,
        told=tuple(sorted(name for name in lost["unchanged"] | guessed if owners_of(name))),
        proofs=tables["unchanged"],
        serves=served(systems, reports),
        for_readers=for_readers(systems, reports, mask),
    )


def _of_others(
    systems: Mapping[Reading, YearSystem], found: Mapping[Reading, Known], reading: Reading
) -> Iterator[Ints]:
    """Tables that attacks found in another reading; most are possible in this one too, and the attack sees which."""
    for other, known in found.items():
        if other != reading:
            yield from systems[reading].of(systems[other], known.tables)


def served(
    systems: Mapping[Reading, YearSystem], reports: Mapping[Reading, Protection]
) -> dict[Cell, tuple[Cell, ...]]:
    """For each cell of the newest release that a proof moves, the cells that are proven by it, those of small proofs first."""
    found: dict[Cell, dict[Cell, int]] = {}
    first: dict[Cell, Cell] = {}
    for reading, report in reports.items():
        year, of = systems[reading], dict[int, Cell]()
        for (release, cell), index in year.cells.items():
            if release == year.release:
                first[cell] = of.setdefault(index, cell)  # of a figure that stands in several tables
        for proven, (cells, _) in report.proofs.items():
            for index in cells.tolist():
                if index != proven and index in of and proven in of:
                    found.setdefault(of[index], {}).setdefault(of[proven], len(cells))
    return {
        cell: tuple(sorted(by, key=lambda one: (by[one], one))) for cell in first if (by := found.get(first[cell], {}))
    }


def _by_what_is_known(system: System, hidden: Bools, tables: Sequence[Ints]) -> list[Interval]:
    """The attack on published figures alone; where the solver fails, that from the true ones, which decides as well."""
    try:
        found = attack(system, hidden)
    except AttackError:
        found = []
    if hidden.any() and not (found and all(interval.exact for interval in found)):
        return attack(system, hidden, enough=RULE, tables=tables)
    return found


def _not_zero(system: System) -> Bools:
    return np.asarray(system.values >= system.lower, dtype=np.bool_)
