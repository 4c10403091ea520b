"""The instance below the data root, and running a job on it from the command line, where the UI sees the run."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from hjalp_pipeline.defs.killed import end_killed_runs
from hjalp_pipeline.defs.wing import name_of
from hjalp_pipeline.production.analysts import mend_catalog
from hjalp_pipeline.storage.files import locked, make_folder, write_bytes
from hjalp_pipeline.storage.lake_version import open_lake
from hjalp_pipeline.storage.root import ENVIRONMENT_VARIABLE, DataRoot, DataRootError, shipped

#: Setting: a folder with a ``dagster.yaml`` of the office's own, for an instance that several machines share.
HOME_VARIABLE = "HJALP_DAGSTER_HOME"
#: What a person has started here and stopped is not started again by the UI. By the second one the page of a job finds its
#: runs: repository and location, as `workspace.yaml` calls it.
_TAGS = {"dagster/max_retries": "0", ".dagster/repository": "__repository__@hjalp"}


@dataclass(frozen=True)
class Outcome:
    """How a run ended: its id, whether it succeeded, and what failed in words fit for people."""

    run_id: str
    success: bool
    errors: list[str]


def prepare_home(root: DataRoot) -> None:
    """Make the instance's folder with the project's ``dagster.yaml``, and point this process and its children to it; to
    another, which is left as it is, where ``HJALP_DAGSTER_HOME`` names one.
    """
    make_folder(root.path, 0o755)
    make_folder(root.folder, 0o755)
    make_folder(root.dagster_home)
    os.environ["DAGSTER_HOME"] = str(_own_home() or _home_below(root))
    os.environ[ENVIRONMENT_VARIABLE] = str(root.path)


def _own_home() -> Path | None:
    """The folder that ``HJALP_DAGSTER_HOME`` names, None without; DataRootError when it tells of no instance."""
    named = os.environ.get(HOME_VARIABLE)
    if not named:
        return None
    home = Path(named).resolve()
    if not (home / "dagster.yaml").is_file():
        raise DataRootError(f"{HOME_VARIABLE} names {home}, and there is no dagster.yaml in it")
    return home


def _home_below(root: DataRoot) -> Path:
    source, target = shipped("dagster.yaml"), root.dagster_home / "dagster.yaml"
    if not target.is_file() or target.read_bytes() != source.read_bytes():
        write_bytes(target, source.read_bytes())
    return root.dagster_home


def open_instance(root: DataRoot) -> dg.DagsterInstance:
    """The instance that ``prepare_home`` made the folder of; the caller closes it.

    Dagster makes the tables of a new instance without a lock, and two processes that do so at once fail over each other:
    they come here one after the other.
    """
    with locked(root.dagster_home / "opening.lock"):
        return dg.DagsterInstance.get()


def take_up(root: DataRoot) -> None:
    """``prepare_home``, for whoever is about to write: the lake is opened, the catalogue of a root that was moved made anew."""
    open_lake(root)
    prepare_home(root)
    mend_catalog(root)


def run_job(
    root: DataRoot,
    job: str,
    partition: str | None,
    tags: Mapping[str, str] | None = None,
) -> Outcome:
    """Run a job in this process, for one partition if it has any.

    Events go to the instance as with any run; only errors reach the terminal.
    """
    from hjalp_pipeline.definitions import defs  # noqa: PLC0415 (the assembly point imports this floor)

    take_up(root)
    with open_instance(root) as instance:
        end_killed_runs(root, instance)
        release = name_of(root.statistic, "udgivelse")
        if job == "udgivelse" and partition:
            instance.add_dynamic_partitions(release, [partition])
        result = defs.resolve_job_def(name_of(root.statistic, job)).execute_in_process(
            instance=instance,
            partition_key=partition,
            tags={**(tags or {}), **_TAGS},
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        errors = [
            _message(event) for event in result.all_events if event.event_type == dg.DagsterEventType.STEP_FAILURE
        ]
    return Outcome(result.run_id, result.success, errors)


def _message(event: dg.DagsterEvent) -> str:
    data = event.step_failure_data
    if data.user_failure_data is not None and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    error = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error is not None else "unknown failure"
