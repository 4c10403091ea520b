"""Whole or not at all: every file is written under a temporary name, flushed to disk and renamed."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl

_BLOCK = 1 << 20
#: A temporary file older than this belongs to no process that still runs.
ABANDONED_SECONDS = 24 * 3600
#: Rows a Parquet row group holds: larger ones cost memory, much smaller ones cost reading time.
_COMPACT = json.JSONEncoder(ensure_ascii=False).encode
_PRETTY_DEPTH = 2
ROW_GROUP = 250_000


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside ``path`` that takes its place when the block ends well, and is removed when it does not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{uuid4().hex}.tmp")  # short: the name itself may be as long as a name can be
    try:
        yield temporary
        sync(temporary)
        temporary.replace(path)
        sync(path.parent)
    finally:
        if temporary.is_dir():
            shutil.rmtree(temporary, ignore_errors=True)
        else:
            temporary.unlink(missing_ok=True)


def sweep(*folders: Path) -> int:
    """Remove what a killed process left below the folders: temporary files and folders older than a day; returns how many."""
    limit = time.time() - ABANDONED_SECONDS
    found = [path for folder in folders for path in folder.rglob(".*.tmp") if _modified(path) < limit]
    for path in found:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(found)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another run has just renamed it into place
        return float("inf")


def sync(path: Path) -> None:
    """Flush a file or directory to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_bytes(path: Path, content: bytes, mode: int | None = None) -> None:
    """Write a file whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_bytes(content)
        if mode is not None:
            temporary.chmod(mode)


def write_json(path: Path, content: Any) -> None:
    """Write JSON (UTF-8, keys in the order given) whole or not at all."""
    write_bytes(path, (_pretty(content) + "\n").encode())


def _pretty(value: Any, depth: int = 1) -> str:
    """JSON with the outer levels a line each. ``json.dumps(indent=)`` goes through Python value by value: ten times slower."""
    if depth > _PRETTY_DEPTH or not isinstance(value, dict | list) or not value:
        return _COMPACT(value)
    if isinstance(value, dict):
        items = [f"{_COMPACT(str(key))}: {_pretty(item, depth + 1)}" for key, item in value.items()]
    else:
        items = [_pretty(item, depth + 1) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    margin = "\n" + " " * depth
    return f"{opening}{margin}{(',' + margin).join(items)}\n{' ' * (depth - 1)}{closing}"


def read_json(path: Path) -> Any:
    """Read JSON; None when there is no such file."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return None


def write_parquet(path: Path, frame: pl.DataFrame) -> None:
    """Write a frame as Parquet, in its row order, whole or not at all."""
    with replacing(path) as temporary:
        frame.write_parquet(temporary, compression="zstd", compression_level=1, row_group_size=ROW_GROUP)


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Read one Parquet file. The path is taken as it is written: brackets and stars in it are no pattern."""
    return pl.read_parquet(path, columns=list(columns) if columns is not None else None, glob=False)


def sha256(path: Path) -> str:
    """SHA-256 of a file's content, read in blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def fingerprint(*parts: object) -> str:
    """SHA-256 over the parts' text, the same on every machine."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


def code_fingerprint(*packages: str, leave_out: tuple[str, ...] = ()) -> str:
    """SHA-256 over the source files of packages (or modules) below ``hjalp_pipeline``.

    Stored results carry it, so that they go stale when the code that made them changes. ``leave_out``: names of files
    that do not matter to the result.
    """
    here = Path(__file__).resolve().parents[1]
    digest = hashlib.sha256()
    for package in packages:
        place = here / package
        for file in [place] if place.is_file() else sorted(place.rglob("*")):
            if file.is_file() and file.name not in leave_out and file.suffix in {".py", ".csv", ".xsd", ".sql"}:
                digest.update(file.relative_to(here).as_posix().encode() + b"\x00" + file.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock while the block runs, exclusive or ``shared``; the system frees it when the process dies, however it dies."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)


def is_locked(path: Path) -> bool:
    """Whether a living process holds the lock; False also when there is no such file."""
    try:
        with path.open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except (BlockingIOError, PermissionError):  # another user's lock is his to judge
        return True
    return False
