"""Where all of a group stand in one category nobody can tell, held against trying every possible table."""

import itertools
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.confidentiality.attack import attack, beyond_help, is_safe
from hjalp_pipeline.confidentiality.attribute import telling
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.model import Name, System
from hjalp_pipeline.confidentiality.suppress import protect
from hjalp_tests.confidentiality.brute_force import fails, tables
from hjalp_tests.examples import often

KINDS = ("a", "b", "c")
T = "TOT"


def counts(leaves: dict[Name, int]) -> dict[Name, int]:
    """Every cell of places by kinds, sums too."""
    places = sorted({place for place, _ in leaves})
    return {
        (place, kind): sum(n for (p, k), n in leaves.items() if place in (T, p) and kind in (T, k))
        for place, kind in itertools.product((*places, T), (*KINDS, T))
    }


def system_of(leaves: dict[Name, int]) -> tuple[System, dict[Name, int], frozenset[Name]]:
    """The table as a system, the cell of each name, and the cells that tell a category."""
    every = counts(leaves)
    tell = telling(every, 1, KINDS)
    places = sorted({place for place, _ in leaves})
    builder = hierarchical_table(
        every,
        [Dimension.flat("place", places, T), Dimension.flat("kind", KINDS, T)],
        prefix=("X",),
        apart=["place"],
        telling=tell,
    )
    return builder.build(), {name: builder.cell(("X", *name)) for name in every}, tell


def test_a_group_in_one_category_hides_it_and_a_zero() -> None:
    every = counts({("1", "a"): 5, ("1", "b"): 0, ("1", "c"): 0, ("2", "a"): 4, ("2", "b"): 7, ("2", "c"): 9})
    # Of the others c has most.
    assert telling(every, 1, KINDS) == {("1", "a"), ("1", "c")}


def test_a_group_of_nobody_tells_nothing_and_sums_are_groups() -> None:
    every = counts({("1", "a"): 0, ("1", "b"): 0, ("1", "c"): 0, ("2", "a"): 0, ("2", "b"): 6, ("2", "c"): 0})
    assert telling(every, 1, KINDS) == {("2", "b"), ("2", "a"), (T, "b"), (T, "a")}


def test_the_sensitive_code_may_stand_anywhere() -> None:
    every = counts({("1", "a"): 5, ("1", "b"): 0, ("1", "c"): 0, ("2", "a"): 4, ("2", "b"): 7, ("2", "c"): 9})
    turned = {(kind, place): n for (place, kind), n in every.items()}
    assert telling(turned, 0, KINDS) == {("a", "1"), ("c", "1")}


def test_a_hidden_zero_may_be_anything() -> None:
    system, at, _ = system_of(
        {("1", "a"): 9, ("1", "b"): 0, ("1", "c"): 0, ("2", "a"): 8, ("2", "b"): 7, ("2", "c"): 9, ("3", "c"): 12}
        | {("3", "a"): 6, ("3", "b"): 5}
    )
    found = protect(system, "up3")
    assert found.unprotectable == ()
    ends = {one.cell: (one.low, one.high) for one in attack(system, found.hidden)}
    assert ends[at["1", "c"]][0] == 0
    assert ends[at["1", "c"]][1] >= 3
    assert not found.hidden[at["1", "b"]]


@pytest.mark.parametrize("leaves", [{("1", "a"): 5, ("1", "b"): 0, ("1", "c"): 0}])
def test_what_nothing_protects_is_said(leaves: dict[Name, int]) -> None:
    system, _, _ = system_of({**leaves, ("2", "a"): 5, ("2", "b"): 0, ("2", "c"): 0})
    found = protect(system, "up3")
    assert set(is_safe(system, found.hidden, "up3")) <= {cell for cell, _ in found.unprotectable}


SEEDS = given(seed=st.integers(0, 2**32 - 1))


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@SEEDS
def test_nobody_can_tell_that_a_group_is_of_one_category(seed: int) -> None:
    dice = random.Random(seed)
    places = [str(number) for number in range(dice.randint(2, 3))]
    leaves = {(place, kind): dice.choice((0, 0, 0, 1, 3, 4, 6)) for place, kind in itertools.product(places, KINDS)}
    system, at, tell = system_of(leaves)
    found = protect(system, "up3")
    every = tables(system, found.hidden, ceiling=60)
    if every is None:
        return
    broken = fails(system, found.hidden, every, "up3")
    assert broken == set(is_safe(system, found.hidden, "up3"))
    # Nothing is broken but what hiding everything would not protect.
    assert broken <= beyond_help(system, ~system.open | found.hidden, "up3", broken)
    column = {int(cell): number for number, cell in enumerate(np.flatnonzero(found.hidden))}
    for place, kind in tell:
        if at[place, kind] in broken or leaves_of(leaves, place, kind):
            continue
        # The zero of a group that is hidden: a table is possible in which somebody of the group stands there.
        of_zero = every[:, column[at[place, kind]]]
        assert of_zero.max() >= 3
        (other,) = {k for p, k in tell if p == place and leaves_of(leaves, p, k)}
        if at[place, other] in column:
            assert (every[of_zero > 0][:, column[at[place, other]]] > 0).any()


def leaves_of(leaves: dict[Name, int], place: str, kind: str) -> int:
    return sum(n for (p, k), n in leaves.items() if place in (T, p) and k == kind)


test_nobody_can_tell_that_a_group_is_of_one_category_often = often(
    400, SEEDS, test_nobody_can_tell_that_a_group_is_of_one_category
)
