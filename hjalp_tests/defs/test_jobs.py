"""The jobs as Dagster runs them: what is materialised, with which metadata, what checks say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from hjalp_pipeline.codelists.few import told
from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs import local
from hjalp_pipeline.defs.local import Outcome, run_job
from hjalp_pipeline.defs.raw_assets import KOMMUNER_TAG
from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.inbox.gate_state import STATUSES
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.defs.keys import asset_key
from hjalp_tests.production.world import KVARTAL, break_the_contract, deliver, delivery, write_world

RAW = asset_key("raw", "udlaan")


def materialisations(instance: dg.DagsterInstance, *key: str) -> dict[str | None, dict[str, Any]]:
    """Partition -> metadata values, for every materialisation of an asset (none twice)."""
    found: dict[str | None, dict[str, Any]] = {}
    for record in instance.fetch_materializations(asset_key(*key), limit=500).records:
        made = record.asset_materialization
        assert made is not None
        assert record.partition_key not in found
        found[record.partition_key] = {name: value.value for name, value in made.metadata.items()}
    return found


def check_results(instance: dg.DagsterInstance, key: list[str], name: str) -> list[tuple[str | None, bool]]:
    """(partition, passed) of each result of a check, newest first."""
    storage = instance.event_log_storage
    found = []
    for record in storage.get_asset_check_execution_history(dg.AssetCheckKey(asset_key(*key), name), limit=500):
        assert record.event is not None
        event = record.event.dagster_event
        assert event is not None
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:  # not one that was merely planned
            evaluation = event.asset_check_evaluation_data
            found.append((evaluation.partition, evaluation.passed))
    return found


def test_the_job_succeeds(ran: tuple[DataRoot, Outcome]) -> None:
    assert ran[1].success
    assert ran[1].errors == []


def test_raw_is_materialised_for_exactly_the_kommuner_with_data(instance: dg.DagsterInstance) -> None:
    found = materialisations(instance, "raw", "udlaan")
    rows = {
        partition: (values["dagster/row_count"], values["records_delivered"]) for partition, values in found.items()
    }
    assert rows == {f"101|{KVARTAL}": (20, 20), f"155|{KVARTAL}": (12, 12), f"540|{KVARTAL}": (30, 30)}
    assert found[f"540|{KVARTAL}"]["kommune"] == "540 Sønderborg"


def test_row_counts_are_those_of_the_ledger(ran: tuple[DataRoot, Outcome], instance: dg.DagsterInstance) -> None:
    ledger = Lake(ran[0]).frame("ledger", KVARTAL)
    for state in RULEBOOK.states:
        lines = ledger.filter(pl.col("step") == state)
        found = materialisations(instance, state, "udlaan")
        assert list(found) == [KVARTAL]
        values = found[KVARTAL]
        assert values["dagster/row_count"] == lines.filter(pl.col("reason").is_null())["rows"].sum()
        assert values["rows_removed"] == told(lines.filter(pl.col("reason").is_not_null())["rows"].sum())
        assert (values["kommuner"], values["kommuner_computed_now"]) == (3, 3)
    shown = materialisations(instance, "ledger", "udlaan")[KVARTAL]
    assert shown["records_delivered"] == 62
    assert (
        shown["records_kept"] == materialisations(instance, "kommune_assigned", "udlaan")[KVARTAL]["dagster/row_count"]
    )
    for name, cells in (("hjalp1", 99 * 2), ("hjalp2", 99 * 2 * 3 * 11), ("hjalp3", 99 * 2 * 3 * 11)):
        for state in ("tables", "suppressed"):
            assert materialisations(instance, state, name)[KVARTAL]["dagster/row_count"] == cells


def test_every_other_asset_of_the_job_is_materialised_once(instance: dg.DagsterInstance) -> None:
    for key in ("raw/leverancer", "status/gate", "ledger/udlaan"):
        assert list(materialisations(instance, *key.split("/"))) == [KVARTAL], key
    for key in ("registers/befolkning", "catalog/hjalp_duckdb"):
        assert len(materialisations(instance, *key.split("/"))) == 1, key
    assert materialisations(instance, "published", "udgivelse") == {}
    assert materialisations(instance, "raw", "leverancer")[KVARTAL]["rejected"] == 1


def test_checks_carry_their_partition(instance: dg.DagsterInstance) -> None:
    for state in RULEBOOK.states:
        assert check_results(instance, [state, "udlaan"], "contract") == [(KVARTAL, True)], state
    assert check_results(instance, ["raw", "leverancer"], "contract") == [(KVARTAL, True)]
    for name in ("hjalp1", "hjalp2", "hjalp3"):
        assert check_results(instance, ["tables", name], "contract") == [(KVARTAL, True)], name
    assert check_results(instance, ["ledger", "udlaan"], "balance") == [(KVARTAL, True)]
    assert check_results(instance, ["status", "gate"], "all_kommuner_in") == [(KVARTAL, False)]


def test_the_gate_says_how_many(instance: dg.DagsterInstance) -> None:
    values = materialisations(instance, "status", "gate")[KVARTAL]
    assert values["dagster/row_count"] == 98
    assert {name: values[name] for name in STATUSES} == {
        "delivered": 2,
        "partial": 0,
        "newest_rejected": 1,
        "missing": 0,
        "rejected": 0,
        "stale": 0,
        "covered": 0,
        "not_yet_in": 95,
    }


@pytest.mark.slow
def test_the_job_again_for_one_kommune(tmp_path: Path) -> None:
    """What the sensor asks for: the tag limits what is read; a second job computes nothing that stands."""
    root = write_world(tmp_path)
    assert run_job(root, "kvartal", KVARTAL, {KOMMUNER_TAG: "101,155"}).success
    assert sorted(Lake(root).raw_of(KVARTAL)) == ["101", "155"]
    assert Lake(root).frame("leverancer", KVARTAL).height == 2
    deliver(root, delivery("540", 5, day=9, flaw="no_slut"))
    again = run_job(root, "kvartal", KVARTAL, {KOMMUNER_TAG: "540"})
    assert again.success
    with dg.DagsterInstance.get() as instance:
        done = instance.get_records_for_run(again.run_id, of_type=dg.DagsterEventType.STEP_SUCCESS).records
    assert sorted(str(record.event_log_entry.step_key) for record in done) == sorted(
        [
            "raw_leverancer",
            "registers_befolkning",
            "rule_chain",
            "status_dette_kvartal",
            "status_gate",
            "ledger_udlaan",
            "hjalp_tables",
            "suppressed_tables",
            "catalog",
        ]
    )
    with dg.DagsterInstance.get() as instance:
        assert set(materialisations(instance, "raw", "udlaan")) == {
            f"{komnr}|{KVARTAL}" for komnr in ("101", "155", "540")
        }
        records = instance.fetch_materializations(asset_key("kommune_assigned", "udlaan"), limit=5).records
        computed = [record.asset_materialization.metadata["kommuner_computed_now"].value for record in records]  # type: ignore[union-attr]
        assert computed == [1, 2]
    listed = Lake(root).frame("leverancer", KVARTAL)
    assert sorted(listed.select("filename", "status").iter_rows()) == [
        ("101_nexus_20250102T081500.csv", "accepted"),
        ("155_nexus_20250102T081500.xml", "accepted"),
        ("540_nexus_20250102T081500.csv", "accepted"),
        ("540_nexus_20250109T081500.csv", "rejected"),
    ]


def run_raw(root: DataRoot, **how: Any) -> dg.ExecuteInProcessResult:
    local.prepare_home(root)
    with dg.DagsterInstance.get() as instance:
        return defs.resolve_job_def("raw").execute_in_process(instance=instance, raise_on_error=False, **how)


def test_the_raw_job_for_one_partition(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    assert run_raw(root, partition_key=dg.MultiPartitionKey({"kommune": "540", "kvartal": KVARTAL})).success
    assert sorted(Lake(root).raw_of(KVARTAL)) == ["540"]
    with dg.DagsterInstance.get() as instance:
        found = materialisations(instance, "raw", "udlaan")
        assert {partition: values["dagster/row_count"] for partition, values in found.items()} == {f"540|{KVARTAL}": 30}
    assert {row.komnr: row.needs for row in gate(root, KVARTAL) if row.needs} == {
        "101": "raw",
        "155": "raw",
        "540": "chain",
    }


@pytest.mark.slow
def test_the_raw_job_for_a_range(tmp_path: Path) -> None:
    """One run; kommuner of the range without data are no error and are not materialised."""
    root = write_world(tmp_path)
    tags = {
        "dagster/asset_partition_range_start": f"101|{KVARTAL}",
        "dagster/asset_partition_range_end": f"155|{KVARTAL}",
    }
    assert run_raw(root, tags=tags).success
    with dg.DagsterInstance.get() as instance:
        found = materialisations(instance, "raw", "udlaan")
        assert {partition: values["dagster/row_count"] for partition, values in found.items()} == {
            f"101|{KVARTAL}": 20,
            f"155|{KVARTAL}": 12,
        }


@pytest.mark.slow
def test_a_broken_contract_fails_the_run_and_its_own_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path)
    break_the_contract(monkeypatch, "155")
    outcome = run_job(root, "kvartal", KVARTAL)
    assert not outcome.success
    assert any("contract" in error for error in outcome.errors)
    with dg.DagsterInstance.get() as instance:
        assert check_results(instance, ["kommune_assigned", "udlaan"], "contract") == [(KVARTAL, False)]
        assert check_results(instance, ["cpr_validated", "udlaan"], "contract") == [(KVARTAL, True)]
        assert materialisations(instance, "tables", "hjalp1") == {}
    kommuner = Lake(root).kommuner_of(KVARTAL)
    assert sorted(kommuner) == ["101", "540"]
    assert {row.komnr: (row.status, row.needs) for row in gate(root, KVARTAL) if row.needs} == {
        "101": ("stale", "tables"),  # the run came to no tables
        "155": ("stale", "chain"),
        "540": ("stale", "tables"),
    }


@pytest.mark.slow
def test_a_release_that_is_refused_leaves_no_directory(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    (root.inbox / KVARTAL / "155_nexus_20250102T081500.xml").unlink()
    outcome = run_job(root, "udgivelse", "2024v1")
    assert not outcome.success
    assert any("2024K4: takes part, but ingen leverance: 155 Dragør" in error for error in outcome.errors)
    assert sorted(path.name for path in root.releases.iterdir()) == ["2024v1.toml"]


@pytest.mark.slow
def test_a_release_that_is_made(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    assert run_job(root, "udgivelse", "2024v1").success  # quarters never run are run by it
    with dg.DagsterInstance.get() as instance:
        assert instance.get_dynamic_partitions("udgivelse") == ["2024v1"]
        values = materialisations(instance, "published", "udgivelse")["2024v1"]
    assert values["made"] == "written"
    assert values["taking_part"] == "2023: 3 of 98 kommuner take part\n2024: 3 of 98 kommuner take part"
    assert (root.releases / "2024v1" / "manifest.json").is_file()
