"""What a selector of the StatBank's API means (api.statbank.dk: jokers, bounds, nth-rules)."""

from __future__ import annotations

import pytest

from hjalp_pipeline.publishing.table import Text, Value, Variable
from hjalp_pipeline.serving.statbank_errors import Refused
from hjalp_pipeline.serving.statbank_selectors import chosen

QUARTERS = [f"{year}K{quarter}" for year in (2023, 2024, 2025) for quarter in (1, 2, 3, 4)]
TIME = Variable("Tid", Text("tid", "time"), tuple(Value(q, Text(q, q)) for q in QUARTERS), role="time")
AGES = ["TOT", "0024", "2549", "90-"]
AGE = Variable("ALDER", Text("alder", "age"), tuple(Value(a, Text(a, a)) for a in AGES), total="TOT")


def codes(variable: Variable, *selectors: str) -> list[str]:
    places = {code.upper(): place for place, code in enumerate(variable.codes)}
    return [variable.codes[place] for place in chosen(variable, places, selectors)]


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        (["*"], QUARTERS),
        (["2024k2"], ["2024K2"]),
        (["*K1"], ["2023K1", "2024K1", "2025K1"]),
        (["202*K1"], ["2023K1", "2024K1", "2025K1"]),
        (["2024*"], QUARTERS[4:8]),
        (["(1)"], ["2025K4"]),
        (["(2)"], ["2025K3"]),
        (["-(2)"], ["2023K2"]),
        (["first(1)"], ["2023K1"]),
        (["last(1)"], ["2025K4"]),
        (["(-n+3)"], QUARTERS[-3:]),
        (["(-n 3)"], QUARTERS[-3:]),
        (["-(-n+3)"], QUARTERS[:3]),
        (["(-n+99)"], QUARTERS),
        (["(4n+1)"], ["2023K4", "2024K4", "2025K4"]),
        (["(odd)"], QUARTERS[1::2]),
        (["(n)"], QUARTERS),
        ([">=2025K3"], ["2025K3", "2025K4"]),
        ([">2025K3"], ["2025K4"]),
        (["<2023K2"], ["2023K1"]),
        (["<=2023K2"], ["2023K1", "2023K2"]),
        ([">=2023K4<=2024K2"], ["2023K4", "2024K1", "2024K2"]),
        ([">=2020K1<=2023K1"], ["2023K1"]),
        (["2025K1", "(1)", "2023K1", "2025K1"], ["2023K1", "2025K1", "2025K4"]),
    ],
)
def test_time_comes_in_its_order_and_none_twice(selectors: list[str], expected: list[str]) -> None:
    assert codes(TIME, *selectors) == expected


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        (["90-", "tot"], ["90-", "TOT"]),
        (["*"], AGES),
        (["*4"], ["0024"]),
        ([">=2549"], ["2549", "90-"]),
        (["<0024"], ["TOT"]),
    ],
)
def test_others_come_as_they_were_asked_for(selectors: list[str], expected: list[str]) -> None:
    assert codes(AGE, *selectors) == expected


@pytest.mark.parametrize(
    ("variable", "selector"),
    [
        (TIME, text)
        for text in ("2022K1", "(99)", "(0)", "()", "(n", "(1;2)", ">2025K4", "9*", "?", "x" * 101, "(2147483648)")
    ]
    + [(AGE, text) for text in ("(1)", "99", ">=99", "[0-9]*", "00??", "")],
)
def test_what_finds_nothing_is_refused(variable: Variable, selector: str) -> None:
    with pytest.raises(Refused) as told:
        codes(variable, "*", selector)
    assert (told.value.status, told.value.code) == (400, "EXTRACT-NOTFOUND")


@pytest.mark.parametrize("selector", ["sum(0024;2549)", "SUM(x=0024;2549)", "subtract(0024;2549)"])
def test_nothing_is_added_up(selector: str) -> None:
    with pytest.raises(Refused, match="EXTRACT-NOTALLOWED"):
        codes(AGE, selector)
