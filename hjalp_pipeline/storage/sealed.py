"""Files with a hash of themselves, so that a change made behind the program's back is seen when they are read."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.storage.files import read_json, read_parquet, write_json, write_parquet

_SEAL = "hjalp:sha256"
_COMPACT = json.JSONEncoder(ensure_ascii=False).encode


def write_sealed(path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON object with a hash of itself, so that a change made on the disk is seen."""
    write_json(path, {**content, _SEAL: _seal(content)})


def read_sealed(path: Path) -> dict[str, Any] | None:
    """The object as it was written; None when there is no such file or it is not as it was written."""
    try:
        content = read_json(path)
    except ValueError:
        return None
    if not isinstance(content, dict) or content.pop(_SEAL, None) != _seal(content):
        return None
    return content


def _seal(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_COMPACT(content).encode()).hexdigest()


def write_sealed_parquet(path: Path, frame: pl.DataFrame) -> None:
    """Write a small frame with a hash of its content."""
    write_parquet(path, frame, {_SEAL: _content_hash(frame)})


def read_sealed_parquet(path: Path) -> pl.DataFrame | None:
    """A sealed frame as it was written; None when it is not. FileNotFoundError when there is none."""
    try:
        seal = pl.read_parquet_metadata(path).get(_SEAL)
        frame = read_parquet(path)
    except FileNotFoundError:
        raise
    except (pl.exceptions.PolarsError, OSError, ValueError):
        return None
    return frame if seal == _content_hash(frame) else None


def is_sealed(path: Path) -> bool:
    """Whether a frame carries a hash at all."""
    return _SEAL in pl.read_parquet_metadata(path)


def _content_hash(frame: pl.DataFrame) -> str:
    names = "\x1f".join(f"{name} {kind}" for name, kind in frame.schema.items())
    return hashlib.sha256(names.encode() + b"\x1e" + frame.write_csv(include_header=False).encode()).hexdigest()
