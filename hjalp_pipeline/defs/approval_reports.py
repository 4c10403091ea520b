"""``dialog/godkendelsesrapporter``: what each kommune is asked to approve of a year, before a release."""

from datetime import date

import dagster as dg

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.defs.built import Built
from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.dialogue.approval.reports import write_reports
from hjalp_pipeline.storage.codelists import InputError

#: Run tags: the reference year (default: the last whole one of the period), and the day answers are wanted by.
AAR_TAG, FRIST_TAG = "hjalp/aar", "hjalp/frist"


def last_whole_year(kvartal: str) -> int:
    """The last year a period's deliveries cover whole."""
    return Period.parse(kvartal).next().aar - 1


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"the tag {FRIST_TAG} must be a day, 2025-06-20") from None


def build(wing: Wing) -> Built:
    """The approval reports of a statistic's years, and the job that makes them."""

    @dg.multi_asset(
        name=wing.name("dialog_godkendelsesrapporter"),
        specs=[
            wing.spec(
                ["dialog", "godkendelsesrapporter"],
                "A report for each of the 98 kommuner in `approvals/reports/{aar}/`: what it delivered of the year, what "
                "was removed and corrected, what to look at. *Det, kommunerne beder om at godkende.* **Confidential.** Tags "
                "`hjalp/aar` (default: the last whole year) and `hjalp/frist` (2025-06-20).",
                deps=[[wing.statistic.rulebook.states[-1], wing.thing], ["ledger", wing.thing]],
                kinds={"polars", "html", "excel"},
            )
        ],
    )
    def godkendelsesrapporter(context: dg.AssetExecutionContext, data: Data) -> dg.MaterializeResult:
        """Write the reports of a year from the period as it stands."""
        with guarded():
            root = data.root_of(wing.statistic)
            kvartal, tags = context.partition_key, context.run.tags
            aar = tags.get(AAR_TAG, str(last_whole_year(kvartal)))
            if not (aar.isascii() and aar.isdecimal() and len(aar) == 4):
                raise InputError(f"the tag {AAR_TAG} must be a year, 2024")
            made = write_reports(root, int(aar), kvartal, _day(tags.get(FRIST_TAG)))
            return dg.MaterializeResult(
                metadata={
                    "aar": int(aar),
                    "reports": dg.MetadataValue.path(root.name(made.folder)),
                    "asked_to_look": ", ".join(made.odd) or "ingen",
                    "kommuner_with_new_figures": made.changed,
                }
            )

    job = dg.define_asset_job(
        wing.name("godkendelsesrapporter"),
        selection=dg.AssetSelection.assets(wing.key("dialog", "godkendelsesrapporter")),
        description="Lav godkendelsesrapporter: what each kommune is asked to approve of a year. Tags `hjalp/aar` and `hjalp/frist`.",
    )

    return Built(assets=[godkendelsesrapporter], jobs=[job])
