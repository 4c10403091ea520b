"""When a release opens the pages are written anew, by a job; what was open before starts nothing, nor does an office without a site."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs import site_pages
from hjalp_pipeline.defs.resources import data_here
from hjalp_pipeline.storage.root import ENVIRONMENT_VARIABLE, DataRoot
from hjalp_tests.defs.sensor import sensor_context


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """A release that is open."""
    root = DataRoot(tmp_path)
    opened(root, "2024v1")
    return root


def opened(root: DataRoot, release: str) -> None:
    folder = root.releases / release
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    told = {"publish_at": "2025-06-24T08:00:00+02:00"}
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")


def tick(root: DataRoot, cursor: str | None) -> Any:
    with dg.DagsterInstance.ephemeral() as instance, sensor_context(root, instance, cursor) as context:
        return defs.resolve_sensor_def("nyt_websted").evaluate_tick(context)


def test_only_a_release_that_opens_while_it_looks_starts_a_run(root: DataRoot) -> None:
    first = tick(root, None)
    assert (first.run_requests, first.cursor) == ([], "2024v1")
    assert tick(root, first.cursor).run_requests == []
    opened(root, "2024v2")
    (asked,) = tick(root, first.cursor).run_requests
    assert asked.run_key == "websted 2024v1 2024v2"


def test_an_office_without_a_site_has_none_written(root: DataRoot) -> None:
    root.codelists.mkdir()
    (root.codelists / "settings.toml").write_text("[site]\nwritten = false\n", encoding="utf-8")
    found = tick(root, "")
    assert (found.run_requests, found.skip_message) == ([], "the settings say that no pages are written")


def run(root: DataRoot, monkeypatch: pytest.MonkeyPatch, script: str) -> tuple[bool, list[str]]:
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(root.path))
    monkeypatch.setattr(site_pages, "_COMMAND", (sys.executable, "-c", script))
    with dg.DagsterInstance.ephemeral() as instance:
        made = defs.resolve_job_def("websted").execute_in_process(
            instance=instance, resources={"data": data_here}, raise_on_error=False
        )
        return made.success, [one.user_message for one in instance.all_logs(made.run_id)]


def test_the_job_runs_the_command_where_the_settings_say(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    root.codelists.mkdir()
    (root.codelists / "settings.toml").write_text(f'[site]\nfolder = "{root.path}/out"\n', encoding="utf-8")
    success, said = run(root, monkeypatch, "import os, sys; print(sys.argv[1:], os.environ['HJALP_DATA']); sys.exit(1)")
    assert success, "articles that are left out fail no run"
    assert any(str(["site", "--out", f"{root.path}/out"]) in line and str(root.path) in line for line in said)


def test_a_site_that_cannot_be_written_is_a_failed_run(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    success, said = run(
        root, monkeypatch, "import sys; sys.stderr.write('2024v1 of hjalp: not as published'); sys.exit(1)"
    )
    assert not success
    assert any("not as published" in line for line in said)
