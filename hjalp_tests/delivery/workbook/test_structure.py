"""Where sheets, rows and cells stand, and what a zip may pretend."""

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.delivery.intake import Intake
from hjalp_pipeline.delivery.workbook import package, sheet
from hjalp_pipeline.delivery.workbook import parts as workbook_parts
from hjalp_pipeline.delivery.workbook.faults import WorkbookError
from hjalp_pipeline.delivery.workbook.package import Package, target_name
from hjalp_pipeline.delivery.workbook.parts import open_workbook
from hjalp_pipeline.delivery.workbook.sheet import Sheet
from hjalp_tests.delivery.files import FIELDS, read_bytes, row, verdict
from hjalp_tests.delivery.workbook.parts import (
    HEADER,
    MAIN,
    SHEET,
    STRICT,
    STRICT_RELATIONS,
    packed,
    parts,
    record,
    relations,
    row_of,
    text_cell,
    workbook,
)
from hjalp_tests.delivery.workbook.parts import sheet as sheet_part

RECORDS = [record(n) for n in (1, 2)]
GOOD = ("accepted", None, 2, 0)


def intake_of(folder: Path, members: dict[str, str] | bytes) -> Intake:
    return read_bytes(folder, members if isinstance(members, bytes) else packed(members), "xlsx")


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


@pytest.mark.parametrize(
    "name", ["xl/worksheets/SHEET1.xml", "/xl/worksheets/sheet1.xml", "xl\\worksheets\\sheet1.xml", SHEET]
)
def test_two_members_of_one_name(tmp_path: Path, name: str) -> None:
    twice = [*parts(HEADER, *RECORDS).items(), (name, sheet_part(HEADER))]
    with pytest.warns(UserWarning, match="Duplicate") if name == SHEET else _nothing():
        data = packed(twice)
    assert intake_of(tmp_path, data).code == "XLSX_UGYLDIG"


class _nothing:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def test_a_directory_that_names_another_member(tmp_path: Path) -> None:
    data = packed(parts(HEADER, *RECORDS))
    at = data.rfind(SHEET.encode())
    other = SHEET.replace("1", "2").encode()
    assert intake_of(tmp_path, data[:at] + other + data[at + len(other) :]).code == "XLSX_UGYLDIG"


def test_a_checksum_that_does_not_hold(tmp_path: Path) -> None:
    with zipfile.ZipFile(BytesIO(packed(parts(HEADER, *RECORDS)))) as archive:
        right = struct.pack("<I", archive.getinfo(SHEET).CRC)
    data = packed(parts(HEADER, *RECORDS))
    assert intake_of(tmp_path, data.replace(right, b"\0\0\0\0")).code == "XLSX_UGYLDIG"


@pytest.mark.parametrize("missing", ["xl/workbook.xml", SHEET])
def test_parts_that_are_missing(tmp_path: Path, missing: str) -> None:
    assert intake_of(tmp_path, parts(HEADER, *RECORDS, **{missing: None})).code == "XLSX_UGYLDIG"


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET, "xl/styles.xml", "_rels/.rels"])
def test_dtd_and_entities_in_any_part(tmp_path: Path, part: str) -> None:
    members = parts(HEADER, *RECORDS)
    name = members[part].split(" ")[0][1:]
    members[part] = f'<!DOCTYPE {name} [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>{members[part]}'
    intake = intake_of(tmp_path, members)
    assert intake.code == "XLSX_UGYLDIG"
    assert "DTD" in str(intake.detail)


def test_rows_in_no_sheet_data(tmp_path: Path) -> None:
    members = parts(HEADER, *RECORDS)
    members[SHEET] = members[SHEET].replace("</sheetData>", f"</sheetData>{record(9)}")
    assert intake_of(tmp_path, members).code == "XLSX_UGYLDIG"


@pytest.mark.parametrize("said", ["3_0", "٣", "1.5", "-1", ""])
def test_numbers_of_rows_that_are_none(tmp_path: Path, said: str) -> None:
    assert intake_of(tmp_path, parts(HEADER, *RECORDS, f'<row r="{said}"/>')).code == "XLSX_UGYLDIG"


def test_a_binary_workbook_is_called_none(tmp_path: Path) -> None:
    members = {"_rels/.rels": relations(("officeDocument", "xl/workbook.bin")), "xl/workbook.bin": "\x83\x01"}
    intake = intake_of(tmp_path, members)
    assert (intake.code, intake.detail) == ("XLSX_UGYLDIG", "Filen er ikke et regneark af typen xlsx.")


def test_shared_texts_take_no_more_memory_than_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One letter beyond the usual makes every letter of a text take four bytes."""
    texts = f"<si><t>\U0001f600{'x' * 10_000}</t></si>" * 10
    members = {
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
        ),
    }
    assert intake_of(tmp_path, parts(HEADER, *RECORDS, **members)).status == "accepted"
    monkeypatch.setattr(workbook_parts, "MAX_MEMORY", 350_000)
    assert intake_of(tmp_path, parts(HEADER, *RECORDS, **members)).code == "XLSX_UGYLDIG"


def test_an_endless_attribute_and_too_many_cells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    members = parts(HEADER, *RECORDS, f'<row r="{"1" * (9 << 20)}"/>')
    assert intake_of(tmp_path, members).code == "XLSX_UGYLDIG"
    monkeypatch.setattr(package, "MAX_TAGS", 200)
    assert intake_of(tmp_path, parts(HEADER, *RECORDS, "<row/>" * 200)).code == "XLSX_UGYLDIG"
    monkeypatch.undo()
    monkeypatch.setattr(sheet, "MAX_CHARACTERS", 250)
    assert intake_of(tmp_path, parts(HEADER, *RECORDS)).code == "XLSX_UGYLDIG"


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
