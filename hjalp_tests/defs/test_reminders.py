"""``dialog/rykkere`` in Dagster: the schedule's day, the run's day, what the events show."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs import reminder_assets as reminders
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.dialogue.reminders.day_lists import add_sent, read_proposed
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.defs.keys import asset_key
from hjalp_tests.production.world import KVARTAL, country, delivery, write_world

DAY = date(2025, 1, 17)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    """101 has delivered, 540 was rejected, 155 has sent nothing, nobody else is in yet."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster_home"))
    root = write_world(tmp_path, country(deliveries=[delivery("101", 3), delivery("540", 3, flaw="no_slut")]))
    refresh_raw(root, KVARTAL)
    return root


def metadata(root: DataRoot) -> dict[str, Any]:
    with dg.DagsterInstance.from_config(str(root.dagster_home)) as instance:
        [record] = instance.fetch_materializations(asset_key("dialog", "rykkere"), limit=1).records
        assert record.asset_materialization is not None
        return {name: value.value for name, value in record.asset_materialization.metadata.items()}


@pytest.mark.parametrize(
    ("tick", "day"),
    [
        ("2025-01-17T06:00:00", "2025-01-17"),  # 07:00 in winter
        ("2025-07-17T05:00:00", "2025-07-17"),  # 07:00 in summer
    ],
)
def test_the_schedule_asks_for_its_own_day_whenever_it_is_evaluated(tick: str, day: str) -> None:
    moment = datetime.fromisoformat(tick).replace(tzinfo=UTC)
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_schedule_context(instance=instance, scheduled_execution_time=moment)
        found = defs.resolve_schedule_def("daglige_rykkere").evaluate_tick(context)
    [request] = found.run_requests or []
    assert (request.run_key, request.tags[reminders.DATE_TAG], request.run_config) == (day, day, {})


def test_the_schedule_is_on_on_working_days_at_seven() -> None:
    schedule = defs.resolve_schedule_def("daglige_rykkere")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 7 * * 1-5", "Europe/Copenhagen")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING


def test_a_quarters_run_does_not_remind() -> None:
    selected = defs.resolve_job_def("kvartal").asset_layer.executable_asset_keys
    assert asset_key("dialog", "rykkere") not in selected


@pytest.mark.slow
def test_a_run_makes_its_days_list_and_shows_counts(root: DataRoot) -> None:
    outcome = run_job(root, "rykkere", None, {reminders.DATE_TAG: DAY.isoformat()})
    assert outcome.success
    assert (root.reminders / "2025-01-17.csv").is_file()
    found = metadata(root)
    assert (found["date"], found["to_send"], found["proposed_brev"], found["proposed_telefon"]) == (
        "2025-01-17",
        2,
        2,
        0,
    )
    assert (found["i_tide"], found["mangler"], found["ikke_med"], found["ministeriet"]) == (1, 2, 95, 0)
    assert "| 540 | Sønderborg | leverance for 4. kvartal 2024 | 2025-01-14 | brev1 | 2025-01-17 |  |" in found["today"]
    add_sent(root, [entry for entry in read_proposed(root, DAY) if entry.komnr == "540"], "xyz")
    assert run_job(root, "rykkere", None, {reminders.DATE_TAG: DAY.isoformat()}).success
    found = metadata(root)
    assert (found["to_send"], found["proposed_brev"], found["rykket_skriftligt"]) == (1, 2, 1)
    assert "xyz" not in str(found)


@pytest.mark.slow
def test_without_a_tag_it_is_today(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "today", lambda: date(2025, 1, 20))
    assert run_job(root, "rykkere", None).success
    assert metadata(root)["date"] == "2025-01-20"


def test_a_day_that_has_not_come_or_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reminders, "today", lambda: DAY)
    assert reminders.asked_day("2025-01-17") == reminders.asked_day(None) == DAY
    for tag in ("2025-01-18", "17.1.2025", "i dag"):
        with pytest.raises(InputError, match=tag):
            reminders.asked_day(tag)


@pytest.mark.slow
def test_a_torn_log_fails_the_run_by_name_and_writes_nothing(root: DataRoot) -> None:
    root.reminders.mkdir()
    (root.reminders / "sent.csv").write_text("sent_at;matter;komnr;step;by\n2025-01-17;lever")
    outcome = run_job(root, "rykkere", None, {reminders.DATE_TAG: DAY.isoformat()})
    assert not outcome.success
    assert "reminders/sent.csv, line 2: the line is cut off" in outcome.errors[0]
    assert sorted(path.name for path in root.reminders.iterdir()) == ["sent.csv"]
