"""The job `godkendelsesrapporter`: its tags, what it shows, and that nothing of any record comes into the instance."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import dagster as dg
import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.defs.approval_reports import last_whole_year
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.defs.keys import asset_key
from hjalp_tests.production.world import KVARTAL, MARKER, country, delivery, loan, run, write_world

pytestmark = pytest.mark.slow

SECRET_ID = "2505881234"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster_home"))
    made = country()
    made.deliveries[2] = delivery("540", [loan("540", n) for n in range(30)] + [loan("540", 40, udlaan_id=SECRET_ID)])
    root = write_world(tmp_path, made)
    run(root)
    return root


def test_the_command_is_a_run_that_tells_nothing_of_anybody(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reports", "--aar", "2024", "--quarter", KVARTAL, "--until", "2025-06-01"]) == 0
    assert "98 reports of 2024 from 2024K4" in capsys.readouterr().out
    with dg.DagsterInstance.from_config(str(root.dagster_home)) as instance:
        runs = [(found.job_name, found.status.value, found.tags["dagster/partition"]) for found in instance.get_runs()]
        event = instance.get_latest_materialization_event(asset_key("dialog", "godkendelsesrapporter"))
    assert runs == [("godkendelsesrapporter", "SUCCESS", KVARTAL)]
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.metadata["kommuner_with_new_figures"].value == 3
    numbers = [pnr for pnr, _, _ in pools.KNOWN if pnr.isdecimal() and len(pnr) == 10 and pnr != "0000000000"]
    for path in root.dagster_home.rglob("*.db"):
        with sqlite3.connect(path) as connection:
            dump = "\n".join(connection.iterdump())
        connection.close()
        assert not [mark for mark in (*numbers, SECRET_ID, MARKER) if mark in dump], path.name


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--aar", "2025"], 1, "says nothing of the whole of 2025"),
        (["--aar", "2024", "--quarter", "2025K1"], 1, "2025K1 has not been run"),
        (["--aar", "2024", "--quarter", "2025"], 2, "not a quarter"),
        (["--aar", "2024", "--until", "i morgen"], 2, "not a day"),
    ],
)
def test_what_cannot_be_made(
    root: DataRoot, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    assert main(["reports", *arguments]) == code
    assert said in capsys.readouterr().err
    assert not (root.approvals / "reports" / arguments[1]).exists()


def test_the_year_of_a_quarter() -> None:
    assert [last_whole_year(kvartal) for kvartal in ("2024K4", "2025K1", "2025K3", "2025K4")] == [
        2024,
        2024,
        2024,
        2025,
    ]


def test_the_last_whole_year_of_a_month() -> None:
    assert [last_whole_year(month) for month in ("2024M11", "2024M12", "2025M01")] == [2023, 2024, 2024]
