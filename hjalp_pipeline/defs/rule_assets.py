"""The rule chain: the data states of a period, written together by one process that goes kommune by kommune.

They are one step on purpose: a state can never stand beside an older version of the one before it.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import dagster as dg
import polars as pl

from hjalp_pipeline.codelists.few import told
from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.contracts.states import of_state
from hjalp_pipeline.defs.lineage import column_lineage, lineage_of
from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.metadata import markdown_table, row_count
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.wing import Wing, column_schema, described
from hjalp_pipeline.production.quarter.quarter_run import QuarterRefresh, refresh_quarter, remark_frame


def made_from(wing: Wing) -> list[list[str]]:
    """What has to be there before the first rule is applied."""
    return [["raw", wing.thing], ["raw", "leverancer"], ["registers", "befolkning"]]


def assets(wing: Wing, after: Sequence[Sequence[str]] = ()) -> list[dg.AssetsDefinition]:
    """The data states of a statistic, made in one step, each with its contract as a check; ``after``: what computes ahead."""

    statistic, thing, states = wing.statistic, wing.thing, wing.statistic.rulebook.states
    before: dict[str, list[Sequence[str]]] = {
        states[0]: [*made_from(wing), *after],
        **{after: [[earlier, thing]] for earlier, after in pairwise(states)},
    }

    @dg.multi_asset(
        name=wing.name("rule_chain"),
        specs=[
            wing.spec(
                [state.name, thing],
                described(state),
                deps=before[state.name],
                kinds={"polars", "parquet"},
                schema=column_schema(of_state(statistic, state.name), state.stored),
            )
            for state in statistic.rulebook.chain
        ],
        check_specs=[wing.contract([state, thing]) for state in states],
    )
    def rule_chain(context: dg.AssetExecutionContext, data: Data) -> Iterator[dg.MaterializeResult]:
        """Apply the rules to every kommune of the period that has something new; the rest stands as it is."""
        with guarded():
            done = refresh_quarter(data.root_of(statistic), context.partition_key)
            context.log.info(
                f"{done.kvartal}: {len(done.chain.computed)} of {len(done.chain.entries)} kommuner computed"
            )
            for komnr, why in done.chain.lost.items():
                context.log.error(f"{done.kvartal} {komnr} {NAVN[komnr]}: {why}")
            remarks = remark_frame(statistic, done.kvartal, done.chain.entries)
            for state in states:
                yield dg.MaterializeResult(
                    asset_key=wing.key(state, thing),
                    metadata=_metadata(done, remarks, state),
                    check_results=[_contract_result(done, state)],
                )

    def _metadata(done: QuarterRefresh, remarks: pl.DataFrame, state: str) -> dict[str, Any]:
        lines = done.ledger.filter(pl.col("step") == state).group_by("reason").agg(pl.col("rows").sum()).sort("reason")
        removed = {reason: rows for reason, rows in lines.iter_rows() if reason}
        shown = remarks.filter(pl.col("step") == state).group_by("code").agg(pl.col("rows").sum()).sort("code")
        return {
            **row_count(sum(rows for reason, rows in lines.iter_rows() if reason is None)),
            "rows_removed": told(sum(removed.values())),
            "kommuner": len(done.chain.entries),
            "kommuner_computed_now": len(done.chain.computed),
            "register_extract": done.extract,
            "removed": markdown_table(["reason", "rows"], [(reason, told(rows)) for reason, rows in removed.items()]),
            "remarks": markdown_table(["code", "rows"], [(code, told(rows)) for code, rows in shown.iter_rows()]),
            **column_lineage(wing, lineage_of(statistic, state)),
        }

    def _contract_result(done: QuarterRefresh, state: str) -> dg.AssetCheckResult:
        broken = [(komnr, fault.report) for komnr, fault in done.chain.broken.items() if fault.report.contract == state]
        lost = done.chain.lost if state == states[0] else {}
        return dg.AssetCheckResult(
            asset_key=wing.key(state, thing),
            check_name="contract",
            passed=not broken and not lost,
            metadata={
                "rows": told(sum(entry.rows[state] for entry in done.chain.entries.values())),
                "kommuner_broken": len(broken) + len(lost),
                "failures": markdown_table(
                    ["kommune", "column:check", "rows"],
                    [
                        *(
                            (komnr, name, told(rows))
                            for komnr, report in broken
                            for name, rows in report.failures.items()
                        ),
                        *((komnr, why, "") for komnr, why in lost.items()),
                    ],
                ),
            },
        )

    return [rule_chain]
