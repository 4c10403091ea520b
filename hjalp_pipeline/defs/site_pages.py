"""Writes the pages of ``hjalp site`` anew when a release has opened, unless the settings say that the office has none.

They are made by the command, in a process of its own: what serves released figures never shares one with what opens the lake.
"""

import os
import subprocess
import sys
from collections.abc import Sequence

import dagster as dg

from hjalp_pipeline.defs.built import Built
from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.resources import IN_PROCESS, Data
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.production.release.embargo import standing_releases
from hjalp_pipeline.storage.root import ENVIRONMENT_VARIABLE, DataRoot
from hjalp_pipeline.storage.settings import Site, read_settings

_COMMAND = (sys.executable, "-m", "hjalp_pipeline.cli")


def opened(root: DataRoot) -> str:
    """The releases that are open, as the sensor remembers them."""
    return " ".join(sorted(one.release for one in standing_releases(root) if one.opened))


def command(root: DataRoot) -> Sequence[str]:
    """What is run: the pages of every statistic, where the settings of this one say."""
    folder = read_settings(root, Site).folder
    return (*_COMMAND, "site", *(("--out", folder) if folder else ()))


def build(wing: Wing) -> Built:
    """The job that writes the pages, and the sensor that starts it when a release has opened."""

    @dg.op(
        name=wing.name("write_site"),
        config_schema={},
        description="Runs `hjalp site`: the tables that are out, of all statistics, as static pages.",
    )
    def write_site(context: dg.OpExecutionContext, data: Data) -> None:
        """What it says comes into the log: how many pages, and articles that are left out."""
        with guarded():
            root = data.root_of(wing.statistic)
            made = subprocess.run(  # noqa: S603 (our own interpreter and command)
                command(root),
                env={**os.environ, ENVIRONMENT_VARIABLE: str(root.path)},
                capture_output=True,
                text=True,
                check=False,
            )
            for line in made.stdout.splitlines():
                context.log.info(line)
            for line in made.stderr.splitlines():
                context.log.warning(line)
            if made.returncode and not made.stdout:
                raise dg.Failure("hjalp site wrote nothing: the log says why", allow_retries=False)

    @dg.job(
        name=wing.name("websted"),
        description="Websted: `hjalp site`, the released tables of all statistics as static pages (`codelists/settings.toml`, `[site]`).",
        executor_def=IN_PROCESS,
    )
    def websted() -> None:
        """Write the pages."""
        write_site()

    @dg.sensor(
        name=wing.name("nyt_websted"),
        job_name=wing.name("websted"),
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Nyt websted: writes the pages anew when a release has opened. What was open when it was first started is not new.",
    )
    def nyt_websted(context: dg.SensorEvaluationContext, data: Data) -> dg.SensorResult | dg.SkipReason:
        """Start the job when another release is open than before."""
        with guarded():
            root = data.root_of(wing.statistic)
            now, before, wanted = opened(root), context.cursor, read_settings(root, Site).written
        started = [dg.RunRequest(run_key=f"websted {now}")] if wanted and before is not None and now != before else []
        return dg.SensorResult(
            run_requests=started,
            cursor=now,
            skip_reason=None
            if started
            else "the settings say that no pages are written"
            if not wanted
            else "no release has opened",
        )

    return Built(jobs=[websted], sensors=[nyt_websted])
