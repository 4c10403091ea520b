"""The suppressor with readers, against the attacker and against trying every pattern."""

import itertools

import numpy as np
import pytest

from hjalp_pipeline.confidentiality.attack import is_safe
from hjalp_pipeline.confidentiality.model import Bools, Ints, Rule, System, SystemBuilder
from hjalp_pipeline.confidentiality.reader_attack import told
from hjalp_pipeline.confidentiality.readers import Readers
from hjalp_pipeline.confidentiality.suppress import Protection, Work, protect
from hjalp_pipeline.confidentiality.suppression.moves import split
from hjalp_pipeline.confidentiality.suppression.tally import Tally
from hjalp_tests.confidentiality.brute_force import some_cases
from hjalp_tests.confidentiality.test_reader_attack import some_readers, three_areas
from hjalp_tests.confidentiality.test_suppress import closed
from hjalp_tests.examples import times

RULES: tuple[Rule, ...] = ("w1", "up3")
SMALL = Work(units=4_000)


def by_area(system: System) -> Readers:
    """A reader for each code of the first dimension, who knows its cells, apart from the total."""
    areas: dict[str, list[int]] = {}
    for cell, name in enumerate(system.names):
        if name[1] not in ("TOT", "000"):
            areas.setdefault(name[1], []).append(cell)
    return Readers.of(system, areas)


def tellable(system: System, hidden: Bools, rule: Rule, readers: Readers) -> set[tuple[int, int]]:
    """(cell, reader) for which the rule fails, apart from cells everybody can tell."""
    apart = is_safe(system, hidden, rule)
    return {(one.cell, one.reader) for one in told(system, hidden, rule, readers, apart=apart)}


def checked(system: System, rule: Rule, readers: Readers, work: Work = SMALL) -> Protection:
    """A pattern held against the attacker: a reader tells only what the pattern says, and there nothing would have helped."""
    found = protect(system, rule, work=work, readers=readers)
    hidden = found.hidden & ~system.open
    assert tellable(system, hidden, rule, readers) <= set(found.told)
    assert not np.any(found.hidden & system.open & ~system.primary)
    lost = {cell for cell, _ in found.unprotectable}
    assert set(is_safe(system, hidden, rule)) == {cell for cell in lost if not system.open[cell]}
    everything = closed(system, rule)
    assert set(found.told) <= tellable(system, everything | hidden, rule, readers)
    assert found.lower_bound <= found.cost
    assert found.lower_cells <= found.cells
    return found


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("kind", ["nested", "linked", "releases", "rows"])
def test_no_reader_tells_what_could_be_kept_from_him(kind: str, rule: Rule) -> None:
    rng = np.random.default_rng(8)
    for number, (system, _) in enumerate(some_cases(kind, 78, times(250))):
        checked(system, rule, by_area(system) if number % 2 else some_readers(rng, system))


def some_areas(rng: np.random.Generator) -> tuple[System, Readers]:
    """Four areas of two ages under shown sums of areas; each area's figures are known to one reader, the country's to none."""
    builder, known = SystemBuilder(), dict[str, list[int]]()
    ages: tuple[list[int], list[int]] = ([], [])
    for area in range(4):
        values = rng.choice([1, 2, 3, 4, 5, 6], size=2).tolist()
        cells = [builder.add_cell(("T", str(area), age), value) for age, value in zip("pq", values, strict=True)]
        builder.add_equation(builder.add_cell(("T", str(area), "TOT"), sum(values), open=True), cells)
        known[str(area)] = cells
        for column, cell in zip(ages, cells, strict=True):
            column.append(cell)
    totals = []
    for age, column in zip("pq", ages, strict=True):
        total = builder.add_cell(("T", "000", age), sum(builder._cells[cell].value for cell in column))
        builder.add_equation(total, column)
        totals.append(total)
    whole = builder.add_cell(("T", "000", "TOT"), sum(builder._cells[cell].value for cell in totals), open=True)
    builder.add_equation(whole, totals)
    system = builder.build()
    return system, Readers.of(system, known)


def cheapest_by_trial(system: System, rule: Rule, readers: Readers) -> int | None:
    """The cost of the cheapest pattern that keeps everything from every reader, all tried; None when there is none."""
    candidates = np.flatnonzero(closed(system, rule) & ~system.primary).tolist()
    best = None
    for number in range(len(candidates) + 1):
        for cells in itertools.combinations(candidates, number):
            cost = int(system.cost[list(cells)].sum())
            if best is not None and cost >= best:
                continue
            hidden = system.primary | system.pattern(cells)
            if not is_safe(system, hidden, rule) and not tellable(system, hidden, rule, readers):
                best = cost
        if best is not None:
            break  # one cell more costs more than all values together
    return best


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_the_optimum_for_readers_is_the_optimum(rule: Rule) -> None:
    optimal = 0
    rng = np.random.default_rng(9)
    for _ in range(times(150)):
        system, readers = some_areas(rng)
        found = checked(system, rule, readers, Work(units=20_000))
        best = cheapest_by_trial(system, rule, readers)
        assert (best is None) == bool(found.told or found.unprotectable)
        if best is not None:
            assert found.lower_bound <= best <= found.cost
            assert found.cost == best or not found.optimal
            optimal += found.optimal
    assert optimal > 1


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES)
def test_a_first_pattern_that_took_the_budget_stands_with_a_bound(rule: Rule) -> None:
    rng, bounded = np.random.default_rng(10), 0
    for _ in range(4):
        system, readers = some_areas(rng)
        found = checked(system, rule, readers, Work(units=1))
        assert not found.cells or "no search" in found.log[-1]
        best = cheapest_by_trial(system, rule, readers)
        if best is not None:
            assert found.lower_bound <= best <= found.cost
            assert found.cost == best or not found.optimal
            bounded += found.lower_bound > 0
    assert bounded


@pytest.mark.parametrize("with_readers", [True, False])
def test_a_tally_is_what_its_moves_come_to(with_readers: bool) -> None:
    """Whatever came and went, and over other cells."""
    rng = np.random.default_rng(11)
    for system, _ in some_cases("nested", 79, 5):
        for moves in split(system, by_area(system) if with_readers else None):
            needs = {cell: moves.ways(cell, "up3") for cell in np.flatnonzero(moves.primary).tolist()}
            some = [rng.integers(-1, 3, moves.size) * (rng.random(moves.size) < 0.3) for _ in range(6)]
            tally, there = Tally(moves, needs), list[Ints]()
            for turn in range(60):
                if there and rng.random() < 0.45:
                    tally.take(there.pop(int(rng.integers(len(there)))))
                else:
                    there.append(some[int(rng.integers(len(some)))])
                    tally.put(there[-1])
                if turn == 30:
                    tally, before = tally.copy(), tally
                    before.put(some[0])
            order = rng.permutation(moves.size)
            part = moves.part(np.ones(moves.size, dtype=np.bool_))
            again, _ = tally.carried(part, needs, np.arange(moves.size), lambda z: z.copy())
            for one in (tally, again):
                assert np.array_equal(
                    one.uses, sum(((z != 0).astype(np.int64) for z in there), np.zeros(moves.size, np.int64))
                )
                hidden = moves.primary | (one.uses > 0)
                left = moves.owed & hidden[:, None]
                for z in there:
                    for cell in np.flatnonzero(z).tolist():
                        least = needs.get(cell, ((1, 1), (-1, 1)))
                        if any(sign * z[cell] >= amount for sign, amount in least):
                            left[cell] &= moves.knows[z != 0].any(axis=0)
                assert np.array_equal(one.unanswered(hidden), left)
            touching = {id(z) for z in there if z[order[0]]}
            assert tally.touching(np.arange(moves.size) == order[0]) == touching


def test_two_areas_need_a_third() -> None:
    system, _, readers = three_areas(3)
    found = protect(system, "up3", readers=readers)
    assert found.cells == 0
    assert not found.told
    system, _, readers = three_areas(2)
    found = protect(system, "up3", readers=readers)
    assert set(found.told) == {(0, 1), (1, 1), (2, 0), (3, 0)}
