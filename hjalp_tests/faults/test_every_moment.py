"""Whatever goes wrong at whatever moment: one sentence, nothing half made, and the same command again gives the same bytes.

In CI every call there is (to flush, rename, write, ...) goes wrong once in each stage, and each fault with some of them. That
is few: it takes the name of a file, and which error the disk gives, to make no difference to how its writing ends.
`HJALP_THOROUGH=1` takes one call of every sixteenth kind of call and file for each fault, `HJALP_FAULTS=1 pytest
hjalp_tests/faults -m slow` one of every kind, `HJALP_FAULTS=0` every single call.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from hjalp_pipeline.production.disk import disk_sentence
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.files import sweep
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests import forking
from hjalp_tests.examples import THOROUGH
from hjalp_tests.faults.inject import FAULTS, STAGES, dealt, going_wrong, moments
from hjalp_tests.faults.tally import tallied
from hjalp_tests.production.test_killed import check_readable, land
from hjalp_tests.production.world import hashes, results

STRIDE = int(os.environ.get("HJALP_FAULTS", "16"))
FEW = not THOROUGH and "HJALP_FAULTS" not in os.environ
TURNS = len(FAULTS) + 1  # and that the process dies
pytestmark = [pytest.mark.slow, pytest.mark.first_pattern, pytest.mark.parametrize("stage", STAGES)]


class Undisturbed(NamedTuple):
    """A stage that nothing disturbs: the data root before it, the calls it makes, and what it comes to."""

    before: Path
    calls: list[str]
    wanted: dict[str, str]


def outcome(root: DataRoot, stage: str) -> dict[str, str]:
    return hashes(root.releases / "2024v1") if stage == "release" else results(root)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Undisturbed]:
    folder = tmp_path_factory.mktemp("faults")
    root, found = land(folder / "whole"), {}
    for stage, work in STAGES.items():
        before = shutil.copytree(root.path, folder / f"before-{stage}")
        with going_wrong(None, lambda: None) as made:
            work(root)
        found[stage] = Undisturbed(before, made, outcome(root, stage))
    assert verify(root).faults == []
    return found


def temporary(root: DataRoot) -> list[Path]:
    return list(root.path.rglob(".*.tmp"))


def roots(tmp_path: Path, of: Undisturbed, turn: int) -> Iterator[tuple[DataRoot, int, str]]:
    """A fresh copy for each moment of the fault whose turn it is (0 to 4), the moment, and how to speak of it."""
    for moment in dealt(of.calls, turn, TURNS) if FEW else moments(of.calls, STRIDE, 3 * turn):
        root = DataRoot(shutil.copytree(of.before, tmp_path / f"{moment}"))
        yield root, moment, f"{of.calls[moment]}, call {moment} of {len(of.calls)}"
        shutil.rmtree(root.path)


def again(root: DataRoot, stage: str, wanted: dict[str, str]) -> None:
    """The same command makes it whole."""
    STAGES[stage](root)
    sweep(root.path)
    assert temporary(root) == []
    assert outcome(root, stage) == wanted
    assert verify(root).faults == []


@pytest.mark.parametrize("kind", FAULTS)
def test_the_disk_refuses(tmp_path: Path, undisturbed: dict[str, Undisturbed], stage: str, kind: str) -> None:
    of = undisturbed[stage]
    with tallied(kind) as tally:
        for root, moment, where in roots(tmp_path, of, list(FAULTS).index(kind)):
            with tally.attempt(where):
                told: str | None = ""
                with going_wrong(moment, FAULTS[kind]):
                    try:
                        STAGES[stage](root)
                    except Exception as fault:
                        told = disk_sentence(fault, root)
                assert told is not None, "not told as the disk's"
                assert "\n" not in told
                if not where.startswith("unlink"):  # what cannot be removed now goes with the next command
                    assert temporary(root) == []
                check_readable(root)
                again(root, stage, of.wanted)


def test_the_process_dies(tmp_path: Path, undisturbed: dict[str, Undisturbed], stage: str) -> None:
    of = undisturbed[stage]
    with tallied("dies") as tally:
        for root, moment, where in roots(tmp_path, of, len(FAULTS)):
            process = forking.start("hjalp_tests.faults.inject", str(root.path), stage, str(moment))
            with tally.attempt(where):
                assert process.wait() == 9, process.errors
                check_readable(root)
                again(root, stage, of.wanted)
