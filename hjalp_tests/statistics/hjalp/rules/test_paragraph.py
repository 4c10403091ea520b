"""R7: which of the code and the text is used, and when a code is in force. Texts are read in test_lov_tekst (and _cases)."""

import csv
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS, Paragraph, last_day_of_use, usable_codes
from hjalp_tests.rules.made_up import enrich_paragraph, loan, raw
from hjalp_tests.statistics.hjalp.rules.test_lov_tekst_cases import rows as rows_of

CASES = [
    # lov_navn, lov_tekst, quarter, issued -> lov_navn_opret, lov_kilde
    ("SEL_112", None, "2024K4", "2023-01-01", "SEL_112", "LOV_NAVN"),
    ("SEL_112", "SEL § 113", "2024K4", "2023-01-01", "SEL_112", "LOV_NAVN"),
    ("SEL_83A", "sundhedslov 140", "2024K4", "2023-01-01", "SEL_83A", "LOV_NAVN"),
    ("SEL_112", None, "2024K4", "1999-01-01", "SEL_112", "LOV_NAVN"),  # issued before the value set, in force now
    (" SEL_112 ", None, "2024K4", "2023-01-01", "SEL_112", "LOV_NAVN"),
    # an unknown code: the text
    ("SEL_999", "SEL § 113", "2024K4", "2023-01-01", "SEL_113", "LOV_TEKST"),
    ("112", "SEL § 113", "2024K4", "2023-01-01", "SEL_113", "LOV_TEKST"),
    ("SEL_100", None, "2024K4", "2023-01-01", None, "UKENDT_KODE"),
    ("SEL112", "", "2024K4", "2023-01-01", None, "UKENDT_KODE"),
    ("§ 112", "  ", "2024K4", "2023-01-01", None, "UKENDT_KODE"),
    ("SEL112", "kørestol", "2024K4", "2023-01-01", None, "INGEN"),
    ("  ", None, "2024K4", "2023-01-01", None, "TOM"),
    # no code
    (None, "SEL §112", "2024K4", "2023-01-01", "SEL_112", "LOV_TEKST"),
    (None, "Servicelovens § 113 b, stk. 2", "2024K4", "2023-01-01", "SEL_113", "LOV_TEKST"),
    (None, "§ 128 b", "2024K4", "2023-01-01", "SEL_128", "LOV_TEKST"),
    (None, "§ 83a", "2024K4", "2023-01-01", "SEL_83A", "LOV_TEKST"),
    (None, None, "2024K4", "2023-01-01", None, "TOM"),
    (None, "", "2024K4", "2023-01-01", None, "TOM"),
    (None, "bevilget", "2024K4", "2023-01-01", None, "INGEN"),
    (None, "SEL § 112 og § 113", "2024K4", "2023-01-01", None, "FLERE"),
    (None, "Barnets lov § 112", "2024K4", "2023-01-01", None, "ANDEN_LOV"),
    (None, "SEL § 100", "2024K4", "2023-01-01", None, "UDENFOR"),
    (None, "afslag § 112", "2024K4", "2023-01-01", None, "AFSLAG"),
    # ældreloven: from 1 July 2025, in force at the quarter or at the day of issue; before, it is another law
    ("AEL_10", None, "2025K2", "2025-06-30", None, "IKKE_I_KRAFT"),
    ("AEL_10", None, "2025K2", "2025-07-01", "AEL_10", "LOV_NAVN"),
    ("AEL_10", None, "2025K3", "2025-06-30", "AEL_10", "LOV_NAVN"),  # new codes on older loans
    ("AEL_10", "SEL § 83", "2025K2", "2025-06-30", "SEL_83", "LOV_TEKST"),
    ("SEL_83", None, "2025K3", "2025-07-01", "SEL_83", "LOV_NAVN"),  # old codes are still reported
    (None, "Ældreloven § 10", "2025K2", "2025-06-30", None, "ANDEN_LOV"),
    (None, "SEL § 112, ÆL § 10", "2025K2", "2025-06-30", None, "ANDEN_LOV"),
    (None, "§ 112, § 10", "2025K2", "2025-06-30", "SEL_112", "LOV_TEKST"),  # § 10 is no paragraph of the value set yet
    (None, "§ 112, § 10", "2025K3", "2025-06-30", None, "FLERE"),
    (None, "Ældreloven § 10", "2025K2", "2025-07-01", "AEL_10", "LOV_TEKST"),
    (None, "Ældreloven § 10", "2025K3", "2025-06-30", "AEL_10", "LOV_TEKST"),
    ("AEL_10", "Ældreloven § 10", "2025K2", "2025-06-30", None, "ANDEN_LOV"),
]


@pytest.mark.parametrize(("navn", "tekst", "kvartal", "issued", "opret", "kilde"), CASES)
def test_cases(navn: str | None, tekst: str | None, kvartal: str, issued: str, opret: str | None, kilde: str) -> None:
    frame = raw([loan(lov_navn=navn, lov_tekst=tekst, udleveringsdato=issued)])
    step = enrich_paragraph(frame, Kvartal.parse(kvartal))
    row = step.frame.row(0, named=True)
    assert (row["lov_navn_opret"], row["lov_kilde"]) == (opret, kilde)
    assert (row["lov_navn"], row["lov_tekst"]) == (navn, tekst), "what was delivered is never overwritten"
    unknown = {"LOV_NAVN_UKENDT": 1} if (navn or "").strip() in ("SEL_999", "112", "SEL_100", "SEL112", "§ 112") else {}
    assert (dict(step.removed), dict(step.remarks)) == ({}, {kilde: 1} | unknown)


def test_rows_keep_their_order_and_their_neighbours_change_nothing() -> None:
    cases = [case for case in CASES if case[2] == "2024K4"] * 2
    frame = raw([loan(lov_navn=navn, lov_tekst=tekst, udleveringsdato=issued) for navn, tekst, _, issued, *_ in cases])
    step = enrich_paragraph(frame, Kvartal(2024, 4))
    assert step.frame.select("lov_navn_opret", "lov_kilde").rows() == [case[4:] for case in cases]
    assert step.frame.select(frame.columns).equals(frame)


def test_every_code_of_the_value_set_is_accepted_while_in_force() -> None:
    rows = raw([loan(lov_navn=entry.code, udleveringsdato=str(entry.from_date)) for entry in PARAGRAPHS])
    step = enrich_paragraph(rows, Kvartal(2022, 3))
    assert step.frame["lov_navn_opret"].to_list() == [entry.code for entry in PARAGRAPHS]


ENDED = [
    # quarter, issued -> accepted, for a code in force from 2023-02-01 to 2024-05-15, so in use to 2025-05-15
    ("2022K4", "2023-01-31", False),
    ("2022K4", "2023-02-01", True),
    ("2023K1", "1999-01-01", True),
    ("2025K2", "2099-01-01", True),
    ("2025K2", "1999-01-01", True),
    ("2025K3", "2023-01-31", False),
    ("2025K3", "2023-02-01", True),
    ("2025K3", "2025-05-15", True),
    ("2025K3", "2025-05-16", False),
]


@pytest.mark.parametrize(("kvartal", "issued", "accepted"), ENDED)
@pytest.mark.parametrize(("navn", "tekst"), [("SEL_118", None), (None, "SEL § 118"), (None, "§ 118")])
def test_a_code_that_ended(kvartal: str, issued: str, accepted: bool, navn: str | None, tekst: str | None) -> None:
    ended = Paragraph("SEL_118", "Lov om social service", "118", "", date(2023, 2, 1), date(2024, 5, 15))
    frame = raw([loan(lov_navn=navn, lov_tekst=tekst, udleveringsdato=issued)])
    step = enrich_paragraph(frame, Kvartal.parse(kvartal), (*PARAGRAPHS, ended))
    assert step.frame["lov_navn_opret"].to_list() == ["SEL_118" if accepted else None]


def test_loans_of_one_delivery_are_read_against_different_codes() -> None:
    issued = ["2025-06-30", "2025-07-01", "2025-06-30", "9999-12-31", "0001-01-01"]
    frame = raw([loan(lov_navn=None, lov_tekst="§ 112 og § 10", udleveringsdato=day) for day in issued])
    step = enrich_paragraph(frame, Kvartal(2025, 2))
    assert step.frame["lov_navn_opret"].to_list() == ["SEL_112", None, "SEL_112", None, "SEL_112"]
    assert step.frame["udleveringsdato"].to_list() == frame["udleveringsdato"].to_list()


@pytest.mark.parametrize(("to_date", "last"), [("2024-02-29", "2025-02-28"), ("2023-02-28", "2024-02-28")])
def test_one_year_after(to_date: str, last: str) -> None:
    ended = Paragraph("X_1", "", "1", "", date(2022, 7, 1), date.fromisoformat(to_date))
    assert last_day_of_use(ended) == date.fromisoformat(last)


def test_usable_codes_by_day() -> None:
    def codes(first: date, last: date) -> set[str]:
        return {paragraph.code for paragraph in usable_codes(first, last)}

    assert "AEL_10" not in codes(date(2025, 4, 1), date(2025, 6, 30))
    assert "AEL_10" in codes(date(2025, 4, 1), date(2025, 7, 1))
    assert codes(date(2022, 1, 1), date(2022, 6, 30)) == set()


# ---- a code of a later year changes no earlier reading (R7)
later = st.builds(
    lambda law, number, letter, day: Paragraph(
        f"{law}_{number}{letter.upper()}", law, f"{number} {letter}".strip(), "", day, None
    ),
    st.sampled_from(["SEL", "SUL", "AML", "AEL", "ASL", "BL", "NYL"]),
    st.integers(1, 150),
    st.sampled_from(["", "a", "b", "c", "d", "h"]),
    st.dates(date(2027, 1, 1), date(2030, 1, 1)),
)
TEXTS = [row["lov_tekst"] for row in rows_of("lov_tekst_cases.csv", csv.QUOTE_MINIMAL)]
laws = st.sampled_from(["", "SEL ", "SUL ", "ÆL ", "ASL ", "BL ", "NYL "])
written = st.builds(
    "{}§ {}{}{}".format, laws, st.integers(1, 150), st.sampled_from(["", " a", "b", " d. 1.2.24"]), laws
)


@settings(max_examples=60, deadline=None)
@given(added=st.lists(later, max_size=12), texts=st.lists(st.sampled_from(TEXTS) | written, max_size=20), unknown=later)
def test_a_later_code_changes_no_earlier_reading(added: list[Paragraph], texts: list[str], unknown: Paragraph) -> None:
    rows = [loan(lov_navn=None, lov_tekst=text) for text in texts] + [
        loan(lov_navn=unknown.code, lov_tekst="SEL § 112")
    ]
    with_them = enrich_paragraph(raw(rows), Kvartal(2024, 4), (*PARAGRAPHS, *added))
    without = enrich_paragraph(raw(rows), Kvartal(2024, 4))
    assert with_them.frame.equals(without.frame)
