"""What a selection of PxWebApi 2 means: codes, masks and expressions."""

from __future__ import annotations

import pytest

from hjalp_pipeline.publishing.table import Variable
from hjalp_pipeline.serving.pxweb_expressions import selected
from hjalp_pipeline.serving.pxweb_problems import Problem
from hjalp_tests.serving.test_statbank_selectors import AGE, AGES, QUARTERS, TIME

NOTHING = (
    "2022K1 9* TOP(0) TOP(-1) TOP(x) TOP() TOP(1,2,3) TOP(99999999) BOTTOM(1,99) RANGE(2023K1) RANGE(2023K1,x) TO() MIDDLE(1) [0-9]* "
    "RANGE(2023K1,2023K2,2023K3) FROM(2022K1) FROM(2023K1,2023K2)"
)


def codes(variable: Variable, *values: str) -> list[str]:
    places = {code.upper(): place for place, code in enumerate(variable.codes)}
    return [variable.codes[place] for place in selected(variable, places, values)]


@pytest.mark.parametrize(
    ("variable", "values", "expected"),
    [
        (TIME, ["*"], QUARTERS),
        (TIME, ["2024k2", "2023K1"], ["2023K1", "2024K2"]),
        (TIME, ["TOP(2)"], QUARTERS[-2:]),
        (TIME, ["top(2,1)"], QUARTERS[-3:-1]),
        (TIME, ["BOTTOM(2)"], QUARTERS[:2]),
        (TIME, ["bottom(1,2)"], QUARTERS[2:3]),
        (TIME, ["TOP(99)"], QUARTERS),
        (TIME, ["RANGE(2023K4,2024K2)"], QUARTERS[3:6]),
        (TIME, ["RANGE(2024K2, 2023K4)"], QUARTERS[3:6]),
        (TIME, ["FROM(2025K3)"], QUARTERS[-2:]),
        (TIME, ["to(2023K2)"], QUARTERS[:2]),
        (TIME, ["????K1"], QUARTERS[::4]),
        (TIME, ["*K1", "TOP(1)", "2023K1"], [*QUARTERS[::4], "2025K4"]),
        (AGE, ["90-", "TOT"], ["90-", "TOT"]),
        (AGE, ["TOP(1)"], ["TOT"]),
        (AGE, ["BOTTOM(2)"], ["2549", "90-"]),
        (AGE, ["BOTTOM(1,1)"], ["2549"]),
        (AGE, ["FROM(2549)", "TOT"], ["2549", "90-", "TOT"]),
        (AGE, ["??4?", "*4"], ["2549", "0024"]),
        (AGE, ["*"], AGES),
    ],
)
def test_selections(variable: Variable, values: list[str], expected: list[str]) -> None:
    assert codes(variable, *values) == expected


@pytest.mark.parametrize("value", [*NOTHING.split(), "x" * 101, ""])
def test_what_finds_nothing_or_is_not_written_so_is_refused(value: str) -> None:
    with pytest.raises(Problem) as told:
        codes(TIME, "*", value)
    assert told.value.status == 400
    assert told.value.title in ("Non-existent value", "Illegal selection expression")
