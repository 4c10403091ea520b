"""What the office's key decides: the same for each release of a year, spread as it is said to be, and never unsafe."""

from dataclasses import replace

import numpy as np
import pytest

from hjalp_pipeline.confidentiality.attack import beyond_help, is_safe
from hjalp_pipeline.confidentiality.keyed import CHANCE, FALL, OfficeKey, priced, thresholds, wished
from hjalp_pipeline.confidentiality.keyed_pattern import protect_by_key, protect_with
from hjalp_pipeline.confidentiality.model import SystemBuilder
from hjalp_pipeline.confidentiality.suppress import Work, protect
from hjalp_tests.confidentiality.brute_force import some_cases, tables
from hjalp_tests.examples import times

QUICK = Work(units=1)
NAMES = [("t", str(number), "2024", "2024v1") for number in range(20_000)]


def key(number: int) -> OfficeKey:
    return OfficeKey(number.to_bytes(32, "big"))


def test_a_key_is_told_by_its_hash_alone() -> None:
    one = key(7)
    assert one.secret.hex() not in f"{one!r} {one} {vars(one)['secret'] is None}"
    assert one.digest != key(8).digest
    with pytest.raises(ValueError, match="a key has 32 bytes"):
        OfficeKey(b"short")


def test_each_attempt_of_a_key_is_a_key_of_its_own() -> None:
    assert key(7).attempt(0) == key(7)
    tried = [key(7).attempt(1), key(7).attempt(2), key(8).attempt(1), key(7)]
    assert len({one.digest for one in tried}) == len(tried)


def test_the_numbers_of_a_key_are_these_on_every_machine() -> None:
    assert key(7).numbers("price", [("t", "a"), ("ta",)]).tolist() == [2969742152542331389, 689346643195449568]


def test_every_version_of_a_year_has_the_same_thresholds_and_another_key_has_others() -> None:
    later = [(*name[:-1], "2024v2") for name in NAMES]
    assert np.array_equal(thresholds(NAMES, key(1)), thresholds(later, key(1)))
    assert not np.array_equal(thresholds(NAMES, key(1)), thresholds(NAMES, key(2)))


@pytest.mark.parametrize("value", [3, 4, 6, 9])
def test_a_figure_is_below_its_threshold_as_often_as_is_said(value: int) -> None:
    share = float((thresholds(NAMES, key(3)) > value).mean())
    said = CHANCE * (3 / value) ** FALL
    assert share == pytest.approx(said, abs=4 * np.sqrt(said / len(NAMES)))
    assert thresholds(NAMES, key(3)).min() == 3


def test_prices_are_those_of_the_cells_times_one_to_two() -> None:
    builder = SystemBuilder()
    for name in NAMES[:500]:
        builder.add_cell(name, 9, primary=False)
    system = builder.build()
    factor = priced(system, key(4)).cost / system.cost
    assert factor.min() >= 1
    assert factor.max() < 2
    assert factor.std() == pytest.approx(12**-0.5, abs=0.03)


def count_unsafe(kind: str, seed: int, count: int) -> int:
    """Patterns by key that fail the attacker, and that could have been safe."""
    wrong = 0
    for number, (system, _) in enumerate(some_cases(kind, seed, count)):
        one = key(1000 * seed + number)
        found = protect_by_key(system, "up3", one, work=QUICK)
        again = protect_by_key(system, "up3", one, work=QUICK)
        assert np.array_equal(found.hidden, again.hidden)
        assert np.all(found.hidden | ~system.primary)
        broken = is_safe(system, found.hidden & ~system.open, "up3")
        wrong += len(set(broken) - beyond_help(system, ~system.open, "up3", broken))
        # What the key wished for and nothing protects is shown.
        assert set(broken) <= set(np.flatnonzero(system.primary).tolist())
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["nested", "linked", "releases"])
def test_patterns_by_key_are_safe(kind: str) -> None:
    assert count_unsafe(kind, 5, 25) == 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["nested", "linked", "releases"])
def test_patterns_by_key_are_safe_on_many(kind: str) -> None:
    assert count_unsafe(kind, 6, times(1_000)) == 0


@pytest.mark.slow
def test_no_table_that_agrees_can_be_ruled_out() -> None:
    """For each there is what a key may wish that makes the program hide the very same cells."""
    tried = 0
    for system, _ in some_cases("nested", 11, 20):
        found = protect(system, "up3", work=QUICK)
        if found.unprotectable or not found.hidden.any():
            continue
        every = tables(system, found.hidden)
        if every is None:
            continue
        for table in every[:: max(1, len(every) // 12)]:
            values = system.values.copy()
            values[found.hidden] = table
            other = replace(system, values=values, primary=(values > 0) & (values < 3), open=values < system.lower)
            again = protect_with(other, found.hidden & ~other.primary, "up3", work=QUICK)
            assert np.array_equal(again.hidden, found.hidden)
            tried += not np.array_equal(values, system.values)
    assert tried > 25


def test_wishes_are_cells_that_may_be_shown() -> None:
    for system, _ in some_cases("nested", 3, 10):
        wishes = wished(system, key(9))
        assert not np.any(wishes & (system.open | system.primary | (system.values < 3)))
