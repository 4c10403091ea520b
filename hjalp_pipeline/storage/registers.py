"""Register extracts: refused as a whole when faulty, prepared once into integer-keyed arrays, memory-mapped after that.

Preparation joins 47 million address spells with 5.4 million addresses; a run afterwards reads only what its persons need.
"""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from hjalp_pipeline.rules.register import Register, Residences
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.duck import calculator, parquet, sql_text
from hjalp_pipeline.storage.files import (
    code_fingerprint,
    fingerprint,
    locked,
    read_json,
    read_parquet,
    replacing,
    sha256,
    write_json,
)
from hjalp_pipeline.storage.hashes import mark
from hjalp_pipeline.storage.root import DataRoot

#: Files of an extract and the columns each must hold.
FILES: dict[str, tuple[str, ...]] = {
    "person": ("pnr", "koen", "foed_dag"),
    "dod": ("pnr", "doddato"),
    "befbop": ("pnr", "adresse_id", "bop_vfra", "bop_vtil"),
    "befadr": ("adresse_id", "kom", "adr_vfra", "adr_vtil"),
    "folketal": ("aar", "kom", "koen", "alder", "antal"),
}
_DATES = ("foed_dag", "doddato", "bop_vfra", "bop_vtil", "adr_vfra", "adr_vtil")
_BATCH = 1_000_000
_UINT32 = 2**32
#: Array files of the spells and their types.
_SPELL_ARRAYS = {"fra": "<i4", "til": "<i4", "komnr": "<u2"}


@dataclass(frozen=True, slots=True)
class Extract:
    """A prepared register extract: its date, SHA-256 by file, one over all of them, and where the arrays lie."""

    date: str
    files: dict[str, str]
    fingerprint: str
    path: Path
    counts: dict[str, int]


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


def prepare(root: DataRoot, extract: str) -> Extract:
    """Validate and prepare an extract unless that was done for these very files; InputError refuses it as a whole."""
    source = root.registers / extract
    with locked(root.lake / "locks" / f"register-{extract}"):
        return _prepared(root, extract, source)


def _prepared(root: DataRoot, extract: str, source: Path) -> Extract:
    if not source.is_dir():
        raise InputError(f"registers/{extract} does not exist; there is {', '.join(extracts(root)) or 'no extract'}")
    missing = [name for name in FILES if not (source / f"{name}.parquet").is_file()]
    if missing:
        raise InputError(f"registers/{extract} is refused: {missing[0]}.parquet is missing")
    marks = {name: mark((source / f"{name}.parquet").stat()) for name in FILES}
    code = code_fingerprint("storage/registers.py") + fingerprint(sql_text("registers/residences"))
    target = root.lake / "registers" / extract
    known = read_json(target / "extract.json")
    if known is not None and known["code"] == code and known["marks"] != marks and known["files"] == _hashes(source):
        # Copied or restored: the same content need not be prepared again.
        known = {**known, "marks": marks}
        write_json(target / "extract.json", known)
    if known is None or known["marks"] != marks or known["code"] != code:
        _check_columns(source, extract)
        with replacing(target / "extract.json") as pending:
            arrays = target / fingerprint(marks, code)[:16]
            shutil.rmtree(arrays, ignore_errors=True)
            with replacing(arrays) as building:
                building.mkdir()
                counts = _build(source, extract, building)
            known = {"marks": marks, "code": code, "files": _hashes(source), "arrays": arrays.name, "counts": counts}
            write_json(pending, known)
        for stale in target.iterdir():
            if stale.is_dir() and stale.name != known["arrays"]:
                shutil.rmtree(stale, ignore_errors=True)
    return Extract(extract, known["files"], fingerprint(known["files"]), target / known["arrays"], known["counts"])


def _hashes(source: Path) -> dict[str, str]:
    return {name: sha256(source / f"{name}.parquet") for name in FILES}


def load(root: DataRoot, extract: str) -> Register:
    """An extract as the rules see it (prepared first if need be)."""
    prepared = prepare(root, extract)
    persons = read_parquet(prepared.path / "persons.parquet")
    # An empty file cannot be mapped.
    arrays = {
        name: np.memmap(prepared.path / f"{name}.bin", kind, "r") if prepared.counts["spells"] else np.zeros(0, kind)
        for name, kind in _SPELL_ARRAYS.items()
    }
    return Register(
        extract=extract,
        fingerprint=prepared.fingerprint,
        pnr=persons.get_column("pnr").drop_nulls(),
        persons=persons.drop("pnr"),
        odd=read_parquet(prepared.path / "odd.parquet"),
        residences=Residences(first=np.load(prepared.path / "first.npy", mmap_mode="r"), **arrays),
    )


def _check_columns(source: Path, extract: str) -> None:
    """Names, and the types that matter: further on a library would guess (a pnr as a number) or quote values in its error."""
    number_as_address = set()
    for name, columns in FILES.items():
        try:
            held = pl.scan_parquet(source / f"{name}.parquet", glob=False).collect_schema()
        except (pl.exceptions.ComputeError, OSError) as fault:
            raise InputError(f"registers/{extract} is refused: {name}.parquet is not a Parquet file") from fault
        for column in columns:
            if column not in held:
                raise InputError(f"registers/{extract} is refused: {name}.parquet has no column {column}")
            kind = held[column]
            unfit = (column == "pnr" and kind.is_numeric()) or (column in _DATES and kind not in (pl.Date, pl.Null))
            if unfit and not isinstance(kind, pl.Datetime):
                raise InputError(f"registers/{extract} is refused: {name}.parquet has {column} as {kind}")
            if column == "adresse_id" and kind != pl.Null:
                number_as_address.add(kind.is_numeric())
    if len(number_as_address) > 1:
        raise InputError(f"registers/{extract} is refused: adresse_id is text in one file and a number in the other")


def _keyed(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Adds ``number`` (UInt32, for ten digits that fit) beside ``pnr``."""
    ten_digits = pl.col("pnr").str.contains(r"^[0-9]{10}$")
    return frame.with_columns(number=pl.when(ten_digits).then(pl.col("pnr").cast(pl.UInt32, strict=False)))


def _unique(frame: pl.DataFrame, extract: str, name: str) -> pl.DataFrame:
    """The frame ordered by number, then odd ones by text; refused when a pnr is null or stands twice."""
    ordered = frame.sort("number", "pnr_tekst", nulls_last=True)
    if ordered.select((pl.col("number").is_null() & pl.col("pnr_tekst").is_null()).any()).item():
        raise InputError(f"registers/{extract} is refused: {name}.parquet has a record without pnr")
    twice = (pl.col("number") == pl.col("number").shift(1)) | (pl.col("pnr_tekst") == pl.col("pnr_tekst").shift(1))
    duplicates = ordered.select(twice.sum()).item()
    if duplicates:
        raise InputError(f"registers/{extract} is refused: {name}.parquet has {duplicates} duplicate pnr")
    return ordered


def _numbered(source: Path, extract: str, name: str, *columns: pl.Expr) -> pl.DataFrame:
    keyed = _keyed(
        pl.scan_parquet(source / f"{name}.parquet", glob=False).select(pl.col("pnr").cast(pl.String), *columns)
    )
    text = pl.when(pl.col("number").is_null()).then("pnr").alias("pnr_tekst")
    return _unique(keyed.with_columns(text).drop("pnr").collect(), extract, name)


def _build(source: Path, extract: str, target: Path) -> dict[str, int]:
    person = _numbered(
        source,
        extract,
        "person",
        pl.col("koen").cast(pl.UInt8, strict=False),
        pl.col("foed_dag").cast(pl.Date).alias("foed_dato"),
    )
    faulty = person.select((~pl.col("koen").is_in([1, 2]).fill_null(value=False) | pl.col("foed_dato").is_null()).sum())
    if faulty.item():
        raise InputError(
            f"registers/{extract} is refused: person.parquet has {faulty.item()} records without koen 1/2 or foed_dag"
        )
    dead = _numbered(source, extract, "dod", pl.col("doddato").cast(pl.Date)).filter(pl.col("doddato").is_not_null())
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
    del joined, person, dead
    spells = _build_residences(source, target, numbers, odd)
    return {"persons": numbers.height + odd.height, "spells": spells}


def _build_residences(source: Path, target: Path, numbers: pl.DataFrame, odd: pl.DataFrame) -> int:
    """Stream the ordered spells out of DuckDB straight into array files; returns their number."""
    count = np.zeros(numbers.height + odd.height + 1, dtype=np.int64)
    total = 0
    with calculator(spill=target / "spill") as connection, _Columns(target, **_SPELL_ARRAYS) as columns:
        for name in ("befbop", "befadr"):
            connection.sql(f"select * from {parquet([source / f'{name}.parquet'])}").create_view(name)
        connection.register("numbers", numbers.to_arrow())
        connection.register("odd", odd.to_arrow())
        for batch in connection.sql(sql_text("registers/residences")).to_arrow_reader(_BATCH):
            frame = pl.DataFrame(batch)
            columns.append(frame)
            count += np.bincount(frame.get_column("person").to_numpy() + 1, minlength=count.size)
            total += frame.height
    if total >= _UINT32:
        raise InputError("the address history has more spells than can be numbered")
    np.save(target / "first.npy", np.cumsum(count).astype(np.uint32))
    shutil.rmtree(target / "spill", ignore_errors=True)
    return total


class _Columns:
    """Plain array files grown batch by batch."""

    def __init__(self, target: Path, **kinds: str) -> None:
        self._kinds = kinds
        self._files = {name: (target / f"{name}.bin").open("wb") for name in kinds}

    def __enter__(self) -> "_Columns":
        return self

    def append(self, frame: pl.DataFrame) -> None:
        for name, kind in self._kinds.items():
            self._files[name].write(frame.get_column(name).to_numpy().astype(kind).tobytes())

    def __exit__(self, *_fault: object) -> None:
        for file in self._files.values():
            file.close()
