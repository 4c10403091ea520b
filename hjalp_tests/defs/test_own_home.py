"""An instance that the office keeps itself, in the folder that `HJALP_DAGSTER_HOME` names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from hjalp_pipeline.cli import main
from hjalp_pipeline.defs.local import HOME_VARIABLE, open_instance, prepare_home
from hjalp_pipeline.storage.root import DataRoot, DataRootError, shipped

DEPLOYED = Path(__file__).resolve().parents[2] / "deploy" / "postgres" / "dagster.yaml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (home := tmp_path / "home").mkdir()
    for name, value in {HOME_VARIABLE: str(home), "DAGSTER_HOME": "", "HJALP_DATA": ""}.items():
        monkeypatch.setenv(name, value)
    return home


@pytest.mark.slow
def test_it_is_used_and_left_as_it_is(tmp_path: Path, home: Path) -> None:
    text = b"# ours\n" + shipped("dagster.yaml").read_bytes()
    (home / "dagster.yaml").write_bytes(text)
    root = DataRoot(tmp_path / "root")
    prepare_home(root)
    assert os.environ["DAGSTER_HOME"] == str(home)
    with open_instance(root) as instance:
        assert instance.get_runs_count() == 0
    assert (home / "dagster.yaml").read_bytes() == text
    assert [path.name for path in root.dagster_home.rglob("*.yaml")] == []


def test_a_folder_that_tells_of_no_instance_is_refused(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(DataRootError, match=HOME_VARIABLE):
        prepare_home(DataRoot(tmp_path))
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    assert main(["prune", "--yes"]) in (0, 1)  # no Dagster, so no instance
    capsys.readouterr()
    assert main(["run", "--quarter", "2024K4"]) == 1
    assert capsys.readouterr().err == f"{HOME_VARIABLE} names {home}, and there is no dagster.yaml in it\n"


def test_the_one_for_postgres_differs_in_its_storage_alone() -> None:
    ours, theirs = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (shipped("dagster.yaml"), DEPLOYED))
    assert theirs.pop("storage") == {"postgres": {"postgres_url": {"env": "HJALP_POSTGRES"}}}
    assert ours.pop("storage")["custom"]["class"] == "KeptConnections"
    assert theirs["run_monitoring"].pop("max_runtime_seconds") > 3600
    assert theirs == ours
