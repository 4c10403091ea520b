"""The rows of a register extract: what is looked at before it is prepared."""

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from hjalp_pipeline.storage.extract_contract import (
    first_row,
    population_faults,
    row_faults,
    shape_faults,
)


@dataclass(slots=True)
class Looked:
    """What a first look at the files of an extract has found: all that is wrong with them, and persons and deaths in order."""

    faults: list[str] = field(default_factory=list)
    remarks: dict[str, int] = field(default_factory=dict)
    population: dict[int, list[str]] = field(default_factory=dict)
    persons: pl.DataFrame = field(default_factory=pl.DataFrame)
    dead: pl.DataFrame = field(default_factory=pl.DataFrame)


def look(source: Path) -> Looked:
    """Look at every file whose form is right, also when another's is not: everything wrong is told at once."""
    looked = Looked()
    for name, shape in shape_faults(source).items():
        looked.faults += shape
        if shape:
            continue
        faults, remarks = row_faults(source, name)
        looked.faults += faults
        looked.remarks |= remarks
        if name == "person":
            sex = pl.col("koen").cast(pl.String).cast(pl.UInt8, strict=False)
            looked.persons = _numbered(source, name, sex, pl.col("foed_dag").cast(pl.Date).alias("foed_dato"))
            looked.faults += _doubled(looked.persons, source, name)
        elif name == "dod":
            looked.dead = _numbered(source, name, pl.col("doddato").cast(pl.Date))
            looked.faults += _doubled(looked.dead, source, name)
        elif name == "folketal":
            looked.population = population_faults(source)
    return looked


def with_number(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Adds ``number`` (UInt32, for ten digits that fit) beside ``pnr``."""
    ten_digits = pl.col("pnr").str.contains(r"^[0-9]{10}$")
    return frame.with_columns(number=pl.when(ten_digits).then(pl.col("pnr").cast(pl.UInt32, strict=False)))


def _doubled(ordered: pl.DataFrame, source: Path, name: str) -> list[str]:
    twice = (pl.col("number") == pl.col("number").shift(1)) | (pl.col("pnr_tekst") == pl.col("pnr_tekst").shift(1))
    duplicates = ordered.select(twice.sum()).item()
    if not duplicates:
        return []
    again = ~pl.col("pnr").cast(pl.String).is_first_distinct()
    first = first_row(
        pl.scan_parquet(source / f"{name}.parquet", glob=False).filter(pl.col("pnr").is_not_null()), again
    )
    return [f"{name}.parquet has {duplicates} duplicate pnr, the first is row {first}"]


def _numbered(source: Path, name: str, *columns: pl.Expr) -> pl.DataFrame:
    """A file of persons ordered by number, then odd ones by text."""
    keyed = with_number(
        pl.scan_parquet(source / f"{name}.parquet", glob=False).select(pl.col("pnr").cast(pl.String), *columns)
    )
    text = pl.when(pl.col("number").is_null()).then("pnr").alias("pnr_tekst")
    return keyed.with_columns(text).drop("pnr").collect().sort("number", "pnr_tekst", nulls_last=True)
