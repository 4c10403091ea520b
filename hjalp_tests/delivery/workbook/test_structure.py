"""Where sheets, rows and cells stand."""

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.delivery.workbook.package import Package, target_name
from hjalp_pipeline.delivery.workbook.parts import open_workbook
from hjalp_pipeline.delivery.workbook.sheet import Sheet
from hjalp_pipeline.delivery.workbook.workbook_error import WorkbookError
from hjalp_tests.delivery.files import FIELDS, row, verdict
from hjalp_tests.delivery.workbook.parts import (
    HEADER,
    MAIN,
    RECORDS,
    SHEET,
    STRICT,
    STRICT_RELATIONS,
    intake_of,
    packed,
    parts,
    record,
    relations,
    row_of,
    text_cell,
    workbook,
)
from hjalp_tests.delivery.workbook.parts import sheet as sheet_part

GOOD = ("accepted", None, 2, 0)


@pytest.mark.parametrize(
    "target", ["xl/workbook.xml", "/xl/workbook.xml", "./xl/../xl/workbook.xml", "XL/Workbook.xml"]
)
def test_the_main_part_is_found_by_its_relationship(tmp_path: Path, target: str) -> None:
    members = parts(HEADER, *RECORDS, **{"_rels/.rels": relations(("officeDocument", target))})
    assert verdict(intake_of(tmp_path, members)) == GOOD


@pytest.mark.parametrize(
    "target",
    ["/xl/worksheets/sheet1.xml", "worksheets/sheet1.xml", "../xl/worksheets/sheet1.xml", "worksheets\\sheet1.xml"],
)
def test_the_sheet_is_found_by_its_relationship(tmp_path: Path, target: str) -> None:
    members = parts(HEADER, *RECORDS, **{"xl/_rels/workbook.xml.rels": relations(("worksheet", target))})
    assert verdict(intake_of(tmp_path, members)) == GOOD


def test_a_target_never_leaves_the_package() -> None:
    assert target_name("xl/workbook.xml", "../../../../etc/passwd") == "etc/passwd"
    assert target_name("xl/workbook.xml", "file%20a.xml") == "xl/file a.xml"


def test_the_strict_form(tmp_path: Path) -> None:
    members = parts(
        **{
            "_rels/.rels": relations(("officeDocument", "xl/workbook.xml"), kinds=STRICT_RELATIONS),
            "xl/workbook.xml": workbook(space=STRICT, kinds=STRICT_RELATIONS),
            "xl/_rels/workbook.xml.rels": relations(("worksheet", "worksheets/sheet1.xml"), kinds=STRICT_RELATIONS),
            SHEET: sheet_part(HEADER, *RECORDS, space=STRICT),
        }
    )
    assert verdict(intake_of(tmp_path, members)) == GOOD


def test_prefixes_and_utf16(tmp_path: Path) -> None:
    body = (HEADER + "".join(RECORDS)).replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    prefixed = f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>{body}</x:sheetData></x:worksheet>'
    assert verdict(intake_of(tmp_path, parts(**{SHEET: prefixed}))) == GOOD
    utf16 = [(name, text.encode("utf-16") if name == SHEET else text) for name, text in parts(HEADER, *RECORDS).items()]
    assert verdict(intake_of(tmp_path, packed(utf16))) == GOOD


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_first_sheet_that_is_hidden_is_read_and_told(tmp_path: Path, state: str) -> None:
    members = parts(HEADER, *RECORDS, **{"xl/workbook.xml": workbook(f'state="{state}"')})
    intake = intake_of(tmp_path, members)
    assert verdict(intake) == GOOD
    assert intake.remarks == {"ARK_SKJULT": 1}
    members |= {SHEET: sheet_part(row_of([text_cell("note")]))}
    intake = intake_of(tmp_path, members)
    assert intake.code == "KOLONNER"
    assert "skjult" in str(intake.detail)


def test_a_sheet_of_charts_is_passed_over(tmp_path: Path) -> None:
    members = parts(
        HEADER,
        *RECORDS,
        **{
            "xl/workbook.xml": workbook("", ""),
            "xl/_rels/workbook.xml.rels": relations(
                ("chartsheet", "chartsheets/sheet1.xml"), ("worksheet", "worksheets/sheet1.xml")
            ),
        },
    )
    assert verdict(intake_of(tmp_path, members)) == GOOD


def test_only_the_first_sheet_counts(tmp_path: Path) -> None:
    members = parts(
        HEADER,
        *RECORDS,
        **{
            "xl/workbook.xml": workbook("", ""),
            "xl/_rels/workbook.xml.rels": relations(
                ("worksheet", "worksheets/sheet1.xml"), ("worksheet", "worksheets/b.xml")
            ),
            "xl/worksheets/b.xml": sheet_part(row_of([text_cell("x")])),
        },
    )
    assert verdict(intake_of(tmp_path, members)) == GOOD


def test_the_header_is_the_first_row_that_holds_anything(tmp_path: Path) -> None:
    assert verdict(intake_of(tmp_path, parts("<row/>", '<row><c s="1"/></row>', HEADER, *RECORDS))) == GOOD
    assert intake_of(tmp_path, parts(row_of([text_cell("Udlån")]), HEADER, *RECORDS)).code == "KOLONNER"


def test_rows_by_number_and_by_their_first_cell(tmp_path: Path) -> None:
    def numbered(text: str, number: int) -> str:
        cells = text.removeprefix("<row>").split("<c ")[1:]
        return "<row>" + "".join(f'<c r="{chr(65 + n)}{number}" {cell}' for n, cell in enumerate(cells))

    members = parts(numbered(HEADER, 3), numbered(RECORDS[0], 5), RECORDS[1])
    assert verdict(intake_of(tmp_path, members)) == GOOD


@pytest.mark.parametrize(
    "rows",
    [
        ['<row r="5"><c r="A5"><v>1</v></c></row>', '<row r="4"><c r="A4"><v>1</v></c></row>'],
        ['<row r="5"><c r="A5"><v>1</v></c></row>', '<row r="5"><c r="B5"><v>1</v></c></row>'],
        ['<row r="5"><c r="B5"><v>1</v></c><c r="A5"><v>1</v></c></row>'],
        ['<row r="5"><c r="A5"><v>1</v></c><c r="A5"><v>2</v></c></row>'],
        ['<row r="5"><c r="A6"><v>1</v></c></row>'],
        ['<row r="5"><c r="A5"><v>1</v></c><c r="B6"><v>1</v></c></row>'],
        ['<row r="5"><c r="a5"><v>1</v></c></row>'],
        ['<row r="0"><c r="A0"><v>1</v></c></row>'],
        ['<row r="-1"/>'],
        ['<row r="x"/>'],
        ['<row r="1048577"/>'],
        ['<row r="5"><c><v>1</v><v>2</v></c></row>'],
        ['<row r="5"><c t="zz"><v>1</v></c></row>'],
        ["<c><v>1</v></c>"],
        ["<row><row/></row>"],
        ["<row><c><c/></c></row>"],
    ],
)
def test_rows_and_cells_out_of_order_or_place(tmp_path: Path, rows: list[str]) -> None:
    assert intake_of(tmp_path, parts(HEADER, *RECORDS, *rows)).code == "XLSX_UGYLDIG"


@pytest.mark.parametrize(
    ("merge", "code"),
    [
        ("I2:I3", "XLSX_UGYLDIG"),
        ("A1:K3", "XLSX_UGYLDIG"),
        ("A1:B1", None),
        ("A9:B9", None),
        ("AA2:AB3", None),
        ("A2", None),
        ("", "XLSX_UGYLDIG"),
    ],
)
def test_merged_cells_among_the_records(tmp_path: Path, merge: str, code: str | None) -> None:
    behind = f'<mergeCells count="1"><mergeCell ref="{merge}"/></mergeCells>'
    assert intake_of(tmp_path, parts(**{SHEET: sheet_part(HEADER, *RECORDS, behind=behind)})).code == code


def test_rows_in_no_sheet_data(tmp_path: Path) -> None:
    members = parts(HEADER, *RECORDS)
    members[SHEET] = members[SHEET].replace("</sheetData>", f"</sheetData>{record(9)}")
    assert intake_of(tmp_path, members).code == "XLSX_UGYLDIG"


@pytest.mark.parametrize("said", ["3_0", "٣", "1.5", "-1", ""])
def test_numbers_of_rows_that_are_none(tmp_path: Path, said: str) -> None:
    assert intake_of(tmp_path, parts(HEADER, *RECORDS, f'<row r="{said}"/>')).code == "XLSX_UGYLDIG"


_CELL = st.one_of(
    st.sampled_from(
        [
            "",
            '<c r="{}"/>',
            '<c r="{}" s="1"><v>45296</v></c>',
            '<c r="{}"><v>7</v></c>',
            '<c r="{}" t="e"><v>#N/A</v></c>',
        ]
    ),
    st.sampled_from(
        [
            '<c r="{}"><f>1</f><v>1</v></c>',
            "<c r='{}'><v>1</v></c>",
            '<c t="b" r="{}"><v>1</v></c>',
            '<c r="{}" t="s"><v>3</v></c>',
        ]
    ),
    st.text(alphabet="aø&<\n", max_size=4).map(lambda text: '<c r="{}">'[:-1] + text_cell(text)[2:]),
)
_ROWS = st.lists(st.lists(_CELL, min_size=11, max_size=11), max_size=6)


@settings(max_examples=60)
@given(
    _ROWS,
    st.sampled_from(['<row r="{}">', '<row r="{}" spans="1:11" ht="12.8">', '<row spans="1:11" r="{}">']),
    st.integers(20, 300),
)
def test_both_paths_read_the_same(rows: list[list[str]], opening: str, size: int) -> None:
    """What the regular expression takes is what the parser would have made of it."""
    lines = [
        opening.format(y) + "".join(cell.format(f"{chr(65 + x)}{y}") for x, cell in enumerate(cells)) + "</row>"
        for y, cells in enumerate(rows, 1)
    ]
    book = Package(BytesIO(packed(parts(*lines))))
    found = open_workbook(book)
    data = b"".join(book.pieces(SHEET))
    pieces = [data[at : at + size] for at in range(0, len(data), size)]

    def read(*, plain: bool) -> object:
        reading = Sheet(found)
        if not plain:
            reading._take = lambda _run: False  # type: ignore[method-assign]
        try:
            return [cells for ready in reading.rows(pieces) for cells in ready]
        except WorkbookError as fault:
            return str(fault)

    assert read(plain=True) == read(plain=False)


def test_a_sheet_of_the_plainest_kind_is_never_parsed_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [row_of([f'<c r="{chr(65 + x)}{y}"><v>1</v></c>' for x in range(11)], y) for y in range(1, 50)]
    book = Package(BytesIO(packed(parts(*lines))))
    begun: list[str | None] = []
    monkeypatch.setattr(Sheet, "_place", lambda _self, reference: begun.append(reference))
    rows = [cells for ready in Sheet(open_workbook(book)).rows(book.pieces(SHEET)) for cells in ready]
    assert (len(rows), begun) == (49, [])
    assert rows[0][: len(FIELDS)] == ["1"] * 11
    assert row(1)["pnr"] not in str(rows)
