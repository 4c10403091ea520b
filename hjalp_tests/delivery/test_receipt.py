"""Receipts: complete, Danish, and without a single value of a record."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hjalp_pipeline.delivery.codes import (
    FINDING_TEXT,
    REJECTION_ADVICE,
    REJECTION_TEXT,
    FindingCode,
    Rejected,
    RejectionCode,
)
from hjalp_pipeline.delivery.intake import Intake, rejected
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.delivery.receipt import receipt, receipt_html
from hjalp_tests.delivery.files import CPR, STEM, csv_text, read_bytes, row, rows

AT = datetime(2025, 1, 10, 8, 20, tzinfo=UTC)


def made(intake: Intake, name: str = f"{STEM}.csv") -> tuple[dict[str, object], str]:
    content = receipt(
        intake, name_or_filename=name, kvartal="2024K4", sha256="0" * 64, read_at=AT, kommune_name="Sønderborg"
    )
    return content, receipt_html(content)


def test_accepted(tmp_path: Path) -> None:
    intake = read_bytes(tmp_path, csv_text([*rows(40), row(41, hminr="x", pnr="")]))
    name = parse_name("2024K4", f"{STEM}.csv")
    assert name is not None
    content = receipt(
        intake, name_or_filename=name, kvartal="2024K4", sha256="0" * 64, read_at=AT, kommune_name="Sønderborg"
    )
    assert content == made(intake)[0]
    assert content == json.loads(json.dumps(content))
    assert content["status"] == "accepted"
    assert content["code"] is None
    assert content["findings"] == [
        {"record": 41, "field": "pnr", "code": "MANGLER"},
        {"record": 41, "field": "hminr", "code": "FELT"},
    ]
    assert (content["records"], content["bad_records"], content["komnr"], content["system"]) == (41, 1, "540", "nexus")
    assert (content["received"], content["read_at"]) == ("2025-01-10T08:15:00", "2025-01-10T08:20:00+00:00")
    page = receipt_html(content)
    for text in (
        "Leverancen er accepteret",
        "40 af 41 poster bruges",
        "HMI-nummeret",
        "Sønderborg",
        "10.01.2025 kl. 08.15",
    ):
        assert text in page


def test_a_page_needs_nothing_from_outside() -> None:
    page = made(rejected("TOM"))[1]
    assert page.startswith("<!DOCTYPE html>")
    for outside in ("http:", "https:", "src=", "<link", "@import", "url("):
        assert outside not in page


@pytest.mark.parametrize("code", list(RejectionCode))
def test_every_rejection_has_reason_and_advice(code: RejectionCode) -> None:
    content, page = made(rejected(code, "En forklaring."))
    assert (content["status"], content["code"], content["detail"]) == ("rejected", str(code), "En forklaring.")
    for text in ("Leverancen er afvist", REJECTION_TEXT[code], REJECTION_ADVICE[code], str(code), "En forklaring."):
        assert text in page


def test_every_finding_is_explained() -> None:
    assert set(FINDING_TEXT) == set(FindingCode)
    counts = {f"{field}:{code}": 2 for field in ("", "pnr", "hmiiso") for code in FindingCode}
    page = made(Intake("accepted", None, None, 9, 4, finding_counts=counts))[1]
    assert "hele posten" in page
    assert "for få eller for mange felter" in page


def test_names_of_others_are_masked_and_escaped() -> None:
    content, page = made(rejected("FILNAVN"), f"<script>alert(1)</script>{CPR}.csv")
    assert (content["komnr"], content["system"], content["received"]) == (None, None, None)
    assert CPR not in json.dumps(content)
    assert CPR not in page
    assert "<script>" not in page


@pytest.mark.parametrize("form", ["csv", "xml", "xlsx"])
def test_no_value_ever_leaves(tmp_path: Path, form: str) -> None:
    """Every field of a record is the same CPR number, wherever that is wrong; cut at every possible place."""
    bad = csv_text([row(n, **dict.fromkeys(row(), CPR)) for n in range(1, 4)])
    text = bad if form != "xml" else f"<leverance komnr='{CPR}'><{'a' + CPR}>{CPR}"
    for end in range(0, len(text), 11):
        intake = read_bytes(tmp_path, text[:end], form)
        assert intake.status == "rejected"
        content, page = made(intake)
        assert CPR not in json.dumps(content) + page + repr(intake)
        assert CPR[:9] not in str(intake.detail)


def test_the_exception_shows_code_and_detail_only() -> None:
    error = Rejected(RejectionCode.ANTAL, "Sidste linje mangler.", 3)
    assert (str(error), error.code, error.records) == ("ANTAL: Sidste linje mangler.", "ANTAL", 3)
    assert str(Rejected(RejectionCode.TOM)) == "TOM"
