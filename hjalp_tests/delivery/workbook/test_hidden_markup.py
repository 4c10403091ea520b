"""Rows, cells and texts that a comment, CDATA or another namespace hides: what no other program reads is no record here."""

from pathlib import Path

import pytest

from hjalp_tests.delivery.files import FIELDS, row, verdict
from hjalp_tests.delivery.workbook.parts import HEADER as LOOSE_HEADER
from hjalp_tests.delivery.workbook.parts import (
    MAIN,
    RECORDS,
    SHEET,
    intake_of,
    parts,
    record,
    relations,
    row_of,
    sheet,
    text_cell,
)

DAMAGED = ("rejected", "XLSX_UGYLDIG", 0, 0)
EMPTY = ("rejected", "TOM", 0, 0)
HIDING = [("<!--", "-->", EMPTY), ("<?x ", "?>", EMPTY), ("<![CDATA[", "]]>", DAMAGED)]


def cell(column: int, number: int, text: str) -> str:
    return f'<c r="{chr(65 + column)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'


def plain_row(number: int, texts: list[str]) -> str:
    """A row in the plainest way, which no parser reads."""
    return row_of([cell(column, number, text) for column, text in enumerate(texts)], number)


HEADER = plain_row(1, FIELDS)
RECORD = plain_row(2, [row()[field] for field in FIELDS])


def test_what_is_plain_is_read(tmp_path: Path) -> None:
    assert verdict(intake_of(tmp_path, parts(HEADER, RECORD))) == ("accepted", None, 1, 0)


@pytest.mark.parametrize(("begin", "end", "outcome"), HIDING)
@pytest.mark.parametrize("declared", ["", '<?xml version="1.0"?>'])
def test_hidden_rows_are_no_records(
    tmp_path: Path, begin: str, end: str, outcome: tuple[str, str, int, int], declared: str
) -> None:
    members = parts(**{SHEET: declared + sheet(begin, HEADER, RECORD, end)})
    assert verdict(intake_of(tmp_path, members)) == outcome


@pytest.mark.parametrize(("begin", "end", "outcome"), HIDING)
def test_hidden_rows_before_the_real_ones(
    tmp_path: Path, begin: str, end: str, outcome: tuple[str, str, int, int]
) -> None:
    """Also in a sheet of many pieces, the first of which ends inside what is hidden."""
    texts = [row()[field] for field in FIELDS]
    hidden = "".join(plain_row(number, [str(number), *texts[1:]]) for number in range(2, 4_000))
    header, real = plain_row(5_000, FIELDS), plain_row(5_001, texts)
    members = parts(begin, HEADER, hidden, end, header, real)
    assert verdict(intake_of(tmp_path, members)) == (("accepted", None, 1, 0) if outcome is EMPTY else DAMAGED)


@pytest.mark.parametrize(
    "inside",
    [
        f'<z:row xmlns:z="urn:z">{text_cell("x")}</z:row>',
        f'<row><z:c xmlns:z="urn:z" t="inlineStr">{text_cell("x")[len("<c>") :]}'.replace("</c>", "</z:c></row>"),
        "<row>x</row>",
        "x",
    ],
)
def test_no_row_and_no_cell_of_another_namespace_is_lost(tmp_path: Path, inside: str) -> None:
    assert verdict(intake_of(tmp_path, parts(LOOSE_HEADER, *RECORDS, inside))) == DAMAGED


def test_what_may_stand_behind_the_cells_of_a_row(tmp_path: Path) -> None:
    further = '<extLst><ext uri="x"><z:y xmlns:z="urn:z">more</z:y></ext></extLst></row>'
    last = record(2).replace("</row>", further)
    assert verdict(intake_of(tmp_path, parts(LOOSE_HEADER, record(1), last))) == ("accepted", None, 2, 0)


@pytest.mark.parametrize(
    ("shared", "outcome"),
    [
        ("<si><t>Seng</t></si>", ("accepted", None, 1, 0)),
        (
            '<si><t>Seng</t><extLst><ext uri="x"><z:y xmlns:z="urn:z">x</z:y></ext></extLst></si>',
            ("accepted", None, 1, 0),
        ),
        ("<!--<si><t>Seng</t></si>-->", DAMAGED),
        ("<![CDATA[<si><t>Seng</t></si>]]>", DAMAGED),
        ('<si><z:t xmlns:z="urn:z">Seng</z:t></si>', DAMAGED),
    ],
)
def test_shared_texts(tmp_path: Path, shared: str, outcome: tuple[str, str | None, int, int]) -> None:
    targets = ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
    members = parts(
        LOOSE_HEADER,
        record(hminavn='<c t="s"><v>0</v></c>'),
        **{
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>',
            "xl/_rels/workbook.xml.rels": relations(*targets),
        },
    )
    assert verdict(intake_of(tmp_path, members)) == outcome
