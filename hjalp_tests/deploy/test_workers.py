"""A period by two Celery workers, each a process with one place: the same bytes as one process, and both have worked."""

from __future__ import annotations

import contextlib
import os
import subprocess
from pathlib import Path

import dagster as dg
import pytest

from hjalp_pipeline.defs.local import prepare_home
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.deploy.services import redis, tool, worker
from hjalp_tests.production.world import KVARTAL, hashes, results, run, write_world
from hjalp_tests.web.running import PROJECT

_JOB = ("job", "execute", "--module-name", "hjalp_pipeline.definitions", "--job", "kvartal")
_TAGS = ("--tags", f'{{"dagster/partition": "{KVARTAL}"}}')


def computed(root: DataRoot) -> dict[str, str]:
    """What reading and the rules come to, each by what it was made from."""
    kept = ("kaede", "bestand", "removed", *root.declared.rulebook.states)
    found = {name: digest for name, digest in hashes(root.lake).items() if name.startswith(kept)}
    return found | {f"receipt of {name}": "" for name in hashes(root.receipts)} | results(root)


def workers_of(instance: dg.DagsterInstance) -> dict[str, str]:
    """Which worker did which step."""
    (ran,) = instance.get_runs()
    assert ran.status is dg.DagsterRunStatus.SUCCESS
    found = {}
    for entry in instance.all_logs(ran.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT):
        event = entry.dagster_event
        if event is not None and event.step_key and "Celery worker" in event.engine_event_data.metadata:
            found[event.step_key] = str(event.engine_event_data.metadata["Celery worker"].value)
    return found


@pytest.mark.slow
def test_a_period_by_two_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone, root = write_world(tmp_path / "alone"), write_world(tmp_path / "shared")
    run(alone)
    with contextlib.ExitStack() as stack:
        broker = stack.enter_context(redis())
        settings = {"HJALP_EXECUTOR": "celery", "HJALP_SHARES": "2", "HJALP_BROKER": broker}
        for name, value in (settings | {"HJALP_DATA": str(root.path), "DAGSTER_HOME": ""}).items():
            monkeypatch.setenv(name, value)
        prepare_home(root)
        for name in ("a@here", "b@here"):
            stack.enter_context(worker(os.environ, name, tmp_path / f"{name}.log"))
        with (tmp_path / "log").open("w") as log:
            command = [tool("dagster"), *_JOB, *_TAGS]
            subprocess.run(command, cwd=PROJECT, env=os.environ, stdout=log, stderr=log, check=True)
    assert computed(root) == computed(alone)
    assert verify(root).faults == []
    with dg.DagsterInstance.get() as instance:
        did = workers_of(instance)
    assert set(did.values()) == {"a@here", "b@here"}
    assert {step for step in did if "_andel_" in step} == {
        "raw_andel_1",
        "raw_andel_2",
        "kaede_andel_1",
        "kaede_andel_2",
    }
