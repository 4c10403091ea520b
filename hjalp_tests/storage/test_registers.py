"""Register extracts: refused as a whole, prepared once, and what the rules find in them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.registers import FILES, extracts, load, newest_extract, prepare
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.storage import extract as made_up
from hjalp_tests.storage.extract import (
    BEFADR,
    BEFBOP,
    DAY_PLUS_60,
    DOD,
    EXTRACT,
    LARGE,
    LETTERS,
    PERSON,
    files,
    rows,
    write,
)

MARKER = "SECRETMARKER"


def find(register: Register, *numbers: str) -> list[int | None]:
    small = [int(text) if text.isdigit() and len(text) == 10 and int(text) < 2**32 else None for text in numbers]
    texts = [None if value is not None else text for value, text in zip(small, numbers, strict=True)]
    found = register.find(pl.Series(small, dtype=pl.UInt32), pl.Series(texts, dtype=pl.String))
    return found.to_list()


def homes(register: Register, pnr: str) -> list[tuple[object, ...]]:
    (person,) = find(register, pnr)
    spells = register.spells_of(pl.Series([person], dtype=pl.UInt32))
    return spells.select(pl.col("fra", "til").cast(pl.String), "komnr").rows()


@pytest.mark.skipif(not Path("/proc/self/smaps").is_file(), reason="the system does not say what is mapped")
def test_looked_up_spells_are_given_back(root: DataRoot) -> None:
    """A register of 47 million spells must not stay in memory because persons all over it were looked up."""
    write(root)
    register = load(root, EXTRACT)
    assert _mapped(".bin") == 0
    assert register.residences.komnr.sum() > 0
    assert _mapped(".bin") > 0
    assert homes(register, "0101501234")
    assert _mapped(".bin") == 0


def _mapped(ending: str) -> int:
    """KiB of mapped files of an ending that lie in this process's memory."""
    sizes, name = 0, ""
    for line in Path("/proc/self/smaps").read_text().splitlines():
        head, _, rest = line.partition(" ")
        if not head.endswith(":"):
            name = rest
        elif head == "Rss:" and name.endswith(ending):
            sizes += int(rest.split()[0])
    return sizes


def test_what_the_rules_see(root: DataRoot) -> None:
    write(root)
    register = load(root, EXTRACT)
    assert (register.extract, len(register.fingerprint)) == (EXTRACT, 64)
    assert register.pnr.to_list() == [101501234, 3112341234]
    assert find(register, "0101501234", "3112341234", LETTERS, DAY_PLUS_60, LARGE, "0202502345", "010150abcd") == [
        0, 1, 2, 3, 4, None, None,
    ]  # fmt: skip
    assert register.persons.rows() == [
        (1, date(1950, 1, 1), None),
        (2, date(1934, 12, 31), date(2024, 6, 15)),
        (2, date(1950, 1, 1), date(2024, 7, 16)),
        (1, date(1950, 1, 1), None),
        (2, date(1950, 12, 1), None),
    ]
    assert register.persons.schema == {"koen": pl.UInt8, "foed_dato": pl.Date, "doddato": pl.Date}


def test_spells_are_the_overlap_of_person_and_address(root: DataRoot) -> None:
    write(root)
    register = load(root, EXTRACT)
    assert homes(register, "0101501234") == [
        ("2000-01-01", "2007-01-01", 101),  # the address changed kommune while the person lived there
        ("2007-01-01", "2010-01-01", 147),
        ("2010-01-01", None, 860),
    ]
    assert homes(register, LETTERS) == [("2015-01-01", "2024-07-16", 860)]
    assert homes(register, DAY_PLUS_60) == [("2000-01-01", "2007-01-01", 101), ("2007-01-01", None, 147)]
    assert homes(register, "3112341234") == [] == homes(register, LARGE)


OVERLAPS = [
    # the person's spell, the address's -> theirs together (2000 = 2000-01-01)
    ((2000, 2010), (2000, 2010), (2000, 2010)),
    ((2000, 2010), (1990, 2020), (2000, 2010)),
    ((2000, 2010), (2003, 2005), (2003, 2005)),
    ((2000, 2010), (2005, 2020), (2005, 2010)),
    ((2000, 2010), (1990, 2005), (2000, 2005)),
    ((2000, None), (1990, 2005), (2000, 2005)),
    ((2000, 2010), (2005, None), (2005, 2010)),
    ((2000, None), (2005, None), (2005, None)),
    ((2000, 2010), (2010, 2020), None),  # touching: nothing in common
    ((2000, 2010), (1990, 2000), None),
    ((2000, 2010), (2011, None), None),
    ((2000, None), (1990, 2000), None),
]
Years = tuple[int, int | None]


@pytest.mark.parametrize(("person", "address", "both"), OVERLAPS)
def test_touching_and_overlapping(root: DataRoot, person: Years, address: Years, both: Years | None) -> None:
    def days(years: Years) -> tuple[str | None, str | None]:
        return f"{years[0]}-01-01", f"{years[1]}-01-01" if years[1] else None

    spells = rows(BEFBOP, ("0101501234", "a", *days(person)))
    write(root, {"befbop": spells, "befadr": rows(BEFADR, ("a", "101", *days(address)))})
    assert homes(load(root, EXTRACT), "0101501234") == ([(*days(both), 101)] if both else [])


@pytest.mark.parametrize("kind", [pl.Int64, pl.Int32, pl.String])
def test_adresse_id_as_text_or_number(root: DataRoot, kind: type[pl.DataType]) -> None:
    renamed = {"a": "10", "b": "9", "c": "8"}
    changed = {
        name: files()[name].with_columns(pl.col("adresse_id").replace(renamed).cast(kind))
        for name in ("befbop", "befadr")
    }
    write(root, changed)
    register = load(root, EXTRACT)
    assert homes(register, LETTERS) == [("2015-01-01", "2024-07-16", 860)]
    assert len(homes(register, "0101501234")) == 3


@pytest.mark.parametrize("kom", [pl.Int64, pl.String])
def test_kom_as_text_or_number(root: DataRoot, kom: type[pl.DataType]) -> None:
    write(root, {"befadr": files()["befadr"].with_columns(pl.col("kom").cast(kom))})
    assert homes(load(root, EXTRACT), LETTERS) == [("2015-01-01", "2024-07-16", 860)]


@pytest.mark.parametrize("schema", [BEFBOP, dict.fromkeys(BEFBOP, pl.Null)])
def test_empty_address_history(root: DataRoot, schema: pl.Schema) -> None:
    write(root, {"befbop": pl.DataFrame(schema=schema)})
    register = load(root, EXTRACT)
    assert find(register, "0101501234", LETTERS) == [0, 2]
    assert homes(register, "0101501234") == [] == homes(register, LETTERS)


def test_empty_extract(root: DataRoot) -> None:
    write(root, {name: frame.clear() for name, frame in files().items()})
    register = load(root, EXTRACT)
    assert find(register, "0101501234", LETTERS) == [None, None]
    assert register.persons.is_empty()


def test_only_odd_numbers(root: DataRoot) -> None:
    write(root, {"person": rows(PERSON, (LETTERS, 2, "1950-01-01"))})
    assert find(load(root, EXTRACT), "0101501234", LETTERS) == [None, 0]


# ---- refusals
def _without(name: str, column: str) -> dict[str, pl.DataFrame | None]:
    return {name: files()[name].drop(column)}


def _added(name: str, schema: pl.Schema, *row: object) -> dict[str, pl.DataFrame | None]:
    return {name: pl.concat([files()[name], rows(schema, row)])}


REFUSED: dict[str, tuple[Callable[[], dict[str, pl.DataFrame | None]], str]] = {
    **{f"no {name}": (lambda name=name: {name: None}, f"{name}.parquet is missing") for name in FILES},  # type: ignore[misc]
    **{
        f"{name} without {column}": (lambda name=name, column=column: _without(name, column), f"{name}.parquet has no column {column}")  # type: ignore[misc]
        for name, columns in FILES.items()
        for column in columns
    },
    "person twice": (lambda: _added("person", PERSON, "0101501234", 1, "1950-01-01"), "person.parquet has 1 duplicate pnr"),
    "odd person twice": (lambda: _added("person", PERSON, LETTERS, 1, "1950-01-01"), "person.parquet has 1 duplicate pnr"),
    "large person twice": (lambda: _added("person", PERSON, LARGE, 1, "1950-01-01"), "person.parquet has 1 duplicate pnr"),
    "dead twice": (lambda: _added("dod", DOD, "3112341234", "2024-06-16"), "dod.parquet has 1 duplicate pnr"),
    "odd dead twice": (lambda: _added("dod", DOD, LETTERS, "2024-06-16"), "dod.parquet has 1 duplicate pnr"),
    "unknown dead twice": (lambda: _added("dod", DOD, "0202502345", "2024-06-16"), "dod.parquet has 1 duplicate pnr"),
    "person without pnr": (lambda: _added("person", PERSON, None, 1, "1950-01-01"), "person.parquet has 1 rows without pnr"),
    "dead without pnr": (lambda: _added("dod", DOD, None, "2024-06-16"), "dod.parquet has 1 rows without pnr"),
    "dead without day": (lambda: _added("dod", DOD, "0202502346", None), "dod.parquet has 1 rows without doddato"),
    "koen 3": (lambda: _added("person", PERSON, "0303501234", 3, "1950-01-01"), "has 1 rows whose koen is not 1 or 2"),
    "koen null": (lambda: _added("person", PERSON, "0303501234", None, "1950-01-01"), "has 1 rows without koen"),
    "koen -1": (lambda: _added("person", PERSON, "0303501234", -1, "1950-01-01"), "has 1 rows whose koen is not 1 or 2"),
    "koen M": (
        lambda: {"person": files()["person"].with_columns(koen=pl.lit("M"))},
        "person.parquet has 5 rows whose koen is not 1 or 2",
    ),
    **{
        f"born {day}": (
            # the default binds the day of this turn, which mypy cannot type
            lambda day=day: _added("person", PERSON, "0303501234", 1, day),  # type: ignore[misc]
            f"person.parquet has 1 rows whose foed_dag {rule}, the first is row 6",
        )
        for day, rule in (
            ("1799-12-31", "is before 1800"),
            ("0001-01-01", "is before 1800"),
            ("2025-04-05", "is after the extract"),
            ("2099-01-01", "is after the extract"),
        )
    },
    "dead before 1800": (
        lambda: _added("dod", DOD, "0202502346", "1799-12-31"),
        "dod.parquet has 1 rows whose doddato is before 1800, the first is row 4",
    ),
    "koen as a fraction": (
        lambda: {"person": files()["person"].with_columns(pl.col("koen").cast(pl.Float64))},
        "person.parquet has koen as Float64, not text or a whole number",
    ),
    "foed_dag null": (lambda: _added("person", PERSON, "0303501234", 1, None), "has 1 rows without foed_dag"),
    "pnr as a number": (
        lambda: {"person": files()["person"].with_columns(pnr=pl.int_range(pl.len()))},
        "person.parquet has pnr as Int64, not text",
    ),
    "pnr as a number in the address history": (
        lambda: {"befbop": files()["befbop"].with_columns(pnr=pl.int_range(pl.len()))},
        "befbop.parquet has pnr as Int64, not text",
    ),
    "a date as text": (
        lambda: {"dod": files()["dod"].with_columns(doddato=pl.lit(MARKER))},
        "dod.parquet has doddato as String, not a date",
    ),
    "adresse_id of two kinds": (
        lambda: {"befadr": files()["befadr"].with_columns(adresse_id=pl.int_range(pl.len()))},
        "adresse_id is text in one of befbop.parquet and befadr.parquet and a number in the other",
    ),
    "spell of nobody": (lambda: _added("befbop", BEFBOP, None, "a", "2000-01-01", None), "befbop.parquet has 1 rows without pnr"),
    "spell nowhere": (
        lambda: _added("befbop", BEFBOP, "0101501234", None, "2000-01-01", None),
        "befbop.parquet has 1 rows without adresse_id",
    ),
    "spell without beginning": (
        lambda: _added("befbop", BEFBOP, "0101501234", "a", None, None),
        "befbop.parquet has 1 rows without bop_vfra",
    ),
    "address without kommune": (lambda: _added("befadr", BEFADR, "d", None, "2000-01-01", None), "befadr.parquet has 1 rows without kom"),
    "kommune of four digits": (
        lambda: {"befadr": files()["befadr"].with_columns(kom="0" + pl.col("kom"))},
        "befadr.parquet has 3 rows whose kom is not three digits",
    ),
    "kommune by name": (
        lambda: {"befadr": files()["befadr"].with_columns(kom=pl.lit("Aalborg"))},
        "befadr.parquet has 3 rows whose kom is not three digits",
    ),
    "antal as a fraction": (
        lambda: {"folketal": files()["folketal"].with_columns(pl.col("antal").cast(pl.Float64))},
        "folketal.parquet has antal as Float64, not a whole number",
    ),
    "a year that is none": (
        lambda: {"folketal": files()["folketal"].with_columns(aar=pl.lit(None, pl.Int64))},
        "folketal.parquet has 14700 rows without aar",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_as_a_whole(root: DataRoot, name: str) -> None:
    changes, message = REFUSED[name]
    write(root, changes())
    with pytest.raises(InputError, match=f"^registers/{EXTRACT} is refused: .*{message}") as refusal:
        prepare(root, EXTRACT)
    everything = f"{refusal.value!r} {refusal.value.__cause__} {refusal.value.__context__}"
    secrets = [*files()["person"]["pnr"], "0303501234", "0202502345", MARKER, "1950-01-01"]
    assert not [secret for secret in secrets if secret in everything], "no value in the message"
    assert not list((root.lake / "registers").rglob("*.*"))
    write(root)
    assert prepare(root, EXTRACT).counts["persons"] == 5, "a corrected extract is taken"


def test_everything_that_is_wrong_is_told_at_once(root: DataRoot) -> None:
    changed = {
        "person": pl.concat([files()["person"]] * 2).with_columns(koen=3),
        "dod": None,
        "befbop": files()["befbop"].drop("bop_vfra", "pnr"),
        "befadr": files()["befadr"].with_columns(adr_vfra=pl.lit(MARKER), kom=pl.lit(1.5)),
        "folketal": files()["folketal"].filter(pl.col("kom") != "101"),
    }
    write(root, changed)
    with pytest.raises(InputError) as refusal:
        prepare(root, EXTRACT, {2024: True, 2023: True, 2022: False})
    assert str(refusal.value).removeprefix(f"registers/{EXTRACT} is refused: ").split("; ") == [
        "person.parquet has 10 rows whose koen is not 1 or 2, the first is row 1",
        "person.parquet has 5 duplicate pnr, the first is row 6",
        "dod.parquet is missing",
        "befbop.parquet has no column pnr",
        "befbop.parquet has no column bop_vfra",
        "befadr.parquet has kom as Float64, not text or a whole number",
        "befadr.parquet has adr_vfra as String, not a date",
        "folketal.parquet has no rows for 2023",
        "folketal.parquet lacks 1 of the 98 kommuner, the first is 101 in 2024",
    ]


def test_odd_but_not_refused(root: DataRoot) -> None:
    """Old codes of kommuner, codes of countries, days at the edge: taken, and counted where they are odd."""
    changed = {
        **_added("person", PERSON, "0303501234", 1, "1800-01-01"),
        **_added("dod", DOD, "0303501234", "9999-12-31"),
        "befadr": pl.concat(
            [
                files()["befadr"],
                rows(
                    BEFADR,
                    ("d", "083", "1980-01-01", "2007-01-01"),
                    ("e", "955", "1980-01-01", None),
                    ("f", "411", "1980-01-01", None),
                    ("g", "083", "1980-01-01", "2007-01-02"),
                    ("h", "000", "2020-01-01", None),
                ),
            ]
        ),
    }
    write(root, changed)
    remarks = prepare(root, EXTRACT).remarks
    assert remarks["deaths_after_the_extract"] == 1
    assert remarks["befadr_spells_in_no_kommune"] == 2
    assert load(root, EXTRACT).persons["foed_dato"].min() == date(1800, 1, 1)
    write(root, _added("person", PERSON, "0303501234", 1, EXTRACT))
    assert prepare(root, EXTRACT).remarks["deaths_after_the_extract"] == 0


def test_refused_when_not_parquet(root: DataRoot) -> None:
    (write(root) / "dod.parquet").write_bytes(b"pnr;doddato\n")
    with pytest.raises(InputError, match=r"dod\.parquet is not a Parquet file"):
        load(root, EXTRACT)


def test_refused_after_it_was_prepared(root: DataRoot) -> None:
    """A faulty extract laid over a good one: the arrays of the good one are not used in its place."""
    folder = write(root)
    prepare(root, EXTRACT)
    (folder / "dod.parquet").unlink()
    with pytest.raises(InputError, match=r"dod\.parquet is missing"):
        load(root, EXTRACT)
    write(root, {"person": pl.concat([files()["person"]] * 2)})
    with pytest.raises(InputError, match="5 duplicate pnr"):
        load(root, EXTRACT)


# ---- prepared once
def marks(path: Path) -> dict[str, int]:
    return {file.name: file.stat().st_mtime_ns for file in path.iterdir()}


def test_prepared_once(root: DataRoot) -> None:
    write(root)
    first = prepare(root, EXTRACT)
    before = marks(first.path)
    assert prepare(root, EXTRACT) == first
    load(root, EXTRACT)
    assert marks(first.path) == before
    assert list(root.lake.rglob("*.tmp")) == []
    assert not (first.path / "spill").exists()


@pytest.mark.parametrize("name", FILES)
def test_prepared_again_when_a_file_changes(root: DataRoot, name: str) -> None:
    write(root)
    first = prepare(root, EXTRACT)
    folder = root.registers / EXTRACT
    changed = files()[name]
    changed[:-1].write_parquet(folder / f"{name}.parquet")
    second = prepare(root, EXTRACT)
    assert second.fingerprint != first.fingerprint
    assert {file for file in FILES if second.files[file] != first.files[file]} == {name}
    assert second.path != first.path
    assert not first.path.exists(), "the old arrays are removed"
    expected = 4 if name == "person" else 5
    assert load(root, EXTRACT).persons.height == expected


def test_the_fingerprint_is_of_the_content(root: DataRoot) -> None:
    """The same files laid down again are the same extract."""
    write(root)
    first = load(root, EXTRACT).fingerprint
    write(root)
    assert load(root, EXTRACT).fingerprint == first


def test_the_order_of_records_means_nothing(root: DataRoot) -> None:
    write(root)
    write(root, {name: frame.reverse() for name, frame in files().items()}, "2025-04-05")
    one, other = load(root, EXTRACT), load(root, "2025-04-05")
    assert one.persons.equals(other.persons)
    for array in ("first", "fra", "til", "komnr"):
        assert getattr(one.residences, array).tolist() == getattr(other.residences, array).tolist()


def test_more_than_one_batch(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hjalp_pipeline.storage.residences._BATCH", 2)
    write(root)
    register = load(root, EXTRACT)
    assert register.residences.first.tolist() == [0, 3, 3, 4, 6, 6]
    assert homes(register, LETTERS) == [("2015-01-01", "2024-07-16", 860)]


# ---- which extracts there are
def test_newest_extract(root: DataRoot) -> None:
    assert extracts(root) == []
    with pytest.raises(InputError, match="holds no extract"):
        newest_extract(root)
    for name in ("2025-04-04", "2024-12-31", "2025-10-03", "notes", "20251231", "2025-13-01", "2026-01-01.tmp"):
        (root.registers / name).mkdir(parents=True)
    (root.registers / "2026-01-01").write_text("a file is no extract")
    assert extracts(root) == ["2024-12-31", "2025-04-04", "2025-10-03"]
    assert newest_extract(root) == "2025-10-03"


def test_the_made_up_extract_is_as_the_interface_says() -> None:
    assert {name: tuple(frame.columns) for name, frame in made_up.files().items()} == FILES


def test_an_extract_that_is_not_there_is_named_beside_those_that_are(root: DataRoot) -> None:
    with pytest.raises(InputError, match=r"registers/2031-01-01 does not exist; there is no extract"):
        prepare(root, "2031-01-01")
    (root.registers / "2025-04-04").mkdir(parents=True)
    with pytest.raises(InputError, match=r"registers/2031-01-01 does not exist; there is 2025-04-04"):
        prepare(root, "2031-01-01")
