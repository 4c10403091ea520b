"""Which statistics a demo plays, on the same registers, and when it makes the country anew."""

from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.storage.root import STATISTICS, DataRoot
from hjalp_pipeline.terminal import demo, demo_played
from hjalp_pipeline.terminal.demo_played import Tell
from hjalp_pipeline.workers import how_many

TINY = ["--scale", "0.0005"]


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The statistics played, in their order; what a run would do is left out."""
    found: list[str] = []

    def play(root: DataRoot, _tell: Tell) -> list[str]:
        found.append(root.statistic)
        return []

    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    monkeypatch.setenv(how_many.ENVIRONMENT_VARIABLE, "1")  # all of it in this process
    monkeypatch.setattr(demo_played, "_play", play)
    monkeypatch.setattr(demo, "show_played", lambda _root: None)
    monkeypatch.setattr(demo, "write_index", lambda root, *_others: root.path / "index.html")
    return found


@pytest.mark.slow
def test_a_demo_plays_every_statistic_the_first_one_first(tmp_path: Path, played: list[str]) -> None:
    assert main(["demo", *TINY]) == 0
    assert played == list(STATISTICS)
    assert all((tmp_path / name / "inbox").is_dir() for name in STATISTICS)
    person = tmp_path / "registers/2025-10-03/person.parquet"
    made = person.stat().st_mtime_ns
    assert main(["demo", *TINY]) == 0
    assert person.stat().st_mtime_ns == made, "a standing demo is played again, not made again"


@pytest.mark.slow
def test_a_demo_of_one_statistic_leaves_nothing_of_another(tmp_path: Path, played: list[str]) -> None:
    (other,) = (name for name in STATISTICS if name != "hjalp")
    assert main(["demo", "--statistic", other, *TINY]) == 0
    assert main(["demo", "--statistic", "hjalp", *TINY]) == 0
    assert played == [other, "hjalp"]
    assert (tmp_path / "hjalp/inbox").is_dir()
    assert not (tmp_path / other / "inbox").exists()


def test_deliveries_that_are_no_demos_are_never_touched(
    tmp_path: Path, played: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = tmp_path / "hand/inbox/2025M01"
    theirs.mkdir(parents=True)
    assert main(["demo", "--statistic", "hjalp", "--fresh", *TINY]) == 1
    assert "not the demo's" in capsys.readouterr().err
    assert theirs.is_dir()
    assert played == []
