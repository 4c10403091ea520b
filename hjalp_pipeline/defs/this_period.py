"""``status/dette_kvartal``: who is late or rejected, and why, on one screen; not partitioned, made anew with every gate.

The one asset to look at first. Its check fails while a kommune's data are awaited, or a whole period is; its freshness policy
fails when the period was not run by the morning after its deadline.
"""

import textwrap
from collections import Counter
from collections.abc import Iterable
from datetime import date

import dagster as dg

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.metadata import office_link, office_page
from hjalp_pipeline.defs.reminder_assets import today
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.production.inbox.gate_state import STATUSES
from hjalp_pipeline.production.inbox.whose_turn import Standing, Turn, standing_now
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

#: Letters of a line that the UI shows whole from a window of 1,280 pixels on (37 were counted in Chromium).
_WIDE = 36


def _table(standing: Standing) -> dg.TableMetadataValue:
    return dg.MetadataValue.table(
        [
            dg.TableRecord(
                {
                    "kommune": f"{turn.komnr} {turn.kommune}",
                    "status": turn.status,
                    "deadline": turn.deadline.isoformat(),
                    "days_late": turn.days_late,
                    "why": turn.why,
                }
            )
            for turn in standing.turns
        ]
    )


def waiting_list(
    root: DataRoot, turns: Iterable[Turn], awaited: Iterable[tuple[Period, date]] = ()
) -> dg.MarkdownMetadataValue:
    """Kommuner that somebody waits for, each a link to its newest receipt, why, and how late; then whole periods.

    A list, because the cells of Dagster's tables have no links; in short lines, because it cuts what is wide.
    """
    lines = []
    for turn in turns:
        if not turn.settled:
            who = f"{turn.komnr} {turn.kommune}"
            who = f"[{who}]({office_page(root, turn.receipt)})" if turn.receipt else who
            late = f" {turn.days_late} days late." if turn.days_late else ""
            lines.append(_item(who, turn.status, f"{turn.why.rstrip('.')}.{late}"))
    if periods := list(awaited):  # they follow one another: one item, so that the map stays on the first screen
        (first, begins), (last, _) = periods[0], periods[-1]
        which = f"{first}" if first == last else f"{first} til {last}"
        lines.append(_item(f"alle, {which}", "missing", f"ingen leverance endnu. Frist {begins:%d.%m.%Y}."))
    return dg.MetadataValue.md("\n".join(lines) or "ingen")


def _item(who: str, status: str, why: str) -> str:
    """An item of the list, its status and reason on lines of their own."""
    told = "  \n  ".join(textwrap.wrap(f"{status}: {why}", _WIDE))
    return f"- {who}  \n  {told.replace(status, f'*{status}*', 1)}"


def _map(root: DataRoot, period: Period) -> dg.MarkdownMetadataValue:
    """The map of tiles; there is one once the gate of the period has been made."""
    drawn = Lake(root).frame_path("status", str(period)).is_file()
    return dg.MetadataValue.md(
        f"![map of tiles]({office_page(root, f'kort/{period}.svg')})" if drawn else "not run yet"
    )


def _made(wing: Wing, context: dg.AssetExecutionContext) -> str | None:
    """The period whose gate the same run has made, if it has."""
    made = context.job_def.asset_layer.executable_asset_keys
    return context.run.tags.get("dagster/partition") if wing.key("status", "gate") in made else None


def asset(wing: Wing) -> dg.AssetsDefinition:
    """The asset of a statistic."""
    name, counted = wing.name("_".join(wing.this_period)), "every_kommune_settled"

    @dg.multi_asset(
        name=name,
        specs=[
            wing.spec(
                wing.this_period,
                f"**Look here first.** Who is late or rejected in the newest {wing.word}, and why: kommuner by "
                "name with deadline, days late, reason and receipt, and as a map of tiles. *Hvem mangler, hvem er afvist, og "
                "hvorfor?*",
                deps=[["status", "gate"]],
                kinds={"polars"},
                partitioned=False,
            )
        ],
        check_specs=[
            dg.AssetCheckSpec(
                counted,
                asset=wing.key(*wing.this_period),
                description=f"Nobody is waited for in the newest {wing.word}, and no later one has passed its "
                "deadline without any delivery.",
            )
        ],
    )
    def this_period(context: dg.AssetExecutionContext, data: Data) -> dg.MaterializeResult:
        """Look at inbox and store as they are now."""
        with guarded():
            root = data.root_of(wing.statistic)
            standing = standing_now(root, today(), _made(wing, context))
            if standing is None:
                return dg.MaterializeResult(
                    metadata={"period": "the inbox has no deliveries yet"},
                    check_results=[
                        dg.AssetCheckResult(check_name=counted, passed=False, severity=dg.AssetCheckSeverity.WARN)
                    ],
                )
            counts = Counter(turn.status for turn in standing.turns)
            waiting = [turn for turn in standing.turns if not turn.settled]
            overdue = [str(period) for period, deadline in standing.awaited if deadline < today()]
            return dg.MaterializeResult(
                metadata={
                    "period": str(standing.period),
                    "waiting_for": waiting_list(root, standing.turns, standing.awaited),
                    "map": _map(root, standing.period),
                    "kommuner": _table(standing),
                    **{status: counts.get(status, 0) for status in STATUSES},
                    "most_days_late": max((turn.days_late for turn in standing.turns), default=0),
                    "receipts": office_link(root, f"receipts/{standing.period}/"),
                    "reminders": office_link(root, "reminders/overblik.html"),
                    "office": office_link(root, ""),
                },
                check_results=[
                    dg.AssetCheckResult(
                        check_name=counted,
                        passed=not waiting and not overdue,
                        severity=dg.AssetCheckSeverity.WARN,
                        metadata={
                            "kommuner": waiting_list(root, waiting),
                            "no_delivery_at_all": ", ".join(overdue) or "ingen",
                        },
                    )
                ],
            )

    return this_period
