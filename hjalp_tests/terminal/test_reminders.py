"""The command ``hjalp remind``."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.dialogue.reminders.day_lists import read_sent
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KOMMUNER, KVARTAL, country, delivery, write_world

DAY = "2025-01-17"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    """101 and 540 owe a delivery, all others are covered."""
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster_home"))
    monkeypatch.setenv("COLUMNS", "200")
    covered = [("540", komnr, "2020-01-01", "") for komnr in KOMNR if komnr not in KOMMUNER]
    root = write_world(tmp_path, country(deliveries=[delivery("155", 3)], collaborations=covered))
    refresh_raw(root, KVARTAL)
    return root


def sent(root: DataRoot) -> list[tuple[str, str]]:
    return [(entry.komnr, entry.step) for entry in read_sent(root)]


@pytest.mark.slow
def test_the_list_of_a_day(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remind", "--date", DAY]) == 0
    printed = capsys.readouterr().out
    assert "Sønderborg" in printed
    assert f"reminders/{DAY}/540.html" in printed
    assert "Dragør" not in printed
    assert main(["remind", "--date", "2025-01-15"]) == 0
    assert "nobody is to hear from us" in capsys.readouterr().out


@pytest.mark.slow
def test_recording_what_was_sent(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["remind", "--date", DAY]) == 0
    assert main(["remind", "--sent", DAY, "--kommune", "540", "--by", "abc"]) == 0
    assert sent(root) == [("540", "brev1")]
    assert main(["remind", "--sent", DAY, "--by", "abc"]) == 0  # the rest
    assert sent(root) == [("540", "brev1"), ("101", "brev1")]
    capsys.readouterr()
    assert main(["remind", "--sent", DAY, "--by", "abc"]) == 1
    assert "recorded before: 540 Sønderborg, leverance 2024K4, brev1" in capsys.readouterr().err
    assert sent(root) == [("540", "brev1"), ("101", "brev1")]
    assert '<span class="mark ok">sendt</span>' in (root.reminders / "overblik.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sent", DAY, "--kommune", "155", "--by", "abc"], "not on the list of 2025-01-17: 155"),
        (["--sent", "2025-01-20", "--by", "abc"], "that day has no list"),
        (["--sent", DAY, "--by", "Anders And"], "is not initials"),
        (["--sent", "i går", "--by", "abc"], "is not a day"),
    ],
)
def test_what_cannot_be_recorded(
    root: DataRoot, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["remind", "--date", DAY]) == 0
    assert main(["remind", *arguments]) == 1
    assert said in capsys.readouterr().err
    assert sent(root) == []


@pytest.mark.parametrize(
    "arguments",
    [["--by", "abc"], ["--kommune", "540"], ["--sent", DAY], ["--sent", DAY, "--date", DAY, "--by", "abc"]],
)
def test_arguments_that_do_not_go_together(root: DataRoot, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["remind", *arguments])
    assert stopped.value.code == 2
    assert not root.dagster_home.exists()


@pytest.mark.parametrize("day", ["2999-01-01", "17.1.2025"])
def test_a_day_that_cannot_be_asked_for(root: DataRoot, capsys: pytest.CaptureFixture[str], day: str) -> None:
    assert main(["remind", "--date", day]) == 2
    assert day in capsys.readouterr().err
    assert not root.reminders.exists()


@pytest.mark.slow
def test_a_faulty_list_is_named(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    (root.codelists / "reminder_steps.csv").write_text("step;channel\nbrev1;brev\n")
    assert main(["remind", "--date", DAY]) == 1
    assert "codelists/reminder_steps.csv, line 1: the header must hold" in capsys.readouterr().err
