"""The check ``newest_delivery_accepted`` of the raw data: a rejection has a colour in the grid of kommuner and periods.

Who is rejected is told by the gate, which is made of whole periods. So the check is reported partition by partition, and only
where a delivery was rejected, or is no longer: a report costs as much as a kommune's rules.
"""

from collections.abc import Iterable, Mapping, Sequence

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData

from hjalp_pipeline.defs.metadata import office_link
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.delivery.codes import REJECTION_TEXT
from hjalp_pipeline.production.inbox.gate import GateRow
from hjalp_pipeline.production.inbox.gate_state import last_rejected
from hjalp_pipeline.production.inbox.whose_turn import receipt_of
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.lake_files import ChangedError
from hjalp_pipeline.storage.root import DataRoot

CHECK = "newest_delivery_accepted"


def spec(wing: Wing) -> dg.AssetCheckSpec:
    """The check, by kommune and period."""
    return wing.check(
        CHECK,
        ["raw", wing.thing],
        "The newest delivery was accepted. A warning: what was delivered before it is in use, if anything was.",
        partitions=wing.raw,
    )


def rejected(row: GateRow) -> bool:
    """Whether the newest delivery of a kommune, or of one of its systems, was rejected."""
    return bool(last_rejected(row.arrivals, row.systems))


def known_before(root: DataRoot, period: str) -> dict[str, tuple[object, ...]]:
    """By kommune what the gate said of its newest delivery when it was made last; nothing when that was changed on the disk."""
    try:
        frame = Lake(root).frame("status", period)
    except (FileNotFoundError, ChangedError):  # it is made anew now
        return {}
    return {row["komnr"]: (row["newest_delivery"], row["newest_code"], row["status"]) for row in frame.to_dicts()}


def report(
    context: dg.AssetExecutionContext,
    wing: Wing,
    root: DataRoot,
    rows: Iterable[GateRow],
    before: Mapping[str, tuple[object, ...]],
) -> None:
    """Report the check of each kommune whose newest delivery was rejected, unless that was said ``before`` of the same raw data,
    and of each that was rejected before and is not now.

    A result counts for the raw data it names: Dagster shows one that names none, or older ones, as missing.
    """
    read = [
        row
        for row in rows
        if all(one.accepted is not None for one in row.arrivals)
        and (rejected(row) or (row.arrivals and _was_rejected(before.get(row.komnr))))
    ]
    made = _made(context, wing, read)
    for row in read:
        target = made.get(wing.raw_key(row.komnr, row.kvartal))
        known = before.get(row.komnr) == (row.newest_delivery, row.newest_code, row.status)
        if known and (target is None or target.run_id != context.run.run_id):
            continue
        receipt = receipt_of(root, row.kvartal, row.newest_delivery)
        context.log_event(
            dg.AssetCheckEvaluation(
                wing.key("raw", wing.thing),
                CHECK,
                passed=not rejected(row),
                severity=dg.AssetCheckSeverity.WARN,
                partition=wing.raw_key(row.komnr, row.kvartal),
                target_materialization_data=target,
                metadata={
                    "kommune": f"{row.komnr} {row.kommune}",
                    "why": "; ".join(filter(None, (row.detail, REJECTION_TEXT.get(row.newest_code or ""))))
                    or "accepteret",
                    **({"receipt": office_link(root, receipt)} if receipt else {}),
                },
            )
        )


def _was_rejected(before: tuple[object, ...] | None) -> bool:
    return before is not None and (before[1] is not None or before[2] in ("rejected", "newest_rejected"))


def _made(
    context: dg.AssetExecutionContext, wing: Wing, rows: Sequence[GateRow]
) -> dict[str, AssetCheckEvaluationTargetMaterializationData]:
    """The newest materialisation of the raw data by partition."""
    found = {}
    for key in (wing.raw_key(row.komnr, row.kvartal) for row in rows):
        asked = dg.AssetRecordsFilter(wing.key("raw", wing.thing), asset_partitions=[key])
        for record in context.instance.fetch_materializations(asked, limit=1).records:
            found[str(key)] = AssetCheckEvaluationTargetMaterializationData(
                storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp
            )
    return found
