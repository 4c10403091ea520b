"""The second statistic in Dagster: months as partitions, its own names, its masks' edges, a month and a release of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg
import pytest

from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.defs.newest_delivery import CHECK
from hjalp_pipeline.defs.raw_assets import KOMMUNER_TAG
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.production.release.pins import Gate
from hjalp_pipeline.statistics.hand.declaration import STATISTIC
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.defs.sensor import sensor_context
from hjalp_tests.statistics.hand.world import MONTH, write_three

pytestmark = pytest.mark.slow

WING = Wing(STATISTIC)
GRAPH = defs.resolve_asset_graph()
OF_IT = sorted(key for key in GRAPH.get_all_asset_keys() if key.path[0] == "hand")
maanedskoersel = defs.resolve_schedule_def("hand_maanedskoersel")
hand_nye_leverancer = defs.resolve_sensor_def("hand_nye_leverancer")


@pytest.fixture(scope="module")
def asked_and_made(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[DataRoot, list[dg.RunRequest], list[dg.RunRequest]]]:
    """Three kommuner, what the sensor asks for at once, the month run as asked, what it asks then, and the release."""
    root = write_three(tmp_path_factory.mktemp("months"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HJALP_DATA", str(root.path))
        before = asked(root)
        month = run_job(root, "maaned", MONTH, dict(before[0].tags))
        assert month.success, month.errors
        release = run_job(root, "udgivelse", "2024v1")
        assert release.success, release.errors
        patch.setenv("DAGSTER_HOME", os.environ["DAGSTER_HOME"])
        yield root, before, asked(root)


def asked(root: DataRoot) -> list[dg.RunRequest]:
    with dg.DagsterInstance.ephemeral() as instance, sensor_context(root, instance) as context:
        return list(hand_nye_leverancer.evaluate_tick(context).run_requests or [])


def results(root: DataRoot, *key: str, check: str) -> set[tuple[str | None, bool]]:
    """(partition, passed) of the results of a check."""
    with dg.DagsterInstance.from_config(str(root.dagster_home)) as instance:
        records = instance.event_log_storage.get_asset_check_execution_history(
            dg.AssetCheckKey(WING.key(*key), check), limit=99
        )
    events = [record.event.dagster_event for record in records if record.event]
    told = [event for event in events if event and event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION]
    return {(one.asset_check_evaluation_data.partition, one.asset_check_evaluation_data.passed) for one in told}


def metadata(root: DataRoot, *key: str) -> dict[str, Any]:
    with dg.DagsterInstance.from_config(str(root.dagster_home)) as instance:
        [record] = instance.fetch_materializations(WING.key(*key), limit=1).records
    assert record.asset_materialization is not None
    return {name: value.value for name, value in record.asset_materialization.metadata.items()}


def test_partitions_are_the_kommuner_and_months() -> None:
    gate = GRAPH.get(WING.key("status", "gate")).partitions_def
    raw = GRAPH.get(WING.key("raw", "ydelse")).partitions_def
    assert gate is not None
    assert raw is not None
    keys = gate.get_partition_keys()
    assert keys[:4] == ["2013M10", "2013M11", "2013M12", "2014M01"]
    assert keys == sorted(keys)
    assert raw.has_partition_key(WING.raw_key("540", MONTH))
    assert WING.parts_of_raw(f"540|{MONTH}") == ("540", MONTH)


@pytest.mark.parametrize(
    ("tick", "month"),
    [
        (datetime(2025, 1, 15, 5, tzinfo=UTC), "2024M12"),
        (datetime(2025, 2, 15, 5, tzinfo=UTC), "2025M01"),
        (datetime(2025, 7, 15, 4, tzinfo=UTC), "2025M06"),
    ],
)
def test_the_schedule_asks_each_month_for_the_one_before(tick: datetime, month: str) -> None:
    assert (maanedskoersel.cron_schedule, maanedskoersel.execution_timezone) == ("0 6 15 * *", "Europe/Copenhagen")
    with dg.build_schedule_context(scheduled_execution_time=tick, repository_def=defs.get_repository_def()) as context:
        [request] = maanedskoersel.evaluate_tick(context).run_requests or []
    assert (request.partition_key, request.run_key) == (month, month)


def test_every_state_and_table_has_its_contract() -> None:
    states = [("raw", "leverancer"), *((state, STATISTIC.thing) for state in STATISTIC.rulebook.states)]
    for key in [*states, *(("tables", table.name) for table in STATISTIC.tables)]:
        assert "contract" in {check.name for check in GRAPH.get(WING.key(*key)).check_keys}, key


@pytest.mark.parametrize(("table", "follows"), [("hand05", "hand07"), ("hand03a", "hand07"), ("hand01", "hand07")])
def test_what_a_table_hides_comes_from_the_table_it_follows(table: str, follows: str) -> None:
    parents = GRAPH.get(WING.key("suppressed", table)).parent_keys
    assert parents == {WING.key("tables", table), WING.key("tables", follows)}


def test_a_mask_is_given_the_tables_it_names_and_its_own() -> None:
    names = [table.name for table in STATISTIC.tables]
    for table in STATISTIC.tables:
        assert bool(table.mask) == bool(table.mask_of)
        assert all(names.index(name) < names.index(table.name) for name in table.mask_of)


def test_nothing_of_it_is_told_in_words_of_the_first_statistic() -> None:
    texts = {key.to_user_string(): GRAPH.get(key).description or "" for key in OF_IT}
    texts |= {
        str(check): GRAPH.get_check_spec(check).description or ""
        for key in OF_IT
        for check in GRAPH.get(key).check_keys
    }
    jobs = [job for job in defs.resolve_all_job_defs() if job.name.startswith("hand_")]
    automation = [one for one in (*(defs.schedules or ()), *(defs.sensors or ())) if one.name.startswith("hand_")]
    texts |= {one.name: getattr(one, "description", None) or "" for one in (*jobs, *automation)}
    assert len(jobs) == 12
    tables = {f"hand/{state}/{table.name}" for state in ("tables", "suppressed") for table in STATISTIC.tables}
    for name, text in texts.items():
        assert text, name
        assert not re.search("kvartal|loan|paragraph|udlån|maaned ", text.lower()), name
        assert name in tables or "quarter" not in text, name


def test_the_sensor_takes_what_was_delivered_at_once_and_then_is_still(
    asked_and_made: tuple[DataRoot, list[dg.RunRequest], list[dg.RunRequest]],
) -> None:
    _root, [request], after = asked_and_made
    assert (request.partition_key, request.tags[KOMMUNER_TAG]) == (MONTH, "101,155,540")
    assert hand_nye_leverancer.job.name == "hand_maaned"
    assert after == []


def test_a_month_is_made_with_its_checks(
    asked_and_made: tuple[DataRoot, list[dg.RunRequest], list[dg.RunRequest]],
) -> None:
    root = asked_and_made[0]
    for key in [
        *((state, STATISTIC.thing) for state in STATISTIC.rulebook.states),
        *(("tables", table.name) for table in STATISTIC.tables),
    ]:
        assert results(root, *key, check="contract") == {(MONTH, True)}, key
    assert results(root, "ledger", "ydelse", check="balance") == {(MONTH, True)}
    assert results(root, "raw", "ydelse", check=CHECK) == {(f"540|{MONTH}", False)}
    told = metadata(root, "status", "denne_maaned")
    assert (told["period"], told["rejected"], told["delivered"]) == (MONTH, 1, 2)
    assert f"(/kontor/hand/receipts/{MONTH}/540_eget_20250210T081500.html)" in told["waiting_for"]
    assert f"/kontor/hand/kort/{MONTH}.svg" in told["map"]
    assert metadata(root, "ledger", "ydelse")["records_kept"] > 0


def test_a_release_has_its_gates_as_checks(
    asked_and_made: tuple[DataRoot, list[dg.RunRequest], list[dg.RunRequest]],
) -> None:
    root = asked_and_made[0]
    for gate in Gate:
        assert results(root, "published", "udgivelse", check=gate.value) == {("2024v1", True)}, gate
    told = metadata(root, "published", "udgivelse")
    assert told["taking_part"] == "2024: 2 of 98 kommuner take part"
    assert told["figures"] == "no table has a row of totals"
    with dg.DagsterInstance.from_config(str(root.dagster_home)) as instance:
        assert instance.get_dynamic_partitions("hand_udgivelse") == ["2024v1"]
        assert instance.get_dynamic_partitions("udgivelse") == []


def test_a_proposal_of_it_is_written_by_its_own_job(
    asked_and_made: tuple[DataRoot, list[dg.RunRequest], list[dg.RunRequest]],
) -> None:
    root = asked_and_made[0]
    config = {"ops": {"hand_write_proposal": {"config": {"release": "2024v2", "earlier": "2024v1"}}}}
    with dg.DagsterInstance.from_config(str(root.dagster_home)) as instance:
        job = defs.resolve_job_def("hand_forslag")
        assert job.execute_in_process(run_config=config, instance=instance).success
        assert "2024v2" in instance.get_dynamic_partitions("hand_udgivelse")
    text = (root.releases / "2024v2.toml").read_text(encoding="utf-8")
    assert "hjalp release --statistic hand 2024v2" in text
