"""A world that was run once through the Dagster job `kvartal`, and the instance that tells of it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import dagster as dg
import pytest

from hjalp_pipeline.defs.local import Outcome, run_job
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, deliver, delivery, write_world


@pytest.fixture(autouse=True, scope="session")
def _environment() -> Iterator[None]:
    """Running a job points the process to its instance: put that back afterwards."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[DataRoot, Outcome]:
    """The small country with a rejected re-delivery, after the job. Tests look at it and change nothing."""
    root = write_world(tmp_path_factory.mktemp("ran"))
    deliver(root, delivery("540", 5, day=9, flaw="no_slut"))
    return root, run_job(root, "kvartal", KVARTAL)


@pytest.fixture
def instance(ran: tuple[DataRoot, Outcome], monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """Its instance."""
    monkeypatch.setenv("DAGSTER_HOME", str(ran[0].dagster_home))
    with dg.DagsterInstance.get() as found:
        yield found
