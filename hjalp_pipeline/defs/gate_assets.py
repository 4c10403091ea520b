"""``status/gate`` and ``ledger``: who has delivered, and where every row went."""

from collections import Counter

import dagster as dg
import polars as pl

from hjalp_pipeline.codelists.few import told
from hjalp_pipeline.defs import newest_delivery
from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.metadata import bar_plot, markdown_table
from hjalp_pipeline.defs.reminder_assets import today
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.this_period import waiting_list
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.production.inbox.gate import gate, gate_frame
from hjalp_pipeline.production.inbox.gate_state import SETTLED, STATUSES
from hjalp_pipeline.production.inbox.whose_turn import turns_of
from hjalp_pipeline.production.quarter.quarter_run import unbalanced
from hjalp_pipeline.storage.lake import Lake


def assets(wing: Wing) -> list[dg.AssetsDefinition]:
    """The status of a statistic's kommuner and its ledger."""

    status_key, ledger_key = wing.key("status", "gate"), wing.key("ledger", wing.thing)
    last = wing.statistic.rulebook.states[-1]

    @dg.multi_asset(
        name=wing.name("status_gate"),
        specs=[
            wing.spec(
                ["status", "gate"],
                f"98 rows a {wing.word}: delivered, partial (a system is silent), newest_rejected (an older delivery is in use), missing, "
                "rejected, stale, covered by a collaboration, or not_yet_in. "
                "*Hvem har leveret, og er det lagrede det nyeste?*",
                # Delivered is only what the tables stand of.
                deps=[
                    ["raw", "leverancer"],
                    [last, wing.thing],
                    *(["suppressed", table.name] for table in wing.statistic.tables),
                ],
                kinds={"polars", "parquet"},
            )
        ],
        check_specs=[
            wing.check(
                "all_kommuner_in",
                ["status", "gate"],
                f"Every kommune that is in has delivered, from all its systems, and what is stored is the newest. A warning: "
                f"a {wing.word} runs with whoever has delivered, it is the release that needs everyone who takes part. An error "
                "while nobody has.",
            )
        ],
    )
    def status(context: dg.AssetExecutionContext, data: Data) -> dg.MaterializeResult:
        """The gate of the period as inbox and store are now."""
        with guarded():
            root = data.root_of(wing.statistic)
            before = newest_delivery.known_before(root, context.partition_key)
            rows = gate(root, context.partition_key)
            frame = gate_frame(rows)
            Lake(root).save_frame("status", context.partition_key, frame)
            newest_delivery.report(context, wing, root, rows, before)
            counts = Counter(row.status for row in rows)
            open_rows = [row for row in rows if row.status not in SETTLED or row.needs]
            nobody = not counts.keys() - {"missing", "rejected", "covered", "not_yet_in"}
            return dg.MaterializeResult(
                metadata={
                    "dagster/row_count": len(rows),
                    **{name: counts.get(name, 0) for name in STATUSES},
                    "waiting_for": waiting_list(root, turns_of(root, frame, today())),
                },
                check_results=[
                    dg.AssetCheckResult(
                        check_name="all_kommuner_in",
                        asset_key=status_key,
                        passed=not open_rows,
                        severity=dg.AssetCheckSeverity.ERROR if nobody else dg.AssetCheckSeverity.WARN,
                        metadata={name: counts.get(name, 0) for name in STATUSES},
                    )
                ],
            )

    @dg.multi_asset(
        name=wing.name(f"ledger_{wing.thing}"),
        specs=[
            wing.spec(
                ["ledger", wing.thing],
                "Rows in = rows kept + rows removed by reason, per kommune and step. *Regnskab over alle rækker.*",
                deps=[[last, wing.thing]],
                kinds={"polars", "parquet"},
            )
        ],
        check_specs=[
            wing.check(
                "balance",
                ["ledger", wing.thing],
                "Every step of every kommune balances, from the records delivered to those kept.",
                blocking=True,
            )
        ],
    )
    def ledger(context: dg.AssetExecutionContext, data: Data) -> dg.MaterializeResult:
        """Show the period's ledger and check it end to end against the records delivered."""
        with guarded():
            root = data.root_of(wing.statistic)
            lake, kvartal = Lake(root), context.partition_key
            frame = lake.frame("ledger", kvartal)
            steps = wing.statistic.rulebook.steps
            faults = unbalanced(
                steps, frame, {komnr: entry.records for komnr, entry in lake.kommuner_of(kvartal).items()}
            )
            summed = frame.group_by("step", "reason").agg(pl.col("rows").sum()).sort("step", "reason", nulls_last=False)
            bars: dict[str, dict[str, int]] = {step: {} for step in steps}
            for step, reason, rows in summed.iter_rows():
                bars[step][reason or "kept"] = rows
            return dg.MaterializeResult(
                metadata={
                    "dagster/row_count": frame.height,
                    "records_delivered": told(sum(bars["leverance"].values())),
                    "records_kept": told(bars[steps[-1]].get("kept", 0)),
                    "rows_by_step": bar_plot(
                        f"{kvartal}: rows kept and removed by step",
                        bars,
                        wing.statistic.rulebook.codes,
                    ),
                    "ledger": markdown_table(
                        ["step", "reason", "rows"],
                        [(step, reason or "kept", told(rows)) for step, reason, rows in summed.iter_rows()],
                    ),
                },
                check_results=[
                    dg.AssetCheckResult(
                        check_name="balance",
                        asset_key=ledger_key,
                        passed=not faults,
                        metadata={"out_of_balance": len(faults), "where": ", ".join(faults) or "ingen"},
                    )
                ],
            )

    return [status, ledger]
