"""A small country with a release and its database, which more than one module asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.production.analysts import make_catalog
from hjalp_pipeline.production.inbox.gate import gate, gate_frame
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, first_release, write_world


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """Nothing is changed in it."""
    root = write_world(tmp_path_factory.mktemp("made") / "data")
    first_release(root, ran=True)
    leave_what_jobs_leave(root)
    make_catalog(root)
    return root


def leave_what_jobs_leave(root: DataRoot) -> None:
    """The gate, as the job of a quarter keeps it."""
    Lake(root).save_frame("status", KVARTAL, gate_frame(gate(root, KVARTAL)))


@pytest.fixture
def root(made: DataRoot, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    """The same as the data root of the environment."""
    monkeypatch.setenv("HJALP_DATA", str(made.path))
    monkeypatch.setenv("COLUMNS", "80")
    return made


@pytest.fixture
def own_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    """The small country, nothing run yet, as the data root of the environment: a test's own."""
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster_home"))
    monkeypatch.setenv("COLUMNS", "200")
    return write_world(tmp_path)
