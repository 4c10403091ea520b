"""What asks for runs by itself: the quarterly schedule and the sensors."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs import sensors
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.defs.raw_assets import KOMMUNER_TAG
from hjalp_pipeline.defs.sensors import periods_with_deliveries, request_for
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.production.inbox.gate import GateRow, gate
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.defs.sensor import sensor_context
from hjalp_tests.production.world import (
    KVARTAL,
    break_the_contract,
    changing_system,
    country,
    deliver,
    delivery,
    run,
    system,
    write_world,
)

kvartalskoersel = defs.resolve_schedule_def("kvartalskoersel")
nye_leverancer, nye_udgivelser = (defs.resolve_sensor_def(name) for name in ("nye_leverancer", "nye_udgivelser"))
DANISH = ZoneInfo("Europe/Copenhagen")
TICKS = [
    # the tick as the world's clock has it, and the quarter asked for: Danish time is an hour or two ahead
    (datetime(2025, 1, 15, 5, tzinfo=UTC), "2024K4"),
    (datetime(2025, 4, 15, 4, tzinfo=UTC), "2025K1"),
    (datetime(2025, 7, 15, 4, tzinfo=UTC), "2025K2"),
    (datetime(2025, 10, 15, 4, tzinfo=UTC), "2025K3"),
    (datetime(2026, 1, 15, 5, tzinfo=UTC), "2025K4"),
]


def test_the_schedule_ticks_the_day_after_the_deadline_at_six_danish_time() -> None:
    ticks = schedule_execution_time_iterator(
        datetime(2025, 1, 1, tzinfo=UTC).timestamp(),
        kvartalskoersel.cron_schedule,
        kvartalskoersel.execution_timezone,
        ascending=True,
    )
    for (wanted, _), tick in zip(TICKS, ticks, strict=False):
        assert tick == wanted
        assert (tick.astimezone(DANISH).day, tick.astimezone(DANISH).hour) == (15, 6)


@pytest.mark.parametrize(("tick", "wanted"), TICKS)
def test_a_tick_asks_for_the_quarter_before(tick: datetime, wanted: str) -> None:
    for moment in (tick, tick.astimezone(DANISH)):
        with dg.build_schedule_context(
            scheduled_execution_time=moment, repository_def=defs.get_repository_def()
        ) as context:
            data = kvartalskoersel.evaluate_tick(context)
        (request,) = data.run_requests or []
        assert (request.partition_key, request.run_key) == (wanted, wanted)
        assert KOMMUNER_TAG not in request.tags


def test_a_tick_for_a_quarter_that_is_not_listed_says_so() -> None:
    with (
        dg.build_schedule_context(scheduled_execution_time=datetime(2099, 1, 15, 5, tzinfo=UTC)) as context,
        pytest.raises(dg.DagsterError) as fault,
    ):
        kvartalskoersel.evaluate_tick(context)
    assert "2098K4 is not listed" in f"{fault.value} {fault.value.__cause__}"


def test_the_schedule_and_the_sensors_run_by_themselves() -> None:
    assert kvartalskoersel.default_status == dg.DefaultScheduleStatus.RUNNING
    assert nye_leverancer.default_status == nye_udgivelser.default_status == dg.DefaultSensorStatus.RUNNING


def asked(root: DataRoot) -> list[dg.RunRequest]:
    """What the sensor asks for now; and its reason when that is nothing."""
    with (
        dg.DagsterInstance.ephemeral() as instance,
        sensor_context(root, instance) as context,
    ):
        data = nye_leverancer.evaluate_tick(context)
    assert bool(data.run_requests) != bool(data.skip_message)
    return list(data.run_requests or [])


def said(requests: list[dg.RunRequest]) -> dict[str | None, str]:
    return {request.partition_key: request.tags[KOMMUNER_TAG] for request in requests}


def test_the_sensor_asks_for_exactly_what_is_stale_once(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    first = asked(root)
    assert said(first) == {KVARTAL: "101,155,540"}
    assert [request.run_key for request in asked(root)] == [request.run_key for request in first]
    run(root)
    assert asked(root) == []
    deliver(root, delivery("540", 31, day=9))
    second = asked(root)
    assert said(second) == {KVARTAL: "540"}
    assert second[0].run_key == asked(root)[0].run_key != first[0].run_key
    deliver(root, delivery("540", 32, day=10))
    third = asked(root)
    assert said(third) == {KVARTAL: "540"}
    assert third[0].run_key != second[0].run_key


def test_the_sensor_sees_old_quarters_too(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    deliver(
        root,
        delivery("101", 4, kvartal="2022K4", received="20251110T081500"),
        delivery("155", 4, kvartal="2023K2", received="20251110T081500"),
    )
    (root.inbox / "2021K1").mkdir()  # before the statistic
    (root.inbox / "andet").mkdir()
    assert periods_with_deliveries(root, Wing(root.declared)) == ["2022K4", "2023K2", KVARTAL]
    assert said(asked(root)) == {"2022K4": "101", "2023K2": "155"}


@pytest.mark.slow
def test_a_late_file_with_an_older_time_is_a_new_question(tmp_path: Path) -> None:
    """Two systems, files copied in one by one: the newest delivery stays the same, yet each file has to be read."""
    made = country(systems=[system("540"), system("540", "dialog")], deliveries=[delivery("540", 30, day=9)])
    root = write_world(tmp_path, made)
    run(root)
    keys = []
    for day in (3, 4):
        deliver(root, delivery("540", day, day=day, system="dialog"))
        (request,) = asked(root)
        keys.append(request.run_key)
        run(root)
        assert asked(root) == []
    assert keys[0] != keys[1]


@pytest.mark.slow
def test_a_removed_delivery_is_asked_for(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    (root.inbox / KVARTAL / "155_nexus_20250102T081500.xml").unlink()
    assert said(asked(root)) == {KVARTAL: "155"}
    run(root)
    assert asked(root) == []


@pytest.mark.slow
def test_what_was_loaded_but_not_run_is_asked_for(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    refresh_raw(root, KVARTAL, ["540"])
    assert said(asked(root)) == {KVARTAL: "101,155,540"}
    first = asked(root)[0].run_key
    refresh_raw(root, KVARTAL)
    assert said(asked(root)) == {KVARTAL: "101,155,540"}
    assert asked(root)[0].run_key != first


@pytest.mark.slow
def test_a_run_that_failed_is_not_asked_for_again_and_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path)
    break_the_contract(monkeypatch, "155")
    keys = set()
    for _ in range(3):
        run(root)
        (request,) = asked(root)
        assert request.tags[KOMMUNER_TAG] == "155"
        keys.add(request.run_key)
    assert len(keys) == 1


@pytest.mark.slow
def test_a_carried_forward_system_makes_the_later_quarter_stale(tmp_path: Path) -> None:
    root = write_world(tmp_path, changing_system("yes"))
    run(root)
    run(root, "2024K3")
    assert asked(root) == []
    deliver(root, delivery("540", 3, system="gammel", kvartal="2024K3", received="20241107T081500"))
    assert said(asked(root)) == {"2024K3": "540", KVARTAL: "540"}


@pytest.mark.slow
def test_the_request_can_be_run_with_every_kommune_in_its_tag(tmp_path: Path) -> None:
    """98 kommuner at once, as on the day of the deadline: the tag is long, and Dagster must take it."""
    root = write_world(
        tmp_path,
        country(
            systems=[system(komnr) for komnr in KOMNR],
            deliveries=[delivery(komnr, 1) for komnr in KOMNR],
        ),
    )
    (request,) = asked(root)
    assert request.tags[KOMMUNER_TAG].split(",") == list(KOMNR)
    assert run_job(root, "kvartal", KVARTAL, dict(request.tags)).success
    assert asked(root) == []
    assert {row.status for row in gate(root, KVARTAL)} == {"delivered"}


def test_the_decision_alone() -> None:
    assert request_for(KVARTAL, []) is None


def test_nothing_is_asked_for_without_an_inbox(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    shutil.rmtree(root.inbox)
    assert asked(root) == []


def test_a_faulty_code_list_is_told_and_not_raised(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    (root.codelists / "systems.csv").unlink()
    with (
        dg.DagsterInstance.ephemeral() as instance,
        sensor_context(root, instance) as context,
    ):
        data = nye_leverancer.evaluate_tick(context)
    assert "systems.csv" in (data.skip_message or "")
    assert not data.run_requests


@pytest.mark.parametrize("fault", [KeyError("0101011234"), InputError("systems.csv: no"), OSError(5, "0101011234")])
def test_what_is_wrong_with_one_period_costs_no_other_its_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    root = write_world(tmp_path)
    for other in ("2024K3", "2025K1"):  # before and after it
        (root.inbox / other).mkdir()
    really = sensors.gate

    def look(of: DataRoot, kvartal: str) -> list[GateRow]:
        if kvartal != KVARTAL:
            raise fault
        return really(of, kvartal)

    monkeypatch.setattr(sensors, "gate", look)
    assert said(asked(root)) == {KVARTAL: "101,155,540"}
    with dg.DagsterInstance.ephemeral() as instance, sensor_context(root, instance) as context:
        monkeypatch.setattr(sensors, "gate", lambda _root, _kvartal: look(root, "2025K1"))
        told = nye_leverancer.evaluate_tick(context).skip_message or ""
    assert told.startswith("2024K3, 2024K4, 2025K1: ")
    assert "0101011234" not in told


def udgivelser(root: DataRoot, instance: dg.DagsterInstance) -> Any:
    with sensor_context(root, instance) as context:
        return nye_udgivelser.evaluate_tick(context)


def test_new_release_definitions_become_partitions(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    text = (root.releases / "2024v1.toml").read_text(encoding="utf-8")
    (root.releases / "2024v2.toml").write_text(text, encoding="utf-8")
    (root.releases / "kladde.toml").write_text(text, encoding="utf-8")
    with dg.DagsterInstance.ephemeral() as instance:
        (request,) = udgivelser(root, instance).dynamic_partitions_requests
        assert (request.partitions_def_name, list(request.partition_keys)) == ("udgivelse", ["2024v1", "2024v2"])
        instance.add_dynamic_partitions("udgivelse", ["2024v1"])
        (request,) = udgivelser(root, instance).dynamic_partitions_requests
        assert list(request.partition_keys) == ["2024v2"]
        instance.add_dynamic_partitions("udgivelse", ["2024v2"])
        data = udgivelser(root, instance)
        assert not data.dynamic_partitions_requests
        assert data.skip_message


def test_the_sensor_asks_the_job_that_reads_the_tag() -> None:
    assert nye_leverancer.job.name == "kvartal"
