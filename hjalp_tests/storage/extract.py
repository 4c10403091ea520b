"""A made-up register extract for the tests, small enough to read. All CPR numbers are made up."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl

from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries.write import whole_population

EXTRACT = "2025-04-04"
LETTERS, DAY_PLUS_60, LARGE = "010150ABCD", "6101501234", "9912501234"
PERSON = pl.Schema({"pnr": pl.String, "koen": pl.Int64, "foed_dag": pl.Date})
DOD = pl.Schema({"pnr": pl.String, "doddato": pl.Date})
BEFBOP = pl.Schema({"pnr": pl.String, "adresse_id": pl.String, "bop_vfra": pl.Date, "bop_vtil": pl.Date})
BEFADR = pl.Schema({"adresse_id": pl.String, "kom": pl.String, "adr_vfra": pl.Date, "adr_vtil": pl.Date})


def rows(schema: pl.Schema, *values: tuple[object, ...]) -> pl.DataFrame:
    """Rows of a register file; days as text."""
    days = [column for column, kind in schema.items() if kind == pl.Date]
    text = pl.Schema({column: pl.String() if column in days else kind for column, kind in schema.items()})
    return pl.DataFrame(values, schema=text, orient="row").with_columns(pl.col(days).str.to_date("%Y-%m-%d"))


def files() -> dict[str, pl.DataFrame]:
    """The five files of a faultless extract."""
    return dict(_files())


@cache
def _files() -> dict[str, pl.DataFrame]:
    return {
        "person": rows(
            PERSON,
            ("3112341234", 2, "1934-12-31"),
            ("0101501234", 1, "1950-01-01"),
            (LETTERS, 2, "1950-01-01"),
            (DAY_PLUS_60, 1, "1950-01-01"),
            (LARGE, 2, "1950-12-01"),
        ),
        "dod": rows(DOD, ("3112341234", "2024-06-15"), (LETTERS, "2024-07-16"), ("0202502345", "2020-01-01")),
        "befbop": rows(
            BEFBOP,
            ("0101501234", "a", "2000-01-01", "2010-01-01"),
            ("0101501234", "b", "2010-01-01", None),
            (LETTERS, "b", "2015-01-01", "2024-07-16"),
            (DAY_PLUS_60, "a", "2000-01-01", None),
            ("0202502345", "a", "2000-01-01", None),  # nobody the register knows
            ("3112341234", "c", "2000-01-01", None),  # no such address
        ),
        "befadr": rows(
            BEFADR,
            ("a", "101", "1990-01-01", "2007-01-01"),
            ("a", "147", "2007-01-01", None),
            ("b", "860", "1990-01-01", None),
        ),
        "folketal": whole_population([(2024, "101", 1, 74, 100)]),
    }


def write(root: DataRoot, changes: Mapping[str, pl.DataFrame | None] | None = None, extract: str = EXTRACT) -> Path:
    """Write an extract, with some files changed or (None) left out; returns its folder."""
    folder = root.registers / extract
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in {**files(), **(changes or {})}.items():
        if frame is not None:
            frame.write_parquet(folder / f"{name}.parquet")
    return folder
