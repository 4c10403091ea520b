"""What running the program tells: tables that agree are those of enumeration, probabilities those of adding them up."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from hjalp_pipeline.confidentiality import agreeing
from hjalp_pipeline.confidentiality.agreeing import every_table, first_table, hidden_parts, some_tables
from hjalp_pipeline.confidentiality.attack import beyond_help, is_safe
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.keyed import OfficeKey
from hjalp_pipeline.confidentiality.keyed_pattern import protect_by_key
from hjalp_pipeline.confidentiality.model import BIG, Bools, System, SystemBuilder, cost_of
from hjalp_pipeline.confidentiality.suppress import Work, protect
from hjalp_pipeline.confidentiality.transparency import (
    ATTEMPTS,
    BOUND,
    Told,
    Transparency,
    attempted,
    likelihoods,
    transparency,
)
from hjalp_tests.confidentiality.brute_force import CEILING, some_cases, tables
from hjalp_tests.examples import times

QUICK = Work(units=1)
KEY = OfficeKey(bytes(range(32)))


def table_of(*counts: int) -> System:
    """Two rows and three columns with their sums."""
    codes = [("a", "x"), ("a", "y"), ("a", "z"), ("b", "x"), ("b", "y"), ("b", "z")]
    dimensions = [Dimension.flat("row", "ab"), Dimension.flat("column", "xyz")]
    return hierarchical_table(dict(zip(codes, counts, strict=True)), dimensions, suffix=("v1",)).build()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["nested", "linked", "releases", "rows"])
def test_all_tables_of_a_pattern_are_those_of_enumeration(kind: str) -> None:
    compared = 0
    for system, hidden in some_cases(kind, 21, 12):
        every = tables(system, hidden, ceiling=CEILING) if hidden.any() else None
        parts = hidden_parts(system, hidden)
        found = [every_table(part, 2_000) for part in parts]
        if every is None or len(every) > 2_000 or every.max() >= CEILING or any(one is None for one in found):
            continue
        order = np.flatnonzero(hidden).tolist()
        for part, of_part in zip(parts, found, strict=True):
            assert of_part is not None
            at = [order.index(cell) for cell in part.cells]
            assert {tuple(x) for x in (of_part + part.values).tolist()} == {tuple(x) for x in every[:, at].tolist()}
            compared += 1
    assert compared > 4


def test_too_many_tables_are_told_to_be_so() -> None:
    system = table_of(40, 50, 60, 45, 55, 65)
    (part,) = hidden_parts(system, ~system.open)
    assert every_table(part, 100) is None


@pytest.mark.slow
def test_the_walk_visits_all_tables_alike() -> None:
    system = table_of(1, 4, 9, 5, 2, 8)
    hidden = system.pattern(system.index()[row, column, "v1"] for row in "ab" for column in "xyz")
    (part,) = hidden_parts(system, hidden)
    every = every_table(part, 1_000)
    assert every is not None
    assert 5 < len(every) < 60
    walked = some_tables(part, 4_000, 1)
    assert all(part.is_move(x) for x in walked[:50])
    assert {tuple(x) for x in walked.tolist()} == {tuple(x) for x in every.tolist()}
    share = (walked + part.values < 3).mean(axis=0)
    assert share == pytest.approx((every + part.values < 3).mean(axis=0), abs=0.06)


def test_shares_and_what_is_given_are_those_of_adding_up() -> None:
    system = table_of(1, 6, 9, 5, 7, 8)
    hidden = protect(system, "up3", work=QUICK).hidden
    found = transparency(system, hidden, "up3", keys=[KEY, None], runs=10_000)
    (part,) = hidden_parts(system, hidden)
    every = tables(system, hidden)
    assert every is not None
    assert found.whole
    assert found.tables == len(every)
    assert found.runs == 2 * len(every)
    small = every < 3
    assert [one.share for one in found.told] == pytest.approx(small.mean(axis=0).tolist())
    leads = []
    for table in every:
        values = system.values.copy()
        values[hidden] = table
        # It costs what a cell of this figure does.
        cost = np.where(
            hidden,
            [cost_of(v, c // BIG) for v, c in zip(values.tolist(), system.cost.tolist(), strict=True)],
            system.cost,
        )
        other = replace(system, values=values, primary=(values > 0) & (values < 3), cost=cost)
        cheapest = protect(other, "up3", work=QUICK)
        mine = int(other.cost[hidden & ~other.primary].sum())
        leads.append(mine <= int(other.cost[cheapest.hidden & ~other.primary].sum()))
    plain, _ = likelihoods(system, hidden, part, every - system.values[hidden], "up3", keys=[None])
    assert plain.tolist() == [float(one) for one in leads]
    by_none = transparency(system, hidden, "up3", keys=[None], runs=10_000)
    wanted = np.average(small, axis=0, weights=leads)
    assert [one.given for one in by_none.told] == pytest.approx(wanted.tolist())


def test_what_is_above_the_bound_is_told_the_likeliest_first() -> None:
    told = (Told(4, 0.5, 0.7), Told(5, 0.9, 0.1), Told(6, 2 / 3, 0.2))
    assert Transparency(told, 3, True, 0).above(0.4) == [5, 6, 4]
    assert Transparency(told, 3, True, 0).above(2 / 3) == [5]
    assert Transparency(told, 3, True, 0).betrayed(2 / 3) == [4]
    assert Transparency(told, 3, True, 0).betrayed(0.7) == []


def told_of(*given: float) -> Transparency:
    return Transparency(tuple(Told(cell, 0.1, one) for cell, one in enumerate(given)), 3, True, 0)


def test_the_first_pattern_within_the_bound_is_taken() -> None:
    audits = {2: told_of(0.9, 0.2), 3: told_of(0.5, 0.6, 0.3), 4: told_of(0.1)}
    made = list[int]()

    def make(attempt: int) -> int:
        made.append(attempt)
        return attempt

    found, told = attempted(make, audits.__getitem__, 2 / 3, first=2)
    assert (found, told.attempt, told.bound, made) == (3, 3, 2 / 3, [2, 3])
    assert attempted(make, audits.__getitem__, 1.0, first=2)[0] == 2, "a bound of 1 is never passed"


def test_where_no_pattern_is_within_the_bound_the_nearest_is_taken() -> None:
    audits = [told_of(0.9, 0.9), told_of(0.9, 0.1, 0.1), told_of(0.9, 0.1), *(told_of(0.8, 0.8, 0.8),) * ATTEMPTS]
    found, told = attempted(lambda attempt: attempt, audits.__getitem__, 0.5)
    assert (found, told.attempt) == (2, 2)
    assert told.betrayed(0.5) == [0]


def test_work_that_is_spent_ends_the_runs_after_two_tables() -> None:
    system = table_of(1, 6, 9, 5, 7, 8)
    hidden = protect(system, "up3", work=QUICK).hidden
    whole, little = (transparency(system, hidden, "up3", keys=[KEY], units=units) for units in (10**6, 1))
    assert little.runs == 2
    assert whole.runs > 2
    assert [one.share for one in little.told] == [one.share for one in whole.told]


@pytest.mark.slow
def test_the_audit_makes_patterns_that_tell_less_and_are_safe() -> None:
    before = after = unsafe = 0
    for system, _ in some_cases("nested", 9, times(25)):

        def make(attempt: int, system: System = system) -> Bools:
            return protect_by_key(system, "up3", KEY.attempt(attempt), work=QUICK).hidden & ~system.open

        def audit(hidden: Bools, system: System = system) -> Transparency:
            return transparency(system, hidden, "up3", runs=80)

        found, told = attempted(make, audit, BOUND)
        before += len(audit(make(0)).betrayed(BOUND))
        after += len(told.betrayed(BOUND))
        broken = is_safe(system, found, "up3")
        unsafe += len(set(broken) - beyond_help(system, ~system.open, "up3", broken))
    assert after < before / 2
    assert unsafe == 0


def test_tables_that_take_too_long_to_find_are_not_looked_for() -> None:
    system = table_of(1, 4, 9, 5, 2, 8)
    hidden = system.pattern(system.index()[row, column, "v1"] for row in "ab" for column in "xyz")
    (part,) = hidden_parts(system, hidden)
    assert every_table(part, 1_000) is not None
    assert every_table(part, 1_000, terms=50) is None


def test_work_that_is_used_up_ends_the_search_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values that no sum allows use up work too; none is tried after that."""
    system = table_of(1, 4, 9, 5, 2, 8)
    hidden = system.pattern(system.index()[row, column, "v1"] for row in "ab" for column in "xyz")
    (part,) = hidden_parts(system, hidden)
    narrowed = list[bool]()

    def narrow(search: agreeing._Bounds, low: list[int], high: list[int], waiting: list[int]) -> bool:
        narrowed.append(search.left > 0)
        search.left -= 40
        return len(narrowed) == 1

    monkeypatch.setattr(agreeing._Bounds, "narrow", narrow)
    assert every_table(part, 1_000, terms=100) is None
    assert all(narrowed)


def two_blocks(*counts: int) -> tuple[System, Bools]:
    """Two tables without a common sum, all of whose inner cells are hidden."""
    cells = {
        (table, row, column): count
        for (table, row, column), count in zip(product("pq", "ab", "xyz"), counts, strict=True)
    }
    builder = SystemBuilder()
    dimensions = [Dimension.flat("row", "ab"), Dimension.flat("column", "xyz")]
    for table in "pq":
        of = {(row, column): count for (name, row, column), count in cells.items() if name == table}
        hierarchical_table(of, dimensions, builder=builder, prefix=(table,), suffix=("v1",))
    system = builder.build()
    return system, system.pattern(system.index()[*cell, "v1"] for cell in cells)


@pytest.mark.slow
@pytest.mark.parametrize(
    "counts", [(1, 4, 9, 5, 2, 8, 2, 6, 7, 5, 9, 3), (21, 24, 29, 2, 22, 28, 30, 26, 27, 25, 29, 23)]
)
def test_whoever_holds_the_publication_comes_to_the_same_outcome(counts: tuple[int, ...]) -> None:
    """Every table that agrees gives the same audit, whether all are found or some by a walk."""
    system, hidden = two_blocks(*counts)
    found = transparency(system, hidden, "up3", keys=[KEY], runs=16)
    assert found.runs == 16
    rng = np.random.default_rng(3)
    for _ in range(3):
        values = system.values.copy()
        for part in hidden_parts(system, hidden):
            values[part.cells] += rng.choice(some_tables(part, 40, int(rng.integers(99))))
        other = two_blocks(*(int(values[system.index()[*cell, "v1"]]) for cell in product("pq", "ab", "xyz")))[0]
        assert (other.values != system.values).any()
        assert transparency(other, hidden, "up3", keys=[KEY], runs=16) == found


def test_the_first_table_agrees_and_is_the_same_of_all_that_agree() -> None:
    for kind in ("nested", "linked", "releases", "rows"):
        for system, hidden in some_cases(kind, 5, 6):
            figures = first_table(system, hidden)
            assert figures is not None
            assert (figures[~hidden] == system.values[~hidden]).all()
            assert all(part.is_move(figures[part.cells] - part.values) for part in hidden_parts(system, hidden))


@pytest.mark.slow
def test_where_the_runs_do_not_suffice_the_largest_parts_are_tried_and_the_rest_is_told() -> None:
    system, hidden = two_blocks(1, 4, 9, 5, 2, 8, 2, 6, 7, 5, 9, 3)
    hidden &= ~system.pattern(system.index()["q", row, "z", "v1"] for row in "ab")
    both = transparency(system, hidden, "up3", runs=16)
    assert (both.runs, both.untried) == (16, 0)
    one = transparency(system, hidden, "up3", runs=15)
    assert (one.runs, one.untried) == (12, 4)
    little = transparency(system, hidden, "up3", units=1)
    assert (little.runs, little.untried) == (8, 4)
    none = transparency(system, hidden, "up3", runs=7)
    assert (none.runs, none.untried) == (0, 10)


@pytest.mark.slow
def test_a_part_of_a_thousand_cells_comes_to_an_end() -> None:
    codes = [str(number) for number in range(520)]
    counts = {(row, column): 3 + (ord(row) * int(column)) % 7 for row in "ab" for column in codes}
    dimensions = [Dimension.flat("row", "ab", "TOT"), Dimension.flat("column", codes, "TOT")]
    system = hierarchical_table(counts, dimensions, suffix=("v1",)).build()
    hidden = system.pattern(cell for cell, name in enumerate(system.names) if "TOT" not in name[:2])
    (part,) = hidden_parts(system, hidden)
    assert part.size > 1_000
    assert every_table(part, 300) is None
