"""What a data root holds at one moment: its files by path, each with its content, and what of the bucket was taken in."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hjalp_pipeline.storage.root import STATISTICS

#: Folders of the data root that stay on their machine: Dagster's instance, and the web dialogue.
_LOCAL_FOLDERS = ("dagster_home", "portal")
#: What a lake holds for its machine alone: remembered times of files, locks, what the catalogue was made of.
_LOCAL_IN_LAKE = ("hashes.json", "locks", "catalog.json")
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Stored:
    """A file: the name of its content in the bucket (its SHA-256, a dot, by which command it was put), bytes, mode, when it
    was changed (nanoseconds).
    """

    content: str
    size: int
    mode: int
    changed: int

    @property
    def sha256(self) -> str:
        """What its bytes come to."""
        return self.content.partition(".")[0]

    def is_as(self, other: "Stored | None") -> bool:
        """Whether two files are the same to a reader: bytes and mode."""
        return other is not None and (self.sha256, self.mode) == (other.sha256, other.mode)


@dataclass(frozen=True, slots=True)
class Listing:
    """Files and folders by path, folders with their mode; ``taken``: objects that somebody put, by key, with their mark and SHA-256."""

    files: Mapping[str, Stored] = field(default_factory=dict)
    folders: Mapping[str, int] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)

    def packed(self) -> bytes:
        """As it is stored: the same listing, the same bytes."""
        files = {path: [one.content, one.size, one.mode, one.changed] for path, one in sorted(self.files.items())}
        told = {
            "format": FORMAT,
            "files": files,
            "folders": dict(sorted(self.folders.items())),
            "taken": dict(sorted(self.taken.items())),
        }
        return gzip.compress(json.dumps(told, ensure_ascii=False).encode(), mtime=0)

    @classmethod
    def unpacked(cls, content: bytes) -> "Listing":
        """ValueError, KeyError, TypeError or OSError for what is no listing."""
        told: dict[str, Any] = json.loads(gzip.decompress(content))
        files = {path: Stored(*one) for path, one in told["files"].items()}
        if not all(is_carried(path) for path in (*files, *told["folders"])):
            raise ValueError("a path that is none of a data root")
        return cls(files, told["folders"], told["taken"])


def is_carried(path: str) -> bool:
    """Whether a path below the data root is the office's and not the machine's; False for what is no path."""
    parts = path.split("/")
    if any(not part or part.startswith(".") or "\0" in part or len(part.encode()) > 255 for part in parts):
        return False
    if parts[0] in _LOCAL_FOLDERS or parts[-1] in {f"{name}.duckdb" for name in STATISTICS}:
        return False
    in_lake = parts[1:] if parts[0] == "lake" else parts[2:] if parts[1:2] == ["lake"] else []
    return not (in_lake and in_lake[0] in _LOCAL_IN_LAKE)
