"""At every moment of a run whatever is named in the lake is there: a kill between any two writes leaves nothing torn.

`test_killed.py` kills real processes at some moments; here every flush to disk of a run is such a moment, looked at from
inside.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import changing_system, deliver, delivery, run, write_world


def torn(root: DataRoot) -> list[str]:
    """Files that are named by one that stands and are not there, or cannot be read."""
    lake, named = root.lake, []

    def standing(folder: Path, pattern: str) -> list[Path]:
        return [path for path in folder.rglob(pattern) if not path.name.startswith(".")]

    for path in standing(lake / "leverancer", "*.json"):
        if path.name != "index.json" and json.loads(path.read_bytes())["status"] == "accepted":
            named.append(path.with_suffix(".parquet"))
    for path in standing(lake / "raw", "*.json"):
        named.append(lake / json.loads(path.read_bytes())["file"])
    for path in standing(lake / "kaede", "*.json"):
        named += [lake / name for name in json.loads(path.read_bytes())["files"].values()]
    for path in standing(lake / "kvartaler", "*.json"):
        for entry in json.loads(path.read_bytes())["kommuner"].values():
            named += [lake / name for name in (entry["raw_file"], *entry["files"].values())]
    for path in standing(lake / "registers", "extract.json"):
        named.append(path.parent / json.loads(path.read_bytes())["arrays"])
    for path in standing(root.receipts, "*.json"):
        named.append(path.with_suffix(".html"))
    release = root.releases / "2024v1"
    if release.exists():
        named.append(release / "manifest.json")
        named += [release / name for name in json.loads((release / "manifest.json").read_bytes())["outputs"]]
    return sorted({root.name(path) for path in named if not path.exists()})


@pytest.mark.slow
def test_at_every_flush_what_is_named_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path, changing_system("yes"))
    deliver(root, delivery("101", 20), delivery("155", 12))
    moments = 0

    def look(handle: int) -> None:
        nonlocal moments
        moments += 1
        assert torn(root) == [], f"flush {moments}"

    monkeypatch.setattr(os, "fsync", look)
    run(root)
    make_release(root, "2024v1")
    deliver(root, delivery("101", 21, day=9), delivery("540", 12, day=9))
    run(root)
    assert moments > 100
