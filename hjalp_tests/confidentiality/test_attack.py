import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.confidentiality.attack import AttackError, Interval, attack, insiders, is_safe, told_small
from hjalp_pipeline.confidentiality.model import NO_BOUND, Bools, Dimension, System, SystemBuilder, hierarchical_table
from hjalp_tests.confidentiality.brute_force import CEILING, agrees, fails, some_cases, tables

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
@settings(max_examples=60)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_attacker_equals_enumeration(kind: str, seed: int) -> None:
    for system, hidden in some_cases(kind, seed):
        compare(system, hidden)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_attacker_equals_enumeration_on_thousands(kind: str) -> None:
    seen = [compare(system, hidden) for system, hidden in some_cases(kind, 2024, 2500)]
    assert seen.count("compared") > 1500
