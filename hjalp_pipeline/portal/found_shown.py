"""What the check of a file found, as a page shows it."""

from typing import Any

from hjalp_pipeline.delivery.codes import REJECTION_TEXT, REMARK_TEXT, advice_on, finding_text
from hjalp_pipeline.delivery.receipt import Receipt
from hjalp_pipeline.portal.check_child import in_period_order, shares
from hjalp_pipeline.statistic import Statistic

#: Periods shown one by one; what is older is summed up, and findings that are listed.
_PERIODS, _LISTED = 12, 200
WHOLE = "hele posten"


def shown(statistic: Statistic, upload: dict[str, Any]) -> dict[str, Any] | None:
    """Counts, findings, remarks and changes, with their words; None while nothing is found."""
    found = upload["found"]
    return None if found is None else {**receipt_shown(statistic, found["receipt"]), **_changes(statistic, found)}


def receipt_shown(statistic: Statistic, receipt: Receipt) -> dict[str, Any]:
    """A receipt with its words. A receipt of an earlier version may lack what came later."""
    layout = statistic.layouts.of(receipt["kvartal"])
    counts = []
    for key, count in receipt.get("finding_counts", {}).items():
        field, _, code = key.rpartition(":")
        records = [one["record"] for one in receipt.get("findings", ()) if (one["field"], one["code"]) == (field, code)]
        counts.append((field or WHOLE, code, count, finding_text(layout, field, code), records[:20], len(records) > 20))
    texts = REMARK_TEXT | dict(layout.declaration.remarks)
    return {
        "receipt": receipt,
        "accepted": receipt["status"] == "accepted",
        "reason": REJECTION_TEXT.get(receipt["code"] or "", ""),
        "advice": advice_on(receipt["code"] or "", statistic.period),
        "counts": sorted(counts, key=lambda row: (-row[2], row[0], row[1])),
        "remarks": [(texts.get(one["code"], one["code"]), one["count"]) for one in receipt.get("remarks", ())],
    }


def _changes(statistic: Statistic, found: dict[str, Any]) -> dict[str, Any]:
    now, before = found["now"], found["before"]
    if now is None or before is None:
        return {"by_period": [], "by_code": [], "before_name": ""}
    order = [str(period) for period in in_period_order(statistic, {**before["perioder"], **now["perioder"]})]
    recent = set(order[-_PERIODS:])
    rows = list(shares(now["perioder"], before["perioder"]))
    old = [row for row in rows if row[0] not in recent]
    periods = [row for row in rows if row[0] in recent]
    if old:
        was, is_ = sum(row[1] for row in old), sum(row[2] for row in old)
        periods.insert(0, ("tidligere", was, is_, (is_ - was) / was if was else None))
    return {
        "by_period": periods,
        "by_code": list(shares(now["koder"], before["koder"])),
        "before_name": found["before_name"],
    }
