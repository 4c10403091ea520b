"""The systems of HJALP1-3 as they were built table by table until version 0.3.1, kept as it was: the second opinion on
``production.protection``, which builds them from the declared tables.

What an outsider holds of a release and the ones before it, as one system of equations per reference year (R11).

Figures of different years share no sum, so each year is a system of its own. In it stand the tables of every release
of that year: HJALP2 with its sums, HJALP1 by ``persons <= loans``; HJALP3 carries HJALP2's mask, because share times
public population gives the count back.

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
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import polars as pl

from hjalp_pipeline.codelists.kommuner import HELE_LANDET
from hjalp_pipeline.confidentiality.model import NO_BOUND, Bools, Name, System, SystemBuilder, cost_of
from hjalp_pipeline.confidentiality.primary import THRESHOLD
from hjalp_pipeline.statistics.hjalp.codelists.age_groups import AGE_GROUPS, ALDER_I_ALT

_GROUPS = tuple(group.code for group in AGE_GROUPS)
_AGES = (ALDER_I_ALT, *_GROUPS)
_SEXES = ("0", "1", "2")
#: National figures and kommune totals are hidden last: how many ordinary cells one of them is worth.
_NATIONAL, _KOMMUNE_TOTAL = 100, 20

#: Cell of a table: (kommune, sex, age); HJALP1 has no sex and age.
Cell = tuple[str, str, str]
Reading = Literal["equal", "unchanged"]


@dataclass(frozen=True)
class YearFigures:
    """One release's figures of one year, taking part only.

    ``persons``: HJALP2 by cell; ``loans``: HJALP1 by kommune; ``loan_persons``: the persons behind it; ``population``:
    folketal by cell. ``hidden_persons``/``hidden_loans``: what the release hid, for one that is already out. ``sources``:
    for each kommune a token of all that its figures come from; equal tokens, unchanged figures (none: may have changed).
    """

    release: str
    persons: Mapping[Cell, int]
    loans: Mapping[str, int]
    loan_persons: Mapping[str, int]
    population: Mapping[Cell, int]
    hidden_persons: frozenset[Cell] = frozenset()
    hidden_loans: frozenset[str] = frozenset()
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def kommuner(self) -> tuple[str, ...]:
        """Kommuner that take part."""
        return tuple(sorted(set(self.loans) - {HELE_LANDET}))

    def hiding(self, mask: "Mask") -> "YearFigures":
        """These figures with what is hidden of them."""
        return replace(self, hidden_persons=mask.persons, hidden_loans=mask.loans)


@dataclass(frozen=True)
class Mask:
    """What a release hides of a year: cells of HJALP2, kommuner of HJALP1."""

    persons: frozenset[Cell] = frozenset()
    loans: frozenset[str] = frozenset()

    def __or__(self, other: "Mask") -> "Mask":
        """What either hides."""
        return Mask(self.persons | other.persons, self.loans | other.loans)


@dataclass(frozen=True)
class YearSystem:
    """A year's system, with the cells of each release: ``(release, cell)`` of HJALP2 and ``(release, kommune)`` of HJALP1."""

    aar: int
    release: str
    system: System
    persons: Mapping[tuple[str, Cell], int]
    loans: Mapping[tuple[str, str], int]
    #: Hidden in an earlier release and shown in none, whatever the new one does.
    already_hidden: Bools
    #: Cells of the new release that the one before it hid: hidden again before others are.
    preferred: Bools

    def hidden(self, mask: Mask) -> Bools:
        """The pattern of all releases when the new one hides this. What any of them shows is not hidden."""
        cells = [self.persons[self.release, cell] for cell in mask.persons]
        cells += [self.loans[self.release, komnr] for komnr in mask.loans]
        return np.asarray((self.system.pattern(cells) & ~self.system.open) | self.already_hidden, dtype=np.bool_)

    def mask(self, hidden: Bools) -> Mask:
        """What the new release hides by a pattern."""
        new = self.release
        return Mask(
            frozenset(cell for (release, cell), index in self.persons.items() if release == new and hidden[index]),
            frozenset(komnr for (release, komnr), index in self.loans.items() if release == new and hidden[index]),
        )


def year_figures(release: str, tables: Mapping[str, pl.DataFrame], aar: int) -> YearFigures:
    """The figures of a year from unsuppressed ``hjalp1``..``hjalp3``."""
    hjalp1 = tables["hjalp1"].filter((pl.col("tid") == aar) & pl.col("antal").is_not_null())
    hjalp2 = tables["hjalp2"].filter((pl.col("tid") == aar) & pl.col("antal").is_not_null())
    hjalp3 = tables["hjalp3"].filter((pl.col("tid") == aar) & pl.col("folketal").is_not_null())
    keys = ("kommunedk", "konams", "alerams")
    return YearFigures(
        release,
        {cell[:3]: cell[3] for cell in hjalp2.select(*keys, "antal").iter_rows()},
        dict(hjalp1.select("kommunedk", "antal").iter_rows()),
        dict(hjalp1.select("kommunedk", "personer").iter_rows()),
        {cell[:3]: cell[3] for cell in hjalp3.select(*keys, "folketal").iter_rows()},
    )


def year_system(aar: int, releases: Sequence[YearFigures], *, reading: Reading = "equal") -> YearSystem:
    """Everything known of a year as one system; the last of ``releases`` is the new one, the others are out."""
    builder = SystemBuilder()
    persons: dict[tuple[str, Cell], int] = {}
    loans: dict[tuple[str, str], int] = {}
    shown: set[int] = set()
    hidden_out: set[int] = set()
    #: The release in which a figure first stood as it does (and, in ``unchanged``, came from what it comes from).
    first: dict[tuple[Cell | str, int, str], str] = {}
    for figures in releases:
        out = figures is not releases[-1]
        release = figures.release
        for komnr in (*figures.kommuner, HELE_LANDET):
            # The whole country has its own unknowns in each release: its parts differ.
            whole = komnr == HELE_LANDET
            source = "" if reading == "equal" else figures.sources.get(komnr, release)
            for cell in ((komnr, sex, age) for sex in _SEXES for age in _AGES):
                version = release if whole else first.setdefault((cell, figures.persons[cell], source), release)
                index = _add_persons(builder, figures, cell, (str(aar), version))
                persons[release, cell] = index
                if out:
                    (hidden_out if cell in figures.hidden_persons else shown).add(index)
            version = release if whole else first.setdefault((komnr, figures.loans[komnr], source), release)
            loans[release, komnr] = _add_loans(builder, figures, komnr, (str(aar), version))
            if out:
                (hidden_out if komnr in figures.hidden_loans else shown).add(loans[release, komnr])
        _add_sums(builder, figures, persons, loans)
    system = builder.build()
    is_shown = system.pattern(shown)
    before = system.pattern(hidden_out) & ~is_shown
    new = releases[-1].release
    of_new = {index for (release, _), index in (*persons.items(), *loans.items()) if release == new}
    fixed = before & ~system.pattern(of_new)
    again = {
        index
        for figures in releases[-2:-1]
        for index in (
            *(persons[new, cell] for cell in figures.hidden_persons if (new, cell) in persons),
            *(loans[new, komnr] for komnr in figures.hidden_loans if (new, komnr) in loans),
        )
    }
    history = _with_history(system, is_shown, fixed)
    return YearSystem(aar, new, history, persons, loans, fixed, system.pattern(again) & ~history.open)


def _with_history(system: System, is_shown: Bools, fixed: Bools) -> System:
    """The system with what is out marked: a figure shown anywhere stays open, a ``fixed`` one stays hidden."""
    return replace(system, primary=(system.primary & ~is_shown) | fixed, open=system.open | is_shown)


def _add_persons(builder: SystemBuilder, figures: YearFigures, cell: Cell, suffix: Name) -> int:
    value = figures.persons[cell]
    population = figures.population.get(cell, 0)
    total = _NATIONAL if cell[0] == HELE_LANDET else _KOMMUNE_TOTAL if cell[1:] == ("0", ALDER_I_ALT) else 1
    # A person may borrow where he does not live: the bound is given only where it holds.
    upper = population if population >= value else NO_BOUND
    return builder.add_cell(("HJALP2", *cell, *suffix), value, upper=upper, cost=cost_of(value, total))


def _add_loans(builder: SystemBuilder, figures: YearFigures, komnr: str, suffix: Name) -> int:
    value, behind = figures.loans[komnr], figures.loan_persons[komnr]
    small = value > 0 and min(value, behind) < THRESHOLD
    total = _NATIONAL if komnr == HELE_LANDET else _KOMMUNE_TOTAL
    return builder.add_cell(("HJALP1", komnr, *suffix), value, primary=small, cost=cost_of(value, total))


def _add_sums(
    builder: SystemBuilder,
    figures: YearFigures,
    persons: Mapping[tuple[str, Cell], int],
    loans: Mapping[tuple[str, str], int],
) -> None:
    """Sums over sex, age and kommuner, and persons <= loans, of one release."""
    release, kommuner = figures.release, figures.kommuner
    for komnr in (*kommuner, HELE_LANDET):
        of = {(sex, age): persons[release, (komnr, sex, age)] for sex in _SEXES for age in _AGES}
        for age in _AGES:
            builder.add_equation(of["0", age], (of["1", age], of["2", age]))
        for sex in _SEXES:
            builder.add_equation(of[sex, ALDER_I_ALT], (of[sex, age] for age in _GROUPS))
        builder.add_le(of["0", ALDER_I_ALT], loans[release, komnr])
    for sex in _SEXES:
        for age in _AGES:
            _add_national(
                builder,
                [persons[release, (komnr, sex, age)] for komnr in kommuner],
                persons[release, (HELE_LANDET, sex, age)],
                # A person counted in two kommuner counts once nationally; the attacker is assumed to know how many.
                sum(figures.persons[komnr, sex, age] for komnr in kommuner) - figures.persons[HELE_LANDET, sex, age],
            )
    _add_national(builder, [loans[release, komnr] for komnr in kommuner], loans[release, HELE_LANDET], 0)


def _add_national(builder: SystemBuilder, parts: Iterable[int], total: int, twice: int) -> None:
    builder.add_row([*((part, 1) for part in parts), (total, -1)], twice)
