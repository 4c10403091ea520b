"""Instance on PostgreSQL, code servers, daemon and web server apart: the same bytes as one process on SQLite."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from sqlalchemy import create_engine, text

from hjalp_pipeline.defs.local import HOME_VARIABLE, open_instance, prepare_home, run_job
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.deploy.services import code_server, daemon, postgres, until
from hjalp_tests.production.world import KVARTAL, hashes, results, write_world
from hjalp_tests.web.running import PROJECT, free_port, graphql, hjalp_ui

pytestmark = pytest.mark.slow
LAUNCH = """mutation {{ launchRun(executionParams: {{
    selector: {{repositoryLocationName: "hjalp", repositoryName: "__repository__", jobName: "{job}"}},
    executionMetadata: {{tags: [{{key: "dagster/partition", value: "{partition}"}}]}}
}}) {{ __typename ... on LaunchRunSuccess {{ run {{ runId }} }} }} }}"""
RELEASE = "2024v1"


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What one process on SQLite makes of the small country."""
    before = dict(os.environ)
    root = write_world(tmp_path_factory.mktemp("alone"))
    assert run_job(root, "kvartal", KVARTAL).success
    assert run_job(root, "udgivelse", RELEASE).success
    yield results(root) | hashes(root.releases)
    os.environ.clear()
    os.environ.update(before)


@contextlib.contextmanager
def instance_on(url: str, root: DataRoot, patch: pytest.MonkeyPatch, **settings: str) -> Iterator[dg.DagsterInstance]:
    """The instance of `deploy/postgres/`, with the settings that every process of the installation has."""
    home = root.path.parent / "home"
    home.mkdir()
    (home / "dagster.yaml").write_bytes((PROJECT / "deploy" / "postgres" / "dagster.yaml").read_bytes())
    settings |= {
        "HJALP_POSTGRES": url,
        "HJALP_DATA": str(root.path),
        HOME_VARIABLE: str(home),
        "DAGSTER_HOME": str(home),
    }
    settings["DAGSTER_GRPC_TIMEOUT_SECONDS"] = "600"  # a busy machine
    for name, value in settings.items():
        patch.setenv(name, value)
    prepare_home(root)
    with open_instance(root) as instance:
        yield instance


def done(instance: dg.DagsterInstance, job: str, at_least: int = 1) -> bool:
    """Whether so many runs of a job have ended well, and none is under way. A sensor that looks meanwhile may ask for more."""
    statuses = [run.status for run in instance.get_runs(dg.RunsFilter(job_name=job))]
    assert not {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED} & set(statuses), statuses
    return len(statuses) >= at_least and set(statuses) == {dg.DagsterRunStatus.SUCCESS}


def launch(port: int, job: str, partition: str) -> None:
    _, answer = graphql(port, LAUNCH.format(job=job, partition=partition))
    assert answer["data"]["launchRun"]["__typename"] == "LaunchRunSuccess", answer


def test_a_quarter_and_a_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: dict[str, str]) -> None:
    """Two code servers at once: the daemon's, which a new delivery sets to work, and the web server's."""
    root, port = write_world(tmp_path / "root"), free_port()
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(postgres())
        instance = stack.enter_context(instance_on(url, root, monkeypatch))
        ours = stack.enter_context(code_server(os.environ, tmp_path, "daemons"))
        theirs = stack.enter_context(code_server(os.environ, tmp_path, "webs"))
        stack.enter_context(hjalp_ui(root, port, "--workspace", str(theirs)))
        launch(port, "kvartal", KVARTAL)
        going = stack.enter_context(daemon(os.environ, ours, tmp_path / "daemon.log"))
        # What was asked for on a page, and what the sensor asks for, at once.
        until(lambda: done(instance, "kvartal", 2), going)
        until(lambda: RELEASE in instance.get_dynamic_partitions("udgivelse"), going)
        launch(port, "udgivelse", RELEASE)
        until(lambda: done(instance, "udgivelse"), going)
        assert results(root) | hashes(root.releases) == wanted
        assert verify(root).faults == []
        assert instance.get_runs(dg.RunsFilter(tags={"dagster/sensor_name": "nye_leverancer"}))
        assert run_job(root, "status", KVARTAL).success  # the command line is on the same instance
        with contextlib.closing(create_engine(url).connect()) as database:
            kept = database.execute(text("select count(*) from runs")).scalar()
        assert kept == instance.get_runs_count()
    assert sorted(path.name for path in root.dagster_home.rglob("*.db")) == []
