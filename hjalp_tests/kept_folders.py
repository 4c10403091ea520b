"""Folders that are kept to be copied, and what lies in a data root, for `sharing.py`."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path


@contextlib.contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """A folder to fill that is there under its name when it is whole; when another process was first, that one's stays."""
    building = Path(tempfile.mkdtemp(dir=folder.parent))
    yield building
    with contextlib.suppress(OSError):
        building.rename(folder)


def content(root: Path) -> dict[str, str]:
    """SHA-256 of every file below the root by its path, and its folders."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in root.rglob("*")
    }


def inputs(root: Path, folder: str, names: Collection[str], *, before: dict[str, str]) -> list[str]:
    """Files of the folder that were there before anything was made."""
    return [name for name in names if before.get((Path(folder) / name).relative_to(root).as_posix())]
