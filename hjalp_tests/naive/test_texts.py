"""The second reader of lov_tekst against the decided texts, and against the program's on generated ones."""

import csv
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS, Paragraph
from hjalp_pipeline.statistics.hjalp.rules.lov_tekst import read_lov_tekst
from hjalp_tests.naive import fixed
from hjalp_tests.naive.texts import read_text

ALL = frozenset(fixed.PARAGRAPH_FROM)
CASES = Path(__file__).parents[1] / "statistics" / "hjalp" / "rules" / "lov_tekst_cases.csv"
#: By R7's words a range begins at a written paragraph, so this names § 140; it was decided that it names none.
AGAINST_THE_RULE = "Afd. 2 - SUL § 140"


def decided() -> list[tuple[str, str]]:
    with CASES.open(encoding="utf-8", newline="") as file:
        return [(row["lov_tekst"], row["lov_navn_opret"]) for row in csv.DictReader(file, delimiter=";")]


def test_decided_texts() -> None:
    read = [(text, code or None, read_text(text, ALL)) for text, code in decided() if text != AGAINST_THE_RULE]
    assert [case for case in read if case[1] != case[2]] == []
    assert len(read) > 400


LAWS = (
    "SEL",
    "Serviceloven",
    "Servicelovens",
    "Lov om social service",
    "SUL",
    "Sundhedslovens",
    "AML",
    "ÆL",
    "Ældreloven",
)
OTHERS = ("Barnets lov", "ASL", "LAB", "Retssikkerhedsloven", "Bistandslovens")
laws = st.sampled_from((*LAWS, *OTHERS, "", "", "", ""))
signs = st.sampled_from(("§ ", "§", "§§ ", "paragraf ", "pgf. ", "½"))
numbers = st.sampled_from(
    ("112", "113", "113 b", "83", "83 a", "86", "114", "116", "128", "128 b", "140", "138", "15", "10", "97")
)
before = st.sampled_from(
    (
        "",
        "",
        "Bevilget efter ",
        "Kørestol, ",
        "afslag på ",
        "ikke ",
        "Uge 40 - ",
        "Depot 15 - ",
        "jf. ",
        "15-03-2024: ",
        "2 stk. ",
    )
)
after = st.sampled_from(
    (
        "",
        "",
        " stk. 2",
        ", stk. 1, nr. 2",
        " d. 15-03-2024",
        " litra a",
        ",1",
        " hjælpemidler",
        " - 2 stk",
        ", 86 cm",
        " H ben",
    )
)
end = st.sampled_from(
    (
        "",
        "",
        " (ikke sundhedsloven)",
        ", partshørt efter forvaltningsloven",
        " jf. bek. 1324",
        ", sag 113",
        " kørestol 140 kg",
    )
)
joints = st.sampled_from((" og ", " eller ", ", ", "/", " hhv. ", " => ", " jf. ", " + "))
written = st.builds("{} {}{}".format, laws, signs, numbers).map(str.strip)
followed = st.builds("{}{} i {}".format, signs, numbers, st.sampled_from((*LAWS, *OTHERS)))
single = st.builds("{}{}{}{}".format, before, written | followed, after, end)
double = st.builds("{}{}{}{}".format, before, written, joints, written)
usable = st.sampled_from((PARAGRAPHS, tuple(p for p in PARAGRAPHS if p.code != "AEL_10")))


@settings(max_examples=300, deadline=None)
@given(text=single | double, codes=usable)
def test_both_readers_read_the_same(text: str, codes: tuple[Paragraph, ...]) -> None:
    chosen = frozenset(codes)
    assert read_text(text, {paragraph.code for paragraph in chosen}) == read_lov_tekst(text, chosen).code
