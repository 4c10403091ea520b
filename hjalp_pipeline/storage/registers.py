"""Register extracts: refused as a whole when faulty, prepared once into integer-keyed arrays, memory-mapped after that.

Preparation joins 47 million address spells with 5.4 million addresses; a run afterwards reads only what its persons need.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from hjalp_pipeline.rules.register import Register, Residences
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.duck import sql_text
from hjalp_pipeline.storage.entries import PreparedExtract, read_entry, write_entry
from hjalp_pipeline.storage.extract_contract import (
    CONTRACT,
    told_of_years,
)
from hjalp_pipeline.storage.extract_rows import Looked, look
from hjalp_pipeline.storage.files import OWNER, locked, read_parquet, replacing_folder
from hjalp_pipeline.storage.fingerprints import code_fingerprint, fingerprint, sha256
from hjalp_pipeline.storage.hashes import mark
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.residences import SELECTS, SPELL_ARRAYS, build_residences
from hjalp_pipeline.storage.root import DataRoot

#: Files of an extract and the columns each must hold.
FILES: dict[str, tuple[str, ...]] = {name: tuple(columns) for name, columns in CONTRACT.items()}
#: The modules that read an extract.
_CODE = tuple(f"storage/{name}.py" for name in ("registers", "extract_rows", "residences", "extract_contract"))


@dataclass(frozen=True, slots=True)
class Extract:
    """A prepared register extract: its date, SHA-256 by file, one over all of them, and where the arrays lie.

    ``counts``: persons and spells; ``remarks``: what is odd and not refused, by name; ``population``: by year of
    ``folketal`` what keeps it from being whole (R10).
    """

    date: str
    files: dict[str, str]
    fingerprint: str
    path: Path
    counts: dict[str, int]
    remarks: dict[str, int]
    population: dict[int, list[str]]


def extracts(root: DataRoot) -> list[str]:
    """Dates of the extracts there are, oldest first."""
    if not root.registers.is_dir():
        return []
    return sorted(path.name for path in root.registers.iterdir() if path.is_dir() and _is_date(path.name))


def newest_extract(root: DataRoot) -> str:
    """Date of the newest extract; InputError when there is none."""
    found = extracts(root)
    if not found:
        raise InputError("registers/ holds no extract (a folder named by its date, 2025-04-04)")
    return found[-1]


def _is_date(name: str) -> bool:
    try:
        return date.fromisoformat(name).isoformat() == name
    except ValueError:
        return False


@cache
def preparation_code() -> str:
    """Hash of all code between the files of an extract and what the rules see of it."""
    return fingerprint(code_fingerprint(*_CODE, "codelists"), *map(sql_text, SELECTS))


def prepare(root: DataRoot, extract: str, years: Mapping[int, bool] | None = None) -> Extract:
    """Validate and prepare an extract unless that was done for these very files; InputError refuses it as a whole.

    ``years``: for which years the population must be whole, and whether each must be there at all: a release needs its
    reference years, a quarter's working tables do without the shares of a year whose population is not yet known.
    """
    source = root.registers / extract
    if not source.is_dir():
        raise InputError(f"registers/{extract} does not exist; there is {', '.join(extracts(root)) or 'no extract'}")
    with locked(root.lake / "locks" / f"register-{extract}"):
        prepared = _prepared(root, extract, source, years or {})
    _refuse(extract, told_of_years(prepared.population, years or {}))
    return prepared


def _refuse(extract: str, faults: list[str]) -> None:
    if faults:
        raise InputError(f"registers/{extract} is refused: {'; '.join(faults)}")


def _prepared(root: DataRoot, extract: str, source: Path, years: Mapping[int, bool]) -> Extract:
    paths = {name: source / f"{name}.parquet" for name in FILES}
    marks = {name: mark(path.stat()) for name, path in paths.items() if path.is_file()}
    code = preparation_code()
    target = root.lake / "registers" / extract
    known = read_entry(target / "extract.json", PreparedExtract)
    if known is not None and not _intact(root, target, known):
        known = None
    there = known is not None and known.code == code and known.marks.keys() == marks.keys()
    if known is not None and there and known.marks != marks and known.files == _hashes(source):
        # Copied or restored: the same content need not be prepared again.
        known = replace(known, marks=marks)
        write_entry(target / "extract.json", PreparedExtract, known)
    current = known is not None and known.marks == marks and known.code == code
    if not current:
        known = _of_another_statistic(root, extract, marks, code)
    if known is None:
        looked = look(source)
        _refuse(extract, looked.faults and looked.faults + told_of_years(looked.population, years))
        arrays = target / fingerprint(marks, code)[:16]
        shutil.rmtree(arrays, ignore_errors=True)
        with replacing_folder(arrays) as building:
            counts, overlaps = _build(source, looked, building)
            for path in building.iterdir():
                path.chmod(OWNER)
            parts = {path.name: sha256(path) for path in sorted(building.iterdir())}
        known = PreparedExtract(
            marks=marks,
            code=code,
            files=_hashes(source),
            arrays=arrays.name,
            parts=parts,
            counts=counts,
            remarks=overlaps | looked.remarks,
            population=looked.population,
        )
    if not current:
        write_entry(target / "extract.json", PreparedExtract, known)
        for stale in target.iterdir():
            if stale.is_dir() and stale.name != known.arrays:
                shutil.rmtree(stale, ignore_errors=True)
    return Extract(
        extract,
        known.files,
        fingerprint(known.files),
        target / known.arrays,
        known.counts,
        known.remarks,
        known.population,
    )


def _of_another_statistic(root: DataRoot, extract: str, marks: Mapping[str, str], code: str) -> PreparedExtract | None:
    """What another statistic of the data root has prepared of these very files by this code, its arrays linked to ours.

    Each lake stands alone: what one removes stays with the other.
    """
    mine = root.lake / "registers" / extract
    for entry in sorted(root.path.glob(f"*/lake/registers/{extract}/extract.json")):
        known = read_entry(entry, PreparedExtract)
        if entry.parent == mine or known is None or known.marks != marks or known.code != code:
            continue
        arrays = mine / known.arrays
        shutil.rmtree(arrays, ignore_errors=True)
        try:
            with replacing_folder(arrays) as building:
                for name, digest in known.parts.items():
                    _link(entry.parent / known.arrays / name, building / name)
                    if sha256(building / name) != digest:
                        raise FileNotFoundError(name)
        except FileNotFoundError:  # not as it was written, or just being removed
            continue
        return known
    return None


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # a disk without links, or another one
        shutil.copyfile(source, target)
        target.chmod(OWNER)


def _hashes(source: Path) -> dict[str, str]:
    return {name: sha256(source / f"{name}.parquet") for name in FILES}


def _intact(root: DataRoot, target: Path, known: PreparedExtract) -> bool:
    """Whether the arrays are as they were written."""
    lake = Lake(root)
    names = {name: lake.relative(target / known.arrays / name) for name in known.parts}
    whole = all(lake.intact(names[name], digest) for name, digest in known.parts.items())
    lake.hashes.save()
    return whole


def load(root: DataRoot, extract: str) -> Register:
    """An extract as the rules see it (prepared first if need be)."""
    prepared = prepare(root, extract)
    persons = read_parquet(prepared.path / "persons.parquet")
    # An empty file cannot be mapped.
    arrays = {
        name: np.memmap(prepared.path / f"{name}.bin", kind, "r") if prepared.counts["spells"] else np.zeros(0, kind)
        for name, kind in SPELL_ARRAYS.items()
    }
    return Register(
        extract=extract,
        fingerprint=prepared.fingerprint,
        pnr=persons.get_column("pnr").drop_nulls(),
        persons=persons.drop("pnr"),
        odd=read_parquet(prepared.path / "odd.parquet"),
        residences=Residences(first=np.load(prepared.path / "first.npy", mmap_mode="r"), **arrays),
    )


def _build(source: Path, looked: Looked, target: Path) -> tuple[dict[str, int], dict[str, int]]:
    """Write persons and residences; returns counts and remarks."""
    person, dead = looked.persons, looked.dead
    looked.persons = looked.dead = pl.DataFrame()  # 10 million persons: not held while the residences are joined
    by_number = dead.filter(pl.col("number").is_not_null()).select("number", "doddato")
    by_text = dead.filter(pl.col("number").is_null()).select("pnr_tekst", pl.col("doddato").alias("odd_doddato"))
    joined = (
        person.join(by_number, on="number", how="left", maintain_order="left")
        .join(by_text, on="pnr_tekst", how="left", maintain_order="left")
        .with_columns(pl.coalesce("doddato", "odd_doddato").alias("doddato"))
        .with_row_index("person")
    )
    joined.select(pnr="number", koen="koen", foed_dato="foed_dato", doddato="doddato").write_parquet(
        target / "persons.parquet"
    )
    odd = joined.filter(pl.col("number").is_null()).select("pnr_tekst", "person")
    odd.write_parquet(target / "odd.parquet")
    numbers = joined.filter(pl.col("number").is_not_null()).select(pnr="number", person="person")
    del joined, person, dead, by_number, by_text
    found = build_residences(source, target, numbers, odd)
    spells = found.pop("spells")
    return {"persons": numbers.height + odd.height, "spells": spells}, found
