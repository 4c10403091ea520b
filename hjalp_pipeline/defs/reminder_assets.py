"""``dialog/rykkere``: the day's reminders, every working day at 07:00 Danish time. Nothing is sent from here: people send.

The day comes from the run's tag ``hjalp/dato``, which the schedule sets to its own day; without it, today. Events hold
kommuner, states and steps, never a word of a record.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime

import dagster as dg

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.defs.built import Built
from hjalp_pipeline.defs.messages import beside, guarded
from hjalp_pipeline.defs.metadata import markdown_table
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.dialogue.announcing.calendar_files import write_calendar
from hjalp_pipeline.dialogue.reminders.calendar import in_words
from hjalp_pipeline.dialogue.reminders.day import OVERVIEW, Day, make_day
from hjalp_pipeline.dialogue.reminders.reminder_states import CHANNELS, State, labels
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.danish_time import DANISH_TIME

#: Run tag with the day the list is for, ``2025-04-22``.
DATE_TAG = "hjalp/dato"


def today() -> date:
    """The day in Denmark, so that a test can set it."""
    return datetime.now(DANISH_TIME).date()


def asked_day(tag: str | None) -> date:
    """The day a run is for; InputError when the tag is no day, or one that has not come: its list would hide the real ones."""
    if not tag:
        return today()
    try:
        day = date.fromisoformat(tag)
    except ValueError:
        raise InputError(f"{tag!r} is not a day of the form 2025-04-22") from None
    if day > today():
        raise InputError(f"{tag} has not come yet")
    return day


def _metadata(made: Day, words: Mapping[State, str]) -> dict[str, dg.MetadataValue | str | int]:
    proposed = Counter(one.step.channel for one in made.proposed if one.step)
    counts = made.counts()
    # The newest period's states are plotted, always under the same names; a matter beside it stands in the table.
    newest = next(iter(counts.values()), Counter[State]())
    return {
        "date": made.day.isoformat(),
        "page": f"reminders/{OVERVIEW}",
        "to_send": sum(not one.done for one in made.proposed),
        **{f"proposed_{channel}": proposed[channel] for channel in CHANNELS},
        **{state.value: newest[state] for state in State},
        "matters": markdown_table(
            ["matter", *words.values()],
            [(matter, *(found[state] for state in State)) for matter, found in counts.items()],
        ),
        "today": markdown_table(
            ["komnr", "kommune", "matter", "deadline", "step", "due since", "sent"],
            [
                (
                    one.case.komnr,
                    NAVN[one.case.komnr],
                    in_words(one.case.matter),
                    one.case.deadline,
                    one.step.name if one.step else "",
                    one.due_since,
                    "yes" if one.done else "",
                )
                for one in made.proposed
            ],
        ),
    }


def build(wing: Wing) -> Built:
    """The reminders to who owes a delivery or an answer, with their job and schedule."""

    @dg.multi_asset(
        name=wing.name("dialog_rykkere"),
        specs=[
            wing.spec(
                ["dialog", "rykkere"],
                "Who owes what since when, and who is to hear from us today: `reminders/{date}.csv`, a document for each, the "
                "page `reminders/overblik.html`; the calendar of releases `releases/kalender.html` and `.ics`, and the office's year "
                "`reminders/aarshjul.html`. *Hvem skal rykkes i dag?*",
                deps=[wing.every_period("raw", "leverancer")],
                kinds={"csv"},
                partitioned=False,
            )
        ],
    )
    def rykkere(context: dg.AssetExecutionContext, data: Data) -> dg.MaterializeResult:
        """Make the list of the run's day."""
        with guarded():
            root = data.root_of(wing.statistic)
            made = make_day(root, asked_day(context.run.tags.get(DATE_TAG)))
            with beside(context.log, "the calendar of releases"):
                write_calendar(root, today())
        return dg.MaterializeResult(metadata=_metadata(made, labels(wing.statistic.period)))

    job = dg.define_asset_job(
        wing.name("rykkere"),
        selection=dg.AssetSelection.assets(wing.key("dialog", "rykkere"), wing.key(*wing.this_period)),
        description="Rykkere: the list and letters of a day, tag `hjalp/dato` (2025-04-22), without it today's; and who is late "
        "today.",
    )

    @dg.schedule(
        name=wing.name("daglige_rykkere"),
        job=job,
        cron_schedule="0 7 * * 1-5",
        execution_timezone="Europe/Copenhagen",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Daglige rykkere: who is to hear from us today, on working days before people come.",
    )
    def daglige_rykkere(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
        """Ask for the list of the tick's own day, also when the daemon catches up later."""
        day = context.scheduled_execution_time.astimezone(DANISH_TIME).date().isoformat()
        return dg.RunRequest(run_key=day, tags={DATE_TAG: day})

    return Built(assets=[rykkere], jobs=[job], schedules=[daglige_rykkere])
