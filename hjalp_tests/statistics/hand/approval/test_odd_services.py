"""What looks odd in a kommune's services: each check just below and at its limit, and the real history's faults."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.statistics.hand.approval.odd_services import Seen, oddities
from hjalp_pipeline.statistics.hand.codelists.first_quarters import FIRST_KVARTAL

CODE, OTHER = "30013", "31202"
QUARTERS = FIRST_KVARTAL.until(Kvartal(2024, 4))
K2 = Kvartal(2024, 2)
ORDINARY = Seen(
    aar=2024,
    persons={CODE: dict.fromkeys(QUARTERS, 100), OTHER: dict.fromkeys(QUARTERS, 700)},
    expected={CODE: 90.0, OTHER: 650.0, "31133": 2.0},
    groups={CODE: (140, 3), OTHER: (900, 30)},
)


def codes(aar: int = 2024, **changes: Any) -> list[tuple[str, str]]:
    return [(odd.code, odd.periode) for odd in oddities(replace(ORDINARY, aar=aar, **changes))]


def persons(special: dict[Kvartal, int], others: int = 100, until: Kvartal = QUARTERS[-1]) -> dict[str, Any]:
    series = {**dict.fromkeys(QUARTERS, others), **special}
    return {"expected": {}, "persons": {CODE: {quarter: n for quarter, n in series.items() if quarter <= until}}}


def test_an_ordinary_year() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, [("NUL", "2024K2")]),
        (1, [("NUL", "2024K2")]),
        (50, [("SPRING", "2024K2"), ("SPRING", "2024K3")]),
        (51, []),
        (199, []),
        (200, [("SPRING", "2024K2"), ("SPRING", "2024K3")]),
        (300, [("MANGE", "2024K2")]),
    ],
)
def test_a_quarter_far_from_the_others(count: int, expected: list[tuple[str, str]]) -> None:
    assert codes(**persons({K2: count})) == expected


def test_a_small_code_may_come_and_go() -> None:
    assert codes(**persons({K2: 0}, others=19)) == []
    assert codes(**persons({K2: 39}, others=10)) == []
    assert codes(**persons({K2: 40}, others=20)) == [("SPRING", "2024K2"), ("SPRING", "2024K3")]
    assert codes(**persons({K2: 60}, others=2)) == [("MANGE", "2024K2")]


@pytest.mark.parametrize(
    ("aar", "expected"),
    [
        (2019, []),
        (2020, ["MANGE 2020K2"]),
        (2021, ["MANGE 2021K1"]),
        (2022, ["MANGE 2022K1"]),
        (2023, ["SPRING 2023K1"]),
    ],
)
def test_too_many_from_2020k2_to_2022k4(aar: int, expected: list[str]) -> None:
    """Frederiksberg: seen in every year, although in 2021 and 2022 all neighbouring quarters are as wrong."""
    wrong = dict.fromkeys(Kvartal(2020, 2).until(Kvartal(2022, 4)), 450)
    found = codes(aar, **persons(wrong, until=Kvartal(aar, 4)))
    assert [" ".join(one) for one in found] == expected


def test_the_quarters_of_a_year_are_told_in_one_sentence() -> None:
    wrong = dict.fromkeys(Kvartal(2024, 1).until(Kvartal(2024, 4)), 1450)
    (odd,) = oddities(replace(ORDINARY, **persons(wrong)))
    assert odd.look.startswith(
        "Behandling (§ 102 i lov om social service): personer 1.450 i 2024K1, 1.450 i 2024K2, 1.450 i 2024K3, 1.450 i 2024K4, "
        "mod normalt omkring 100. Se efter"
    )


def test_a_service_that_is_missing_whole() -> None:
    """Varde: no § 102 in its system."""
    none = {CODE: dict.fromkeys(QUARTERS, 0)}
    assert codes(persons=none, expected={CODE: 19.9}) == []
    assert codes(persons=none, expected={CODE: 20.0}) == [("MANGLER", "2024")]
    assert codes(**(persons({}) | {"expected": {CODE: 20.0}})) == []


def test_a_new_code_may_rise_in_its_first_year() -> None:
    begins = Kvartal(2024, 1)
    rising = {quarter: 50 * 2**place for place, quarter in enumerate(begins.until(Kvartal(2024, 4)))}
    assert codes(persons={"31183": rising}, expected={}) == []
    falling = {begins: 100, begins.next(): 50}
    assert codes(persons={"31183": falling}, expected={}) == [("SPRING", "2024K2")]


@pytest.mark.parametrize(("groups", "expected"), [((40, 20), True), ((40, 19), False), ((39, 39), False)])
def test_services_without_target_group(groups: tuple[int, int], expected: bool) -> None:
    assert (codes(groups={CODE: groups}) == [("UDEN_MAALGRUPPE", "2024")]) == expected


@given(st.dictionaries(st.sampled_from(QUARTERS), st.integers(0, 10**5)), st.sampled_from([2015, 2020, 2024]))
def test_it_speaks_of_the_year_alone(series: dict[Kvartal, int], aar: int) -> None:
    found = oddities(replace(ORDINARY, aar=aar, persons={CODE: series}))
    assert all(odd.periode.startswith(str(aar)) and odd.look.endswith(".") for odd in found)
