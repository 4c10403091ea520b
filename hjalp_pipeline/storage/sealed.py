"""Files with a hash of themselves, so that a change made behind the program's back is seen when they are read."""

import hashlib
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.storage.files import OWNER, PARQUET, read_json, write_bytes, write_json

#: Key of the hash, in a JSON file and in the metadata of a Parquet file.
SEAL = "hjalp:sha256"
_NOTHING = b"0" * 64
#: Key and hash as they stand in a Parquet file: between them are the length of the hash and a mark that a text follows.
_FOUND = re.compile(SEAL.encode() + rb".{1,3}?([0-9a-f]{64})", re.DOTALL)
_COMPACT = json.JSONEncoder(ensure_ascii=False).encode


def write_sealed(path: Path, content: Mapping[str, Any], mode: int = OWNER) -> None:
    """Write a JSON object with a hash of itself, so that a change made on the disk is seen."""
    write_json(path, {**content, SEAL: _seal(content)}, mode)


def read_sealed(path: Path, *, strict: bool = False) -> dict[str, Any] | None:
    """The object as it was written; None when there is no such file, it is not as it was written, or the disk does not give it.

    ``strict``: what the disk does not give is an OSError.
    """
    try:
        content = read_json(path)
        return content if isinstance(content, dict) and content.pop(SEAL, None) == _seal(content) else None
    except OSError:
        if strict:
            raise
        return None
    except (ValueError, RecursionError):  # no JSON, half a character, or nested deeper than anything is written
        return None


def is_broken(path: Path) -> bool:
    """Whether a file is no JSON, or has a hash that is not its own. One that has none was written before there were hashes.

    Also when the disk does not give it.
    """
    try:
        content = read_json(path)
    except (OSError, ValueError, RecursionError):
        return True
    return isinstance(content, dict) and SEAL in content and read_sealed(path) is None


def _seal(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(_COMPACT(content).encode()).hexdigest()


def write_sealed_parquet(path: Path, frame: pl.DataFrame) -> None:
    """Write a small frame as Parquet with a hash of all its bytes, the hash itself taken as zeros."""
    file = io.BytesIO()
    frame.write_parquet(file, metadata={SEAL: _NOTHING.decode()}, **PARQUET)
    content = file.getvalue()
    write_bytes(path, content.replace(_NOTHING, _digest(content)))


def read_sealed_parquet(path: Path) -> pl.DataFrame | None:
    """A sealed frame as it was written; None when it is not. FileNotFoundError when there is none.

    Nothing is decoded before it is known to be whole: one changed bit can make a reader of Parquet end the process.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError:
        return None
    found = _FOUND.findall(content)
    if len(found) != 1 or _digest(content.replace(found[0], _NOTHING)) != found[0]:
        return None
    return pl.read_parquet(io.BytesIO(content))


def is_sealed(path: Path) -> bool:
    """Whether a frame carries a hash at all."""
    return SEAL in pl.read_parquet_metadata(path)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()
