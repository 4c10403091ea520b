"""Hand-worked cases for the second opinion itself."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from hjalp_tests.countries import Country, Delivery, Extract, SystemRow, write_country
from hjalp_tests.naive import fixed, primary, run_quarter, tables
from hjalp_tests.naive.steps import has_cpr_form, leaves_in, normal_pnr
from hjalp_tests.naive.tables import per_cent
from hjalp_tests.naive.texts import read_text

D = dt.date
ANNA, BENT, CARL = "0101609001", "0202353002", "0303503003"


def loan(udlaan_id: str, **fields: str | None) -> dict[str, str | None]:
    record: dict[str, str | None] = {
        "udlaan_id": udlaan_id,
        "komnr_indberetter": "540",
        "komnr_betaling": None,
        "pnr": ANNA,
        "hminr": "123",
        "hmiiso": None,
        "hminavn": None,
        "udleveringsdato": "2023-01-01",
        "indleveringsdato": None,
        "lov_navn": None,
        "lov_tekst": None,
    }
    return record | fields


def country(deliveries: list[Delivery], systems: list[SystemRow] | None = None) -> Country:
    return Country(
        kvartaler=["2024K4"],
        kommuner=["540"],
        systems=systems or [SystemRow("540", "ny", "csv", "utf-8", "2022K3", "", "no")],
        collaborations=[],
        extensions=[],
        deliveries=deliveries,
        extracts={
            "2025-04-04": Extract(
                person=[(ANNA, 2, D(1960, 1, 1)), (BENT, 1, D(1935, 2, 2)), (CARL, 1, D(1950, 3, 3))],
                dod=[(BENT, D(2024, 12, 1))],
                befbop=[(ANNA, "A", D(2000, 1, 1), D(2023, 1, 1)), (ANNA, "B", D(2023, 1, 1), None)],
                befadr=[("A", "461", D(1990, 1, 1), None), ("B", "101", D(1990, 1, 1), None)],
                folketal=[(2024, "540", 1, 89, 80), (2024, "540", 2, 64, 16)],
            )
        },
        approvals={
            "a.csv": [("2025-05-01T10:00:00+02:00", 2024, "540", f"K{n}", "godkendt", "x", "") for n in (1, 2, 3, 4)]
        },
    )


def delivery(
    records: list[dict[str, str | None]], system: str = "ny", kvartal: str = "2024K4", day: int = 10
) -> Delivery:
    return Delivery(kvartal, "540", system, f"202501{day}T081500", "csv", "utf-8", records)


def removed(ledger: dict[tuple[str, str, str | None], int]) -> dict[tuple[str, str], int]:
    return {(step, reason): rows for (_, step, reason), rows in ledger.items() if reason is not None}


def test_dates_around_death(tmp_path: Path) -> None:
    records = [
        loan("1", pnr=BENT),  # open: closed on 1 December
        loan("2", pnr=BENT, indleveringsdato="2025-01-01"),  # 31 days after: unchanged
        loan("3", pnr=BENT, indleveringsdato="2025-01-02"),  # 32 days after: 1 December
        loan("4", pnr=BENT, udleveringsdato="2024-12-02"),  # issued after death
        loan("5", pnr=BENT, udleveringsdato="2024-12-01"),  # issued and closed on the day
        loan("6", indleveringsdato="2022-12-31"),  # returned before issued
        loan("7", udleveringsdato="2020-01-01", indleveringsdato="2022-06-30"),  # R3
        loan("8", udleveringsdato="2020-01-01", indleveringsdato="2022-07-01"),
    ]
    write_country(tmp_path, country([delivery(records)]))
    result = run_quarter(tmp_path, "2024K4")
    assert {row["udlaan_id"]: row["indleveringsdato"] for row in result.loans} == {
        "1": D(2024, 12, 1),
        "2": D(2025, 1, 1),
        "3": D(2024, 12, 1),
        "5": D(2024, 12, 1),
        "8": D(2022, 7, 1),
    }
    assert removed(result.ledger) == {
        ("cpr_validated", "IKKE_AKTIV"): 1,
        ("dates_corrected", "UDLEVERET_EFTER_DOED"): 1,
        ("dates_corrected", "INDLEVERET_FOER_UDLEVERING"): 1,
    }


def test_gengangere_are_matched_one_to_one(tmp_path: Path) -> None:
    systems = [
        SystemRow("540", "ny", "csv", "utf-8", "2024K4", "", "no"),
        SystemRow("540", "gammel", "csv", "utf-8", "2022K3", "2024K3", "yes"),
    ]
    new = [loan("n1"), loan("n2", hminr=None, pnr="010160-9001")]
    old = [
        loan("o2", lov_navn="SEL_113"),
        loan("o1", lov_navn="SEL_112", indleveringsdato="2024-05-05"),
        loan("o3", hminr=None, lov_tekst="SEL § 114"),
        loan("o4", hminr="9"),
    ]
    deliveries = [delivery(new), delivery(old, "gammel", "2024K3")]
    write_country(tmp_path, country(deliveries, systems))
    result = run_quarter(tmp_path, "2024K4")
    rows = {row["udlaan_id"]: (row["lov_navn"], row["lov_navn_opret"], row["indleveringsdato"]) for row in result.loans}
    assert rows == {
        "n1": ("SEL_112", "SEL_112", None),
        "n2": (None, "SEL_114", None),
        "o2": ("SEL_113", "SEL_113", None),
        "o4": (None, None, None),
    }
    assert removed(result.ledger) == {("raw", "GENGANGER"): 2}


def test_dublet_bad_records_and_the_rejected_file(tmp_path: Path) -> None:
    records = [loan(str(n)) for n in range(19)]
    records.append(loan("18", hminr="9"))
    bad = [*records[:5], loan("bad", hminr="x", udleveringsdato=None), *records[6:]]
    broken = delivery([loan("x")], day=12)
    broken.flaw = "wrong_count"
    write_country(tmp_path, country([delivery(bad, day=10), broken]))
    result = run_quarter(tmp_path, "2024K4")
    assert removed(result.ledger) == {("leverance", "FELT"): 1, ("raw", "DUBLET"): 1}
    assert [row["hminr"] for row in result.loans if row["udlaan_id"] == "18"] == ["9"]
    assert {report.received: report.code for report in result.deliveries.values()} == {
        "20250110T081500": None,
        "20250112T081500": "ANTAL",
    }


def test_residence_on_the_day_of_issue(tmp_path: Path) -> None:
    made = country([delivery([loan("1"), loan("2", udleveringsdato="2022-12-31"), loan("3", pnr=CARL)])])
    made.collaborations = [("540", "461", "2020-01-01", "2024-12-31")]
    write_country(tmp_path, made)
    rows = {row["udlaan_id"]: row["komnr_statbank"] for row in run_quarter(tmp_path, "2024K4").loans}
    assert rows == {"1": "101", "2": "461", "3": "540"}


def test_tables_count_ultimo(tmp_path: Path) -> None:
    records = [
        loan("1", indleveringsdato="2024-12-31"),
        loan("2", indleveringsdato="2025-01-01"),
        loan("3", udleveringsdato="2004-12-30"),
        loan("4", udleveringsdato="2004-12-31"),
        loan("5", pnr=BENT, indleveringsdato="2025-01-01"),
    ]
    write_country(tmp_path, country([delivery(records)]))
    definition = {"reference_years": [2024], "quarter": "2024K4", "registers": "2025-04-04"}
    result = tables(tmp_path, definition)
    assert result["HJALP1"][("540", 2024)] == result["HJALP1"][("000", 2024)] == 3
    assert result["HJALP1"][("461", 2024)] is None
    assert result["HJALP2"][("540", "0", "TOT", 2024)] == 2
    assert result["HJALP2"][("540", "1", "8589", 2024)] == 1  # 89 when he died
    assert result["HJALP3"][("540", "1", "8589", 2024)] == Decimal("1.3")  # 1.25
    assert result["HJALP3"][("540", "2", "6064", 2024)] == Decimal("6.3")  # 6.25
    assert ("540", 2024) in primary(result)["HJALP1"]
    assert len(result["HJALP2"]) == 99 * 3 * 11


@pytest.mark.parametrize(
    ("pnr", "right"),
    [
        ("0101609001", True),
        ("6101609001", False),
        ("2902004001", True),
        ("2902000001", False),
        ("2902575001", False),
        ("2902605001", True),
        ("1111111111", False),
        ("010160900A", False),
        ("010160900", False),
    ],
)
def test_form_of_a_real_number(pnr: str, right: bool) -> None:
    assert has_cpr_form(pnr) is right


def test_small_things() -> None:
    assert normal_pnr("010160-9001") == "0101609001"
    assert leaves_in({"indleveringsdato": None, "udleveringsdato": D(2004, 12, 30)}) == 2024
    assert leaves_in({"indleveringsdato": None, "udleveringsdato": D(2004, 12, 31)}) == 2025
    assert len(fixed.KOMNR) == 98
    assert fixed.age_ultimo(D(1944, 2, 29), D(2025, 2, 28), 2025) == 80
    assert [fixed.age_group(age) for age in (24, 25, 59, 60, 64, 89, 90)] == [
        "0024",
        "2549",
        "5059",
        "6064",
        "6064",
        "8589",
        "90-",
    ]
    assert per_cent(1, 32) == Decimal("3.1")
    assert per_cent(1, 0) is None
    assert not fixed.paragraph_usable("AEL_10", "2025K2", D(2025, 6, 30))
    assert fixed.paragraph_usable("AEL_10", "2025K2", D(2025, 7, 1))
    assert fixed.paragraph_usable("AEL_10", "2025K3", D(2020, 1, 1))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("SEL §112", "SEL_112"),
        ("112", "SEL_112"),
        ("Serviceloven §113b, stk. 2", "SEL_113"),
        ("§ 112 i Lov om Social Service", "SEL_112"),
        ("rehabiliteringsforløb (§ 83 a)", "SEL_83A"),
        ("sundhedslov 140", "SUL_140"),
        ("AML 15", "AML_15"),
        ("SEL 112, 113 og 116", None),
        ("Servicelovens § 83, jf. § 112", None),
        ("SEL §11.3.1", None),
        ("Barnets lov § 112", None),
        ("Sundhedsloven § 112", None),
        ("HMI 112140", None),
        ("SEL § 112, jf. § 100", "SEL_112"),
    ],
)
def test_simple_texts(text: str, code: str | None) -> None:
    assert read_text(text, frozenset(fixed.PARAGRAPH_FROM)) == code
