"""The command line, called as `main([...])`: exit codes, what is printed, what is left behind."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.definitions import defs
from hjalp_pipeline.production.inbox.gate import SCHEMA, GateRow
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, deliver, delivery, write_world

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def root(own_root: DataRoot) -> DataRoot:
    """To be changed, unlike what the tests of this folder share."""
    return own_root


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[DataRoot, int]]:
    """The country after `hjalp run`, with a rejected re-delivery. Nothing is changed in it."""
    root = write_world(tmp_path_factory.mktemp("ran"))
    deliver(root, delivery("540", 5, day=9, flaw="no_slut"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HJALP_DATA", str(root.path))
        patch.setenv("DAGSTER_HOME", str(root.dagster_home))
        yield root, main(["run", "--quarter", KVARTAL])


def test_run_exits_0_also_when_a_delivery_is_rejected(ran: tuple[DataRoot, int]) -> None:
    root, code = ran
    assert code == 0
    assert Lake(root).frame("ledger", KVARTAL)["komnr_indberetter"].unique().sort().to_list() == ["101", "155", "540"]
    runs = []
    with dg.DagsterInstance.from_config(str(root.dagster_home)) as instance:
        runs = [(run.job_name, run.status.value, run.tags.get("dagster/partition")) for run in instance.get_runs()]
    assert ("kvartal", "SUCCESS", KVARTAL) in runs


def test_a_run_is_one_of_those_that_the_page_of_its_job_shows(ran: tuple[DataRoot, int]) -> None:
    """Which asks for the tag of the repository, as the workspace that `hjalp ui` serves calls it."""
    location = re.findall(r"location_name: (\w+)", (PROJECT / "workspace.yaml").read_text(encoding="utf-8"))
    tag = {".dagster/repository": f"{defs.get_repository_def().name}@{location[0]}"}
    with dg.DagsterInstance.from_config(str(ran[0].dagster_home)) as instance:
        assert len(instance.get_runs(filters=dg.RunsFilter(job_name="kvartal", tags=tag))) == 1


def test_the_catalogue_holds_ledger_and_gate(ran: tuple[DataRoot, int]) -> None:
    root, _ = ran
    with duckdb.connect(str(root.catalog), read_only=True) as connection:
        ledger = connection.sql("select * from ledger").fetchall()
        columns = [row[0] for row in connection.sql("describe ledger").fetchall()]
        status = connection.sql("select status, count(*) from status group by status order by status").fetchall()
        loans = connection.sql("select count(*) from working.udlaan").fetchall()
        kept = connection.sql(
            "select sum(rows) from ledger where step = 'kommune_assigned' and reason is null"
        ).fetchall()
    assert columns == ["kvartal", "komnr_indberetter", "step", "reason", "rows"]
    assert ledger == Lake(root).frame("ledger", KVARTAL).rows()
    assert status == [("delivered", 2), ("newest_rejected", 1), ("not_yet_in", 95)]
    assert loans == kept


@pytest.mark.slow
def test_run_lists_rejected_deliveries_and_the_ledger(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    deliver(root, delivery("540", 5, day=9, flaw="no_slut"))
    assert main(["run", "--quarter", KVARTAL, "--kommune", "540", "--kommune", "155"]) == 0
    printed = capsys.readouterr()
    assert "540_nexus_20250109T081500.csv" in printed.out
    assert "ANTAL" in printed.out
    assert "1 delivered, 1 newest_rejected" in printed.out
    assert "1 stale" in printed.out
    assert "kommune_assigned" in printed.out
    assert sorted(Lake(root).raw_of(KVARTAL)) == ["155", "540"]


@pytest.mark.parametrize("quarter", ["2024K5", "2024", "2024k4", "", "2024K4 ", "2022K2", "2099K1", "../2024K4"])
@pytest.mark.parametrize("command", ["run", "status"])
def test_a_quarter_that_is_none(root: DataRoot, capsys: pytest.CaptureFixture[str], command: str, quarter: str) -> None:
    assert main([command, "--quarter", quarter]) in (1, 2)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "quarter" in printed.err
    assert not root.lake.exists()
    assert not root.dagster_home.exists()


@pytest.mark.parametrize("kommune", ["411", "000", "54", "Sønderborg", "540,741"])
def test_a_kommune_that_is_none(root: DataRoot, capsys: pytest.CaptureFixture[str], kommune: str) -> None:
    assert main(["run", "--quarter", KVARTAL, "--kommune", "540", kommune]) == 2
    assert kommune in capsys.readouterr().err
    assert not root.dagster_home.exists()


@pytest.mark.parametrize(
    "arguments", [[], ["run"], ["run", "--kommune", "540"], ["release"], ["ukendt"], ["run", "--quarter"]]
)
def test_arguments_that_are_wrong(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_code:
        main(arguments)
    assert exit_code.value.code == 2
    assert "usage: hjalp" in capsys.readouterr().err


def status_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert main(["status", "--json", *arguments]) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return rows


def test_status_json(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    rows = status_json(capsys)  # the newest quarter with deliveries
    assert len(rows) == 98
    assert [row["komnr"] for row in rows] == list(KOMNR)
    assert {tuple(row) for row in rows} == {tuple(SCHEMA)}
    assert set(SCHEMA) <= {field.name for field in fields(GateRow)}
    by_kommune = {row["komnr"]: row for row in rows}
    assert by_kommune["540"] == {
        "kvartal": KVARTAL,
        "komnr": "540",
        "kommune": "Sønderborg",
        "status": "stale",
        "newest_delivery": "540_nexus_20250102T081500.csv",
        "newest_received": "2025-01-02T08:15:00",
        "newest_code": None,
        "deadline": "2025-01-14",
        "stored_delivery": None,
        "stored_records": None,
        "needs": "raw",
        "detail": by_kommune["540"]["detail"],
    }
    assert by_kommune["147"]["status"] == "not_yet_in"


def test_status_of_another_quarter(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    rows = status_json(capsys, "--quarter", "2023K2")
    assert {row["kvartal"] for row in rows} == {"2023K2"}
    assert [row["komnr"] for row in rows if row["status"] != "not_yet_in"] == ["101", "155", "540"]
    assert len(rows) == 98


def test_rejected_files_of_no_kommune_are_told_beside_the_rows(
    root: DataRoot, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("101 nexus.csv", "0101609002.csv", "999_nexus_20250102T081500.csv"):
        (root.inbox / KVARTAL / name).write_bytes(b"x")
    (root.inbox / "README").write_text("what lies here", encoding="utf-8")
    assert main(["status", "--json"]) == 0
    printed = capsys.readouterr()
    assert len(json.loads(printed.out)) == 98
    assert [line for line in printed.err.splitlines() if line.startswith("rejected")] == [
        "rejected, of no kommune: 2024K4/******-****.csv  FILNAVN  Navnet har ikke tre dele (kommunenummer_system_tidspunkt), men 1.",
        "rejected, of no kommune: 2024K4/101 nexus.csv  FILNAVN  Navnet har ikke tre dele (kommunenummer_system_tidspunkt), men 1.",
        "rejected, of no kommune: 2024K4/999_nexus_20250102T081500.csv  UKENDT_AFSENDER  Nummeret er ikke et af de 98 kommuners.",
    ]
    assert main(["status"]) == 0
    assert "README" not in capsys.readouterr().out


@pytest.mark.slow
def test_run_says_which_part_of_a_rejected_delivery_is_wrong(
    root: DataRoot, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("101 nexus.csv", "101_cura_20250102T081500.csv"):
        (root.inbox / KVARTAL / name).write_bytes(b"x")
    text = (root.inbox / KVARTAL / "540_nexus_20250102T081500.csv").read_text(encoding="utf-8")
    (root.inbox / KVARTAL / "540_nexus_20250103T081500.csv").write_text(
        text.replace("lov_tekst", "fritekst", 1), encoding="utf-8"
    )
    assert main(["run", "--quarter", KVARTAL]) == 0
    said = capsys.readouterr().out
    assert "    Navnet har ikke tre dele (kommunenummer_system_tidspunkt), men 1.\n" in said
    assert "    Kommunen har ikke anmeldt systemet. Anmeldt: nexus.\n" in said
    assert "Mangler: lov_tekst. Ingen aftalt kolonne: nr. 11.\n" in said
    assert "fritekst" not in said
    page = next((root.receipts / KVARTAL).glob("101_cura*.html")).read_text(encoding="utf-8")
    assert "Kommunen har ikke anmeldt systemet. Anmeldt: nexus." in page


def test_status_as_a_table(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("Sønderborg") == 1
    assert "540_nexus_20250102T081500.csv" in printed


def test_status_without_any_delivery(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    assert main(["status"]) == 1
    assert "no deliveries" in capsys.readouterr().err


@pytest.mark.slow
def test_a_code_list_that_is_missing(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    (root.codelists / "systems.csv").unlink()
    assert main(["run", "--quarter", KVARTAL]) == 1
    assert "codelists/systems.csv is missing" in capsys.readouterr().err


@pytest.mark.slow
def test_no_register(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    (root.registers / "2025-04-04" / "dod.parquet").unlink()
    assert main(["run", "--quarter", KVARTAL]) == 1
    assert "dod.parquet is missing" in capsys.readouterr().err


PROBE = """
import contextlib, io, sys
from hjalp_pipeline.cli import main
with contextlib.redirect_stdout(io.StringIO()) as text, contextlib.suppress(SystemExit):
    main(["--help"])
assert "release" in text.getvalue()
heavy = {"dagster", "polars", "duckdb", "pandera", "numpy"} & set(sys.modules)
assert not heavy, heavy
"""


def test_help_loads_neither_dagster_nor_polars() -> None:
    subprocess.run([sys.executable, "-c", PROBE], cwd=PROJECT, check=True, timeout=600)


@pytest.mark.slow
def test_an_upload_that_goes_on_into_the_old_inbox_is_said(root: DataRoot, capsys: pytest.CaptureFixture[str]) -> None:
    """After a move to folders by statistic: what still comes to the old place is read by nobody."""
    (root.path / "inbox" / KVARTAL).mkdir(parents=True)
    for command in ("run", "status"):
        assert main([command, "--quarter", KVARTAL]) == 0
        assert "inbox/ lies beside hjalp/ in the data root: nothing in it is read" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["verify", "remind", "status", "run --quarter 2024K4", "approvals --aar 2024"])
def test_a_data_root_that_is_not_there_is_said_and_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """A name typed wrong must not look like a country in which nobody has delivered."""
    monkeypatch.setenv("HJALP_DATA", str(tmp_path / "hjlap"))
    assert main(command.split()) == 1
    assert "hjlap does not exist (HJALP_DATA)" in capsys.readouterr().err
    assert not (tmp_path / "hjlap").exists()
    (tmp_path / "hjlap").touch()
    assert main(command.split()) == 1
    assert "hjlap is no folder (HJALP_DATA)" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["status", "run --quarter 2024K4", "verify", "check", "demo"])
def test_a_data_root_one_level_too_deep_is_said(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(root.folder))
    assert main(command.split()) == 1
    told = f"{root.folder} (HJALP_DATA) lies inside the data root {root.path}: that is the folder to name\n"
    assert capsys.readouterr().err == told
    assert not (root.folder / "dagster_home").exists()
