"""The asset to look at first, and the colour of a rejection in the grid of kommuner and quarters."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import dagster as dg
import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.defs.local import Outcome, run_job
from hjalp_pipeline.defs.newest_delivery import CHECK
from hjalp_pipeline.defs.this_period import waiting_list
from hjalp_pipeline.pages.tiles import tiles
from hjalp_pipeline.production.inbox.gate_state import STATUSES
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.web.office.delivery_map import LOOK, map_svg
from hjalp_tests.defs.keys import asset_key
from hjalp_tests.defs.test_jobs import check_results, materialisations
from hjalp_tests.production.world import KVARTAL, deliver, delivery, write_world

THIS = ("status", "dette_kvartal")


def test_it_is_made_with_the_gate_and_names_who_is_waited_for(instance: dg.DagsterInstance) -> None:
    told = materialisations(instance, *THIS)[None]
    assert told["period"] == KVARTAL
    assert f"[540 Sønderborg](/kontor/hjalp/receipts/{KVARTAL}/540_nexus_20250109T081500.html)" in told["waiting_for"]
    assert "Antallet af poster mangler" in " ".join(told["waiting_for"].split())
    lines = re.sub(r"[\[*]|\]\([^)]*\)", "", told["waiting_for"]).splitlines()
    assert max(len(line.strip(" -")) for line in lines) <= 36, (
        "Dagster's page cuts a line that is wider in a window of 1,280 pixels"
    )
    assert all(line.endswith("  ") for line, after in pairwise(lines) if not after.startswith("- ")), "a line break"
    assert len(told["kommuner"].records) == 98
    assert told["newest_rejected"] == 1
    (result,) = check_results(instance, list(THIS), "every_kommune_settled")
    assert result == (None, False)


def test_periods_nobody_has_delivered_for_are_one_item() -> None:
    awaited = [(Kvartal(2025, nr), date(2025, 3 * nr + 1, 14)) for nr in (1, 2, 3)]
    assert waiting_list(DataRoot(Path()), (), awaited).value == (
        "- alle, 2025K1 til 2025K3  \n  *missing*: ingen leverance endnu.  \n  Frist 14.04.2025."
    )
    assert waiting_list(DataRoot(Path()), (), awaited[:1]).value.startswith("- alle, 2025K1  \n  *missing*: ")
    assert waiting_list(DataRoot(Path()), ()).value == "ingen"


def test_every_kommune_has_its_tile(ran: tuple[DataRoot, Outcome], instance: dg.DagsterInstance) -> None:
    assert sorted(tile.komnr for tile in tiles()) == sorted(KOMNR)
    assert f"(/kontor/hjalp/kort/{KVARTAL}.svg)" in materialisations(instance, *THIS)[None]["map"]
    drawn = map_svg(ran[0], KVARTAL)
    assert drawn is not None
    assert drawn.count("<rect") == 99
    assert drawn.count(">!<") == 1
    assert ">! ældre i brug<" in drawn
    assert "afvist" not in drawn, "the legend has what occurs"
    assert set(LOOK) == set(STATUSES)
    assert map_svg(ran[0], "2031K1") is None


def test_a_rejection_has_a_colour_on_its_partition(instance: dg.DagsterInstance) -> None:
    found = dict(check_results(instance, ["raw", "udlaan"], CHECK))
    assert found == {f"540|{KVARTAL}": False}, "what was accepted is not reported: a report is a write"


def test_the_grid_counts_each_result_for_the_raw_data_it_is_of(instance: dg.DagsterInstance) -> None:
    """Dagster shows a result that names no materialisation as missing, as soon as there is one."""
    storage = instance.event_log_storage
    for record in storage.get_asset_check_execution_history(
        dg.AssetCheckKey(asset_key("raw", "udlaan"), CHECK), limit=9
    ):
        assert record.event is not None
        assert record.event.dagster_event is not None
        target = record.event.dagster_event.asset_check_evaluation_data.target_materialization_data
        (newest,) = instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key("raw", "udlaan"), asset_partitions=[record.partition or ""]), limit=1
        ).records
        assert target is not None
        assert target.storage_id == newest.storage_id


@pytest.mark.slow
def test_the_colour_goes_with_the_next_accepted_delivery(tmp_path: object, ran: tuple[DataRoot, Outcome]) -> None:
    root = write_world(ran[0].path.parent / "again")
    deliver(root, delivery("540", 5, day=9, flaw="no_slut"))
    assert run_job(root, "kvartal", KVARTAL).success
    deliver(root, delivery("540", 5, day=10))
    assert run_job(root, "kvartal", KVARTAL).success
    with dg.DagsterInstance.get() as instance:
        history = [
            passed for partition, passed in check_results(instance, ["raw", "udlaan"], CHECK) if "540" in str(partition)
        ]
    assert history == [True, False], "newest first, and once each: nothing is reported twice"


@pytest.mark.slow
@pytest.mark.parametrize("kommune", ["540", "101"])
def test_the_raw_job_says_it_too(ran: tuple[DataRoot, Outcome], kommune: str) -> None:
    root = write_world(ran[0].path.parent / f"raw-{kommune}")
    deliver(root, delivery("540", 5, day=9, flaw="no_slut"))
    assert run_job(root, "raw", f"{kommune}|{KVARTAL}").success
    with dg.DagsterInstance.get() as instance:
        newest = check_results(instance, ["raw", "udlaan"], CHECK)[0]
    assert newest == (f"{kommune}|{KVARTAL}", kommune != "540")


@pytest.mark.slow
def test_the_raw_job_may_run_twice(ran: tuple[DataRoot, Outcome]) -> None:
    """Dagster holds a check of one partition unique by run: reports without a run failed the second time."""
    root = write_world(ran[0].path.parent / "raw-twice")
    assert run_job(root, "raw", f"101|{KVARTAL}").success
    outcome = run_job(root, "raw", f"101|{KVARTAL}")
    assert outcome.success, outcome.errors


@pytest.mark.slow
def test_a_gate_that_was_changed_on_the_disk_is_made_anew(ran: tuple[DataRoot, Outcome]) -> None:
    """It is read before it is made: what rots on a disk must not keep it from being made."""
    root = write_world(ran[0].path.parent / "rotten")
    deliver(root, delivery("540", 5, day=9, flaw="no_slut"))
    assert run_job(root, "kvartal", KVARTAL).success
    Lake(root).frame_path("status", KVARTAL).write_bytes(b"PAR1")
    assert map_svg(root, KVARTAL) is None
    outcome = run_job(root, "status", KVARTAL)
    assert outcome.success, outcome.errors
    assert map_svg(root, KVARTAL) is not None
