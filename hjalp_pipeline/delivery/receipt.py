"""The receipt of a delivery: what is stored as json, and the page for the kommune (interfaces.md, "receipts").

A receipt tells record numbers, fields, codes and counts. No value of a record ever gets into it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from hjalp_pipeline.delivery.codes import REJECTION_TEXT, REMARK_TEXT, Remark, advice_on, finding_text
from hjalp_pipeline.delivery.intake import MAX_FINDINGS, Intake
from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.delivery.names import DeliveryName, parse_name, safe_name
from hjalp_pipeline.pages.template import template

WHOLE_RECORD = "hele posten"
"""How a page calls the field "" of a finding about a whole record."""


#: Remarks about the delivery as a whole: their count says nothing a kommune could look up.
_WHOLE = frozenset({Remark.UTF8, Remark.SHEET_SIZE, Remark.HIDDEN_SHEET, Remark.FEWER, Remark.FUTURE_NAME})


@dataclass(frozen=True, slots=True)
class Situation:
    """What is true of a kommune's deliveries when a receipt is written.

    ``in_force``: name of the sender's delivery that is in force for the quarter, null when there is none; ``deadline``: the
    kommune's for the quarter, null when it cannot be told; ``contact``: whom to ask.
    """

    in_force: str | None = None
    deadline: date | None = None
    contact: str = "Danmarks Statistik"


_UNKNOWN = Situation()


class ToldFinding(TypedDict):
    """A finding as a receipt tells it: number of the record, field ("" for the whole record) and code."""

    record: int
    field: str
    code: str


class ToldRemark(TypedDict):
    """What is odd but not wrong (``codes.Remark``), and how often."""

    code: str
    count: int


class Receipt(TypedDict):
    """A receipt as it is stored: plain values, ready for json.

    ``kvartal``: the folder the file lay in; komnr, system and received are null when its name could not be parsed, ``kommune``
    for one that is not known; ``finding_counts`` by ``field:code``; the rest as in ``Intake`` and ``Situation``.
    """

    status: str
    code: str | None
    detail: str | None
    kvartal: str
    filename: str
    komnr: str | None
    kommune: str | None
    system: str | None
    received: str | None
    records: int
    bad_records: int
    bad_by_code: dict[str, int]
    finding_counts: dict[str, int]
    findings: list[ToldFinding]
    remarks: list[ToldRemark]
    in_force: str | None
    deadline: str | None
    contact: str
    sha256: str
    read_at: str


def receipt(
    intake: Intake,
    *,
    name_or_filename: DeliveryName | str,
    kvartal: str,
    sha256: str,
    read_at: datetime,
    kommune_name: str | None,
    situation: Situation = _UNKNOWN,
) -> Receipt:
    """The receipt of a delivery.

    ``name_or_filename`` is the file's name as it came when it could not be parsed; then komnr, system and received are
    null. ``kommune_name`` is null for a kommune that is not known. ``kvartal`` is the folder the file lay in.
    """
    name = name_or_filename if isinstance(name_or_filename, DeliveryName) else parse_name(kvartal, name_or_filename)
    filename = name.filename if name else str(name_or_filename)
    return {
        "status": intake.status,
        "code": intake.code,
        "detail": intake.detail,
        "kvartal": safe_name(kvartal),
        "filename": safe_name(filename),
        "komnr": name.komnr if name else None,
        "kommune": kommune_name,
        "system": safe_name(name.system) if name else None,
        "received": name.received.isoformat() if name else None,
        "records": intake.records,
        "bad_records": intake.bad_records,
        "bad_by_code": dict(intake.bad_by_code),
        "finding_counts": dict(intake.finding_counts),
        "findings": [{"record": one.record, "field": one.field, "code": one.code} for one in intake.findings],
        "remarks": [{"code": code, "count": count} for code, count in intake.remarks.items()],
        "in_force": situation.in_force,
        "deadline": situation.deadline.isoformat() if situation.deadline else None,
        "contact": situation.contact,
        "sha256": sha256,
        "read_at": read_at.isoformat(),
    }


def receipt_html(told: Receipt, layouts: Layouts) -> str:
    """The receipt as a page of its own for the kommune: Danish, printable, without any outside resource."""
    layout = layouts.of(told["kvartal"])
    counts = [
        {"field": field or WHOLE_RECORD, "code": code, "count": count, "text": finding_text(layout, field, code)}
        for key, count in told["finding_counts"].items()
        for field, _, code in [key.rpartition(":")]
    ]
    findings = [
        finding
        | {
            "field": finding["field"] or WHOLE_RECORD,
            "text": finding_text(layout, finding["field"], finding["code"]),
        }
        for finding in told["findings"]
    ]
    code, remarks = told["code"] or "", REMARK_TEXT | dict(layouts.declaration.remarks)
    return template("hjalp_pipeline.delivery", "receipt.html.j2").render(
        receipt=told,
        statistic=layouts.declaration.statistic,
        version=layout.version,
        period=layouts.declaration.period,
        accepted=told["status"] == "accepted",
        used=told["records"] - told["bad_records"],
        reason=REJECTION_TEXT.get(code, ""),
        advice=advice_on(code, layouts.declaration.period),
        counts=sorted(counts, key=lambda row: (-row["count"], row["field"], row["code"])),
        findings=findings,
        remarks=[row | {"text": remarks[row["code"]], "whole": row["code"] in _WHOLE} for row in told["remarks"]],
        total=sum(told["finding_counts"].values()),
        limit=MAX_FINDINGS,
    )
