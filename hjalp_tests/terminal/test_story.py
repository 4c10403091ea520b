"""A statistic's story is played to its end, and stops where a check does not say what it must."""

from functools import cache
from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.defs import release_assets, table_assets
from hjalp_pipeline.defs.local import Outcome
from hjalp_pipeline.dialogue.approval import reports
from hjalp_pipeline.statistics.hand.synth import real_history
from hjalp_pipeline.statistics.hand.synth.real_history import FORGETFUL, IN_PART, TOO_MANY
from hjalp_pipeline.statistics.hand.synth.story_steps import steps
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.synth.story import Step
from hjalp_pipeline.terminal import story_played


@pytest.mark.parametrize("command", ["demo --story", "demo --statistic hjalp --story"])
def test_only_a_statistic_with_a_story_tells_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    assert main(command.split()) == 2
    assert "--story needs --statistic and one that has a story" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_country_too_small_for_the_story_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    assert main(["demo", "--statistic", "hand", "--story", "--scale", "0.002"]) == 2
    assert "--story needs --scale 0.01 or more" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


STEP = Step(
    "One day",
    "Two kommuner are lost.",
    "Caught.",
    files={"codelists/a.csv": "x\n"},
    periods=("2025M01",),
    release="2024v1",
)
LOST = Step(**{**{name: getattr(STEP, name) for name in STEP.__slots__}, "refused": ("101", "147")})


@pytest.mark.parametrize(
    ("step", "outcomes", "code"),
    [
        (LOST, (True, "refused: 101, 147"), 0),
        (LOST, (True, "refused: 101"), 1),
        (LOST, (True, ""), 1),
        (LOST, (False, "the month fails"), 1),
        (STEP, (True, "refused: 101, 147"), 1),
    ],
)
def test_a_step_holds_only_when_the_check_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: Step, outcomes: tuple[bool, str], code: int
) -> None:
    run, refusal = outcomes

    def ran(_root: DataRoot, job: str, _partition: str) -> Outcome:
        if job == "maaned":
            return Outcome("", run, [] if run else [refusal])
        return Outcome("", not refusal, [refusal] if refusal else [])

    monkeypatch.setattr(story_played, "run_job", ran)
    assert story_played.play_story(DataRoot(tmp_path, "hand"), [step]) == code
    assert (tmp_path / "hand/codelists/a.csv").read_text() == "x\n"


@pytest.mark.slow
def test_the_story_is_played_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster_home"))
    # The approval reports of those it tells of, for those of 98: the others are written by the same calls.
    monkeypatch.setattr(reports, "KOMNR", sorted([*real_history.LOST, TOO_MANY, IN_PART, *FORGETFUL]))
    # The analysts' database is no part of it, and each of 15 runs would write it anew.
    catalog = cache(table_assets.make_catalog)
    for module in (table_assets, release_assets):
        monkeypatch.setattr(module, "make_catalog", catalog)
    assert main(["demo", "--statistic", "hand", "--story", "--scale", "0.01"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "moved more than 10 %" in told
    assert [step.heading for step in steps() if step.heading not in told or step.caught not in told] == []
