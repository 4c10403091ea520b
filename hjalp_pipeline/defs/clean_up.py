"""``oprydning``: once a month what was computed and nothing refers to goes; old inputs are named, for a person to remove."""

from datetime import datetime

import dagster as dg

from hjalp_pipeline.defs.built import Built
from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.resources import IN_PROCESS, Data
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.production.retention import removals, remove
from hjalp_pipeline.storage.danish_time import DANISH_TIME


def build(wing: Wing) -> Built:
    """The job that removes what nothing needs any more, and its schedule."""

    @dg.op(
        name=wing.name("prune"),
        config_schema={},
        description="Removes what nothing refers to and is past its time; says how many deliveries and extracts are.",
    )
    def remove_unused(context: dg.OpExecutionContext, data: Data) -> None:
        """Only counts come into events."""
        with guarded():
            root = data.root_of(wing.statistic)
            now = datetime.now(DANISH_TIME)
            found = removals(root, now.date())
            unused = [one for one in found if not one.is_input]
            freed = remove(root, unused, "hjalp", now)
            context.log.info(f"{len(unused)} removed, {freed} bytes")
            old = len(found) - len(unused)
            if old:
                context.log.warning(
                    f"{old} deliveries or extracts are past their time: {root.command('prune')} names them"
                )

    @dg.job(
        name=wing.name("oprydning"),
        description="Oprydning: removes computed files that nothing refers to and that are past their time "
        "(`codelists/settings.toml`, `[retention]`). Deliveries and extracts are never removed here.",
        executor_def=IN_PROCESS,
    )
    def oprydning() -> None:
        """Clean up."""
        remove_unused()

    @dg.schedule(
        name=wing.name("maanedlig_oprydning"),
        job=oprydning,
        cron_schedule="0 3 1 * *",
        execution_timezone="Europe/Copenhagen",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Oprydning: on the first of each month, 03:00 Danish time.",
    )
    def maanedlig() -> dg.RunRequest:
        """Ask for it."""
        return dg.RunRequest()

    return Built(jobs=[oprydning], schedules=[maanedlig])
