"""Receipts: complete, Danish, and without a single value of a record."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.delivery.codes import (
    FINDING_TEXT,
    REJECTION_TEXT,
    REMARK_TEXT,
    FindingCode,
    Rejected,
    RejectionCode,
    Remark,
    advice_on,
)
from hjalp_pipeline.delivery.intake import Intake, is_sheet_size, rejected
from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.delivery.receipt import Situation, receipt, receipt_html
from hjalp_pipeline.delivery.remarks import is_far_fewer
from hjalp_pipeline.statistics.hand.layout.ydelse import LAYOUTS as YDELSE
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_tests.delivery.files import CPR, STEM, csv_text, read_bytes, row, rows

AT = datetime(2025, 1, 10, 8, 20, tzinfo=UTC)


def made(
    intake: Intake, name: str = f"{STEM}.csv", situation: Situation | None = None
) -> tuple[dict[str, object], str]:
    content = receipt(
        intake,
        name_or_filename=name,
        kvartal="2024K4",
        sha256="0" * 64,
        read_at=AT,
        kommune_name="Sønderborg",
        situation=situation or Situation(),
    )
    return content, receipt_html(content, LAYOUTS)


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
    page = receipt_html(content, LAYOUTS)
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
    for text in ("Leverancen er afvist", REJECTION_TEXT[code], advice_on(code, Kvartal), str(code), "En forklaring."):
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


def test_what_is_in_force_is_what_is_true() -> None:
    none, other = Situation(), Situation(in_force="540_nexus_20250109T080000.csv")
    first_and_only = made(rejected("TOM"), situation=none)[1]
    assert "Systemet har endnu ingen accepteret leverance for 2024K4" in first_and_only
    assert "gælder fortsat" not in first_and_only
    again = made(rejected("TOM"), situation=other)[1]
    assert "540_nexus_20250109T080000.csv</code> gælder fortsat" in again
    assert "endnu ingen" not in again
    for code in ("FILNAVN", "UKENDT_AFSENDER"):  # of nobody it can be said what is in force
        page = made(rejected(code), "x.csv" if code == "FILNAVN" else f"{STEM}.csv", none)[1]
        assert "gælder fortsat" not in page
        assert "endnu ingen" not in page
    accepted = Intake("accepted", None, None, 9)
    assert "modtaget senere" in made(accepted, situation=Situation(in_force="540_nexus_20250111T080000.csv"))[1]
    assert "modtaget senere" not in made(accepted, situation=Situation(in_force=f"{STEM}.csv"))[1]


def test_deadline_contact_specification_and_how_to_send_again() -> None:
    content, page = made(rejected("ANTAL"), situation=Situation(None, date(2025, 1, 14), "Kontoret, tlf. 12"))
    assert (content["deadline"], content["contact"], content["in_force"]) == ("2025-01-14", "Kontoret, tlf. 12", None)
    for text in (
        "Fristen for 2024K4 er 14.01.2025",
        "Kontoret, tlf. 12",
        'href="../../specification/overblik.html"',
        "2024K4/540_nexus_ÅÅÅÅMMDDTttmmss.csv",
    ):
        assert text in page
    unknown = made(rejected("FILNAVN"), "x.csv")[1]
    assert "2024K4/kommunenummer_system_ÅÅÅÅMMDDTttmmss.format" in unknown
    for code in ("FILNAVN", "UKENDT_AFSENDER"):
        page = made(rejected(code), "x.csv" if code == "FILNAVN" else f"{STEM}.csv")[1]
        assert "under samme navn afvises igen" in page
        assert "Send den nye fil som den gamle" not in page
    assert "Fristen" not in unknown


def test_every_remark_is_told() -> None:
    assert set(REMARK_TEXT) == set(Remark)
    intake = Intake("accepted", None, None, 9, remarks=dict.fromkeys(map(str, Remark), 7))
    content, page = made(intake)
    assert content["remarks"] == [{"code": str(code), "count": 7} for code in Remark]
    for code in Remark:
        assert code in page
    assert "Bemærkninger" not in made(Intake("accepted", None, None, 9))[1]


def test_what_is_odd_but_not_wrong_is_counted(tmp_path: Path) -> None:
    odd = [
        row(1, pnr="101901234"),
        row(2, udleveringsdato="1949-12-31", indleveringsdato="1950-01-01"),
        row(3, udleveringsdato="1950-01-01", indleveringsdato=""),
        row(4, udleveringsdato="2025-01-11", indleveringsdato=""),
        row(5, udleveringsdato="2025-01-10", indleveringsdato="2025-01-11"),
        row(6, lov_navn="SEL_999"),
        row(7, lov_navn=" SEL_112 "),
        row(8, lov_navn=" "),
        row(9, pnr="101901234,0"),
        row(10, pnr="0101901234.00"),
        row(11, hmiiso="2018-09-04"),
        row(12, hmiiso="20 18 99 04"),
    ]
    assert read_bytes(tmp_path, csv_text(odd)).remarks == {
        "LOV_NAVN_UKENDT": 1,
        "PNR_NI_CIFRE": 3,
        "HMIISO_SOM_DATO": 1,
        "UDLEVERET_FOER_1950": 1,
        "UDLEVERET_FREMTID": 1,
        "INDLEVERET_FREMTID": 1,
    }


#: A person's number as programs spoil it, and what is no such number.
SPOILT = [
    "'0101901234",
    '="0101901234"',
    "010190 1234",
    "0101901234\u202f",
    "\u200b0101901234",
    "010190\u20131234",
    "010190/1234",
]
SPOILT += [
    "1.010.901.234",
    "101.901.234",
    "-101901234",
    "10190-1234",
    "\uff10\uff11\uff10\uff11\uff19\uff10\uff11\uff12\uff13\uff14",
]
NOT_SPOILT = [
    "0101901234",
    "9901901234",
    "010190AB12",
    "010190-AB12",
    "FIKTIV",
    "12345678",
    "01019012345",
]


@pytest.mark.parametrize("layouts", [LAYOUTS, YDELSE], ids=["hjalp", "hand"])
def test_a_spoilt_person_number_is_a_remark(layouts: Layouts) -> None:
    """Rule R4 removes the record: nobody finds that person, and the kommune would not be told why."""
    typed = layouts.first.typed_schema
    frame = pl.DataFrame([pl.Series("pnr_tekst", [*SPOILT, *NOT_SPOILT, None], pl.String)])
    frame = frame.select(
        pl.col(name) if name == "pnr_tekst" else pl.lit(None, dtype).alias(name) for name, dtype in typed.items()
    )
    assert layouts.first.declaration.look(frame, date(2025, 1, 10)) == {"PNR_NI_CIFRE": len(SPOILT)}


@pytest.mark.parametrize(
    ("records", "told"),
    [(65_533, False), (65_534, True), (65_536, True), (65_537, False), (1_048_575, True), (1_048_577, False)],
)
def test_as_many_records_as_a_sheet_has_rows(records: int, told: bool) -> None:
    assert is_sheet_size(records) == told


def test_far_fewer_than_before() -> None:
    assert [is_far_fewer(records, 100) for records in (0, 74, 75, 100)] == [True, True, False, False]
