"""``dialog/kravspecifikation`` and ``dialog/leverandoerer``: what kommuner and vendors read, and how well vendors deliver."""

from datetime import date

import dagster as dg

from hjalp_pipeline.defs.built import Built
from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.metadata import markdown_table
from hjalp_pipeline.defs.reminder_assets import DATE_TAG, today
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.dialogue.specification.store import write_specification
from hjalp_pipeline.dialogue.specification.vendors import write_vendors
from hjalp_pipeline.storage.codelists import InputError


def asked_day(tag: str | None) -> date:
    """The day the pages speak of: the run's tag, without it today; InputError when the tag is no day. It may lie ahead."""
    try:
        return date.fromisoformat(tag) if tag else today()
    except ValueError:
        raise InputError(f"{tag!r} is not a day of the form 2025-07-01") from None


def build(wing: Wing) -> Built:
    """The delivery specification of a statistic and the page on its vendors, with their job and schedule."""

    @dg.multi_asset(
        name=wing.name("dialog_kravspecifikation"),
        specs=[
            wing.spec(
                ["dialog", "kravspecifikation"],
                "The requirement specification as kommuner and vendors read it: pages, XSD, examples, change log in "
                "`specification/`. *Kravspecifikation: gældende, varslet og historisk.*",
                kinds={"xml", "csv"},
                partitioned=False,
            )
        ],
    )
    def kravspecifikation(context: dg.AssetExecutionContext, data: Data) -> dg.MaterializeResult:
        """Write the specification as it is on the day."""
        with guarded():
            day = asked_day(context.run.tags.get(DATE_TAG))
            files = write_specification(data.root_of(wing.statistic), day)
        return dg.MaterializeResult(metadata={"day": day.isoformat(), "files": markdown_table(["file"], zip(files))})

    @dg.multi_asset(
        name=wing.name("dialog_leverandoerer"),
        specs=[
            wing.spec(
                ["dialog", "leverandoerer"],
                f"Error rates by vendor and {wing.word}, `specification/leverandoerer.html`. *Fejl i leverancer efter leverandør.*",
                deps=[wing.every_period("raw", "leverancer")],
                kinds={"duckdb", "sql"},
                partitioned=False,
            )
        ],
    )
    def leverandoerer(data: Data) -> dg.MaterializeResult:
        """Write the page from what intake has stored."""
        with guarded():
            rates = write_vendors(data.root_of(wing.statistic))
        return dg.MaterializeResult(
            metadata={"dagster/row_count": rates.height, "vendors": rates["leverandoer"].n_unique()}
        )

    assets = [kravspecifikation, *([leverandoerer] if wing.statistic.vendors else [])]
    job = dg.define_asset_job(
        wing.name("specification"),
        selection=dg.AssetSelection.assets(*assets),
        description="Kravspecifikation: write the pages, schema, examples and change log, and the vendors' error rates. Tag "
        "`hjalp/dato` (2025-07-01) names another day than today.",
    )

    @dg.schedule(
        name=wing.name("kravspecifikation"),
        job=job,
        cron_schedule="0 5 1 1,7 *",
        execution_timezone="Europe/Copenhagen",
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description="Kravspecifikation: requirements change on 1 January and 1 July, and so do the pages that say what holds.",
    )
    def halvaar() -> dg.RunRequest:
        """Ask for the pages of the day."""
        return dg.RunRequest()

    return Built(assets=assets, jobs=[job], schedules=[halvaar])
