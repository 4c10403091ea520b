"""Persons who stand in several parts of two dimensions: what everybody can tell of their sums, against every way they can stand."""

import itertools
import random

import numpy as np

from hjalp_pipeline.confidentiality.attack import attack
from hjalp_pipeline.confidentiality.hierarchies import Dimension, hierarchical_table
from hjalp_pipeline.confidentiality.model import Ints, Name

TYPES, PARAGRAPHS = Dimension.flat("type", ("a", "b")), Dimension.flat("paragraph", ("1", "2"))
LEAVES = list(itertools.product("ab", "12"))
#: In which of the four a person may stand.
SETS = [cells for number in range(1, 5) for cells in itertools.combinations(LEAVES, number)]
KEYS = list(itertools.product(TYPES.parents, PARAGRAPHS.parents))
COUNTED = np.array(
    [[any(key[0] in ("TOT", one[0]) and key[1] in ("TOT", one[1]) for one in cells) for key in KEYS] for cells in SETS],
    dtype=np.int64,
)


def every_way(persons: int) -> Ints:
    """The figures of every way so many persons can stand, [ways, cells]."""
    chosen = itertools.combinations_with_replacement(range(len(SETS)), persons)
    return np.unique(np.array([COUNTED[list(sets)].sum(axis=0) for sets in chosen]), axis=0)


def told(figures: Ints, hidden: list[Name]) -> dict[Name, tuple[int, int]]:
    """What the attacker makes of hidden cells."""
    counts: dict[Name, int] = dict(zip(KEYS, figures.tolist(), strict=True))
    builder = hierarchical_table(counts, [TYPES, PARAGRAPHS], prefix=("T",), apart=["x"], loose=["type", "paragraph"])
    system = builder.build()
    found = attack(system, system.pattern(builder.cell(("T", *key)) for key in hidden))
    return {system.names[one.cell][1:]: (one.low, one.high) for one in found}


def ends(ways: Ints, figures: Ints, hidden: list[Name]) -> dict[Name, tuple[int, int]]:
    """The least and the most of hidden cells over the ways that agree with the rest."""
    unknown = [KEYS.index(key) for key in hidden]
    shown = [place for place in range(len(KEYS)) if place not in unknown]
    agree = ways[(ways[:, shown] == figures[shown]).all(axis=1) & (ways[:, unknown] >= 1).all(axis=1)]
    return {KEYS[place]: (int(agree[:, place].min()), int(agree[:, place].max())) for place in unknown}


def test_where_nobody_stands_twice_persons_add_up() -> None:
    """Types add up to all persons and so do paragraphs: whoever has a type by two paragraphs would have two paragraphs."""
    one = COUNTED[[SETS.index((leaf,)) for leaf in LEAVES]]
    figures = np.array([5, 2, 2, 6], dtype=np.int64) @ one
    assert told(figures, [("a", "2"), ("b", "1")]) == {("a", "2"): (2, 2), ("b", "1"): (2, 2)}


def test_whatever_is_possible_is_in_the_range_and_of_few_small_cells_more_is_told_by_trying_every_way() -> None:
    ways, drawn = every_way(4), random.Random(1)
    small = told_by_ways = 0
    for _ in range(150):
        figures = ways[drawn.randrange(len(ways))]
        hidden = [key for key, figure in zip(KEYS[1:], figures[1:], strict=True) if figure and drawn.random() < 0.6]
        if not hidden:
            continue
        attacked, possible = told(figures, hidden), ends(ways, figures, hidden)
        for key, (low, high) in possible.items():
            assert attacked[key][0] <= low <= high <= attacked[key][1]
            if figures[KEYS.index(key)] < 3:
                small += 1
                told_by_ways += high < 3 <= attacked[key][1]
    assert small > 200
    assert told_by_ways == 0
