"""R7: which of the code and the text is used, and when a code is in force. The reading of texts is in test_lov_tekst."""

from datetime import date

import pytest

from hjalp_pipeline.codelists import paragraphs
from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.codelists.paragraphs import PARAGRAPHS, Paragraph, codes_in_force
from hjalp_pipeline.rules import paragraph
from hjalp_pipeline.rules.paragraph import enrich_paragraph
from hjalp_tests.rules.made_up import loan, raw

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
    ("SEL_100", None, "2024K4", "2023-01-01", None, "TOM"),
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
    # ældreloven: from 1 July 2025, in force at the quarter or at the day of issue
    ("AEL_10", None, "2025K2", "2025-06-30", None, "TOM"),
    ("AEL_10", None, "2025K2", "2025-07-01", "AEL_10", "LOV_NAVN"),
    ("AEL_10", None, "2025K3", "2025-06-30", "AEL_10", "LOV_NAVN"),  # new codes on older loans
    ("AEL_10", "SEL § 83", "2025K2", "2025-06-30", "SEL_83", "LOV_TEKST"),
    ("SEL_83", None, "2025K3", "2025-07-01", "SEL_83", "LOV_NAVN"),  # old codes are still reported
    (None, "Ældreloven § 10", "2025K2", "2025-06-30", None, "IKKE_I_KRAFT"),
    (None, "Ældreloven § 10", "2025K2", "2025-07-01", "AEL_10", "LOV_TEKST"),
    (None, "Ældreloven § 10", "2025K3", "2025-06-30", "AEL_10", "LOV_TEKST"),
    ("AEL_10", "Ældreloven § 10", "2025K2", "2025-06-30", None, "IKKE_I_KRAFT"),
]


@pytest.mark.parametrize(("navn", "tekst", "kvartal", "issued", "opret", "kilde"), CASES)
def test_cases(navn: str | None, tekst: str | None, kvartal: str, issued: str, opret: str | None, kilde: str) -> None:
    frame = raw([loan(lov_navn=navn, lov_tekst=tekst, udleveringsdato=issued)])
    step = enrich_paragraph(frame, Kvartal.parse(kvartal))
    row = step.frame.row(0, named=True)
    assert (row["lov_navn_opret"], row["lov_kilde"]) == (opret, kilde)
    assert (row["lov_navn"], row["lov_tekst"]) == (navn, tekst), "what was delivered is never overwritten"
    assert (dict(step.removed), dict(step.remarks)) == ({}, {kilde: 1})


def test_rows_keep_their_order_and_their_neighbours_change_nothing() -> None:
    cases = [case for case in CASES if case[2] == "2024K4"] * 2
    frame = raw([loan(lov_navn=navn, lov_tekst=tekst, udleveringsdato=issued) for navn, tekst, _, issued, *_ in cases])
    step = enrich_paragraph(frame, Kvartal(2024, 4))
    assert step.frame.select("lov_navn_opret", "lov_kilde").rows() == [case[4:] for case in cases]
    assert step.frame.select(frame.columns).equals(frame)


def test_every_code_of_the_value_set_is_accepted_while_in_force() -> None:
    codes = [entry.code for entry in PARAGRAPHS]
    step = enrich_paragraph(raw([loan(lov_navn=code) for code in codes]), Kvartal(2025, 3))
    assert step.frame["lov_navn_opret"].to_list() == codes


ENDED = [
    # quarter, issued -> accepted, for a code in use from 2023-02-01 to 2024-05-15
    ("2022K4", "2023-01-31", False),
    ("2022K4", "2023-02-01", True),
    ("2023K1", "1999-01-01", True),
    ("2024K2", "2099-01-01", True),
    ("2024K3", "2023-01-31", False),
    ("2024K3", "2023-02-01", True),
    ("2024K3", "2024-05-15", True),
    ("2024K3", "2024-05-16", False),
]


@pytest.mark.parametrize(("kvartal", "issued", "accepted"), ENDED)
def test_a_code_that_ended(monkeypatch: pytest.MonkeyPatch, kvartal: str, issued: str, accepted: bool) -> None:
    ended = Paragraph("XYZ_1", "En lov", "1", "", date(2023, 2, 1), date(2024, 5, 15))
    for module in (paragraph, paragraphs):
        monkeypatch.setattr(module, "PARAGRAPHS", (*PARAGRAPHS, ended))
    step = enrich_paragraph(raw([loan(lov_navn="XYZ_1", udleveringsdato=issued)]), Kvartal.parse(kvartal))
    assert step.frame["lov_navn_opret"].to_list() == ["XYZ_1" if accepted else None]


def test_codes_in_force_by_day() -> None:
    assert "AEL_10" not in codes_in_force(date(2025, 4, 1), date(2025, 6, 30))
    assert "AEL_10" in codes_in_force(date(2025, 4, 1), date(2025, 7, 1))
    assert codes_in_force(date(2022, 1, 1), date(2022, 6, 30)) == frozenset()
