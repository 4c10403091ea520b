"""The wheel that the image of `deploy/docker/` is made of has everything; what else lies there is well formed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from hjalp_tests.web.running import PROJECT

DOCKER = PROJECT / "deploy" / "docker"
#: The code location, the executor of workers and the selects, as they are found where it is installed.
_INSTALLED = """
import sys
import hjalp_pipeline
from hjalp_pipeline.definitions import defs
from hjalp_pipeline.storage.duck import sql_text
from hjalp_pipeline.storage.root import shipped
assert hjalp_pipeline.__file__.startswith(sys.argv[1])
assert sql_text("hjalp/hjalp1").startswith("--")
assert "QueuedRunCoordinator" in shipped("dagster.yaml").read_text()
assert "hjalp_pipeline.definitions" in shipped("workspace.yaml").read_text()
print(sum(key.path[-1].startswith("andel_") for key in defs.resolve_asset_graph().get_all_asset_keys()))
"""


@pytest.mark.slow
def test_installed_it_has_everything(tmp_path: Path) -> None:
    """In a folder of its own, before the checkout on the path; what it depends on is what is here."""
    uv = shutil.which("uv")
    assert uv, "tests are run by uv"
    (wheel,) = _built(uv, tmp_path / "dist")
    installed = tmp_path / "installed"
    subprocess.run(
        [uv, "pip", "install", "--offline", "--quiet", "--no-deps", "--target", installed, wheel], check=True
    )
    held = set(zipfile.ZipFile(wheel).namelist())
    tracked = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    wanted = [name for name in tracked.splitlines() if name.startswith(("hjalp_pipeline/", "sql/"))]
    moved = {name: name if name.startswith("hjalp_pipeline/") else f"hjalp_pipeline/{name}" for name in wanted}
    assert [name for name, inside in moved.items() if inside not in held] == []
    environment = os.environ | {
        "HJALP_DATA": str(tmp_path / "data"),
        "HJALP_EXECUTOR": "celery",
        "PYTHONPATH": str(installed),
    }

    def ask(*command: str | Path) -> str:
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "usage: hjalp" in ask(installed / "bin" / "hjalp", "--help")
    assert ask("-c", _INSTALLED, str(installed)) == "16\n"  # four shares, read and computed, of two statistics
    assert "is a data root" in ask(installed / "bin" / "hjalp", "init", tmp_path / "data")


def _built(uv: str, folder: Path) -> list[Path]:
    subprocess.run([uv, "build", "--offline", "--wheel", "--quiet", "--out-dir", folder], cwd=PROJECT, check=True)
    return list(folder.glob("hjalp-*.whl"))


def test_the_services_of_the_compose_file_are_ours() -> None:
    """What compose would refuse, and commands that the image has."""
    compose = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    for name, service in services.items():
        assert set(service.get("depends_on", {})) <= set(services), name
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source.startswith(("./proxy/", "../nginx.conf")) or source in compose["volumes"], name
    ours = {name: service for name, service in services.items() if service["image"].startswith("hjalp:")}
    assert set(ours) == {"begin", "code", "daemon", "worker", "web", "viewers"}
    assert {service["command"][0] for service in ours.values()} == {
        "sh",
        "dagster",
        "dagster-daemon",
        "celery",
        "hjalp",
    }
    assert all(service["environment"]["HJALP_EXECUTOR"] == "celery" for service in ours.values())


def test_the_values_for_kubernetes_say_that_nobody_tried_them() -> None:
    text = (PROJECT / "deploy" / "k8s" / "values.yaml").read_text(encoding="utf-8")
    values = yaml.safe_load(text)
    (code,) = values["dagster-user-deployments"]["deployments"]
    assert text.startswith("# Values for Dagster's official Helm chart (dagster/dagster). NOT TESTED")
    assert code["env"]["HJALP_DAGSTER_HOME"] == values["global"]["dagsterHome"]
    assert values["dagsterWebserver"]["replicaCount"] == 0  # without our guard it would answer everybody
