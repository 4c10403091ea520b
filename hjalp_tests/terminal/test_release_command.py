"""`hjalp release` at the terminal: made, standing, or refused in one sentence."""

from __future__ import annotations

from datetime import datetime

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.commands import show_opening
from hjalp_tests.production.world import KVARTAL, deliver, delivery


@pytest.fixture
def root(own_root: DataRoot) -> DataRoot:
    """To be changed, unlike what the tests of this folder share."""
    return own_root


@pytest.mark.slow
def test_release(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", "2024v1"]) == 0
    said = capsys.readouterr().out
    assert "2024v1" in said
    assert "2023: 3 of 98 kommuner take part" in said
    assert "2024: 3 of 98 kommuner take part" in said
    assert "to be read and signed" not in said, "it is open"
    show_opening(root, "2024v1", datetime(2025, 6, 20, tzinfo=DANISH_TIME))
    before = capsys.readouterr().out.splitlines()
    assert before[0] == "  for its owner alone until 2025-06-24 08:00 Danish time; hjalp ui opens it then"
    assert [line.rpartition("/")[2] for line in before[1:]] == ["2024v1_2023.html", "2024v1_2024.html"]
    assert {path.name for path in (root.releases / "2024v1").iterdir()} >= {"HJALP1.csv", "manifest.json", "microdata"}


@pytest.mark.slow
def test_a_release_stands_whatever_comes(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["release", "2024v1"]) == 0
    assert main(["release", "2024v1"]) == 0  # it stands already, the same
    deliver(root, delivery("540", 31, day=9))
    before = (root.releases / "2024v1" / "manifest.json").read_bytes()
    definition = root.releases / "2024v1.toml"
    (root.releases / "2024v2.toml").write_bytes(definition.read_bytes())
    assert main(["release", "2024v2"]) == 1
    assert "2024K4 has to be run first" in capsys.readouterr().err
    (root.releases / "2024v2.toml").unlink()
    assert main(["run", "--quarter", KVARTAL]) == 0
    assert main(["release", "2024v1"]) == 0  # it is made of its own deliveries
    definition.write_bytes(definition.read_bytes() + b"# rettet")
    assert main(["release", "2024v1"]) == 1
    assert "never changes" in capsys.readouterr().err
    assert (root.releases / "2024v1" / "manifest.json").read_bytes() == before
    assert sorted(path.name for path in root.releases.iterdir()) == ["2024v1", "2024v1.toml"]


@pytest.mark.slow
def test_a_release_of_too_early_a_quarter(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    definition = root.releases / "2024v1.toml"
    definition.write_text(definition.read_text(encoding="utf-8").replace(KVARTAL, "2024K1"), encoding="utf-8")
    assert main(["release", "2024v1"]) == 1
    assert "releases/2024v1.toml, quarter: 2024K1 is before 2024K4" in capsys.readouterr().err
    assert [path.name for path in root.releases.iterdir()] == ["2024v1.toml"]


def test_a_release_is_refused(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    (root.inbox / KVARTAL / "155_nexus_20250102T081500.xml").unlink()
    assert main(["release", "2024v1"]) == 1
    assert "155 Dragør" in capsys.readouterr().err
    assert [path.name for path in root.releases.iterdir()] == ["2024v1.toml"]


@pytest.mark.parametrize("name", ["2024v9", "banan", "../approvals/2025", "2024v1.toml", ""])
def test_a_release_without_definition(root: DataRoot, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["release", name]) == 1
    assert capsys.readouterr().err
    assert not root.dagster_home.exists()


def test_a_definition_that_cannot_be_used(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    (root.releases / "2024v2.toml").write_text('quarter = "2024K4"\n', encoding="utf-8")
    assert main(["release", "2024v2"]) == 1
    assert "reference_years" in capsys.readouterr().err
