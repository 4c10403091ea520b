"""Changing a file behind the program's back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def rewritten(path: Path, change: Callable[[bytes], bytes]) -> str:
    path.write_bytes(change(path.read_bytes()))
    return path.name
