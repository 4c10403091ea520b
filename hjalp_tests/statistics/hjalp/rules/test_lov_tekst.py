"""The reader of lov_tekst (R7): what must hold for every text; single texts are in test_lov_tekst_cases."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import Paragraph, usable_codes
from hjalp_pipeline.statistics.hjalp.rules import lov_tekst
from hjalp_pipeline.statistics.hjalp.rules.lov_tekst import Outcome, Reading, read_lov_tekster
from hjalp_tests.examples import often

#: For a loan issued on 2025-08-01 in a delivery of 2025K3: a code of later changes none of this.
USABLE = usable_codes(Kvartal(2025, 3).first_day, Kvartal(2025, 3).last_day)


def read_lov_tekst(text: str | None, usable: frozenset[Paragraph] = USABLE) -> Reading:
    return lov_tekst.read_lov_tekst(text, usable)


def test_null_and_empty() -> None:
    assert read_lov_tekst(None) == read_lov_tekst("") == Reading(None, Outcome.TOM)


# ---- grammatical texts: law x paragraph x spelling
NAMES = {
    "SEL": ("SEL", "Serviceloven", "servicelovens", "Lov om social service", "service loven", "servicelov"),
    "AML": ("AML", "Arbejdsmiljøloven", "arbejdsmiljølovens", "Lov om arbejdsmiljø", "arb.miljøloven"),
    "SUL": ("SUL", "Sundhedsloven", "sundhedslovens", "sundhedslov", "sundhedlov"),
    "AEL": ("ÆL", "Ældreloven", "ældrelovens", "aeldreloven"),
}
OTHERS = ("Barnets lov", "Straffelovens", "Lov om aktiv socialpolitik", "STU-loven", "LAB", "Retssikkerhedsloven")
SIGNS = ("§ ", "§", "§§ ", "paragraf ", "Par. ", "pgf. ")
NUMBERS = [
    (p.code, number)
    for p in sorted(USABLE, key=lambda p: p.code)
    for number in {p.paragraph, p.paragraph.replace(" ", "")}
]
NUMBERS += [("SEL_113", "113 b"), ("SEL_113", "113b"), ("SEL_128", "128 b")]


@st.composite
def signed(draw: st.DrawFn) -> tuple[str, str]:
    """A code and a text that names it with a sign, with or without its law."""
    code, number = draw(st.sampled_from(NUMBERS))
    name = draw(st.sampled_from(NAMES[code.split("_")[0]]))
    paragraph = draw(st.sampled_from(SIGNS)) + number
    return code, draw(
        st.sampled_from((f"{name} {paragraph}", f"{paragraph} i {name}", f"{paragraph} {name}", paragraph))
    )


@st.composite
def named(draw: st.DrawFn) -> tuple[str, str]:
    """A code and a text that names it in any way, sign or law or the number alone."""
    code, number = draw(st.sampled_from(NUMBERS))
    name = draw(st.sampled_from(NAMES[code.split("_")[0]]))
    return code, draw(st.sampled_from((f"{name} {number}", f"{number} i {name}", f"{number} {name}", number)))


any_text = st.one_of(signed(), named())


@given(any_text)
def test_names_its_code(case: tuple[str, str]) -> None:
    assert read_lov_tekst(case[1]) == Reading(case[0], Outcome.PARAGRAF)


@given(any_text, st.sampled_from((str.upper, str.lower, str.title, str.swapcase)))
def test_case_does_not_matter(case: tuple[str, str], change: object) -> None:
    assert callable(change)
    assert read_lov_tekst(change(case[1])).code == case[0]


@given(any_text, st.text(" \t\n\u00a0\u2009\u202f\u3000", min_size=1, max_size=4), st.booleans())
def test_blanks_do_not_matter(case: tuple[str, str], blanks: str, around: bool) -> None:
    text = case[1].replace(" ", blanks)
    assert read_lov_tekst(blanks + text + blanks if around else text).code == case[0]


@given(any_text, st.text("().,;:\"'!?*- ", max_size=5), st.text("().,;:\"'!?* ", max_size=5))
def test_punctuation_around_does_not_matter(case: tuple[str, str], before: str, after: str) -> None:
    assert read_lov_tekst(before + case[1] + after).code == case[0]


SUFFIX = st.tuples(
    st.sampled_from((", ", " ", ",")),
    st.sampled_from(("stk. ", "stk.", "stk ", "Stk. ", "nr. ", "nr ", "pkt. ")),
    st.integers(1, 30).map(str),
).map("".join)


@given(any_text, st.lists(SUFFIX | st.just(", litra a") | st.just(", 2. pkt."), max_size=3).map("".join))
def test_stk_and_nr_do_not_matter(case: tuple[str, str], suffixes: str) -> None:
    assert read_lov_tekst(case[1] + suffixes).code == case[0]


@given(
    signed(),
    st.sampled_from(("Bevilget efter ", "Hjælpemiddel, ", "kørestol jf. ", "Leveret 15.03.2023, ", "HMI 112140 ")),
)
def test_words_before_a_signed_paragraph_do_not_matter(case: tuple[str, str], before: str) -> None:
    assert read_lov_tekst(before + case[1]).code == case[0]


@given(any_text, any_text, st.sampled_from((" og ", " samt ", ", ", " / ")))
def test_two_texts_joined(first: tuple[str, str], second: tuple[str, str], joint: str) -> None:
    """Two codes are several, one code twice is that code. A bare 10 or 15 in a list is no paragraph, so not tried."""
    if any(text in ("10", "15") for _, text in (first, second)):
        return
    same = first[0] == second[0]
    expected = Reading(first[0], Outcome.PARAGRAF) if same else Reading(None, Outcome.FLERE)
    assert read_lov_tekst(first[1] + joint + second[1]) == expected


@given(st.sampled_from(NUMBERS), st.sampled_from(OTHERS), st.sampled_from(SIGNS))
def test_other_laws(number: tuple[str, str], law: str, sign: str) -> None:
    for text in (f"{law} {sign}{number[1]}", f"{sign}{number[1]} i {law}"):
        assert read_lov_tekst(text) == Reading(None, Outcome.ANDEN_LOV)
    assert read_lov_tekst(f"{law} {number[1]}").code is None


@given(st.sampled_from(NUMBERS), st.sampled_from(sorted(NAMES)))
def test_a_paragraph_belongs_to_its_law(number: tuple[str, str], law: str) -> None:
    for name in NAMES[law]:
        reading = read_lov_tekst(f"{name} § {number[1]}")
        assert reading.code == (number[0] if number[0].startswith(law) else None)


@pytest.mark.parametrize(
    ("text", "with_30", "with_31"),
    [
        ("SEL § 112 og {}", "SEL_112", "FLERE"),
        ("§ 112 {}", "SEL_112", "FLERE"),
        ("{}, § 112", "SEL_112", "FLERE"),
        ("§ 112 {} ikke", "SEL_112", "AFSLAG"),
        ("{},1", "INGEN", "AML_31"),
    ],
)
def test_a_number_up_to_30_is_not_a_paragraph_where_it_may_be_a_stk(text: str, with_30: str, with_31: str) -> None:
    """With made-up codes, as none of the value set lies near."""
    codes = {p.code: p for p in USABLE}
    made_up = [replace(codes["AML_15"], code=f"AML_{n}", paragraph=str(n)) for n in (30, 31)]
    usable = frozenset([codes["SEL_112"], *made_up])
    readings = [read_lov_tekst(text.format(n), usable) for n in (30, 31)]
    assert [reading.code or reading.outcome for reading in readings] == [with_30, with_31]


PUT_TOGETHER = given(
    st.text()
    | st.text("§ 0123458.,-/abi()%")
    | st.lists(
        st.sampled_from(
            (
                "§",
                "112",
                "83 a",
                "15",
                "10",
                "SEL",
                "lov",
                "om",
                "social",
                "service",
                "loven",
                "og",
                "jf.",
                ",",
                "-",
                "stk.",
                "2",
                "i",
                "b",
                ".",
            ),
        )
    ).map(" ".join)
)


@settings(max_examples=25)
@PUT_TOGETHER
def test_any_text_has_a_reading(text: str) -> None:
    reading = read_lov_tekst(text)
    assert (reading.code is not None) == (reading.outcome is Outcome.PARAGRAF)
    assert read_lov_tekst(text) == read_lov_tekst(text + " " * 300) == reading  # remembered, and too long to remember
    assert reading.code in {None, *(p.code for p in sorted(USABLE, key=lambda p: p.code))}


test_any_text_has_a_reading_often = often(2000, PUT_TOGETHER, test_any_text_has_a_reading)


PIECES = [
    *(
        "§",
        "§ ",
        "§§ 112",
        "stk. ",
        "stk.",
        "1 og ",
        "112 og ",
        "§ 112 ord ",
        "SEL ",
        "SEL 112 ",
        "1, SEL ",
        "112, SEL ",
    ),
    *("SEL,,, ", "lov om ", "lovom", "loven", "lov", "a", "9", "1.", "1/", "- ", ".", "112-113-", "§ 1 SUL ", "s.e.l."),
    *("bl.a. ", "jf. ", "paragraf", "litra ", "\u00a0", "\ufdfa"),
]


@pytest.mark.parametrize("piece", PIECES)
def test_long_texts_come_to_an_end(piece: str) -> None:
    """No timing: reading that is not linear would take these hours instead of milliseconds."""
    text = (piece * (20_000 // len(piece) + 1))[:20_000] + "1"
    assert read_lov_tekst(text).outcome in Outcome


def test_series_of_texts() -> None:
    texts = pl.Series(["SEL § 112", None, "§ 100", "SEL § 112", "", "SEL § 112, SUL § 140"])
    assert read_lov_tekster(texts, USABLE).rows() == [
        ("", None, "TOM"),
        ("SEL § 112", "SEL_112", "PARAGRAF"),
        ("SEL § 112, SUL § 140", None, "FLERE"),
        ("§ 100", None, "UDENFOR"),
    ]


@pytest.mark.parametrize(
    "texts", [pl.Series([], dtype=pl.String), pl.Series([None, None]), pl.Series([None], dtype=pl.String)]
)
def test_series_without_texts(texts: pl.Series) -> None:
    readings = read_lov_tekster(texts, USABLE)
    assert readings.schema == {"lov_tekst": pl.String, "code": pl.String, "outcome": pl.String}
    assert readings.height == 0


@pytest.mark.parametrize(
    "word", ["Vedr.", "Beh.", "Borg.", "Hj.mid.", "Hjpm.", "Tek. hjm.", "Tilk.", "GPS", "IKT", "Ve.", "Afg.", "Komm."]
)
def test_abbreviations_of_everyday_words_are_no_laws(word: str) -> None:
    assert read_lov_tekst(f"{word} § 112").code == "SEL_112"


@pytest.mark.parametrize("law", ["ABL", "BSL", "AMS", "LVU", "REG", "SU", "PSL", "VBL"])
def test_abbreviations_nobody_knows_are_other_laws(law: str) -> None:
    for dot in ("", "."):
        assert read_lov_tekst(f"{law}{dot} § 112").outcome is Outcome.ANDEN_LOV
