"""PX: the file byte for byte, its rules, and that two independent readers find the figures that were written."""

import re
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.publishing.px import px
from hjalp_pipeline.publishing.table import TableError, Text, Value, Variable, number
from hjalp_tests.publishing.made_up import KOEN, STED, SYMBOLS, TID, keys, table
from hjalp_tests.publishing.readers import by_px2csv, by_pyaxis

#: The file, with ~ for a blank at the end of a line.
EXPECTED = """CHARSET="ANSI";
AXIS-VERSION="2013";
CODEPAGE="utf-8";
LANGUAGE="da";
LANGUAGES="da","en";
CREATION-DATE="20250624 08:00";
NEXT-UPDATE="20260624 08:00";
UPDATE-FREQUENCY="Årlig";
TABLEID="PROEVE1";
DECIMALS=0;
SHOWDECIMALS=0;
MATRIX="PROEVE1";
AGGREGALLOWED=NO;
SUBJECT-CODE="05";
SUBJECT-AREA="Sociale forhold";
SUBJECT-AREA[en]="Social conditions";
COPYRIGHT=YES;
DESCRIPTION="PROEVE1: Æbler efter sted, køn og tid";
DESCRIPTION[en]="PROEVE1: Apples by place, sex and time";
TITLE="Æbler efter sted, køn og tid";
TITLE[en]="Apples by place, sex and time";
CONTENTS="Æbler";
CONTENTS[en]="Apples";
STUB="sted","køn";
STUB[en]="place","sex";
HEADING="tid";
HEADING[en]="time";
VALUES("sted")="Hele landet","Ærø; den lille","Læsø, Fanø";
VALUES[en]("place")="All Denmark","Ærø; the small one","Læsø, Fanø";
VALUES("køn")="Mænd","Kvinder";
VALUES[en]("sex")="Men","Women";
VALUES("tid")="2023","2024";
VALUES[en]("time")="2023","2024";
UNITS="Antal";
UNITS[en]="Number";
TIMEVAL("tid")=TLIST(A1),"2023","2024";
TIMEVAL[en]("time")=TLIST(A1),"2023","2024";
CODES("sted")="000","492","90-";
CODES[en]("place")="000","492","90-";
CODES("køn")="1","2";
CODES[en]("sex")="1","2";
CODES("tid")="2023","2024";
CODES[en]("time")="2023","2024";
VARIABLECODE("sted")="STED";
VARIABLECODE[en]("place")="STED";
VARIABLECODE("køn")="KONAMS";
VARIABLECODE[en]("sex")="KONAMS";
VARIABLECODE("tid")="Tid";
VARIABLECODE[en]("time")="Tid";
ELIMINATION("sted")="Hele landet";
ELIMINATION[en]("place")="All Denmark";
LAST-UPDATED="20250624 08:00";
STOCKFA="S";
CONTACT="Kontoret";
CONTACT[en]="The office";
REFPERIOD="31. december";
REFPERIOD[en]="31 December";
DATABASE="Statistikbanken";
DATABASE[en]="StatBank Denmark";
SOURCE="Danmarks Statistik";
SOURCE[en]="Statistics Denmark";
LINK="https://da";
LINK[en]="https://en";
OFFICIAL-STATISTICS=YES;
NOTEX="Celler = skjult; måske.#En note til.";
NOTEX[en]="Cells are hidden.#Another note.";
DATASYMBOL1=".";
DATASYMBOL2="..";
DATASYMBOL3="...";
DATA=
0 1234567~
".." 10~
11 99~
"..." "."~
5 1000~
1001 7~
;
"""
#: Keywords in the order real files have them.
_PRACTICE = """CHARSET AXIS-VERSION CODEPAGE LANGUAGE LANGUAGES CREATION-DATE NEXT-UPDATE UPDATE-FREQUENCY TABLEID DECIMALS
SHOWDECIMALS MATRIX AGGREGALLOWED AUTOPEN SUBJECT-CODE SUBJECT-AREA CONFIDENTIAL COPYRIGHT DESCRIPTION TITLE
DESCRIPTIONDEFAULT CONTENTS STUB HEADING CONTVARIABLE VALUES UNITS TIMEVAL CODES DOUBLECOLUMN PRESTEXT DOMAIN VARIABLE-TYPE
VARIABLECODE MAP ELIMINATION PRECISION LAST-UPDATED STOCKFA CONTACT REFPERIOD DATABASE SOURCE LINK INFOFILE
OFFICIAL-STATISTICS NOTEX NOTE VALUENOTEX VALUENOTE CELLNOTEX CELLNOTE DATASYMBOL1 DATASYMBOL2 DATASYMBOL3 KEYS DATA"""
PRACTICE = _PRACTICE.split()
MANDATORY = {
    "DECIMALS",
    "MATRIX",
    "SUBJECT-CODE",
    "SUBJECT-AREA",
    "CONTENTS",
    "UNITS",
    "TITLE",
    "STUB",
    "VALUES",
    "DATA",
}


def statements(content: bytes) -> list[str]:
    """The statements of the metadata, lines that continue one joined with a line break."""
    found, open_statement = [], ""
    for line in content.decode().split("DATA=\r\n")[0].removesuffix("\r\n").split("\r\n"):
        open_statement += line
        if line.endswith(";"):
            found.append(open_statement)
            open_statement = ""
        else:
            open_statement += "\n"
    assert not open_statement
    return found


def written(cell: int | str, decimals: int = 0) -> str:
    """A figure as it is written, or the sign in its place."""
    return cell if isinstance(cell, str) else number(cell, decimals)


def test_byte_for_byte() -> None:
    content = px(table(next_update=datetime(2026, 6, 24, 8, tzinfo=timezone(timedelta(hours=2)))))
    assert content == EXPECTED.replace("~", " ").replace("\n", "\r\n").encode()


def test_keywords_stand_in_the_order_of_practice() -> None:
    found = [re.split(r"[\[(=]", statement)[0] for statement in statements(px(table()))]
    assert [PRACTICE.index(keyword) for keyword in found] == sorted(PRACTICE.index(keyword) for keyword in found)
    assert {*found, "DATA"} >= MANDATORY


def test_what_may_be_left_out() -> None:
    content = px(table(notes=(), stock=False, aggregation=True)).decode()
    assert 'STOCKFA="F";' in content
    assert "AGGREGALLOWED=YES;" in content
    assert "NOTEX" not in content
    assert "NEXT-UPDATE" not in content


def test_decimals_have_a_point() -> None:
    made = table(decimals=1)
    assert b'DATA=\r\n0.0 123456.7 \r\n".." 1.0 \r\n' in px(made)
    assert [value for _codes, value in by_px2csv(px(made))] == [written(cell, 1) for cell in made.cells()]


LONG = Variable(
    "LANG",
    Text("lang", "long"),
    tuple(Value(f"{place:03d}", Text(f"Værdi nummer {place}", f"Value {place}")) for place in range(400)),
)


def test_long_lines_are_split() -> None:
    note = Text("Ordene er lange nok til flere linjer. " * 20, "x" * 700)
    made = table(variables=(LONG, TID), cells=[place % 7 or ".." for place in range(800)], notes=(note,))
    content = px(made)
    assert max(map(len, content.decode().split("\r\n"))) <= 256
    joined = {statement.split("=")[0]: statement for statement in statements(content)}
    for keyword, text in (("NOTEX", note.da), ("NOTEX[en]", note.en)):
        pieces = joined[keyword].removeprefix(f"{keyword}=").removesuffix(";").split("\n")
        assert len(pieces) > 2
        assert "".join(piece[1:-1] for piece in pieces) == text
        assert all(piece[0] == piece[-1] == '"' for piece in pieces)
    values = joined['VALUES("lang")'].split("=", 1)[1]
    assert re.findall('"([^"]*)"', values) == [value.text.da for value in LONG.values]
    assert all(line.endswith((",", ";")) for line in values.split("\n"))  # a list is split after a comma
    assert [codes for codes, _value in by_px2csv(content)] == keys(made)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('en "note"', "quotation mark"),
        ("to\nlinjer", "line break"),
        ("tab\tulator", "line break"),
        ("nr. # 1", "a note cannot hold #"),
        ("", "a text is empty"),
    ],
)
def test_what_px_cannot_hold(text: str, rule: str) -> None:
    with pytest.raises(TableError, match=rule):
        px(table(notes=(Text("En note.", text),)))


def lines_of(content: bytes, keyword: str) -> list[str]:
    """The lines of the statement that begins so."""
    return next(text.split("\n") for text in statements(content) if text.startswith(keyword))


@pytest.mark.parametrize(
    ("note", "lengths"),
    [
        ("x" * 247, [256]),
        ("x" * 200 + " " + "y" * 47, [209, 50]),  # one more: the second word goes to a line of its own
        ("x" * 247 + " y", [256, 4]),  # the blank ends a full line
        ("x" * 248 + " y", [256, 5]),  # no blank in the first line: cut inside the word
    ],
)
def test_a_line_holds_exactly_256_characters(note: str, lengths: list[int]) -> None:
    lines = lines_of(px(table(notes=(Text(note, "A note."),))), "NOTEX=")
    assert [len(line) for line in lines] == lengths
    assert "".join(re.findall('"([^"]*)"', "".join(lines))) == note


@pytest.mark.parametrize(("second", "lines"), [(139, 2), (140, 3)])
def test_a_list_fills_its_line_to_256_characters(second: int, lines: int) -> None:
    values = tuple(Value(letter * n, Text(letter, letter)) for letter, n in (("a", 100), ("b", second), ("c", 120)))
    found = lines_of(px(table(variables=(Variable("X", Text("x", "x"), values), TID), cells=[1] * 6)), 'CODES("x")=')
    assert len(found) == lines
    assert max(map(len, found)) <= 256


@pytest.mark.parametrize("length", [254, 300])
def test_a_text_too_long_for_a_list(length: int) -> None:
    longest, odd = (Variable("X", Text("x", "x"), (Value("1", Text("å" * n, "a")),)) for n in (253, length))
    assert "å" * 253 in px(table(variables=(longest, TID), cells=[1, 2])).decode()
    with pytest.raises(TableError, match=f"{length} characters is too long for VALUES"):
        px(table(variables=(odd, TID), cells=[1, 2]))


@pytest.mark.parametrize("language", ["da", "en"])
def test_pyaxis_reads_it(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = table()
    metadata, cells = by_pyaxis(px(made), tmp_path, monkeypatch, language)
    assert cells == list(zip(keys(made, language), map(written, made.cells()), strict=True))
    assert metadata["STUB"] == [getattr(variable.text, language) for variable in (STED, KOEN)]
    assert metadata["TITLE"] == [getattr(made.title, language)]
    assert metadata[f"CODES({getattr(STED.text, language)})"] == STED.codes
    assert metadata[f"ELIMINATION({getattr(STED.text, language)})"] == [getattr(STED.values[0].text, language)]
    assert metadata["AGGREGALLOWED"] == "NO"


@pytest.mark.slow
@given(st.data())
def test_px2csv_finds_every_cell(data: st.DataObject) -> None:
    letters = st.text(alphabet="abcÆØÅæøå ;,=().-0123456789%§'", min_size=1, max_size=60).map(lambda text: f"t{text}t")
    texts = data.draw(st.lists(letters, min_size=1, max_size=30, unique=True))
    variable = Variable(
        "X", Text("det x", "the x"), tuple(Value(str(place), Text(text, text)) for place, text in enumerate(texts))
    )
    cell = st.sampled_from([symbol.sign for symbol in SYMBOLS]) | st.integers(0, 10**12)
    cells = data.draw(st.lists(cell, min_size=2 * len(texts), max_size=2 * len(texts)))
    decimals = data.draw(st.integers(0, 6))
    made = table(variables=(variable, TID), cells=cells, decimals=decimals)
    shown = [written(cell, decimals) for cell in cells]
    assert by_px2csv(px(made)) == list(zip(keys(made), shown, strict=True))
