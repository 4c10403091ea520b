"""A published table is checked when it is made, and every fault is named."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.publishing.table import Symbol, TableError, Text, Value, enumerated, number
from hjalp_tests.publishing.made_up import CELLS, KOEN, STED, SYMBOLS, TID, figures, table

ALL = (STED, KOEN, TID)
TWICE = replace(STED, values=(*STED.values, STED.values[0]))
SAME_TEXT = replace(KOEN, values=(Value("1", Text("Mænd", "All")), Value("2", Text("Kvinder", "All"))))
NO_TEXT = replace(KOEN, values=(Value("1", Text("", "Men")), Value("2", Text("Kvinder", "Women"))))
NO_YEARS = [
    replace(TID, values=(Value(code, Text(code, code)), Value("2024", Text("2024", "2024"))))
    for code in ("2023K1", "23K1", "12024", "٢٠٢٣")
]


def test_the_rows_may_stand_in_any_order() -> None:
    made = table()
    assert made.cells() == CELLS
    assert replace(made, figures=made.figures.reverse().select(*reversed(made.figures.columns))).cells() == CELLS


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"variables": (TID,)}, "two variables or more"),
    ({"variables": (TID, STED)}, "the last of them"),
    ({"variables": (STED, KOEN)}, "the last of them"),
    ({"variables": (STED, replace(KOEN, role="time"), TID)}, "the last of them"),
    ({"variables": (TWICE, KOEN, TID)}, "codes of STED must be there, none empty and none twice"),
    ({"variables": (STED, SAME_TEXT, TID)}, r"texts of KONAMS \(en\)"),
    ({"variables": (STED, NO_TEXT, TID)}, r"texts of KONAMS \(da\)"),
    ({"variables": (STED, replace(KOEN, values=()), TID)}, "codes of KONAMS"),
    ({"variables": (STED, replace(KOEN, text=Text("sted", "sex")), TID)}, "texts of variables"),
    ({"variables": (STED, replace(KOEN, code="STED"), TID)}, "codes of variables"),
    ({"variables": (STED, replace(KOEN, total="0"), TID)}, "the total of KONAMS is not one of its codes"),
    *(({"variables": (STED, KOEN, time)}, "the codes of Tid must be years or quarters") for time in NO_YEARS),
    ({"decimals": 7}, "decimals must be 0 to 6"),
    ({"decimals": -1}, "decimals must be 0 to 6"),
    ({"updated": datetime(2025, 6, 24, 8)}, "needs its offset"),  # noqa: DTZ001
    ({"next_update": datetime(2025, 6, 24, 8)}, "needs its offset"),  # noqa: DTZ001
    ({"figures": figures(ALL, CELLS).drop("KONAMS")}, "must have exactly the columns STED, KONAMS, Tid, value .* and symbol"),
    ({"figures": figures(ALL, CELLS).drop("symbol")}, "must have exactly the columns"),
    ({"symbols": SYMBOLS[:2]}, "a figure or one of the table's signs, and not both"),
    ({"figures": figures(ALL, CELLS).with_columns(symbol=pl.lit(".."))}, "and not both"),
    ({"figures": figures(ALL, CELLS).with_columns(symbol=pl.lit(None, dtype=pl.String))}, "a figure or one of"),
    ({"symbols": (*SYMBOLS, Symbol("-", Text("nul", "nil")))}, "signs must be one to six dots"),
    ({"symbols": (*SYMBOLS, Symbol("", Text("nul", "nil")))}, "signs must be one to six dots"),
    ({"symbols": (*SYMBOLS, Symbol("." * 7, Text("nul", "nil")))}, "signs must be one to six dots"),
    ({"symbols": (*SYMBOLS, SYMBOLS[0])}, "none twice"),
    ({"figures": figures(ALL, CELLS).with_columns(andet=1)}, "must have exactly the columns"),
    ({"figures": figures(ALL, CELLS).cast({"value": pl.Float64})}, "whole numbers"),
    ({"figures": figures(ALL, CELLS)[1:]}, "11 figures, 11 of them of its 12 cells"),
    ({"figures": figures(ALL, CELLS)[[*range(11), 0]]}, "full cross product"),
    ({"figures": figures(ALL, CELLS)[[*range(12), 0]]}, "13 figures"),
    ({"figures": figures((STED, replace(KOEN, values=(Value("1", Text("a", "a")), Value("9", Text("b", "b")))), TID), CELLS)}, "6 of them"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "rule"), FAULTS)
def test_a_fault_is_named(changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(TableError, match=rule) as fault:
        table(**changes)
    assert str(fault.value).startswith("PROEVE1: ")


def test_a_sign_has_up_to_six_dots() -> None:
    six = Symbol("." * 6, Text("ukendt", "unknown"))
    assert table(symbols=(*SYMBOLS, six), cells=[six.sign, *CELLS[1:]]).cells()[0] == six.sign


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(0, 0, "0"), (1234, 0, "1234"), (0, 1, "0.0"), (5, 1, "0.5"), (105, 1, "10.5"), (1000, 1, "100.0"), (5, 2, "0.05"),
     (-5, 1, "-0.5"), (-15, 1, "-1.5"), (-7, 0, "-7")],
)  # fmt: skip
def test_numbers(value: int, decimals: int, shown: str) -> None:
    assert number(value, decimals) == shown


def test_enumerations() -> None:
    assert [enumerated(words, "og") for words in ("a", "ab", "abc")] == ["a", "a og b", "a, b og c"]
