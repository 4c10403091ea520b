"""HJALP4 and HJALP5 a second, independent way: loan by loan, cell by cell."""

from __future__ import annotations

from typing import Any

from hjalp_tests.naive import fixed
from hjalp_tests.naive.result import Loan

Cells = dict[tuple[Any, ...], int | None]

#: Subclasses of ISO 9999 by class, written off `reference/iso9999_classes_da.csv` where a Danish title stands.
ISO: dict[str, str] = {
    "04": "03 06 08 09 15 19 22 24 25 26 27 30 33 36 45 48 49",
    "05": "03 06 09 12 15 18 24 27 30 33 36",
    "06": "03 04 06 12 15 18 24 30",
    "09": "03 06 07 09 12 15 18 21 24 27 30 31 32 33 36 39 42 45 54",
    "12": "03 06 07 10 11 12 16 17 18 22 23 24 27 31 36 39",
    "15": "03 06 09 12 15 18",
    "18": "03 06 09 10 12 15 18 21 24 30 33 36",
    "22": "03 06 09 12 15 18 21 24 27 30 33 36 39 42",
    "24": "06 09 13 18 21 24 27 36 39",
    "27": "03 06",
    "28": "03 06 09 12 15 18 21 24 27",
    "30": "03 09 12 15 18 24 27 30 34",
}
TYPES = ("TOT", *ISO, "UOPL", "LOKAL")
SUBTYPES = ("TOT", *(iso + two for iso, all_of in ISO.items() for two in all_of.split()), "UOPL", "LOKAL")
PARAGRAPHS = ("TOT", *fixed.PARAGRAPH_FROM, "UOPL")


def subtype(loan: Loan) -> str:
    """LOKAL by the number alone, else the first four digits of the ISO code where ISO 9999 has them, else UOPL."""
    number = int(loan["hminr"]) if loan["hminr"] else 0
    if 90_000 <= number <= 99_999 or 900_000 <= number <= 999_999:
        return "LOKAL"
    code = (loan["hmiiso"] or "")[:4]
    return code if code in SUBTYPES and code.isdigit() else "UOPL"


def device_tables(loans: list[Loan], year: int, taking_part: set[str]) -> dict[str, Cells]:
    """Of the loans that count in a year: HJALP5 {(kom, type, enhed, aar)}, HJALP4 {("000", subtype, paragraf, enhed, aar)}."""
    figures: dict[str, Cells] = {"HJALP4": {}, "HJALP5": {}}
    nobody = not taking_part
    for wanted in SUBTYPES:
        of_type = [loan for loan in loans if wanted in ("TOT", subtype(loan))]
        for paragraph in PARAGRAPHS:
            chosen = [loan for loan in of_type if paragraph in ("TOT", loan["lov_navn_opret"] or "UOPL")]
            persons = len({loan["pnr"] for loan in chosen})
            figures["HJALP4"]["000", wanted, paragraph, "PERS", year] = None if nobody else persons
            figures["HJALP4"]["000", wanted, paragraph, "UDL", year] = None if nobody else len(chosen)
    for kom in ("000", *fixed.KOMNR):
        absent = nobody if kom == "000" else kom not in taking_part
        for wanted in TYPES:
            chosen = [
                loan
                for loan in ([] if absent else loans)
                if kom in ("000", loan["komnr_statbank"])
                and (wanted in ("TOT", subtype(loan)) or subtype(loan).startswith(wanted))
            ]
            persons = len({loan["pnr"] for loan in chosen})
            figures["HJALP5"][kom, wanted, "PERS", year] = None if absent else persons
            figures["HJALP5"][kom, wanted, "UDL", year] = None if absent else len(chosen)
    return figures
