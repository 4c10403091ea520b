"""Everything the code location holds, against `inventory.txt`: a change there is a change people see."""

from __future__ import annotations

import re
from pathlib import Path

import dagster as dg
import pytest

from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs.release_shown import check_specs
from hjalp_pipeline.defs.wing import KOMMUNE, Wing
from hjalp_pipeline.statistic import declared
from hjalp_pipeline.storage.root import SHARED, STATISTICS

SNAPSHOT = Path(__file__).with_name("inventory.txt")


def _partitions(*key: str, statistic: str = "hjalp") -> dg.PartitionsDefinition:
    found = defs.resolve_asset_graph().get(dg.AssetKey([statistic, *key])).partitions_def
    assert found is not None
    return found


PARTITIONS: dict[object, str] = {
    _partitions("status", "gate"): "kvartal",
    _partitions("raw", "udlaan"): "kommune x kvartal",
    _partitions("published", "udgivelse"): "udgivelse (dynamic)",
    _partitions("status", "gate", statistic="hand"): "maaned",
    _partitions("raw", "ydelse", statistic="hand"): "kommune x maaned",
    _partitions("published", "udgivelse", statistic="hand"): "udgivelse (dynamic)",
    None: "-",
}


def inventory() -> str:
    """Asset keys with group, partitions, kinds, deps and checks; jobs with their assets; schedules; sensors."""
    graph = defs.resolve_asset_graph()
    lines = ["ASSETS"]
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        lines += [
            f"{key.to_user_string()}",
            f"  group {node.group_name}, owner {', '.join(node.owners)}, kinds {', '.join(sorted(node.kinds))}",
            f"  partitions {PARTITIONS[node.partitions_def]}",
            f"  deps {', '.join(sorted(parent.to_user_string() for parent in node.parent_keys)) or '-'}",
        ]
        for check in sorted(node.check_keys, key=lambda check: check.name):
            spec = graph.get_check_spec(check)
            parts = PARTITIONS[spec.partitions_def]
            lines.append(f"  check {check.name}{', blocking' if spec.blocking else ''}, partitions {parts}")
    lines += ["", "JOBS"]
    for job in sorted(defs.resolve_all_job_defs(), key=lambda job: job.name):
        if not job.name.startswith("__"):
            keys = sorted(key.to_user_string() for key in job.asset_layer.selected_asset_keys)
            lines += [job.name, f"  {', '.join(keys)}"]
    lines += ["", "SCHEDULES"]
    for schedule in defs.schedules or []:
        assert isinstance(schedule, dg.ScheduleDefinition)
        lines.append(f"{schedule.name}: {schedule.cron_schedule} {schedule.execution_timezone} -> {schedule.job_name}")
    lines += ["", "SENSORS"]
    for sensor in defs.sensors or []:
        assert isinstance(sensor, dg.SensorDefinition)
        targets = ", ".join(sorted(target.job_name for target in sensor.targets)) or "-"
        status = sensor.default_status.value
        lines.append(f"{sensor.name}: every {sensor.minimum_interval_seconds} s, {status} -> {targets}")
    return "\n".join(lines) + "\n"


def test_the_inventory_is_as_written_down() -> None:
    found = inventory()
    if not SNAPSHOT.exists():
        SNAPSHOT.write_text(found, encoding="utf-8")
        pytest.fail("inventory.txt was written anew: read it")
    assert found == SNAPSHOT.read_text(encoding="utf-8"), "delete inventory.txt and run this test to write it anew"


def test_every_asset_says_what_it_is() -> None:
    graph = defs.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        assert node.owners, key
        assert len(key.path) == 2 if key.path[0] in SHARED else (key.path[0] in STATISTICS and len(key.path) == 3)
        assert node.group_name in SHARED or (node.group_name or "").startswith(f"{key.path[0]}_")
    groups = {graph.get(key).group_name for key in graph.get_all_asset_keys()} - set(SHARED)
    assert all(sum(name.startswith(f"{one}_") for name in groups if name) <= 5 for one in STATISTICS)


def test_rules_are_called_by_the_numbers_of_the_statistic() -> None:
    graph, first = defs.resolve_asset_graph(), {"hjalp": "R", "hand": "H"}
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        told = [node.description or "", *(graph.get_check_spec(check).description or "" for check in node.check_keys)]
        named = {letter for text in told for letter in re.findall(r"\b([RH])\d+\b", text)}
        assert named <= {first.get(key.path[0])}, key
    of_release = " ".join(spec.description or "" for spec in check_specs(Wing(declared("hand"))))
    assert [number for number in ("H1, H2", "H11", "H12") if f"({number})" in of_release] == ["H1, H2", "H11", "H12"]


def test_partitions_are_the_kommuner_and_quarters() -> None:
    assert len(KOMMUNE.get_partition_keys()) == 98
    quarters = _partitions("status", "gate").get_partition_keys()
    assert quarters[:3] == ["2022K3", "2022K4", "2023K1"]
    assert quarters == sorted(quarters)
    assert _partitions("raw", "udlaan").has_partition_key(dg.MultiPartitionKey({"kommune": "540", "kvartal": "2024K4"}))
    months = _partitions("raw", "ydelse", statistic="hand")
    assert months.has_partition_key(dg.MultiPartitionKey({"kommune": "540", "maaned": "2024M12"}))
    assert not _partitions("raw", "udlaan").has_partition_key(
        dg.MultiPartitionKey({"kommune": "411", "kvartal": "2024K4"})
    )
