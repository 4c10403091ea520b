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


@contextlib.contextmanager
def living(root: DataRoot, run_id: str) -> Iterator[None]:
    """The run counts as living while the block runs."""
    path = _lock(root, run_id)
    with locked(path):
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def end_killed_runs(root: DataRoot, instance: dg.DagsterInstance) -> list[str]:
    """Report started runs as failed whose process is no more; returns their ids."""
    ended = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        run_id = record.dagster_run.run_id
        lock = _lock(root, run_id)
        begun = record.start_time or record.create_timestamp.timestamp()
        if is_locked(lock) or not (lock.exists() or time.time() - begun > _STARTING):
            continue
        now = instance.get_run_by_id(run_id)  # it may have come to its end since it was listed
        if now is not None and now.status is dg.DagsterRunStatus.STARTED:
            instance.report_run_failed(now, MESSAGE)
            ended.append(run_id)
        lock.unlink(missing_ok=True)
    return ended


def _lock(root: DataRoot, run_id: str) -> Path:
    return root.lake / "locks" / f"run-{run_id}"
