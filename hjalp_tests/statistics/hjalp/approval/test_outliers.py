"""What looks odd in a kommune's year: each check just below and at its limit, and quiet where chance alone could do it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.statistics.hjalp.approval import outliers
from hjalp_pipeline.statistics.hjalp.approval.outliers import Year, oddities, usual
from hjalp_pipeline.statistics.hjalp.codelists.first import FIRST_KVARTAL

QUARTERS = FIRST_KVARTAL.until(Kvartal(2024, 4))
K2 = Kvartal(2024, 2)
ORDINARY = Year(
    aar=2024,
    issued=dict.fromkeys(QUARTERS, 100),
    returned=dict.fromkeys(QUARTERS, 80),
    largest_day={kvartal: (kvartal.first_day, 5) for kvartal in QUARTERS},
    paragraphs={"SEL_112": 280, "SEL_113": 60},
    local={"90017": 6},
    under_112=280,
)


def codes(**changes: Any) -> list[tuple[str, str]]:
    return [(odd.code, odd.periode) for odd in oddities(replace(ORDINARY, **changes))]


def flow(count: int, others: int = 100, kvartal: Kvartal = K2) -> dict[Kvartal, int]:
    return {**dict.fromkeys(QUARTERS, others), kvartal: count}


def test_an_ordinary_year() -> None:
    assert codes() == []


@pytest.mark.parametrize(("count", "expected"), [(0, ["NUL"]), (1, ["NUL"]), (2, []), (299, []), (300, ["MANGE"])])
@pytest.mark.parametrize("name", ["issued", "returned"])
def test_a_quarter_drops_to_zero_or_is_three_times_the_usual(name: str, count: int, expected: list[str]) -> None:
    assert codes(**{name: flow(count)}) == [(code, "2024K2") for code in expected]


@pytest.mark.parametrize(("others", "expected"), [(19, []), (20, [("NUL", "2024K2")])])
def test_a_small_kommune_may_have_none(others: int, expected: list[tuple[str, str]]) -> None:
    assert codes(issued=flow(0, others)) == expected
    assert codes(issued=flow(5 * others, 19)) == []


def test_only_the_year_and_the_one_before_say_what_is_usual() -> None:
    old = {kvartal: 1000 if kvartal.aar < 2023 else 100 for kvartal in QUARTERS}
    assert usual(old, K2) == 100
    assert usual({Kvartal(2024, 1): 100, Kvartal(2024, 3): 100, K2: 0}, K2) is None, "two are too few"


def test_a_kommune_whose_data_begin_with_the_year() -> None:
    """Tårnby: nothing before 2024."""
    begun = {kvartal: 0 if kvartal.aar < 2024 else 100 for kvartal in QUARTERS}
    assert codes(issued=begun) == []


@pytest.mark.parametrize(("count", "on_day", "expected"), [(40, 20, True), (40, 19, False), (39, 39, False)])
def test_issue_dates_on_one_day(count: int, on_day: int, expected: bool) -> None:
    issued, day = flow(count, 40), {K2: (date(2024, 4, 2), on_day)}
    found = [odd for odd in oddities(replace(ORDINARY, issued=issued, largest_day=day)) if odd.code == "EN_DAG"]
    assert bool(found) == expected
    if expected:
        assert "02.04.2024" in found[0].look


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        ({"SEL_112": 60}, True),
        ({"SEL_112": 59}, False),
        ({"SEL_112": 990, "SEL_113": 10}, True),
        ({"SEL_112": 989, "SEL_113": 11}, False),
        ({}, False),
    ],
)
def test_one_paragraph_alone(paragraphs: dict[str, int], expected: bool) -> None:
    assert (("EN_PARAGRAF", "2024") in codes(paragraphs=paragraphs)) == expected


@pytest.mark.parametrize(
    ("local", "under_112", "expected"),
    [({"999001": 25}, 250, True), ({"999001": 25}, 251, False), ({"999001": 24}, 30, False), ({}, 0, False)],
)
def test_service_like_numbers(local: dict[str, int], under_112: int, expected: bool) -> None:
    assert (("YDELSER", "2024") in codes(local=local, under_112=under_112)) == expected


def test_the_sentence_names_the_most_frequent_numbers() -> None:
    found = oddities(replace(ORDINARY, local={"90017": 30, "999001": 60, "90555": 30, "999002": 1}))
    assert "(flest: 999001, 90017, 90555)" in found[0].look


@given(st.integers(outliers.FEWEST_USUAL, 5000), st.integers(2, 9))
def test_ordinary_variation_is_quiet(middle: int, times: int) -> None:
    """Quarters between a hundredth and three times the usual, in any order, ask nothing."""
    issued = {kvartal: middle * (1 + place % 2) for place, kvartal in enumerate(QUARTERS)}
    assert codes(issued=issued, returned=dict.fromkeys(QUARTERS, middle * times), largest_day={}) == []


@given(st.dictionaries(st.sampled_from(QUARTERS), st.integers(0, 10**6)), st.sampled_from([2023, 2024]))
def test_it_speaks_of_the_year_alone(issued: dict[Kvartal, int], aar: int) -> None:
    year = replace(ORDINARY, aar=aar, issued=issued)
    assert all(odd.periode.startswith(str(aar)) and odd.look.endswith(".") for odd in oddities(year))
