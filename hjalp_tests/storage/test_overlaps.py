"""Address spells that overlap (R8): the one begun last counts, of two begun on one day the greater address (or kommune)."""

import random
from datetime import date, timedelta

import polars as pl
import pytest

from hjalp_pipeline.storage.registers import load, prepare
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.naive.registers import read_registers
from hjalp_tests.storage.extract import BEFADR, BEFBOP, EXTRACT, LETTERS, rows, write

ANNA = "0101501234"
Years = tuple[int, int | None]


def days(years: Years) -> tuple[str | None, str | None]:
    return f"{years[0]}-01-01", f"{years[1]}-01-01" if years[1] else None


def lived(
    root: DataRoot, homes: list[tuple[str, Years]], places: list[tuple[str, str, Years]]
) -> list[tuple[object, ...]]:
    """Anna's spells of residence (kommune, from, to) by homes (address) and places (address, kommune)."""
    write(
        root,
        {
            "befbop": rows(BEFBOP, *((ANNA, address, *days(years)) for address, years in homes)),
            "befadr": rows(BEFADR, *((address, kom, *days(years)) for address, kom, years in places)),
        },
    )
    register = load(root, EXTRACT)
    (person,) = register.find(pl.Series([int(ANNA)], dtype=pl.UInt32), pl.Series([None], dtype=pl.String))
    spells = register.spells_of(pl.Series([person], dtype=pl.UInt32))
    return spells.select("komnr", pl.col("fra").dt.year(), pl.col("til").dt.year()).rows()


ALWAYS: list[tuple[str, str, Years]] = [("a", "101", (1990, None)), ("b", "147", (1990, None))]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("homes", "places", "expected"),
    [
        # persons: begun last, also when the other lasts longer
        ([("a", (2000, None)), ("b", (2005, 2010))], ALWAYS, [(101, 2000, 2005), (147, 2005, 2010), (101, 2010, None)]),
        ([("b", (2000, None)), ("a", (2005, None))], ALWAYS, [(147, 2000, 2005), (101, 2005, None)]),
        # begun on one day: the greater address
        ([("b", (2000, None)), ("a", (2000, None))], ALWAYS, [(147, 2000, None)]),
        ([("b", (2000, 2005)), ("a", (2000, None))], ALWAYS, [(147, 2000, 2005), (101, 2005, None)]),
        # the one begun last counts also where its address is unknown, or in no kommune that day
        ([("a", (2000, None)), ("c", (2005, 2010))], ALWAYS, [(101, 2000, 2005), (101, 2010, None)]),
        (
            [("a", (2000, None)), ("b", (2005, 2010))],
            [("a", "101", (1990, None)), ("b", "147", (1990, 2007))],
            [(101, 2000, 2005), (147, 2005, 2007), (101, 2010, None)],
        ),
        # addresses: the spell begun last, of two begun on one day the greater kommune
        (
            [("a", (2000, None))],
            [("a", "101", (1990, None)), ("a", "147", (1995, 2005))],
            [(147, 2000, 2005), (101, 2005, None)],
        ),
        (
            [("a", (2000, None))],
            [("a", "147", (1990, 2005)), ("a", "101", (1990, None))],
            [(147, 2000, 2005), (101, 2005, None)],
        ),
        # spells that hold no day overlap nothing
        ([("a", (2000, None)), ("b", (2005, 2005))], ALWAYS, [(101, 2000, None)]),
        ([("a", (2000, None)), ("b", (2005, 2001))], ALWAYS, [(101, 2000, None)]),
    ],
)  # fmt: skip
def test_the_spell_begun_last_counts(
    root: DataRoot,
    homes: list[tuple[str, Years]],
    places: list[tuple[str, str, Years]],
    expected: list[tuple[object, ...]],
) -> None:
    pieces = lived(root, homes, places)
    joined: list[tuple[object, ...]] = []
    for komnr, fra, til in pieces:
        if joined and joined[-1][0] == komnr and joined[-1][2] == fra:
            joined[-1] = (komnr, joined[-1][1], til)
        else:
            joined.append((komnr, fra, til))
    assert joined == expected
    assert lived(root, homes[::-1], places[::-1]) == pieces, "the order of records means nothing"


def test_they_are_counted(root: DataRoot) -> None:
    spells = [
        (ANNA, "a", "2000-01-01", None),
        (ANNA, "b", "2005-01-01", None),
        (ANNA, "b", "2006-01-01", "2006-02-01"),
        (LETTERS, "a", "2000-01-01", "2005-01-01"),
        (LETTERS, "b", "2005-01-01", None),  # touching
        (LETTERS, "b", "2007-01-01", "2007-01-01"),  # no day
        (LETTERS, "b", "2007-01-01", "2006-01-01"),  # the end before the beginning
        ("3112341234", "a", "2000-01-01", None),
        ("3112341234", "a", "2000-01-01", None),  # the same row twice
        ("0202502345", "a", "2000-01-01", None),  # nobody the register knows
        ("0202502345", "b", "2000-01-01", None),
    ]
    places = [
        ("a", "101", "1990-01-01", None),
        ("a", "147", "2000-01-01", "2001-01-01"),
        ("b", "147", "1990-01-01", "2000-01-01"),
        ("b", "101", "2000-01-01", None),
        ("b", "860", "2000-01-01", "2000-01-01"),
    ]
    write(root, {"befbop": rows(BEFBOP, *spells), "befadr": rows(BEFADR, *places)})
    assert prepare(root, EXTRACT).remarks == {
        "persons_with_overlapping_spells": 2,
        "addresses_with_overlapping_spells": 1,
        "befbop_spells_without_a_day": 2,
        "befadr_spells_without_a_day": 1,
        "befadr_spells_in_no_kommune": 0,
        "deaths_after_the_extract": 0,
    }
    write(root)
    assert set(prepare(root, EXTRACT).remarks.values()) == {0}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [pl.String, pl.Int64])
@pytest.mark.parametrize("seed", range(4))
def test_as_the_second_opinion(root: DataRoot, seed: int, kind: type[pl.DataType]) -> None:
    """Random spells of persons and addresses, nearly all overlapping, looked up day by day."""
    rng = random.Random(seed)
    first = date(1999, 12, 20)

    def spell() -> tuple[str, str | None]:
        begins = first + timedelta(days=rng.randrange(24))
        ends = begins + timedelta(days=rng.randrange(-1, 12))
        return begins.isoformat(), rng.choice([ends.isoformat(), ends.isoformat(), None])

    people = [ANNA, LETTERS, "3112341234"]
    addresses = ["8", "9", "10", "11"]
    changed = {
        "befbop": rows(BEFBOP, *((rng.choice(people), rng.choice(addresses), *spell()) for _ in range(18))),
        "befadr": rows(BEFADR, *((rng.choice(addresses[1:]), rng.choice(["101", "147", "411"]), *spell()) for _ in range(9))),
    }  # fmt: skip
    write(root, {name: frame.with_columns(pl.col("adresse_id").cast(kind)) for name, frame in changed.items()})
    register, naive = load(root, EXTRACT), read_registers(root.path, EXTRACT)
    numbers = pl.Series([int(pnr) if pnr.isdigit() else None for pnr in people], dtype=pl.UInt32)
    found = register.spells_of(register.find(numbers, pl.Series([None, LETTERS, None], dtype=pl.String)))
    for row, pnr in enumerate(people):
        for number in range(40):
            day = first + timedelta(days=number)
            holds = (pl.col("fra") <= day) & (pl.col("til").is_null() | (pl.col("til") > day))
            komnr = found.filter(holds, row=row)["komnr"].to_list()
            assert len(komnr) <= 1
            kom = str(komnr[0]) if komnr and komnr[0] != 411 else None
            assert kom == naive.residence(pnr, day), (pnr, day)
