"""The register as the rules see it: whom a number finds, and where that person lived."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.rules import register as register_module
from hjalp_pipeline.rules.register import Register
from hjalp_tests.rules.made_up import Person, number, register

NUMBERS = (
    "0000000000",
    "0000000001",
    "0101501234",
    "0101501235",
    "3112991234",
    "4294967295",  # the largest of 32 bits
    "4294967296",
    "9999999999",
    "010150-1234",
    "101501234",
    "ABC",
    "abc",
    "",
)


def find(people: Register, wanted: list[str]) -> list[int | None]:
    pnr = pl.Series("pnr", [number(text) for text in wanted], dtype=pl.UInt32)
    text = pl.Series("pnr_tekst", [None if number(t) is not None else t for t in wanted], dtype=pl.String)
    found = people.find(pnr, text)
    assert found.name == "person"
    assert found.dtype == pl.UInt32
    return found.to_list()


@given(st.sets(st.sampled_from(NUMBERS)), st.lists(st.sampled_from(NUMBERS), max_size=12))
def test_find_agrees_with_a_dict(known: set[str], wanted: list[str]) -> None:
    people = register(*map(Person, sorted(known)))
    ordered = sorted(known, key=lambda text: (number(text) is None, text))
    place = {text: index for index, text in enumerate(ordered)}
    assert find(people, wanted) == [place.get(text) for text in wanted]


def test_find_many() -> None:
    known = [f"{n:010d}" for n in range(0, 20_000, 3)]
    people = register(*map(Person, known))
    assert find(people, [f"{n:010d}" for n in range(9_000)]) == [None if n % 3 else n // 3 for n in range(9_000)]


@pytest.mark.parametrize("wanted", [[], ["0101501234"], ["ABC"], ["0101501234", "ABC"]])
def test_an_empty_register_knows_nobody(wanted: list[str]) -> None:
    assert find(register(), wanted) == [None] * len(wanted)


@pytest.mark.parametrize("at_a_time", [1, 3, 100])
def test_spells_of(at_a_time: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register_module, "_ROWS", at_a_time)
    people = register(
        Person(pnr="0000000001", homes=(("101", "1960-01-01", "2000-01-01"), ("147", "2000-01-01", None))),
        Person(pnr="0000000002"),
        Person(pnr="ABC", homes=(("860", "2020-01-01", None),)),
    )
    found = people.spells_of(pl.Series([2, 1, 0, 2], dtype=pl.UInt32))
    texts = found.sort("row", "fra").with_columns(pl.col("fra", "til").cast(pl.String))
    assert texts.rows() == [
        (0, "2020-01-01", None, 860),
        (2, "1960-01-01", "2000-01-01", 101),
        (2, "2000-01-01", None, 147),
        (3, "2020-01-01", None, 860),
    ]
    assert people.spells_of(pl.Series([], dtype=pl.UInt32)).is_empty()
