"""Runs whose process was killed, with the machine or alone, are said to have failed.

Nobody else says it of a run of the command line, nor of one whose UI went down with it: they would be shown as running for
ever, and hold a place among those that may run at a time. So the process of a run holds a lock as long as it lives
(``resources.Data``), and whoever comes next ends the runs whose lock is free.
"""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from hjalp_pipeline.storage.files import is_locked, locked
from hjalp_pipeline.storage.root import DataRoot

MESSAGE = "The process of this run was killed. What it had written whole stands; running again does the rest."
#: Seconds a run may take from its start to its lock.
_STARTING = 600
#: Seconds between two looks at a free lock: a run that has ended gives it back just before it says so.
_GRACE = 5


@contextlib.contextmanager
def living(root: DataRoot, run_id: str) -> Iterator[None]:
    """The run counts as living while the block runs. The file stays: its absence must not look like a death."""
    with locked(_lock(root, run_id), shared=True):
        yield


def end_killed_runs(root: DataRoot, instance: dg.DagsterInstance) -> list[str]:
    """Report started runs as failed whose process is no more; returns their ids."""
    _forget_ended(root, instance)
    dead = _without_process(root, instance)
    if dead:
        time.sleep(_GRACE)
        dead &= _without_process(root, instance)
    for run_id in sorted(dead):
        run = instance.get_run_by_id(run_id)
        if run is not None:
            instance.report_run_failed(run, MESSAGE)
    _forget_ended(root, instance)
    return sorted(dead)


def _without_process(root: DataRoot, instance: dg.DagsterInstance) -> set[str]:
    """Runs that are said to have started, and whose lock is free; one that never came to its lock only after a while."""
    found = set()
    for record in instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        run_id = record.dagster_run.run_id
        begun = record.start_time or record.create_timestamp.timestamp()
        reached = _lock(root, run_id).exists() or time.time() - begun > _STARTING
        if reached and not is_locked(_lock(root, run_id)):
            found.add(run_id)
    return found


def _forget_ended(root: DataRoot, instance: dg.DagsterInstance) -> None:
    """Remove the locks of runs that have ended."""
    for lock in _lock(root, "").parent.glob("run-*"):
        run = instance.get_run_by_id(lock.name.removeprefix("run-"))
        if run is None or run.is_finished:
            lock.unlink(missing_ok=True)


def _lock(root: DataRoot, run_id: str) -> Path:
    return root.dagster_home / "locks" / f"run-{run_id}"
