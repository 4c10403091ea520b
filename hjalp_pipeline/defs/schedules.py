"""The quarterly schedule: the day after the ordinary deadline, the 15th of the month after the quarter, 06:00 Danish time."""

import dagster as dg

from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.defs.jobs import kvartal
from hjalp_pipeline.defs.partitions import KVARTAL


def quarter_due(context: dg.ScheduleEvaluationContext) -> str:
    """The quarter that ended before the tick."""
    return str(Kvartal.of(context.scheduled_execution_time.date()).previous())


@dg.schedule(
    name="kvartalskoersel",
    job=kvartal,
    cron_schedule="0 6 15 1,4,7,10 *",
    execution_timezone="Europe/Copenhagen",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Kvartalskørsel: runs the quarter that ended, the day after its ordinary deadline.",
)
def kvartalskoersel(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Ask for the quarter that ended; a code location loaded before it began has to be reloaded first."""
    due = quarter_due(context)
    if not KVARTAL.has_partition_key(due):
        raise dg.DagsterInvalidInvocationError(f"{due} is not listed: reload the code location, then run the quarter")
    return dg.RunRequest(run_key=due, partition_key=due)
