"""Files that were tried and went wrong (issue 13): each has exactly the outcome that was then decided.

Every file stands for a kind; the neighbours of each are tried in the tests of its format.
"""

from pathlib import Path

import pytest

from hjalp_pipeline.delivery.intake import Intake, read_delivery
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS

CASES = Path(__file__).parent / "cases"
SYSTEM = {"xsi-nil.xml": "hjm-xml"}

#: File, its kommune, code, bad records, findings by field and code, remarks.
OUTCOMES: list[tuple[str, str, str | None, int, dict[str, int], dict[str, int]]] = [
    ("far-cell-single-quotes.xlsx", "492", "XLSX_UGYLDIG", 0, {}, {}),
    ("far-cell-last-attribute.xlsx", "760", "XLSX_UGYLDIG", 0, {}, {}),
    ("negative-header-offset.xlsx", "492", "XLSX_UGYLDIG", 0, {}, {}),
    ("long-ids-as-numbers.xlsx", "741", "FOR_MANGE_FEJL", 40, {"udlaan_id:FELT": 40}, {}),
    ("error-cells-without-reference.xlsx", "825", "FOR_MANGE_FEJL", 40, {"indleveringsdato:DATO": 40}, {}),
    ("error-cell-single-quotes.xlsx", "492", None, 1, {"indleveringsdato:DATO": 1}, {}),
    ("formula-without-result.xlsx", "563", "FOR_MANGE_FEJL", 40, {"indleveringsdato:DATO": 40}, {}),
    ("formula-with-empty-text-result.xlsx", "492", None, 0, {}, {}),
    ("code-became-date.xlsx", "492", "FOR_MANGE_FEJL", 10, {"hmiiso:FELT": 10}, {}),
    ("iso-date-cells-with-z.xlsx", "492", None, 0, {}, {}),
    ("workbook2-part.xlsx", "492", None, 0, {}, {}),
    ("stray-quotes.csv", "540", "FOR_MANGE_FEJL", 4, {":FELT": 4}, {}),
    ("utf8-bom-in-a-windows-1252-slot.csv", "540", "TEGNSAET", 0, {}, {}),
    ("nul-and-control.csv", "540", None, 2, {"hminavn:FELT": 1, "udlaan_id:FELT": 1}, {}),
    ("nine-digit-pnr.csv", "540", None, 0, {}, {"PNR_NI_CIFRE": 40}),
    ("utf8-read-as-windows-1252.csv", "540", None, 0, {}, {"TEGNSAET_UTF8": 40}),
    ("sep-line.csv", "540", None, 0, {}, {}),
    ("ctrl-z-at-the-end.csv", "540", None, 0, {}, {}),
    ("xsi-nil.xml", "430", "XML_UGYLDIG", 0, {}, {}),
]


def read_case(filename: str, komnr: str, kvartal: str = "2025K1") -> Intake:
    """The file read as the delivery of a sender that fits it."""
    path = CASES / filename
    name = parse_name(kvartal, f"{komnr}_{SYSTEM.get(filename, 'nexus')}_20250410T081500{path.suffix}")
    assert name is not None
    return read_delivery(path, name, "windows-1252" if "1252" in filename else "utf-8", LAYOUTS)


def test_every_case_has_an_outcome() -> None:
    assert sorted(path.name for path in CASES.iterdir()) == sorted(outcome[0] for outcome in OUTCOMES)


@pytest.mark.parametrize(("filename", "komnr", "code", "bad", "counts", "remarks"), OUTCOMES)
def test_case(
    filename: str, komnr: str, code: str | None, bad: int, counts: dict[str, int], remarks: dict[str, int]
) -> None:
    intake = read_case(filename, komnr)
    assert (intake.status, intake.code) == ("accepted" if code is None else "rejected", code)
    assert (intake.bad_records, intake.finding_counts, intake.remarks) == (bad, counts, remarks)
    assert intake.records == (0 if code in ("XLSX_UGYLDIG", "TEGNSAET", "XML_UGYLDIG") else 40)
    if code is not None and code != "FOR_MANGE_FEJL":
        assert intake.detail


def test_the_days_of_iso_date_cells() -> None:
    frame = read_case("iso-date-cells-with-z.xlsx", "492").frame
    assert frame is not None
    assert {str(day) for day in frame["udleveringsdato"]} == {"2024-01-05"}


def test_an_empty_text_is_null() -> None:
    frame = read_case("formula-with-empty-text-result.xlsx", "492").frame
    assert frame is not None
    assert frame["indleveringsdato"].null_count() == 40
