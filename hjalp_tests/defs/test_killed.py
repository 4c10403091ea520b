"""Runs whose process was killed do not stay "started" in the UI."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs import killed
from hjalp_pipeline.defs import raw_assets as raw
from hjalp_pipeline.defs.killed import MESSAGE, end_killed_runs, living
from hjalp_pipeline.defs.local import prepare_home, run_job
from hjalp_pipeline.production.inbox.partitions import RawRefresh, refresh_raw
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, write_world

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[2]
#: A run that kills its own process while its first step reads the inbox.
DIES = """
import os, signal, sys
from pathlib import Path
from hjalp_pipeline.defs import raw_assets as raw
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.production.inbox.partitions import RawRefresh, refresh_raw
from hjalp_pipeline.storage.root import DataRoot
raw.refresh_raw = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
run_job(DataRoot(Path(sys.argv[1])), "kvartal", sys.argv[2])
"""


def test_the_next_run_ends_the_killed_one(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    process = subprocess.run(
        [sys.executable, "-c", DIES, str(root.path), KVARTAL], cwd=PROJECT, env=dict(os.environ), check=False
    )
    assert process.returncode == -signal.SIGKILL
    prepare_home(root)
    with dg.DagsterInstance.get() as instance:
        (run,) = instance.get_runs()
        assert run.status is dg.DagsterRunStatus.STARTED
    assert run_job(root, "status", KVARTAL).success
    with dg.DagsterInstance.get() as instance:
        statuses = {each.run_id: each.status for each in instance.get_runs()}
        assert statuses.pop(run.run_id) is dg.DagsterRunStatus.FAILURE
        assert list(statuses.values()) == [dg.DagsterRunStatus.SUCCESS]
        said = [entry.message or entry.user_message for entry in instance.all_logs(run.run_id)]
        assert any(MESSAGE in text for text in said)
    assert killed_locks(root, run.run_id) == []


def killed_locks(root: DataRoot, run_id: str) -> list[Path]:
    return list((root.dagster_home / "locks").glob(f"run-{run_id}"))


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(killed, "_GRACE", 0)


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    found = DataRoot(tmp_path)
    prepare_home(found)
    return found


def started(instance: dg.DagsterInstance) -> str:
    """A run that was launched and has begun."""
    run = instance.create_run_for_job(defs.resolve_job_def("status"))
    event = dg.DagsterEvent(event_type_value="PIPELINE_START", job_name="status")
    instance.report_dagster_event(event, run.run_id)
    return run.run_id


def test_a_living_run_is_left_alone(root: DataRoot) -> None:
    with dg.DagsterInstance.get() as instance:
        run_id = started(instance)
        with living(root, run_id), living(root, run_id):
            assert end_killed_runs(root, instance) == []
        assert end_killed_runs(root, instance) == [run_id]
        assert end_killed_runs(root, instance) == []
        assert killed_locks(root, run_id) == []


def test_one_that_is_about_to_say_that_it_has_ended_is_left_alone(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lock is free a moment before its success is written."""
    with dg.DagsterInstance.get() as instance:
        run_id = started(instance)
        with living(root, run_id):
            pass

        def meanwhile(_seconds: float) -> None:
            event = dg.DagsterEvent(event_type_value="PIPELINE_SUCCESS", job_name="status")
            instance.report_dagster_event(event, run_id)

        monkeypatch.setattr(killed.time, "sleep", meanwhile)
        assert end_killed_runs(root, instance) == []
        run = instance.get_run_by_id(run_id)
        assert run is not None
        assert run.status is dg.DagsterRunStatus.SUCCESS
        assert killed_locks(root, run_id) == []


def test_one_that_never_came_to_its_lock_is_ended_after_a_while(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dg.DagsterInstance.get() as instance:
        run_id = started(instance)
        assert end_killed_runs(root, instance) == []
        monkeypatch.setattr(killed, "_STARTING", -1)
        assert end_killed_runs(root, instance) == [run_id]


def test_what_runs_holds_its_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, seen = write_world(tmp_path), []

    def look(*arguments: Any) -> RawRefresh:
        with dg.DagsterInstance.get() as instance:
            seen.append(end_killed_runs(root, instance))
            seen.append([run.status for run in instance.get_runs()])
        return refresh_raw(*arguments)

    monkeypatch.setattr(raw, "refresh_raw", look)
    assert run_job(root, "kvartal", KVARTAL).success
    assert seen == [[], [dg.DagsterRunStatus.STARTED]]
