"""The schedule of a statistic: the day after the ordinary deadline, the 15th of the month after the period, 06:00 Danish time."""

import dagster as dg

from hjalp_pipeline.defs.wing import Wing


def schedule(wing: Wing, job: object) -> dg.ScheduleDefinition:
    """The schedule that asks for each period when it has ended."""
    kind = wing.statistic.period

    def due(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """Ask for the period before the tick; a code location loaded before it began has to be reloaded first."""
        period = str(kind.of(context.scheduled_execution_time.date()).previous())
        if not wing.knows(period):
            raise dg.DagsterInvalidInvocationError(
                f"{period} is not listed: reload the code location, then run the {kind.word}"
            )
        return dg.RunRequest(run_key=period, partition_key=period)

    return dg.ScheduleDefinition(
        name=wing.name(f"{wing.noun}skoersel"),
        job=job,  # type: ignore[arg-type]  # a job of assets, whose type Dagster keeps to itself
        cron_schedule=f"0 6 15 {wing.deadline_months} *",
        execution_timezone="Europe/Copenhagen",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        execution_fn=due,
        description=f"{kind.noun_da.capitalize()}skørsel: runs the {kind.word} that ended, the day after its ordinary deadline.",
    )
