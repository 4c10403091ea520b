"""What running the program tells: tables that agree are those of enumeration, probabilities those of adding them up."""

from dataclasses import replace

import numpy as np
import pytest

from hjalp_pipeline.confidentiality.agreeing import every_table, hidden_parts, some_tables
from hjalp_pipeline.confidentiality.attack import beyond_help, is_safe
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.keyed import OfficeKey
from hjalp_pipeline.confidentiality.model import System
from hjalp_pipeline.confidentiality.suppress import Work, protect
from hjalp_pipeline.confidentiality.transparency import Told, Transparency, likelihoods, transparency, widened
from hjalp_tests.confidentiality.brute_force import CEILING, some_cases, tables

QUICK = Work(units=1)
KEY = OfficeKey(bytes(range(32)))


def table_of(*counts: int) -> System:
    """Two rows and three columns with their sums."""
    codes = [("a", "x"), ("a", "y"), ("a", "z"), ("b", "x"), ("b", "y"), ("b", "z")]
    dimensions = [Dimension.flat("row", "ab"), Dimension.flat("column", "xyz")]
    return hierarchical_table(dict(zip(codes, counts, strict=True)), dimensions, suffix=("v1",)).build()


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
        other = replace(system, values=values, primary=(values > 0) & (values < 3))
        cheapest = protect(other, "up3", work=QUICK)
        mine = int(other.cost[hidden & ~other.primary].sum())
        leads.append(mine <= int(other.cost[cheapest.hidden & ~other.primary].sum()))
    plain = likelihoods(system, hidden, part, every - system.values[hidden], "up3", keys=[None])
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


def count_wrong(kind: str, seed: int, count: int) -> tuple[int, int]:
    """How often more was hidden, and cells that are not safe."""
    wider = unsafe = 0
    for system, _ in some_cases(kind, seed, count):
        before = protect(system, "up3", work=QUICK).hidden & ~system.open
        after = widened(system, before, "up3", KEY, runs=80)
        assert not np.any(before & ~after)
        wider += bool((after != before).any())
        broken = is_safe(system, after, "up3")
        unsafe += len(set(broken) - beyond_help(system, ~system.open, "up3", broken))
    return wider, unsafe


@pytest.mark.slow
def test_what_the_audit_hides_besides_is_safe() -> None:
    wider, unsafe = count_wrong("nested", 9, 40)
    assert wider > 3
    assert unsafe == 0


def test_tables_that_take_too_long_to_find_are_not_looked_for() -> None:
    system = table_of(1, 4, 9, 5, 2, 8)
    hidden = system.pattern(system.index()[row, column, "v1"] for row in "ab" for column in "xyz")
    (part,) = hidden_parts(system, hidden)
    assert every_table(part, 1_000) is not None
    assert every_table(part, 1_000, terms=50) is None


def test_a_part_of_a_thousand_cells_comes_to_an_end() -> None:
    codes = [str(number) for number in range(600)]
    counts = {(row, column): 3 + (ord(row) * int(column)) % 7 for row in "ab" for column in codes}
    dimensions = [Dimension.flat("row", "ab", "TOT"), Dimension.flat("column", codes, "TOT")]
    system = hierarchical_table(counts, dimensions, suffix=("v1",)).build()
    hidden = system.pattern(cell for cell, name in enumerate(system.names) if "TOT" not in name[:2])
    (part,) = hidden_parts(system, hidden)
    assert part.size == 1_200
    assert every_table(part, 300) is None
