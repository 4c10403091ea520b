"""`hjalp run` and `hjalp status` say aloud when a published release is not as it was published, and read nothing for it twice."""

import json
import os
from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.production.release.standing import changed_releases
from hjalp_pipeline.storage import hashes
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, write_world


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    """The small country with a release that names its files."""
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster_home"))
    made = write_world(tmp_path)
    folder = made.releases / "2024v1"
    folder.mkdir()
    for name in ("HJALP1.csv", "HJALP2.csv"):
        (folder / name).write_text(name)
    outputs = {path.name: sha256(path) for path in folder.iterdir()}
    (folder / "manifest.json").write_text(json.dumps({"outputs": outputs}))
    return made


@pytest.mark.slow
def test_a_changed_figure_is_said_by_run_and_status(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--quarter", KVARTAL]) == 0
    assert "not as it was published" not in "".join(capsys.readouterr())
    (root.releases / "2024v1" / "HJALP1.csv").write_text("another")
    for command in (["status", "--quarter", KVARTAL, "--json"], ["run", "--quarter", KVARTAL, "--kommune", "540"]):
        assert main(command) == 0
        said = capsys.readouterr()
        assert "releases/2024v1/HJALP1.csv is not as it was published" in said.err
        assert "hjalp verify" in said.err
        assert "published" not in said.out


def test_only_what_was_touched_is_read_again(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    assert changed_releases(root) == []
    read: list[str] = []
    monkeypatch.setattr(hashes, "sha256", lambda path: read.append(path.name) or sha256(path))
    assert changed_releases(root) == []
    assert read == []
    os.utime(root.releases / "2024v1" / "HJALP2.csv", (1, 1))
    assert changed_releases(root) == []
    assert read == ["HJALP2.csv"]


def test_a_pipe_in_place_of_a_file_is_not_waited_for(root: DataRoot) -> None:
    table = root.releases / "2024v1" / "HJALP1.csv"
    table.unlink()
    os.mkfifo(table)
    assert changed_releases(root) == ["releases/2024v1/HJALP1.csv is no file"]


def test_other_folders_are_nobodys_release(root: DataRoot) -> None:
    (root.releases / "kladde").mkdir()
    (root.releases / "kladde" / "manifest.json").write_text("{")
    assert changed_releases(root) == []
    (root.releases / "2024v1" / "manifest.json").write_text("{")
    assert changed_releases(root) == ["releases/2024v1/manifest.json cannot be read (JSONDecodeError)"]
