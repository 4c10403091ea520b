"""Whatever goes wrong at whatever moment: one sentence, nothing half made, and the same command again gives the same bytes.

Sampled here; `HJALP_FAULTS=1000 pytest hjalp_tests/faults -m slow` goes through every call.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hjalp_pipeline.production.disk import disk_sentence
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.files import sweep
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.faults.inject import FAULTS, everything, going_wrong, moments
from hjalp_tests.production.test_killed import check_readable, land, outcome

PROJECT = Path(__file__).resolve().parents[2]
PARTS = int(os.environ.get("HJALP_FAULTS", "12"))
Undisturbed = tuple[Path, list[str], dict[str, str]]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """The country before, every call of a run that nothing disturbs, and what it comes to."""
    folder = tmp_path_factory.mktemp("faults")
    before = land(folder / "before").path
    root = DataRoot(shutil.copytree(before, folder / "whole"))
    with going_wrong(None, lambda: None) as made:
        everything(root)
    return before, made, outcome(root)


def temporary(root: DataRoot) -> list[Path]:
    return list(root.path.rglob(".*.tmp"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", FAULTS)
def test_the_disk_refuses(tmp_path: Path, undisturbed: Undisturbed, kind: str) -> None:
    before, calls, wanted = undisturbed
    for moment in moments(len(calls), PARTS, list(FAULTS).index(kind) + 1):
        root = DataRoot(shutil.copytree(before, tmp_path / f"{moment}"))
        told: str | None = ""
        with going_wrong(moment, FAULTS[kind]):
            try:
                everything(root)
            except Exception as fault:
                told = disk_sentence(fault, root)
        where = f"{calls[moment]}, call {moment}"
        assert told is not None, f"{where}: not told as the disk's"
        assert temporary(root) == [], where
        check_readable(root)
        everything(root)
        assert outcome(root) == wanted, where
        assert verify(root).faults == [], where
        shutil.rmtree(root.path)


@pytest.mark.slow
def test_the_process_dies(tmp_path: Path, undisturbed: Undisturbed) -> None:
    before, calls, wanted = undisturbed
    for moment in moments(len(calls), PARTS, 5):
        root = DataRoot(shutil.copytree(before, tmp_path / f"{moment}"))
        command = [sys.executable, "-m", "hjalp_tests.faults.inject", str(root.path), str(moment)]
        done = subprocess.run(command, cwd=PROJECT, check=False, capture_output=True)
        assert done.returncode == 9, done.stderr
        check_readable(root)
        everything(root)
        sweep(root.path)
        assert temporary(root) == []
        assert outcome(root) == wanted, f"{calls[moment]}, call {moment}"
        assert verify(root).faults == []
        shutil.rmtree(root.path)
