"""Looks for CPR numbers and free texts in anything a file can hold them in; `python -m hjalp_tests.faults.search ROOT` does it.

A file is searched as it lies (UTF-8, Latin-1 and UTF-16 alike), and what is packed in it is taken out: gzip, zlib, zip
(workbooks), base64 of a page's pictures, columns of Parquet, values of SQLite and DuckDB, and whole numbers in binary files.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import re
import sqlite3
import sys
import zipfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

_RUN = re.compile(rb"\d{10,}")
_HYPHEN = re.compile(rb"\d{6}-\d{4}")
#: A number that stood as an integer has lost its zero.
_NINE = re.compile(rb"(?<!\d)\d{9}(?!\d)")
#: A hash in hexadecimal: ten decimal digits in a row are there by chance.
_HASH = re.compile(rb"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{16,128}(?![0-9A-Za-z])")
#: What a changed file is known by (`storage/hashes.py`): size, two moments in nanoseconds since 1970, inode: the same chance.
_MARK = re.compile(rb"(?<![0-9A-Za-z])\d+ 1\d{18} 1\d{18} \d+(?![0-9A-Za-z])")
_BASE64 = re.compile(rb"base64,([A-Za-z0-9+/=]{16,})")
_DEEP = 4

#: Where the records themselves lie, and may: what kommuner and the register delivered, what is computed of it row by row,
#: and the register that is published for researchers behind closed doors. Nothing else may hold a person.
RECORDS = (
    "hjalp/inbox/*/*",
    "registers/*/*.parquet",
    "hjalp/lake/leverancer/??/*.parquet",
    "hjalp/lake/raw/udlaan/*/*.parquet",
    "hjalp/lake/cpr_validated/udlaan/*/*.parquet",
    "hjalp/lake/dates_corrected/udlaan/*/*.parquet",
    "hjalp/lake/paragraph_enriched/udlaan/*/*.parquet",
    "hjalp/lake/kommune_assigned/udlaan/*/*.parquet",
    "hjalp/lake/bestand/*/*.parquet",
    "hjalp/lake/registers/*/*/*",
    "hjalp/releases/*/microdata/GENHJALP.parquet",
    "hand/inbox/*/*",
    "hand/lake/leverancer/??/*.parquet",
    "hand/lake/raw/ydelse/*/*.parquet",
    "hand/lake/cpr_validated/ydelse/*/*.parquet",
    "hand/lake/dates_corrected/ydelse/*/*.parquet",
    "hand/lake/code_known/ydelse/*/*.parquet",
    "hand/lake/kommune_assigned/ydelse/*/*.parquet",
    "hand/lake/spells_united/ydelse/*/*.parquet",
    "hand/lake/bestand/*/*.parquet",
    "hand/lake/registers/*/*/*",
    "hand/releases/*/microdata/HANDIC.parquet",
)


class Secrets:
    """What must not be found: CPR numbers of ten digits, and texts."""

    def __init__(self, numbers: Collection[str], texts: Collection[str] = ()) -> None:
        """``numbers``: of ten digits, as the register has them."""
        self._digits = {number.encode() for number in numbers}
        self._whole = np.array(sorted(int(number) for number in numbers), dtype=np.int64)
        self._texts = [text.encode() for text in texts]

    def in_bytes(self, content: bytes) -> set[str]:
        """What stands in some bytes, in any of the usual encodings."""
        found = {text.decode() for text in self._texts if text in content}
        content = _MARK.sub(b"", _HASH.sub(b"", content))
        found |= {number.decode() for number in _numbers(content) if number in self._digits}
        found |= {"0" + n.decode() for n in _NINE.findall(content) if b"0" + n in self._digits}
        if b"\0" in content:  # UTF-16 and UTF-32 are these letters with zeros between
            found |= self.in_bytes(content.replace(b"\0", b""))
        return found

    def in_numbers(self, values: np.ndarray) -> set[str]:
        """Which of some whole numbers are CPR numbers."""
        if not self._whole.size:
            return set()
        places = np.searchsorted(self._whole, values)
        places[places == self._whole.size] = 0
        return {f"{value:010d}" for value in set(values[self._whole[places] == values].tolist())}

    def in_binary(self, content: bytes) -> set[str]:
        """The same at every place of a binary file, as integers and floats of 64 bits."""
        found: set[str] = set()
        for start in range(min(8, max(0, len(content) - 7))):
            words = np.frombuffer(content, np.int64, (len(content) - start) // 8, start)
            for values in (words, words.view(np.float64)):
                likely = values[(values >= 1e8) & (values < 1e10)]
                found |= self.in_numbers(likely.astype(np.int64)) if likely.size else set()
        return found

    def in_content(self, content: bytes, depth: int = _DEEP) -> set[str]:
        """What stands in bytes and in whatever is packed in them."""
        found = self.in_bytes(content)
        if depth:
            for inner in _unpacked(content):
                found |= self.in_content(inner, depth - 1)
        return found

    def in_file(self, path: Path) -> set[str]:
        """What stands in a file and in its name."""
        content = path.read_bytes()
        found = self.in_content(content) | self.in_bytes(path.name.encode())
        if content[:4] == b"PAR1":
            found |= self._in_frame(pl.read_parquet(path, glob=False))
        elif content.startswith(b"SQLite format 3"):
            for value in _sqlite_values(path):
                found |= self.in_content(value)
        elif content[8:12] == b"DUCK":
            for value in _duckdb_values(path):
                found |= self.in_content(value)
        elif b"\0" in content[:4096]:
            found |= self.in_binary(content)
        return found

    def _in_frame(self, frame: pl.DataFrame) -> set[str]:
        found: set[str] = set()
        for column in frame.get_columns():
            if column.dtype.is_integer() or column.dtype.is_float():
                found |= self.in_numbers(column.drop_nulls().cast(pl.Int64, strict=False).drop_nulls().to_numpy())
            else:
                found |= self.in_content("\n".join(str(value) for value in column.unique().to_list()).encode())
        return found


def _numbers(content: bytes) -> Iterator[bytes]:
    """Everything of ten digits, also inside longer numbers, and with a hyphen."""
    for run in _RUN.findall(content):
        yield from (run[place : place + 10] for place in range(len(run) - 9))
    for number in _HYPHEN.findall(content):
        yield number.replace(b"-", b"")


def _unpacked(content: bytes) -> Iterator[bytes]:
    """What is packed in some bytes, one layer."""
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield name.encode() + b"\n" + packed.read(name)
    elif content[:1] == b"\x78":
        try:
            yield zlib.decompress(content)
        except zlib.error:
            return
    for text in _BASE64.findall(content):
        try:
            yield base64.b64decode(text)
        except binascii.Error:
            continue


def _sqlite_values(path: Path) -> Iterator[bytes]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            for row in connection.execute(f'select * from "{table}"'):
                yield from (value if isinstance(value, bytes) else str(value).encode() for value in row if value)
    finally:
        connection.close()


def _duckdb_values(path: Path) -> Iterator[bytes]:
    """Definitions of the views and rows of the tables; the rows of a view are those of other files."""
    with duckdb.connect(str(path), read_only=True) as connection:
        for row in connection.execute(
            "select sql from duckdb_views() union all select sql from duckdb_tables()"
        ).fetchall():
            yield str(row).encode()
        for schema, table in connection.execute("select schema_name, table_name from duckdb_tables()").fetchall():
            yield str(connection.execute(f'select * from "{schema}"."{table}"').fetchall()).encode()


def may_hold(path: Path, root: Path) -> bool:
    """Whether a file is one of those that the records lie in."""
    return any(path.relative_to(root).match(pattern) for pattern in RECORDS if _depth(pattern) == _depth(path, root))


def _depth(path: Path | str, root: Path | None = None) -> int:
    return len(path.split("/")) if isinstance(path, str) else len(path.relative_to(root or path).parts)


def searched(root: Path, secrets: Secrets) -> tuple[int, dict[str, set[str]]]:
    """How many files of a data root were searched, and what was found in which of those that may hold nothing."""
    files = sorted(path for path in root.rglob("*") if path.is_file() and not may_hold(path, root))
    found = {path.relative_to(root).as_posix(): secrets.in_file(path) for path in files}
    return len(files), {name: hits for name, hits in found.items() if hits}


def numbers_of(root: Path) -> set[str]:
    """Every CPR number of the registers and the deliveries of a data root."""
    found: set[str] = set()
    for pattern in ("registers/*/person.parquet", "*/lake/leverancer/??/*.parquet"):
        for path in root.glob(pattern):
            numbers = pl.read_parquet(path, columns=["pnr"], glob=False).get_column("pnr").drop_nulls().unique()
            found |= {str(number).strip().replace("-", "").zfill(10) for number in numbers.to_list()}
    # Ten times the same digit is nobody's number, and stands in every binary file.
    return {number for number in found if re.fullmatch("[0-9]{10}", number) and len(set(number)) > 1}


if __name__ == "__main__":
    place = Path(sys.argv[1])
    known = numbers_of(place)
    files, hits = searched(place, Secrets(known))
    for name, what in hits.items():
        sys.stdout.write(f"{name}: {len(what)}\n")  # the numbers themselves are not for a terminal
    sys.stdout.write(f"{len(known):,} CPR numbers looked for in {files:,} files: found in {len(hits)}\n")
    sys.exit(bool(hits))
