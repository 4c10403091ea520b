"""`hjalp specification`: through its Dagster job, for the day asked for."""

from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.defs import specification_assets as specification
from hjalp_pipeline.dialogue.specification.pages import specification_files
from hjalp_pipeline.statistics.hjalp.codelists.lov_navn import LOV_NAVN
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    """An empty data root: the specification needs no data."""
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster_home"))
    return DataRoot(tmp_path)


@pytest.mark.slow
def test_as_of_a_day(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["specification", "--date", "2025-03-01"]) == 0
    assert "specification/overblik.html" in capsys.readouterr().out
    for path, content in specification_files(date(2025, 3, 1), LAYOUTS, LOV_NAVN).items():
        assert (root.specification / path).read_bytes() == content
    assert (root.specification / "leverandoerer.html").is_file()
    with dg.DagsterInstance.from_config(str(root.dagster_home)) as instance:
        assert [(run.job_name, run.status.value) for run in instance.get_runs()] == [("specification", "SUCCESS")]


@pytest.mark.slow
def test_today_when_nothing_is_said(root: DataRoot) -> None:
    assert main(["specification"]) == 0
    assert "Gældende" in (root.specification / "overblik.html").read_text(encoding="utf-8")


def test_no_day(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["specification", "--date", "i morgen"]) == 2
    assert "is not a day" in capsys.readouterr().err
    assert not root.specification.exists()


def test_the_day_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(specification, "today", lambda: date(2025, 5, 1))
    asked = [specification.asked_day(tag) for tag in (None, "", "2031-01-01")]
    assert asked == [date(2025, 5, 1), date(2025, 5, 1), date(2031, 1, 1)]
    with pytest.raises(InputError, match="not a day"):
        specification.asked_day("i morgen")
