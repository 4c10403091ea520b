"""The commands for the second statistic: months, its own names, and nothing said of the first."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.data_root.next_steps import next_steps
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.statistics.hand.world import MONTH, write_three

pytestmark = pytest.mark.slow  # each makes a release or a country of its own

HAND = ("--statistic", "hand")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataRoot]:
    """Three kommuner after `hjalp run` and `hjalp release`."""
    root = write_three(tmp_path_factory.mktemp("second") / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HJALP_DATA", str(root.path))
        patch.setenv("DAGSTER_HOME", str(root.dagster_home))
        patch.setenv("COLUMNS", "200")
        assert main(["run", *HAND, "--month", MONTH]) == 0
        assert main(["release", *HAND, "2024v1"]) == 0
        yield root


@pytest.fixture
def said(made: DataRoot, capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    capsys.readouterr()
    return capsys


def of_the_first(text: str) -> list[str]:
    """Words that belong to the first statistic."""
    return re.findall(r"quarter|loan|udlån|hjælpemid|released\.hjalp", text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("status", "--month", MONTH), 0, f"{MONTH}: 2 delivered, 1 rejected, 95 not_yet_in"),
        (("check",), 0, "nothing is wrong"),
        (("mail",), 1, "mails are off"),
        (("approvals", "--aar", "2024"), 0, "2 of 98 kommuner take part"),
        (("verify",), 0, "files are as they were written"),
        (("verify", "2024v1"), 0, "files are as they were written"),
        (("prune",), 0, "nothing is to be removed"),
        (("audit", "2024v1"), 0, "every hidden cell is protected that can be"),
        (("query",), 0, "released.hand07_newest"),
        (("run", "--month", "2025K1"), 2, "not a month of the form 2024M11: '2025K1'"),
        (("run", "--month", "2013M09"), 2, "2013M09 is not a month of the statistic (2013M10 to "),
    ],
)
def test_a_command(
    made: DataRoot, said: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, says: str
) -> None:
    assert main([arguments[0], *HAND, *arguments[1:]]) == code
    printed = "".join(said.readouterr())
    assert says in printed
    assert arguments[0] == "query" or of_the_first(printed) == []


def asked(said: pytest.CaptureFixture[str], select: str) -> list[dict[str, object]]:
    assert main(["query", *HAND, "--format", "json", select]) == 0
    found: list[dict[str, object]] = json.loads(said.readouterr().out)
    return found


def test_what_is_released_has_its_times_as_texts(made: DataRoot, said: pytest.CaptureFixture[str]) -> None:
    [row] = asked(said, "select min(tid) a, max(tid) b, typeof(any_value(tid)) c, count(*) d from released.hand07")
    assert row == {"a": "2024K1", "b": "2024K4", "c": "VARCHAR", "d": 98 * 21 * 4}
    csv = (made.releases / "2024v1" / "HAND07.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(csv) - 1 == row["d"]
    assert {one["tid"] for one in asked(said, "select tid from released.hand05_newest group by tid")} == {"2024"}
    figures = asked(said, "select sign, count(indhold) n from released.hand07 where omrade = '540' group by sign")
    assert sorted(map(str, figures)) == ["{'sign': '.', 'n': 0}", "{'sign': '...', 'n': 0}"], "it takes no part"


def test_working_views_hold_every_service(made: DataRoot, said: pytest.CaptureFixture[str]) -> None:
    kept = asked(said, "select sum(rows)::int n from ledger where step = 'spells_united' and reason is null")
    assert asked(said, "select count(*) n from working.ydelser") == kept
    assert asked(said, "select count(*) n from working.bestand") == kept
    [row] = asked(said, "select sum(antal)::int n, sum(skjult::int)::int h from working.suppressed_hand07")
    assert row["h"]
    shown = asked(said, "select sum(antal)::int n from working.hand07")[0]["n"]
    assert isinstance(shown, int)
    assert isinstance(row["n"], int)
    assert 0 < row["n"] < shown


def test_a_column_says_what_it_holds(made: DataRoot, said: pytest.CaptureFixture[str]) -> None:
    assert main(["query", *HAND, "released.hand07"]) == 0
    printed = said.readouterr().out
    assert "Kvartal, 2024K4" in printed
    assert "... kommunen deltager ikke" in printed


@pytest.mark.parametrize("form", ["sav", "dta"])
def test_microdata_go_to_statistics_packages(
    made: DataRoot, said: pytest.CaptureFixture[str], tmp_path: Path, form: str
) -> None:
    assert main(["microdata", *HAND, "2024v1", "--format", form, "--out", str(tmp_path / "out")]) == 0
    assert {f"HANDIC.{form}", f"HANDICM.{form}"} <= {path.name for path in (tmp_path / "out").iterdir()}


def test_reminders_of_a_month(made: DataRoot, said: pytest.CaptureFixture[str]) -> None:
    assert main(["remind", *HAND, "--date", "2025-02-18"]) == 0
    printed = said.readouterr().out
    assert f"leverance {MONTH}" in printed
    assert main(["remind", *HAND, "--sent", "2025-02-18", "--by", "abc"]) == 0
    assert f"{MONTH};540;brev1" in (made.reminders / "sent.csv").read_text(encoding="utf-8")


def test_reports_of_a_year(made: DataRoot, said: pytest.CaptureFixture[str]) -> None:
    assert main(["reports", *HAND, "--aar", "2024", "--month", MONTH, "--until", "2025-06-20"]) == 0
    assert f"98 reports of 2024 from {MONTH} in approvals/reports/2024/" in said.readouterr().out
    assert (made.approvals / "reports" / "2024" / "101.html").is_file()


def test_a_decision_is_recorded(made: DataRoot, said: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(made.path, copy)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HJALP_DATA", str(copy))
        decision = ("--kind", "ALLE", "--decision", "godkendt", "--by", "afd")
        assert main(["approve", *HAND, "--aar", "2024", "--kommune", "540", *decision]) == 0
    printed = said.readouterr().out
    assert "2024 K1, K2, K3, K4: godkendt" in printed
    assert "when a month is run next" in printed
    assert of_the_first(printed) == []


def test_an_empty_root_says_what_to_type(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "begun"
    assert main(["init", *HAND, str(folder)]) == 0
    printed = capsys.readouterr().out
    assert "hand/inbox/MONTH/" in printed
    assert "hjalp check --statistic hand" in printed
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HJALP_DATA", str(folder))
        assert main(["status", *HAND]) == 1
        assert "name a month with --month" in capsys.readouterr().err
        assert main(["reports", *HAND, "--aar", "2024"]) == 2
        assert "no month has been run" in capsys.readouterr().err
        assert main(["query", *HAND]) == 1
        assert "`hjalp run --statistic hand --month ...` makes it" in capsys.readouterr().err


def test_the_next_step_is_a_command_for_it(tmp_path: Path) -> None:
    root = write_three(tmp_path)
    steps = list(next_steps(root, [], datetime(2025, 3, 1, tzinfo=DANISH_TIME)))
    assert f"{MONTH} has deliveries and has not been run: hjalp run --statistic hand --month {MONTH}" in steps
