"""The systems built from the declared tables are those that were built by hand, cell by cell and in the same order (R11)."""

from __future__ import annotations

import random
from dataclasses import astuple
from itertools import product

import numpy as np
import pytest

from hjalp_pipeline.codelists.kommuner import HELE_LANDET, KOMNR
from hjalp_pipeline.confidentiality.model import System
from hjalp_pipeline.production.release.protection import YearSystem, year_system
from hjalp_pipeline.production.release.year_figures import Figures, YearFigures
from hjalp_pipeline.statistics.hjalp.codelists.age_groups import AGE_GROUPS, ALDER_I_ALT
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_tests.examples import some
from hjalp_tests.naive import protection as by_hand

pytestmark = pytest.mark.slow

AGES = tuple(group.code for group in AGE_GROUPS)
LEAVES = tuple(product(("1", "2"), AGES))
SHAPES: tuple[tuple[int, ...], ...] = ((0,), (0, 0, 0, 1, 2), (0, 1, 2, 3, 4), (0, 2, 9, 40), tuple(range(1, 90)))


def some_releases(seed: int) -> list[by_hand.YearFigures]:
    """One to four releases of a year: kommuner come, go, deliver again; persons in two kommuner, too few inhabitants."""
    dice = random.Random(seed)
    kommuner = dice.sample(KOMNR, dice.randint(1, 4))
    shape = dice.choice(SHAPES)
    leaves = {komnr: {leaf: dice.choice(shape) for leaf in LEAVES} for komnr in kommuner}
    sources = dict.fromkeys(kommuner, "first")
    out: list[by_hand.YearFigures] = []
    for number in range(dice.choice((1, 2, 2, 3, 4))):
        if number:
            for komnr in dice.sample(sorted(leaves), dice.randint(0, len(leaves))):
                sources[komnr] = dice.choice(("first", f"again {number}"))
                for leaf in dice.sample(LEAVES, dice.randint(0, 3)):
                    leaves[komnr][leaf] = dice.choice(shape)
            if dice.random() < 0.3:
                leaves[dice.choice(KOMNR)] = {leaf: dice.choice(shape) for leaf in LEAVES}
            if len(leaves) > 1 and dice.random() < 0.2:
                del leaves[dice.choice(sorted(leaves))]
        out.append(a_release(dice, f"2024v{number + 1}", leaves, sources if dice.random() < 0.9 else {}))
    return out


def a_release(
    dice: random.Random,
    name: str,
    leaves: dict[str, dict[tuple[str, str], int]],
    sources: dict[str, str],
) -> by_hand.YearFigures:
    country = {}
    for leaf in LEAVES:
        found = [cells[leaf] for cells in leaves.values()]
        # Somebody may borrow in several kommuner: he counts once in the country.
        country[leaf] = max(*found, sum(found) - dice.choice((0, 0, 0, 1, 3)))
    of = {**leaves, HELE_LANDET: country}
    persons = {}
    for komnr, cells in of.items():
        for sex, age in product("012", (ALDER_I_ALT, *AGES)):
            inside = [(s, a) for s, a in LEAVES if sex in ("0", s) and age in (ALDER_I_ALT, a)]
            persons[komnr, sex, age] = sum(cells[leaf] for leaf in inside)
    behind = {komnr: persons[komnr, "0", ALDER_I_ALT] for komnr in of}
    loans = {komnr: behind[komnr] * dice.choice((1, 2)) for komnr in leaves}
    loans[HELE_LANDET] = sum(loans.values())
    bound = dice.choice((0, 1, 10, 500))
    population = {cell: max(0, number + dice.randint(-1, bound)) for cell, number in persons.items()}
    hidden = frozenset(cell for cell, number in persons.items() if 0 < number < 3 or dice.random() < 0.05)
    hidden_loans = frozenset(komnr for komnr in loans if dice.random() < 0.2)
    return by_hand.YearFigures(name, persons, loans, behind, population, hidden, hidden_loans, dict(sources))


def as_declared(made: by_hand.YearFigures) -> YearFigures:
    """The same figures by declared table, in the order the tables stand in: the country first."""
    loans = {(komnr,): made.loans[komnr] for komnr in sorted(made.loans)}
    behind = {(komnr,): number for komnr, number in made.loan_persons.items()}
    persons = {cell: made.persons[cell] for cell in sorted(made.persons)}
    hidden = {("hjalp2", *cell) for cell in made.hidden_persons} | {("hjalp1", komnr) for komnr in made.hidden_loans}
    tables = {"hjalp1": Figures(loans, behind), "hjalp2": Figures(persons, None, made.population)}
    return YearFigures(made.release, tables, frozenset(hidden), made.sources)


def parts(system: System) -> list[object]:
    rows = [array.tolist() for of in (system.equations, system.inequalities) for array in astuple(of)]
    cells = (system.values, system.lower, system.upper, system.primary, system.open, system.cost)
    return [system.names, *(array.tolist() for array in cells), *rows]


def require_same(seed: int) -> None:
    made = some_releases(seed)
    declared = [as_declared(one) for one in made]
    for reading in ("equal", "unchanged"):
        old = by_hand.year_system(2024, made, reading=reading)
        new = year_system(STATISTIC, 2024, declared, reading=reading)
        for one, other in zip(parts(new.system), parts(old.system), strict=True):
            assert one == other, f"seed {seed}, {reading}"
        require_same_cells(new, old)


def require_same_cells(new: YearSystem, old: by_hand.YearSystem) -> None:
    persons = {(release, ("hjalp2", *cell)): index for (release, cell), index in old.persons.items()}
    loans = {(release, ("hjalp1", komnr)): index for (release, komnr), index in old.loans.items()}
    assert new.cells == persons | loans
    assert (new.already_hidden == old.already_hidden).all()
    assert (new.preferred == old.preferred).all()
    pattern = np.zeros(new.system.size, dtype=np.bool_)
    pattern[::3] = True
    mask = old.mask(pattern)
    assert new.mask(pattern) == {("hjalp2", *cell) for cell in mask.persons} | {("hjalp1", one) for one in mask.loans}
    assert (new.hidden(new.mask(pattern)) == old.hidden(mask)).all()


@pytest.mark.parametrize("start", [0])
def test_the_systems_are_those_built_by_hand(start: int) -> None:
    for seed in range(start, start + 20):
        require_same(seed)


@pytest.mark.parametrize("start", some(range(0, 2100, 100)))
def test_many_systems_are_those_built_by_hand(start: int) -> None:
    for seed in range(start, start + 100):
        require_same(seed)
