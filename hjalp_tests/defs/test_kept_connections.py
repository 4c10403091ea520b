"""Dagster's events and runs on SQLite through connections that stay open: as the storage of Dagster's own would keep them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
import yaml

from hjalp_pipeline.defs import kept_connections
from hjalp_pipeline.defs.kept_connections import Engines, KeptEvents, KeptRuns
from hjalp_pipeline.storage.root import shipped


@dg.asset
def weather() -> dg.MaterializeResult[None]:
    """Something to make."""
    return dg.MaterializeResult(metadata={"sun": 1})


def _instance(home: Path, *, kept: bool) -> dg.DagsterInstance:
    home.mkdir(exist_ok=True)
    storage = {"module": "hjalp_pipeline.defs.kept_connections", "class": "KeptConnections"}
    told = yaml.safe_load(shipped("dagster.yaml").read_text(encoding="utf-8"))["storage"]
    assert {key: told["custom"][key] for key in storage} == storage
    custom = {"custom": storage | {"config": {"base_dir": str(home)}}}
    text = {"telemetry": {"enabled": False}} | ({"storage": custom} if kept else {})
    (home / "dagster.yaml").write_text(yaml.safe_dump(text), encoding="utf-8")
    return dg.DagsterInstance.from_config(str(home))


def _made(instance: dg.DagsterInstance) -> str:
    return dg.materialize([weather], instance=instance).run_id


@pytest.mark.slow
@pytest.mark.parametrize("kept_first", [True, False])
def test_either_storage_goes_on_where_the_other_stopped(tmp_path: Path, *, kept_first: bool) -> None:
    with _instance(tmp_path, kept=kept_first) as one:
        assert isinstance(one.event_log_storage, KeptEvents) is kept_first
        assert isinstance(one.run_storage, KeptRuns) is kept_first
        first = _made(one)
    assert not [*tmp_path.rglob("*-wal")], "closed with the instance"
    with _instance(tmp_path, kept=not kept_first) as other:
        second = _made(other)
        assert {run.run_id for run in other.get_runs()} == {first, second}
        events = [[entry.dagster_event_type for entry in other.all_logs(run)] for run in (first, second)]
        assert events[0] == events[1]
        assert len(other.fetch_materializations(weather.key, limit=9).records) == 2


@pytest.fixture
def events(tmp_path: Path) -> Iterator[KeptEvents]:
    """Events of an instance whose other half is open too."""
    with _instance(tmp_path, kept=True):
        found = KeptEvents(str(tmp_path / "history" / "runs"))
        yield found
        found.dispose()


def test_who_watches_a_run_is_told_before_its_connection_is_closed(tmp_path: Path, events: KeptEvents) -> None:
    told = threading.Event()
    with _instance(tmp_path, kept=True) as instance:
        run = instance.create_run_for_job(dg.Definitions([weather]).resolve_implicit_global_asset_job_def())
        instance.report_engine_event("begun", run)
        events.watch(run.run_id, None, lambda *_: told.set())
        instance.report_engine_event("still at it", run)
        assert told.wait(20)


def test_no_more_databases_are_held_open_than_are_kept(tmp_path: Path) -> None:
    engines = Engines()
    addresses = [f"sqlite:///{tmp_path}/{number}.db" for number in range(kept_connections._KEPT + 2)]
    first = engines.of(addresses[0])
    for address in addresses:
        with engines.of(address).begin() as connection:
            connection.exec_driver_sql("pragma journal_mode=wal")
            connection.exec_driver_sql("create table seen (it)")
    assert engines.of(addresses[-1]) is engines.of(addresses[-1])
    assert engines.of(addresses[0]) is not first
    engines.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"{n}.db" for n in range(len(addresses)))


@pytest.mark.slow
def test_a_storage_that_was_wiped_takes_new_events(tmp_path: Path) -> None:
    with _instance(tmp_path, kept=True) as instance:
        gone = _made(instance)
        instance.wipe()
        assert instance.all_logs(gone) == []
        assert len(instance.all_logs(_made(instance))) > 5


def test_as_many_threads_as_ask_have_a_connection_at_once(tmp_path: Path) -> None:
    with _instance(tmp_path, kept=True) as instance, contextlib.ExitStack() as stack:
        runs = instance.run_storage
        assert isinstance(runs, KeptRuns)
        held = [stack.enter_context(runs.connect()) for _ in range(60)]
        assert {one.exec_driver_sql("select count(*) from runs").scalar() for one in held} == {0}
