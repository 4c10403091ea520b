"""Whole or not at all: every file is written under a temporary name, flushed to disk and renamed."""

import contextlib
import ctypes
import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl

#: Modes of a file: for the owner alone, as nearly everything is; readable by all, as receipts and what is published are.
OWNER, ALL = 0o600, 0o644
#: Modification time of a temporary file that nothing was written to.
_UNTOUCHED = 0
#: Of ``renameat2``: names are as the process sees them, and change places.
_HERE, _RENAME_EXCHANGE = -100, 2
_OURS = re.compile(r"\.[0-9a-f]{32}\.tmp")
#: Rows a Parquet row group holds: larger ones cost memory, much smaller ones cost reading time.
_COMPACT = json.JSONEncoder(ensure_ascii=False).encode
_PRETTY_DEPTH = 2
ROW_GROUP = 250_000
PARQUET: dict[str, Any] = {"compression": "zstd", "compression_level": 1, "row_group_size": ROW_GROUP}


def make_folder(path: Path, mode: int = 0o700) -> None:
    """Make a folder, and those above it that are not there, with this mode whatever the umask is."""
    if path.is_dir():
        return
    make_folder(path.parent, mode)
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode)
        path.chmod(mode)


@contextlib.contextmanager
def replacing(path: Path, mode: int = OWNER) -> Iterator[Path]:
    """A temporary file beside ``path`` that takes its place when the block ends well, and is removed when it does not.

    ``mode``: of the file; folders that have to be made let the same people in.
    """
    make_folder(path.parent, 0o755 if mode == ALL else 0o700)
    with _temporary(path.parent, _new_file) as temporary:
        yield temporary
        if temporary.stat().st_mtime_ns == _UNTOUCHED:
            raise FileNotFoundError(f"nothing was written for {path.name}")
        _move(temporary, path, mode)


@contextlib.contextmanager
def replacing_folder(path: Path) -> Iterator[Path]:
    """A temporary folder, for the owner alone, that takes the place of ``path`` when the block ends well."""
    make_folder(path.parent)
    with scratch(path.parent) as temporary:
        yield temporary
        _move(temporary, path, 0o700)


@contextlib.contextmanager
def exchanging_folder(path: Path) -> Iterator[Path]:
    """A temporary folder that everybody may read takes the place of ``path`` when the block ends well, and what was there is removed.

    There is no moment without the one or the other. OSError where the file system cannot exchange two folders (EINVAL).
    """
    make_folder(path.parent, 0o755)
    with scratch(path.parent) as temporary:
        yield temporary
        for one in (*temporary.rglob("*"), temporary):
            one.chmod(0o755 if one.is_dir() else ALL)
            sync(one)
        if path.exists():
            _exchange(temporary, path)
        else:
            temporary.rename(path)
        sync(path.parent)


def _exchange(one: Path, other: Path) -> None:
    """Give two names each what the other had, at once (Linux)."""
    call = ctypes.CDLL(None, use_errno=True).renameat2
    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _RENAME_EXCHANGE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(other))


@contextlib.contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """A temporary folder for the owner alone, gone after the block."""
    with _temporary(parent, _new_folder) as temporary:
        yield temporary


def _move(temporary: Path, path: Path, mode: int) -> None:
    temporary.chmod(mode)
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)


def _new_file(path: Path) -> int:
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, OWNER)
    os.utime(handle, ns=(_UNTOUCHED, _UNTOUCHED))
    return handle


def _new_folder(path: Path) -> int:
    path.mkdir(mode=0o700)
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY)


@contextlib.contextmanager
def _temporary(parent: Path, create: Callable[[Path], int]) -> Iterator[Path]:
    """A temporary file or folder that its process holds a lock on: one without lock was left by a process that died."""
    while True:
        temporary = parent / f".{uuid4().hex}.tmp"
        handle = create(temporary)
        fcntl.flock(handle, fcntl.LOCK_EX)
        if temporary.exists():  # no sweep came between
            break
        os.close(handle)
    try:
        yield temporary
    finally:
        _remove(temporary)
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def sweep(*folders: Path) -> int:
    """Remove what dead processes left below the program's own folders, temporary files and folders; returns how many."""
    return sum(_sweep(path) for folder in folders for path in sorted(folder.rglob(".*.tmp")))


def sweep_beside(path: Path) -> int:
    """The same in the folder of ``path`` alone, which may be anybody's: only names this program gives."""
    return sum(_sweep(one) for one in sorted(path.parent.glob(".*.tmp")) if _OURS.fullmatch(one.name))


def _sweep(path: Path) -> bool:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:  # another run has just renamed it into place, or it is no file of ours
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove(path)
    except OSError:  # its process lives, or it is not ours to remove
        return False
    finally:
        os.close(handle)
    return True


def sync(path: Path) -> None:
    """Flush a file or directory to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_bytes(path: Path, content: bytes, mode: int = OWNER) -> None:
    """Write a file whole or not at all, for the owner alone unless ``mode`` says more."""
    with replacing(path, mode) as temporary:
        temporary.write_bytes(content)


def write_json(path: Path, content: Any, mode: int = OWNER) -> None:
    """Write JSON (UTF-8, keys in the order given) whole or not at all."""
    write_bytes(path, (_pretty(content) + "\n").encode(), mode)


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
    """Write a frame as Parquet, in its row order, whole or not at all.

    Without statistics of columns and row groups: they are a fifth of the work, for nothing where whole columns are read back.
    """
    with replacing(path) as temporary:
        frame.write_parquet(temporary, statistics=False, **PARQUET)


def read_parquet(path: Path, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Read one Parquet file. The path is taken as it is written: brackets and stars in it are no pattern."""
    return pl.read_parquet(path, columns=list(columns) if columns is not None else None, glob=False)


@contextlib.contextmanager
def locked(path: Path, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock while the block runs, exclusive or ``shared``; the system frees it when the process dies, however it dies."""
    make_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, OWNER)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


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
