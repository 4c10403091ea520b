"""Shown before and hidden now no longer means that it has changed: unchanged figures are hidden beside (R11, issue 17)."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.confidentiality.attack import is_safe
from hjalp_pipeline.confidentiality.model import THRESHOLD
from hjalp_pipeline.production.release.decoys import decoys, shown_before
from hjalp_pipeline.production.release.disclosure import Protected, protect_tables
from hjalp_pipeline.production.release.pattern import RULE, find_pattern, readings
from hjalp_pipeline.production.release.year_figures import Mask, YearFigures
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_tests.production.disclosed import AGES, LARGE, Made, as_tables, figures, hidden_in, published

#: All kommuner may have changed: the register extract is another.
FIRST = figures("2024v1", {"101": LARGE, "155": LARGE, "741": LARGE, "540": LARGE})


def of_year(made: Made, mask: Mask = frozenset()) -> YearFigures:
    return replace(made.figures, hidden=mask)


@cache
def second(**changed: int) -> tuple[YearFigures, YearFigures, Protected]:
    """A second release in which figures of 741 are others, by ``sex_age``; the first hides nothing."""
    few = {**LARGE, **{tuple(key[1:].split("_")): value for key, value in changed.items()}}  # type: ignore[dict-item]  # every key has two parts
    made = figures("2024v2", {"101": LARGE, "155": LARGE, "741": few, "540": LARGE})
    out = published(FIRST, protect_tables(STATISTIC, "2024v1", as_tables(FIRST), [2024], []).tables)
    found = protect_tables(STATISTIC, "2024v2", as_tables(made), [2024], [out], units=20_000)
    return of_year(FIRST), of_year(made, found.audits[0].out[-1].hidden), found


def test_each_changed_figure_that_is_hidden_now_has_an_unchanged_one_beside_it() -> None:
    before, now, found = second(**{"s1_6064": 2})
    of = shown_before([before, now])
    assert ("hjalp2", "741", "1", "6064") in of.changed
    assert 0 < len(of.unchanged) <= len(of.changed)
    assert (found.fails, found.inherent, found.differ) == ([], [], [])
    assert {cell[1:] for cell in (*of.changed, *of.unchanged) if cell[0] == "hjalp2"} == hidden_in(found.tables)


def test_a_decoy_costs_one_cell_and_what_was_safe_stays_safe() -> None:
    before, now, _ = second(**{"s1_6064": 2})
    years = readings(STATISTIC, 2024, [before, now])
    mask = find_pattern(years, 20_000).mask
    added = decoys(years["unchanged"], mask, [before, now])
    of = shown_before([before, now], mask)
    assert 0 < len(added) <= len(of.changed) - len(of.unchanged)
    system = years["unchanged"].system
    assert is_safe(system, years["unchanged"].hidden(mask | added), RULE) == []
    # Whoever takes equal figures to be unchanged knows a decoy, and learns nothing from it.
    assert (years["equal"].hidden(mask | added) == years["equal"].hidden(mask)).all()
    assert added == decoys(years["unchanged"], mask, [before, now])


def test_where_there_is_no_room_none_is_hidden() -> None:
    """All kommuner but the one that has delivered again are known to be unchanged, and so stay shown."""
    before, now, _ = second(**{"s1_6064": 2})
    same = dict.fromkeys(("101", "155", "540"), "as before")
    releases = [replace(before, sources=same), replace(now, sources=same)]
    years = readings(STATISTIC, 2024, releases)
    mask = find_pattern(years, 20_000).mask
    assert shown_before(releases, mask).changed
    assert decoys(years["unchanged"], mask, releases) == frozenset()


def test_a_first_release_has_shown_nothing_before() -> None:
    before, _, _ = second(**{"s1_6064": 2})
    years = readings(STATISTIC, 2024, [before])
    assert shown_before([before]).cells == 0
    assert decoys(years["unchanged"], find_pattern(years, 20_000).mask, [before]) == frozenset()


def test_a_figure_is_held_against_the_last_release_that_showed_it() -> None:
    cell = ("hjalp2", "741", "1", "6064")
    one, two, three = (
        of_year(figures(f"2024v{nr}", {"741": {**LARGE, ("1", "6064"): value}, "101": LARGE}))
        for nr, value in ((1, 7), (2, 9), (3, 7))
    )
    assert shown_before([one, two, three], frozenset([cell])).changed == (cell,)
    assert shown_before([one, replace(two, hidden=frozenset([cell])), three], frozenset([cell])).unchanged == (cell,)
    hidden = [replace(of, hidden=frozenset([cell])) for of in (one, two)]
    assert shown_before([*hidden, three], frozenset([cell])).cells == 0


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["101", "155", "741"]), st.sampled_from("12"), st.sampled_from(AGES[:4])),
        st.integers(0, 6),
        min_size=1,
        max_size=5,
    )
)
def test_decoys_never_give_anything_away(changed: dict[tuple[str, str, str], int]) -> None:
    leaves = {komnr: dict(LARGE) for komnr in ("101", "155", "741")}
    before = of_year(figures("2024v1", leaves))
    for (komnr, sex, age), value in changed.items():
        leaves[komnr][sex, age] = value
    now = of_year(figures("2024v2", leaves))
    years = readings(STATISTIC, 2024, [before, now])
    mask = find_pattern(years, 5_000).mask
    known = years["unchanged"]
    added = decoys(known, mask, [before, now])
    broken = set(is_safe(known.system, known.hidden(mask), RULE))
    assert set(is_safe(known.system, known.hidden(mask | added), RULE)) <= broken
    of = shown_before([before, now], mask | added)
    assert len(added) <= max(0, len(of.changed) - len(shown_before([before, now], mask).unchanged))
    assert all(known.system.values[known.cells["2024v2", cell]] >= THRESHOLD for cell in added)
