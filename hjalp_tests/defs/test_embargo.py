"""A release opens at 08:00 Danish time, summer and winter and on the days the clock changes, and tells nothing before."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import polars as pl
import pytest
from dagster_shared.serdes import serialize_value

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.definitions import defs
from hjalp_pipeline.defs import opening as embargo
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.production.release.embargo import Standing, due, open_due, standing_releases
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.publishing.definition import parse_definition
from hjalp_pipeline.publishing.definition_kinds import DefinitionOfYears
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.defs.sensor import sensor_context
from hjalp_tests.production.world import country, delivery, write_world

DANISH = ZoneInfo("Europe/Copenhagen")
#: publish_at as a definition says it, and the same on the world's clock.
TIMES = [
    ("2025-06-24T08:00:00+02:00", datetime(2025, 6, 24, 6, tzinfo=UTC)),
    ("2025-11-14T08:00:00+01:00", datetime(2025, 11, 14, 7, tzinfo=UTC)),
    ("2025-03-29T08:00:00+01:00", datetime(2025, 3, 29, 7, tzinfo=UTC)),
    ("2025-03-30T08:00:00+02:00", datetime(2025, 3, 30, 6, tzinfo=UTC)),  # the clock went from 02 to 03 that night
    ("2025-10-25T08:00:00+02:00", datetime(2025, 10, 25, 6, tzinfo=UTC)),
    ("2025-10-26T08:00:00+01:00", datetime(2025, 10, 26, 7, tzinfo=UTC)),  # the clock went from 03 to 02 that night
]


def definition(publish_at: str) -> str:
    return (
        'reference_years = [2024]\nquarter = "2024K4"\nregisters = "2025-04-04"\n'
        f"publish_at = {publish_at}\napprovals_until = 2025-03-01T12:00:00+01:00\n"
    )


@pytest.mark.parametrize(("publish_at", "wanted"), TIMES)
def test_it_is_due_at_eight_danish_time_and_not_a_tick_before(publish_at: str, wanted: datetime) -> None:
    release = parse_definition("2024v1", definition(publish_at), DefinitionOfYears, Kvartal)
    closed = Standing("2024v1", release.publish_at, opened=False)
    ticks = [wanted - timedelta(hours=3) + timedelta(seconds=15 * number) for number in range(4 * 60 * 6)]
    first = next(tick for tick in ticks if due([closed], tick))
    assert first == wanted
    assert first.astimezone(DANISH).strftime("%H:%M:%S") == "08:00:00"
    assert due([closed], wanted - timedelta(microseconds=1)) == []
    assert due([closed], first.astimezone(DANISH)) == ["2024v1"]  # whatever zone the clock speaks in
    assert due([Standing("2024v1", release.publish_at, opened=True)], wanted) == []


def modes(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_mode & 0o777
        for path in (folder, *sorted(folder.rglob("*")))
    }


def tick(root: DataRoot, instance: dg.DagsterInstance) -> Any:
    with sensor_context(root, instance) as context:
        return defs.resolve_sensor_def("aabning").evaluate_tick(context)


@pytest.mark.slow
@pytest.mark.parametrize(("publish_at", "wanted"), [TIMES[3], TIMES[5]])
def test_the_sensor_opens_it_by_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, publish_at: str, wanted: datetime
) -> None:
    made = country()
    made.extracts = {"2025-01-20": made.extracts["2025-04-04"]}
    made.releases["2024v1"] |= {
        "publish_at": datetime.fromisoformat(publish_at),
        "approvals_until": datetime.fromisoformat("2025-03-20T12:00:00+01:00"),
        "registers": "2025-01-20",
    }
    root = write_world(tmp_path, made)
    folder = make_release(root, "2024v1", wanted - timedelta(days=4)).path
    assert {mode & 0o077 for mode in modes(folder).values()} == {0}
    assert modes(folder)["."] == 0o700
    clock = [wanted - timedelta(seconds=1)]
    monkeypatch.setattr(embargo, "now", lambda: clock[0])
    with dg.DagsterInstance.ephemeral() as instance:
        assert "no release is due" in (tick(root, instance).skip_message or "")
        assert modes(folder)["."] == 0o700
        clock[0] = wanted
        (event,) = tick(root, instance).asset_events
        assert event.partition == "2024v1"
        told = {name: value.value for name, value in event.metadata.items()}
        assert (told["opened_at"], told["publish_at"]) == (publish_at, publish_at)
        assert "HJALP1" in told["figures"], "what is public is shown where people look"
        assert "no release is due" in (tick(root, instance).skip_message or "")
    for name, mode in modes(folder).items():
        if name.startswith("microdata") or name == "manifest.json":
            assert mode & 0o077 == 0, name
        else:
            assert mode == (0o755 if (folder / name).is_dir() else 0o644), name


@pytest.mark.slow
def test_what_was_half_opened_is_opened(tmp_path: Path) -> None:
    """A process killed while it opened the files: the folder is closed still, and is opened next time."""
    root = write_world(tmp_path)
    at = datetime(2025, 6, 24, 6, tzinfo=UTC)
    folder = make_release(root, "2024v1", at - timedelta(days=1)).path
    (folder / "HJALP1.csv").chmod(0o644)
    (root.releases / "2024v9").mkdir()  # a folder without manifest is no release
    assert [found.opened for found in standing_releases(root)] == [False]
    assert [found.release for found in open_due(root, at)[0]] == ["2024v1"]
    assert open_due(root, at) == ([], [])
    assert folder.stat().st_mode & 0o777 == 0o755


@pytest.mark.slow
def test_no_figure_stands_in_any_event_before_it_is_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures no count of deliveries has: several thousand loans. The job is run, again, and refused."""
    made = country(deliveries=[delivery("101", 2311), delivery("155", 1009), delivery("540", 3517)])
    made.releases["2024v1"]["publish_at"] = datetime.fromisoformat("2099-06-24T08:00:00+02:00")
    root = write_world(tmp_path, made)
    assert run_job(root, "udgivelse", "2024v1").success
    assert run_job(root, "udgivelse", "2024v1").success
    with (root.releases / "2024v1.toml").open("a", encoding="utf-8") as file:
        file.write("# rettet\n")
    assert not run_job(root, "udgivelse", "2024v1").success
    assert run_job(root, "aabn", None).success
    folder = root.releases / "2024v1"
    assert folder.stat().st_mode & 0o777 == 0o700
    table = Lake(root).frame("udgivelser/hjalp1", "2024v1").filter(pl.col("antal").is_not_null())
    figures = {str(value) for value in table["antal"]}
    assert len(figures) >= 6
    assert all(len(figure) >= 3 for figure in figures)
    told = re.compile(rf"(?<![0-9A-Za-z.:-])({'|'.join(figures)})(?![0-9A-Za-z.:-])")
    assert told.search((folder / "HJALP1.csv").read_text(encoding="utf-8").replace(";", " "))
    seen = 0
    monkeypatch.setenv("DAGSTER_HOME", str(root.dagster_home))
    with dg.DagsterInstance.get() as instance:
        for run in instance.get_runs():
            for entry in instance.all_logs(run.run_id):
                seen += 1
                # Times and identifiers of events are no text of ours.
                assert not told.search(entry.user_message or ""), entry.user_message
                for event in [entry.dagster_event] if entry.dagster_event else []:
                    assert not told.search(event.message or ""), event.message
                    assert not told.search(serialize_value(event.event_specific_data)), event.event_type
    assert seen > 30
