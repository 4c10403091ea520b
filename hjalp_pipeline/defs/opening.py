"""Opens releases when their time comes. Until then nothing of their content comes into any event.

The sensor opens them itself and starts no run: a run would stand in the queue behind a quarter that is being computed. The
job does the same by hand, where no daemon runs.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from hjalp_pipeline.defs import release_shown
from hjalp_pipeline.defs.built import Built
from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.resources import IN_PROCESS, Data
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.production.release.embargo import Standing, open_due
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.root import DataRoot


def now() -> datetime:
    """The clock, so that a test can set it."""
    return datetime.now(UTC)


def opened_events(wing: Wing, root: DataRoot, opened: Sequence[Standing], at: datetime) -> list[dg.AssetObservation]:
    """What the asset's page shows: which release was opened when, and its figures, which are public now."""
    return [
        dg.AssetObservation(
            wing.key("published", "udgivelse"),
            partition=release.release,
            metadata={
                "opened_at": at.astimezone(DANISH_TIME).isoformat(timespec="seconds"),
                "publish_at": release.publish_at.isoformat(),
                **release_shown.public(wing, root, release.release, release.publish_at, at),
            },
        )
        for release in opened
    ]


def build(wing: Wing) -> Built:
    """The job that opens releases, and the sensor that does when their time has come."""

    release = wing.key("published", "udgivelse")

    @dg.sensor(
        name=wing.name("aabning"),
        asset_selection=dg.AssetSelection.assets(release),
        minimum_interval_seconds=15,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Åbning: opens each release for reading at its `publish_at` (08:00 Danish time), to the minute. "
        "Its microdata stay closed.",
    )
    def aabning(context: dg.SensorEvaluationContext, data: Data) -> dg.SensorResult | dg.SkipReason:
        """Open what is due."""
        with guarded():
            at = now()
            root = data.root_of(wing.statistic)
            opened, refused = open_due(root, at)
        for fault in refused:
            context.log.error(f"not opened: {fault}")
        if not opened:
            return dg.SkipReason("; ".join(map(str, refused)) or "no release is due")
        return dg.SensorResult(asset_events=opened_events(wing, root, opened, at))

    @dg.op(
        name=wing.name("open_releases"),
        config_schema={},
        description="Opens every release whose `publish_at` has come.",
    )
    def open_releases(context: dg.OpExecutionContext, data: Data) -> None:
        """The same by hand."""
        with guarded():
            at = now()
            root = data.root_of(wing.statistic)
            opened, refused = open_due(root, at)
            for event in opened_events(wing, root, opened, at):
                context.log_event(event)
            if refused:
                raise dg.Failure("\n".join(map(str, refused)), allow_retries=False)

    @dg.job(
        name=wing.name("aabn"),
        description="Åbn udgivelser: opens each release whose `publish_at` has come, when no daemon has done it.",
        executor_def=IN_PROCESS,
    )
    def aabn() -> None:
        """Open what is due."""
        open_releases()

    return Built(jobs=[aabn], sensors=[aabning])
