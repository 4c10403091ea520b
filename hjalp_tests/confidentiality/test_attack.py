"""The attack: the exact interval of every hidden cell, from what is published."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.confidentiality.attack import AttackError, Interval, attack, insiders, is_safe, told_small
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.model import NO_BOUND, Bools, System, SystemBuilder
from hjalp_tests.confidentiality.brute_force import CEILING, agrees, fails, some_cases, tables
from hjalp_tests.examples import times

KINDS = ["nested", "linked", "releases", "rows"]


def compare(system: System, hidden: Bools) -> str:
    """Hold everything the attacker says against enumeration. Tells whether there was something to compare."""
    found = tables(system, hidden)
    intervals = attack(system, hidden)
    cells = np.flatnonzero(hidden).tolist()
    assert [interval.cell for interval in intervals] == cells
    for place, interval in enumerate(intervals):
        assert interval.exact
        assert interval.low_witness[place] == interval.low
        reached = interval.high_witness[place]
        assert reached == interval.high or (interval.high == NO_BOUND and reached >= 10**6)
        assert agrees(system, hidden, interval.low_witness)
        assert agrees(system, hidden, interval.high_witness)
    if found is None:
        return "too many"
    assert len(found)
    low = [interval.low for interval in intervals]
    # cells without bound are tried up to a ceiling together, so each alone may stop a little short of it
    high = [most if most < CEILING / 2 else NO_BOUND for most in found.max(axis=0).tolist()]
    assert low == found.min(axis=0).tolist()
    assert [interval.high for interval in intervals] == high
    for rule in ("w1", "up3"):
        broken = fails(system, hidden, found, rule)
        assert is_safe(system, hidden, rule) == sorted(broken)
        expected = []
        for one in np.flatnonzero(hidden & (system.values == 1)).tolist():
            known = hidden.copy()
            known[one] = False
            rest = np.delete(found[found[:, cells.index(one)] == 1], cells.index(one), axis=1)
            new = fails(system, known, rest, rule) - broken
            if new := tuple(sorted(c for c in new if system.primary[c])):
                expected.append((one, new))
        assert [(insider.cell, insider.breaks) for insider in insiders(system, hidden, rule)] == expected
    return "compared"


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=10)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_attacker_equals_enumeration(kind: str, seed: int) -> None:
    for system, hidden in some_cases(kind, seed):
        compare(system, hidden)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_attacker_equals_enumeration_on_many(kind: str) -> None:
    seen = [compare(system, hidden) for system, hidden in some_cases(kind, 2024, times(1000))]
    assert seen.count("compared") > 0.6 * len(seen)


def row_of(values: list[int], *, upper: int = NO_BOUND, lower: int = 1) -> System:
    """Some cells and their total, which is shown."""
    builder = SystemBuilder()
    cells = [builder.add_cell(("T", str(i)), value, lower=lower, upper=upper) for i, value in enumerate(values)]
    builder.add_equation(builder.add_cell(("T", "TOT"), sum(values), open=True), cells)
    return builder.build()


def ends(intervals: list[Interval]) -> list[tuple[int, int]]:
    return [(interval.low, interval.high) for interval in intervals]


def test_two_hidden_ones_in_a_row_are_given_away_by_zeros_being_shown() -> None:
    system = row_of([1, 1, 5])
    hidden = system.pattern([0, 1])
    assert ends(attack(system, hidden)) == [(1, 1), (1, 1)]
    assert is_safe(system, hidden, "w1") == [0, 1]
    assert all(told_small(interval) for interval in attack(system, hidden))


def test_a_pair_that_can_swap_is_safe_at_w1_only() -> None:
    system = row_of([1, 2, 5])
    hidden = system.pattern([0, 1])
    assert ends(attack(system, hidden)) == [(1, 2), (1, 2)]
    assert is_safe(system, hidden, "w1") == []
    assert is_safe(system, hidden, "up3") == [0, 1]
    assert is_safe(system, system.pattern([0, 1, 2]), "up3") == []


def test_the_public_population_bounds_a_cell_from_above() -> None:
    system = row_of([1, 4], upper=4)
    assert ends(attack(system, system.pattern([0, 1]))) == [(1, 4), (1, 4)]
    assert ends(attack(row_of([2, 4], upper=4), system.pattern([0, 1]))) == [(2, 4), (2, 4)]


def test_linear_ends_between_whole_numbers_are_rounded_inwards() -> None:
    # a+b, b+c and a+c are each known to be 2 or 3: an odd cycle
    builder = SystemBuilder()
    a, b, c = (
        builder.add_cell(("T", name), value, lower=0, upper=9) for name, value in zip("abc", (1, 1, 1), strict=True)
    )
    for pair in ((a, b), (b, c), (a, c)):
        builder.add_row([(pair[0], 1), (pair[1], 1)], 3, equal=False)
        builder.add_row([(pair[0], -1), (pair[1], -1)], -2, equal=False)
    total = builder.add_cell(("T", "sum"), 3, lower=0)
    builder.add_equation(total, (a, b, c))
    system = builder.build()
    hidden = np.ones(4, dtype=np.bool_)
    assert compare(system, hidden) == "compared"
    assert ends(attack(system, hidden))[3] == (3, 4)  # 4.5 by linear programming


def test_a_cell_without_any_bound_says_so_and_bounded_ones_beside_it_do_not() -> None:
    system = row_of([3, 4])
    everything = np.ones(3, dtype=np.bool_)
    intervals = attack(system, everything)
    assert ends(intervals) == [(1, NO_BOUND), (1, NO_BOUND), (2, NO_BOUND)]
    assert all(interval.high_witness[i] >= 10**6 for i, interval in enumerate(intervals))
    builder = SystemBuilder()
    x, y, z = (builder.add_cell(("T", name), 2) for name in "xyz")
    builder.add_row([(x, 1), (y, 1), (z, -1)], 2)
    builder.add_row([(x, 1), (y, 1), (z, 1)], 6)
    assert ends(attack(builder.build(), np.ones(3, dtype=np.bool_))) == [(1, 3), (1, 3), (2, 2)]


def test_two_releases_give_away_the_kommune_that_entered() -> None:
    builder = SystemBuilder()
    same = builder.add_cell(("HJALP1", "101", "v1=v2"), 40)
    entered = builder.add_cell(("HJALP1", "741", "v2"), 2)
    first = builder.add_cell(("HJALP1", "000", "v1"), 40)
    second = builder.add_cell(("HJALP1", "000", "v2"), 42)
    builder.add_equation(first, [same])
    builder.add_equation(second, [same, entered])
    system = builder.build()
    assert ends(attack(system, system.pattern([same, entered, first]))) == [(1, 41), (1, 41), (1, 41)]
    assert ends(attack(system, system.pattern([same, entered]))) == [(40, 40), (2, 2)]


def test_an_insider_sees_more_and_breaks_the_cell_beside_his() -> None:
    system = row_of([1, 2, 9])
    pair = system.pattern([0, 1])
    (other,) = attack(system, pair, known_to_insider=[0])
    assert (other.cell, other.low, other.high) == (1, 2, 2)
    assert other.low_witness.tolist() == [1, 2]
    assert not other.public
    assert [(i.cell, i.breaks) for i in insiders(system, pair, "w1")] == [(0, (1,))]
    assert insiders(system, system.pattern([0, 1, 2]), "up3") == []
    assert insiders(system, pair, "up3") == []  # these fail for everybody, so he breaks nothing


def test_an_early_stop_is_marked_and_agrees_with_the_whole_attack() -> None:
    system = row_of([2, 3, 9, 30])
    hidden = system.pattern([0, 1, 2, 3])
    quick = attack(system, hidden, enough="up3")
    assert not all(interval.exact for interval in quick)
    assert not any(interval.public for interval in quick)
    for early, whole in zip(quick, attack(system, hidden), strict=True):
        assert whole.low <= early.low < early.high <= whole.high


def test_a_hidden_zero_or_a_system_without_a_table_is_refused() -> None:
    system = row_of([0, 2, 3])
    with pytest.raises(ValueError, match="zero"):
        attack(system, system.pattern([0, 1]))
    builder = SystemBuilder()
    x = builder.add_cell(("T", "x"), 2)
    builder.add_row([(x, 1)], 2)
    told = builder.build()
    told.equations.rhs[0] = 0
    with pytest.raises(AttackError, match="agree"):
        attack(told, told.pattern([x]))
    with pytest.raises(AttackError, match="agree"):
        attack(told, told.pattern([]))


def test_nothing_hidden_nothing_found() -> None:
    system = row_of([4, 5])
    assert attack(system, system.pattern()) == []
    assert is_safe(system, system.pattern(), "up3") == []
    assert insiders(system, system.pattern(), "up3") == []


def test_the_same_pattern_gives_the_same_witnesses() -> None:
    system = hierarchical_table(
        {(str(a), str(b)): (a * b) % 5 for a in range(5) for b in range(5)},
        [Dimension.flat("a", "01234"), Dimension.flat("b", "01234")],
    ).build()
    hidden = ~system.open
    first, second = attack(system, hidden), attack(system, hidden)
    assert [i.low_witness.tolist() for i in first] == [i.low_witness.tolist() for i in second]
    assert [i.high_witness.tolist() for i in first] == [i.high_witness.tolist() for i in second]
