"""The check ``newest_delivery_accepted`` of the raw data: a rejection has a colour in the grid of kommuner and periods.

Who is rejected is told by the gate, which is made of whole periods; so the check is reported partition by partition, and only
where something has changed since the gate was made last: a report costs a write each.
"""

from collections.abc import Iterable, Mapping

import dagster as dg

from hjalp_pipeline.defs.metadata import office_link
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.delivery.codes import REJECTION_TEXT
from hjalp_pipeline.production.inbox.gate import GateRow
from hjalp_pipeline.production.inbox.gate_state import last_rejected
from hjalp_pipeline.production.inbox.whose_turn import receipt_of
from hjalp_pipeline.storage.lake import Lake
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
    """By kommune what the gate said of its newest delivery when it was made last."""
    lake = Lake(root)
    if not lake.frame_path("status", period).is_file():
        return {}
    frame = lake.frame("status", period)
    return {row["komnr"]: (row["newest_delivery"], row["newest_code"], row["status"]) for row in frame.to_dicts()}


def report(
    context: dg.AssetExecutionContext,
    wing: Wing,
    root: DataRoot,
    rows: Iterable[GateRow],
    before: Mapping[str, tuple[object, ...]],
) -> None:
    """Report the check of each kommune whose newest delivery is not as it was ``before``."""
    for row in rows:
        now = (row.newest_delivery, row.newest_code, row.status)
        if any(one.accepted is None for one in row.arrivals) or not row.arrivals or before.get(row.komnr) == now:
            continue
        receipt = receipt_of(root, row)
        context.log_event(
            dg.AssetCheckEvaluation(
                wing.key("raw", wing.thing),
                CHECK,
                passed=not rejected(row),
                severity=dg.AssetCheckSeverity.WARN,
                partition=wing.raw_key(row.komnr, row.kvartal),
                metadata={
                    "kommune": f"{row.komnr} {row.kommune}",
                    "why": "; ".join(filter(None, (row.detail, REJECTION_TEXT.get(row.newest_code or ""))))
                    or "accepteret",
                    **({"receipt": office_link(root, receipt)} if receipt else {}),
                },
            )
        )
