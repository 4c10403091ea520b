"""Register extracts: prepared once, and what the rules find in them."""

import os
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.storage import registers
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.extract_rows import Looked
from hjalp_pipeline.storage.registers import FILES, extracts, load, newest_extract, prepare
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.storage import extract as made_up
from hjalp_tests.storage.extract import (
    BEFADR,
    BEFBOP,
    DAY_PLUS_60,
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


@pytest.mark.slow
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


@pytest.fixture
def builds(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Each preparation from the files themselves."""
    made: list[Path] = []
    build = registers._build

    def counting(source: Path, looked: Looked, target: Path) -> tuple[dict[str, int], dict[str, int]]:
        made.append(target)
        return build(source, looked, target)

    monkeypatch.setattr(registers, "_build", counting)
    return made


def test_statistics_share_what_one_has_prepared(root: DataRoot, builds: list[Path]) -> None:
    write(root)
    other = DataRoot(root.path, "other")
    mine, theirs = prepare(root, EXTRACT), prepare(other, EXTRACT)
    assert len(builds) == 1
    assert theirs.path.is_relative_to(other.lake)
    assert (theirs.fingerprint, theirs.counts, theirs.remarks) == (mine.fingerprint, mine.counts, mine.remarks)
    shutil.rmtree(mine.path)
    assert homes(load(other, EXTRACT), "0101501234") == homes(load(root, EXTRACT), "0101501234")
    assert len(builds) == 1, "and back again"


@pytest.mark.slow
def test_what_another_statistic_has_is_taken_only_as_it_was_written(root: DataRoot, builds: list[Path]) -> None:
    write(root)
    persons = prepare(root, EXTRACT).path / "persons.parquet"
    persons.write_bytes(persons.read_bytes()[:-1] + b"\0")
    prepare(DataRoot(root.path, "other"), EXTRACT)
    assert len(builds) == 2


def test_a_disk_without_links_has_copies(root: DataRoot, builds: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(os, "link", refuse)
    write(root)
    mine, theirs = prepare(root, EXTRACT), prepare(DataRoot(root.path, "other"), EXTRACT)
    assert len(builds) == 1
    for path in mine.path.iterdir():
        assert (theirs.path / path.name).read_bytes() == path.read_bytes()
        assert (theirs.path / path.name).stat().st_mode & 0o077 == 0
