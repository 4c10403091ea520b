"""Mails as the office gets them: by `hjalp ui` and its daemon, of a run that somebody started on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from hjalp_pipeline.defs.local import prepare_home
from hjalp_tests.mail.office_post import PROJECT, post_office
from hjalp_tests.production.world import country, delivery, write_world
from hjalp_tests.web.running import free_port, hjalp_ui


def wait_for(what: Callable[[], object], seconds: float = 180) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "in vain"
        time.sleep(0.5)


@pytest.mark.slow
def test_a_refused_release_reaches_the_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run of the command line is of no code location: the sensor sees it all the same."""
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("HJALP_DATA", "")
    root = write_world(tmp_path / "root", country(deliveries=[delivery("101", 20), delivery("540", 30)]))
    (tmp_path / "post").mkdir()
    prepare_home(root)
    outbox = root.dagster_home / "mails" / "hjalp.json"
    environment = os.environ | {"HJALP_DATA": str(root.path)}
    command = [sys.executable, "-m", "hjalp_pipeline.cli", "release", "2024v1"]
    with post_office(tmp_path / "post") as post, dg.DagsterInstance.get() as instance:
        post.settings(root)

        def looking() -> bool:
            """Both sensors have looked: what fails from now on is news."""
            states = {state.name: state for state in instance.all_instigator_state()}
            failed = states.get("besked_om_fejl")
            return outbox.is_file() and failed is not None and bool(getattr(failed.instigator_data, "cursor", None))

        with hjalp_ui(root, free_port()):
            wait_for(looking)
            done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 1, done.stderr
            (run,) = [one for one in instance.get_runs() if one.job_name == "udgivelse"]
            wait_for(lambda: f"run/{run.run_id}" in json.loads(outbox.read_text(encoding="utf-8"))["told"])
            wait_for(lambda: any("udgivelsen" in one["Subject"] for one in post.taken()))
        (one,) = [one for one in post.taken() if "udgivelsen" in one["Subject"]]
        assert one["Subject"] == "hjalp: udgivelsen 2024v1 er afvist (deliveries)"
        assert "155 Dragør" in one.get_content()
