"""The engine runs a statistic it has never seen, by month, from inbox to a protected release, through Dagster."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import dagster as dg
import duckdb
import polars as pl
import pytest

from hjalp_pipeline import definitions, statistic
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.mail.looking import look
from hjalp_pipeline.production.release.standing import release_faults
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.query_command import run_query
from hjalp_tests.test_architecture import WORDS
from hjalp_tests.toy.visits import TOY
from hjalp_tests.toy.world import MONTH, write_toy


@pytest.fixture(scope="module", autouse=True)
def _both() -> Iterator[None]:
    """Both statistics in one code location."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(statistic.OTHERS, TOY.name, TOY)
        patch.setattr(definitions, "defs", definitions.definitions([statistic.declared("hjalp"), TOY]))
        yield


@pytest.fixture(scope="module")
def root(_both: None, tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """The toy's data root after a month."""
    root = write_toy(tmp_path_factory.mktemp("toy"))
    outcome = run_job(root, "maaned", MONTH)
    assert outcome.success, outcome.errors
    return root


def test_from_inbox_to_a_protected_release(root: DataRoot) -> None:
    assert everybody_in(root), "of a pilot with three kommuner nobody waits for the other 95"
    ledger = Lake(root).frame("ledger", MONTH)
    assert ledger.columns[0] == "periode"
    gone = ledger.filter(pl.col("reason").is_not_null()).group_by("step", "reason").agg(pl.col("rows").sum())
    assert sorted(gone.rows()) == [("valid", "CPR_UKURANT", 3), ("valid", "SLUT_FOER_START", 3)]
    outcome = run_job(root, "udgivelse", "2024v1")
    assert outcome.success, outcome.errors
    table = pl.read_csv(root.releases / "2024v1" / "TOY1.csv", separator=";", infer_schema=False)
    shown = {tuple(row[:3]): row[-1] for row in table.iter_rows()}
    assert shown["155", "0", "TOT"] == "9"
    assert shown["000", "0", "TOT"] == "9", "the same nine persons in both kommuner"
    assert shown["540", "0", "TOT"] == "...", "has not approved its year"
    assert ".." in shown.values(), "three kinds by sex are small"
    audit = json.loads((root.releases / "2024v1" / "disclosure_audit.json").read_text(encoding="utf-8"))
    assert audit["years"]
    declaration = (root.releases / "2024v1" / "kvalitet.html").read_text(encoding="utf-8")
    report = (root.releases / "2024v1" / "godkendelse" / "155.html").read_text(encoding="utf-8")
    assert "Besøg uden sidste dag" in declaration
    assert "Et besøg tælles" in report
    assert not WORDS.findall(declaration + report), "nothing of the first statistic"
    assert release_faults(root, "2024v1") == [], "or the next release would be refused"
    analysts_see(root)
    with dg.DagsterInstance.from_config(str(root.dagster_home)) as instance:
        assert instance.get_latest_materialization_event(dg.AssetKey(["toy", "published", "udgivelse"]))
        assert not instance.get_latest_materialization_event(dg.AssetKey(["hjalp", "published", "udgivelse"]))


def everybody_in(root: DataRoot) -> bool:
    key = dg.AssetCheckKey(dg.AssetKey(["toy", "status", "gate"]), "all_kommuner_in")
    with dg.DagsterInstance.from_config(str(root.dagster_home)) as instance:
        (record,) = instance.event_log_storage.get_asset_check_execution_history(key, limit=1)
    assert record.event is not None
    assert record.event.dagster_event is not None
    return record.event.dagster_event.asset_check_evaluation_data.passed


def analysts_see(root: DataRoot) -> None:
    """The database after the release: described, the period called as the statistic calls it, the release as published."""
    with duckdb.connect(str(root.catalog), read_only=True) as connection:
        columns = connection.sql(
            "select table_name, column_name, comment from duckdb_columns() where not internal"
        ).fetchall()
        assert [row for row in columns if not row[2]] == []
        assert not WORDS.findall(" ".join(text for row in columns for text in row))
        assert "kvartal" not in {column for _, column, _ in columns}
        for view in (
            "ledger",
            "status",
            "leverancer",
            "working.raw",
            "working.valid",
            "working.bestand",
            "working.toy1",
        ):
            assert connection.sql(f"select distinct periode from {view}").fetchall() == [(MONTH,)], view
        found = connection.sql(
            "select omrade, kon, art, tid::varchar, coalesce(sign, indhold::varchar), reason from released.toy1"
        ).fetchall()
        assert connection.sql("from released.toy1_newest").fetchall() == connection.sql("from released.toy1").fetchall()
    assert run_query(root, "from released.toy1_newest", "csv", 1) == 0
    csv = pl.read_csv(root.releases / "2024v1" / "TOY1.csv", separator=";", infer_schema=False)
    assert [row[:-1] for row in found] == csv.rows()
    assert {row[-1] for row in found} == {None, "Diskretioneret", "Kommunen deltager ikke"}


@pytest.mark.slow
def test_what_is_asked_of_the_kommuner(root: DataRoot) -> None:
    """The requirement specification and the approval reports before a release, by month and in its own words."""
    for job, month, tags in (("specification", None, {}), ("godkendelsesrapporter", MONTH, {"hjalp/aar": "2024"})):
        outcome = run_job(root, job, month, tags)
        assert outcome.success, outcome.errors
    page = (root.specification / "kravspecifikation-2024M01.html").read_text(encoding="utf-8")
    assert "leverer hver måned alle sine besøg" in page
    report = (root.approvals / "reports" / "2024" / "540.html").read_text(encoding="utf-8")
    assert "Hjemmebesøg: godkendelsesrapport" in report
    assert "når året er godkendt" in report
    assert not WORDS.findall(page + report)


def test_what_the_office_is_told(tmp_path: Path) -> None:
    """By sensors of its own, in its own periods and in no word of another statistic."""
    names = {sensor.name for sensor in definitions.defs.sensors or [] if isinstance(sensor, dg.SensorDefinition)}
    assert {"besked", "besked_om_fejl", "toy_besked", "toy_besked_om_fejl"} <= names
    (letter,) = look(write_toy(tmp_path), datetime(2025, 2, 15, 7, tzinfo=DANISH_TIME), ()).letters
    assert letter.subject == "toy: 0 af 3 kommuner er inde, januar 2025"
    assert "Fristen for januar 2025 var 14. februar 2025." in letter.text
    assert "{address}/kontor/toy/receipts/2025M01/" in letter.text
    assert not WORDS.findall(letter.subject + letter.text)
