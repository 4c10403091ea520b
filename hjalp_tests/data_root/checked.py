"""What `hjalp check` says of a data root, and files to say it of."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from hjalp_pipeline.data_root.checking import check
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.root import DataRoot

NOW = datetime(2025, 7, 1, 12, tzinfo=DANISH_TIME)
EXTRACT = "2025-04-04"


def whats(root: DataRoot) -> list[str]:
    return [one.what for one in check(root, NOW).wrong]


def write(root: DataRoot, name: str, *lines: str) -> Path:
    path = root.file(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
