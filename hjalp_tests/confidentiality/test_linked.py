"""Two tables that add up to each other: the attacker against enumeration, the suppressor against both (H11)."""

import random
from collections.abc import Collection
from itertools import chain, combinations

import pytest

from hjalp_pipeline.confidentiality.linked import SUM_OF, SUMMED, Figure, Link, Told
from hjalp_pipeline.confidentiality.linked_attack import alone, intervals, told, told_to_persons
from hjalp_pipeline.confidentiality.linked_evidence import as_system
from hjalp_pipeline.confidentiality.linked_moves import growing, unprotected
from hjalp_pipeline.confidentiality.linked_suppress import choose
from hjalp_pipeline.confidentiality.model import NO_BOUND, Ints, SystemBuilder, holds
from hjalp_tests.confidentiality.brute_force import tables

#: No figure of the small links needs to grow beyond this to show that it is protected.
CEILING = 14


def link(*figures: tuple[int, int, int, str | None], shown: Collection[int] = (), out: Collection[int] = ()) -> Link:
    """A link from value, side, releases and owner of each figure; small ones are hidden, ``out`` are hidden already."""
    made = tuple(
        Figure(("A" if side > 0 else "B", str(at), "v1"), value, side, releases, owner)
        for at, (value, side, releases, owner) in enumerate(figures)
    )
    hidden = frozenset(at for at, one in enumerate(made) if one.value < 3) | set(out)
    return Link(made, hidden, frozenset(range(len(made))) - hidden - set(shown))


def one_release(summed: Collection[int], sum_of: Collection[int]) -> Link:
    return link(
        *((value, SUMMED, 1, str(at)) for at, value in enumerate(summed)),
        *((value, SUM_OF, 1, None) for value in sum_of),
    )


def possible(of: Link, unknown: list[int]) -> Ints | None:
    """Every set of values up to the ceiling that agrees with what is known, by enumeration."""
    builder = SystemBuilder()
    cells = [builder.add_cell((str(at),), of.figures[at].value, primary=True) for at in unknown]
    for bit in range(4):
        terms = [(cell, of.figures[at].side) for cell, at in enumerate(unknown) if of.figures[at].releases >> bit & 1]
        builder.add_row(terms, sum(side * of.figures[unknown[cell]].value for cell, side in terms))
    system = builder.build()
    return tables(system, system.pattern(cells), ceiling=CEILING, limit=15_000)


def enumerated(of: Link, hidden: Collection[int]) -> set[Told] | None:
    """Who can tell what, by enumeration; None when it takes too long."""
    found: set[Told] = set()
    by_all: set[int] = set()
    for attacker in (None, *of.owners(hidden)):
        unknown = of.unknown(hidden, attacker)
        if not unknown:
            continue
        every = possible(of, unknown)
        if every is None:
            return None
        low, high = every.min(axis=0).tolist(), every.max(axis=0).tolist()
        broken = {
            at for place, at in enumerate(unknown) if not holds("up3", of.figures[at].value, low[place], high[place])
        }
        found |= {(attacker, at) for at in broken - by_all}
        by_all |= broken if attacker is None else set()
    return found


def some_link(dice: random.Random) -> Link:
    """Up to three releases of two or three kommuner and as many cells, some figures the same in several of them."""
    count = dice.randint(1, 3)
    figures: list[tuple[int, int, int, str | None]] = []
    for side, owners in ((SUMMED, ("101", "147", "151")[: dice.randint(1, 3)]), (SUM_OF, (None,) * dice.randint(1, 3))):
        for owner in owners:
            left = list(range(count))
            while left:
                same = dice.sample(left, dice.randint(1, len(left)))
                left = [one for one in left if one not in same]
                value = dice.choice((0, 1, 1, 2, 3, 4))
                if value:
                    figures.append((value, side, sum(1 << one for one in same), owner))
    new = 1 << (count - 1)
    out = [at for at, one in enumerate(figures) if not one[2] & new and (one[0] < 3 or dice.random() < 0.4)]
    shown = [
        at
        for at, one in enumerate(figures)
        if one[0] > 2 and at not in out and (not one[2] & new or dice.random() < 0.3)
    ]
    return link(*figures, shown=shown, out=out)


@pytest.mark.parametrize("links", [15, pytest.param(250, marks=pytest.mark.slow)])
def test_the_attacker_tells_what_enumeration_tells(links: int) -> None:
    dice, tried, found = random.Random(16), 0, 0
    for _ in range(links):
        of = some_link(dice)
        hidden = of.hidden | {at for at in of.free if dice.random() < 0.5}
        if len(hidden) > 7 or (expected := enumerated(of, hidden)) is None:
            continue
        tried += 1
        found += bool(expected)
        assert told(of, hidden, "up3") == expected, (of, hidden)
        assert {at for owner, at in expected} <= {at for owner, at in unprotected(of, hidden)}, "a move that is none"
    assert tried > 0.6 * links
    assert found > 0.24 * links


@pytest.mark.parametrize("links", [10, pytest.param(120, marks=pytest.mark.slow)])
def test_intervals_are_exact_and_witnessed(links: int) -> None:
    dice, tried = random.Random(17), 0
    for _ in range(links):
        of = some_link(dice)
        hidden = sorted(of.hidden)
        if not hidden or len(hidden) > 6 or (every := possible(of, hidden)) is None:
            continue
        tried += 1
        for place, one in enumerate(intervals(of, hidden)):
            assert one.exact
            assert one.cell == hidden[place]
            assert one.low == every[:, place].min()
            assert min(one.high, CEILING) == every[:, place].max() or one.high >= CEILING
            assert one.low_witness[place] == one.low
            assert one.high_witness[place] == one.high if one.high < NO_BOUND else one.high_witness[place] >= 10**6
        system, found = as_system([(of, frozenset(hidden))])
        for one in found:
            for witness in (one.low_witness, one.high_witness):
                assert (system.equations.activity(witness) == system.equations.rhs).all()
                assert (witness >= 1).all()
    assert tried > 0.5 * links


@pytest.mark.parametrize("links", [20, pytest.param(300, marks=pytest.mark.slow)])
def test_nothing_is_told_that_a_pattern_could_keep(links: int) -> None:
    dice, further = random.Random(18), 0
    for _ in range(links):
        of = some_link(dice)
        choice = choose(of, "up3")
        further += len(choice.hidden - of.hidden)
        assert of.hidden <= choice.hidden <= of.everything
        found = told(of, choice.hidden, "up3")
        assert found <= told(of, of.everything, "up3"), of
        assert {at for _, at in found} == {at for _, at in choice.unprotected}
    assert further > links / 6


def test_one_release_hides_the_fewest_figures_and_then_the_smallest() -> None:
    dice, needed = random.Random(19), set()
    for _ in range(150):
        of = one_release(
            [dice.choice((1, 2, 3, 5, 9)) for _ in range(dice.randint(1, 4))],
            [dice.choice((1, 2, 3, 4, 8)) for _ in range(dice.randint(1, 4))],
        )
        price = {
            (len(more), sum(of.figures[at].value for at in more))
            for more in map(frozenset, chain.from_iterable(combinations(of.free, n) for n in range(len(of.free) + 1)))
            if not told(of, of.hidden | more, "up3")
        }
        choice = choose(of, "up3")
        more = choice.hidden - of.hidden
        if price:
            needed.add(len(more))
            assert (len(more), sum(of.figures[at].value for at in more)) == min(price), of
            assert not choice.unprotected
        else:
            assert choice.unprotected
    assert needed == {0, 1, 2}


@pytest.mark.parametrize(
    ("summed", "sum_of", "further"),
    [
        ([1, 1], [2], 0),
        ([1], [1], 1),  # the one kommune knows its own: another must stand beside it
        ([2], [], 2),
        ([1, 2], [], 1),
        ([], [1], 1),
        ([], [1, 1], 1),
    ],
)
def test_hidden_on_one_side_only(summed: list[int], sum_of: list[int], further: int) -> None:
    of = one_release([*summed, 5, 7, 9], [*sum_of, 4, 8, 16])
    choice = choose(of, "up3")
    assert len(choice.hidden - of.hidden) == further
    assert not told(of, choice.hidden, "up3")


def test_whoever_is_alone_in_a_figure_tells_another() -> None:
    of = link((1, SUM_OF, 1, None), (2, SUM_OF, 1, None), (3, SUM_OF, 1, None), out=[2])
    assert not told(of, of.hidden, "up3")
    assert alone(of, {0, 1, 2}, "up3") == {}
    of = link((1, SUM_OF, 1, None), (2, SUM_OF, 1, None), (1, SUMMED, 1, "101"))
    assert alone(of, {0, 1, 2}, "up3") == {2: (0, 1)}


@pytest.mark.parametrize("links", [15, pytest.param(250, marks=pytest.mark.slow)])
def test_persons_who_know_their_cell_tell_what_enumeration_tells(links: int) -> None:
    dice, tried, broken = random.Random(18), 0, 0
    for _ in range(links):
        of = some_link(dice)
        hidden = of.hidden | {at for at in of.free if dice.random() < 0.5}
        if len(hidden) > 7 or (by_all := broken_of(of, sorted(hidden))) is None:
            continue
        expected = []
        for at in sorted(hidden, key=lambda one: of.figures[one].name[:-1]):
            if of.figures[at].value < 3:
                more, rest = (broken_of(of, sorted(one - {at})) for one in (hidden, of.everything))
                if more is None or rest is None:
                    break
                if more - by_all:
                    expected.append((of.figures[at].value, more - by_all, (more - by_all) & rest))
        else:
            tried += 1
            broken += bool(expected)
            assert list(told_to_persons(of, hidden, "up3")) == expected
    assert tried > 0.3 * links
    assert broken > 0.05 * links


def broken_of(of: Link, unknown: list[int]) -> set[int] | None:
    """The unknown figures for which the rule does not hold, by enumeration."""
    every = possible(of, unknown) if unknown else None
    if every is None:
        return None if unknown else set()
    low, high = every.min(axis=0).tolist(), every.max(axis=0).tolist()
    return {at for place, at in enumerate(unknown) if not holds("up3", of.figures[at].value, low[place], high[place])}


def test_growing_goes_round_several_releases() -> None:
    before, after, both = (SUMMED, 1), (SUMMED, 2), (SUM_OF, 3)
    assert growing(frozenset({before, after, both})) == {before, after, both}
    assert growing(frozenset({before, both})) == frozenset()
    assert growing(frozenset({before, (SUM_OF, 1), both})) == {before, (SUM_OF, 1)}
    assert growing(frozenset({(SUMMED, 0)})) == {(SUMMED, 0)}, "it stands in no equation"
