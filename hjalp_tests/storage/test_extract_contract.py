"""The contract of a register extract: it is refused as a whole, and everything that is wrong with it is told at once."""

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.registers import FILES, load, prepare
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.storage.extract import (
    BEFADR,
    BEFBOP,
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


@pytest.mark.slow
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
