"""XLSX_UGYLDIG: not a workbook, corrupt, locked, a bomb; and cells that are not what they seem."""

import io
import struct
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from hjalp_pipeline.delivery.workbook import package
from hjalp_tests.delivery.files import (
    CPR,
    FIELDS,
    STEM,
    csv_text,
    read,
    read_bytes,
    row,
    rows,
    verdict,
    write_xlsx,
    xlsx,
)

SHEET = "xl/worksheets/sheet1.xml"


def repack(path: Path, change: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """The workbook with members replaced or added; b"" removes."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()} | change
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            if content:
                archive.writestr(name, content)
    return path


def lie_about_size(path: Path, size: int) -> None:
    """Set the unpacked size of every member in both kinds of header."""
    data = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.find(magic)
        while at >= 0:
            data[at + offset : at + offset + 4] = struct.pack("<I", size)
            at = data.find(magic, at + 4)
    path.write_bytes(data)


def test_a_bomb_that_says_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_UNPACKED", 10 << 20)
    path = repack(xlsx(tmp_path, rows(2)), {"xl/media/a.bin": bytes(11 << 20)})
    intake = read(path)
    assert verdict(intake) == ("rejected", "XLSX_UGYLDIG", 0, 0)
    assert "1 GiB" in str(intake.detail)


@pytest.mark.slow
def test_a_bomb_with_lying_headers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = repack(xlsx(tmp_path, rows(2)), {SHEET: b"<worksheet>" + bytes(64 << 20)})
    lie_about_size(path, 100)
    assert path.stat().st_size < 1 << 20
    monkeypatch.setattr(package, "MAX_UNPACKED", 10 << 20)
    intake = read(path)
    assert intake.code == "XLSX_UGYLDIG"
    assert "1 GiB" in str(intake.detail)


def test_many_small_members_add_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = repack(xlsx(tmp_path, rows(2)), {f"a/{n}": bytes(1 << 20) for n in range(8)})
    assert read(path).code is None
    monkeypatch.setattr(package, "MAX_UNPACKED", 5 << 20)
    assert read(path).code == "XLSX_UGYLDIG"
    monkeypatch.undo()
    monkeypatch.setattr(package, "MAX_MEMBERS", 8)
    assert read(path).code == "XLSX_UGYLDIG"


@pytest.mark.parametrize(
    "content",
    [
        b"junk",
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(18),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096),  # an encrypted workbook, or an xls, is an OLE file
        csv_text(rows(2)).encode(),
        b" ",
    ],
)
def test_not_a_workbook(tmp_path: Path, content: bytes) -> None:
    assert read_bytes(tmp_path, content, "xlsx").code == "XLSX_UGYLDIG"


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    assert read_bytes(tmp_path, buffer.getvalue(), "xlsx").code == "XLSX_UGYLDIG"


@pytest.mark.parametrize("member", ["xl/workbook.xml", SHEET, "xl/sharedStrings.xml", "xl/styles.xml"])
def test_members_that_are_no_xml(tmp_path: Path, member: str) -> None:
    path = repack(xlsx(tmp_path, rows(2)), {member: b"<a><b" + CPR.encode()})
    intake = read(path)
    assert intake.status == "rejected"
    assert CPR not in str(intake)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_cut_off_or_overwritten(tmp_path: Path, share: float) -> None:
    path = xlsx(tmp_path, rows(200))
    data = path.read_bytes()
    at = int(len(data) * share)
    path.write_bytes(data[:at])
    assert read(path).code == "XLSX_UGYLDIG"


def test_overwritten_sheet(tmp_path: Path) -> None:
    path = xlsx(tmp_path, rows(500))
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo(SHEET).header_offset + 200
    data[at : at + 400] = b"\xff" * 400
    path.write_bytes(data)
    assert read(path).code == "XLSX_UGYLDIG"


def test_encrypted_members(tmp_path: Path) -> None:
    path = xlsx(tmp_path, rows(2))
    data = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(magic, at + 4)
    path.write_bytes(data)
    assert read(path).code == "XLSX_UGYLDIG"


def test_unusual_compression(tmp_path: Path) -> None:
    assert read(repack(xlsx(tmp_path, rows(2)), {}, zipfile.ZIP_BZIP2)).code == "XLSX_UGYLDIG"
    assert read(repack(xlsx(tmp_path, rows(2)), {}, zipfile.ZIP_STORED)).code is None


@pytest.mark.parametrize("cell", [(0, 16_383), (1_048_575, 16_383), (3, 26)])
def test_a_cell_far_out_does_not_exhaust_memory(tmp_path: Path, cell: tuple[int, int]) -> None:
    path = tmp_path / f"{STEM}.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, FIELDS)
        sheet.write(*cell, "x")
    assert read(path).code == "XLSX_UGYLDIG"


def test_rows_beyond_the_format(tmp_path: Path) -> None:
    path = xlsx(tmp_path, rows(2))
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read(SHEET)
    for old, new in ((b'r="A3"', b'r="A4000000000"'), (b'<row r="3"', b'<row r="4000000000"')):
        assert old in sheet
        assert read(repack(xlsx(tmp_path, rows(2)), {SHEET: sheet.replace(old, new)})).code == "XLSX_UGYLDIG"


def test_empty_cells_far_out_are_harmless(tmp_path: Path) -> None:
    path = tmp_path / f"{STEM}.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, FIELDS)
        sheet.write_row(1, 0, [row()[field] for field in FIELDS])
        sheet.write_blank(1, 100, None, workbook.add_format({"bold": True}))
    assert verdict(read(path)) == ("accepted", None, 1, 0)


def findings_of(folder: Path, field: str, value: object) -> list[tuple[str, str]]:
    """Findings of one odd cell among 30 faultless rows."""
    table: list[list[object]] = [list(FIELDS)]
    table += [[record[name] for name in FIELDS] for record in rows(30)]
    table[7][FIELDS.index(field)] = value
    intake = read(write_xlsx(folder / f"{STEM}.xlsx", table))
    assert intake.status == "accepted"
    return [(finding.field, finding.code) for finding in intake.findings]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("udleveringsdato", 45292, "DATO"),
        ("udleveringsdato", 20240101, "DATO"),
        ("udleveringsdato", 2024.5, "DATO"),
        ("udleveringsdato", "01-02-2024", "DATO"),
        ("udleveringsdato", True, "DATO"),
        ("indleveringsdato", datetime.fromisoformat("2024-01-05T10:30:00"), "DATO"),
        ("komnr_indberetter", True, "FELT"),
        ("komnr_betaling", 1.5, "FELT"),
        ("hminavn", False, "FELT"),
        ("lov_tekst", date(2024, 1, 1), "FELT"),
        ("lov_navn", datetime.fromisoformat("2024-01-01T10:00:00"), "FELT"),
        ("udlaan_id", 1e15, "FELT"),
        ("pnr", 101901234.5, "FELT"),
        ("pnr", date(2001, 9, 1), "FELT"),
        ("hminr", date(2024, 1, 1), "FELT"),
        ("hmiiso", "#REF!", "FELT"),
        ("pnr", "", "MANGLER"),
    ],
)
def test_cells_of_another_kind(tmp_path: Path, field: str, value: object, code: str) -> None:
    assert findings_of(tmp_path, field, value) == [(field, code)]


@pytest.mark.parametrize("value", [date(2024, 1, 5), datetime.fromisoformat("2024-01-05T00:00:00"), "2024-01-05"])
def test_dates_as_cells_or_text(tmp_path: Path, value: object) -> None:
    assert findings_of(tmp_path, "indleveringsdato", value) == []


def test_error_cells_are_not_taken_for_empty(tmp_path: Path) -> None:
    path = tmp_path / f"{STEM}.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet, other = workbook.add_worksheet(), workbook.add_worksheet()
        other.write_formula(2, 0, "=NA()", None, "#N/A")  # an error on another sheet is nobody's business
        sheet.write_row(0, 0, FIELDS)
        for number, record in enumerate(rows(60), 1):
            sheet.write_row(number, 0, [record[field] for field in FIELDS])
        sheet.write_formula(3, FIELDS.index("indleveringsdato"), "=NA()", None, "#N/A")
        sheet.write_formula(5, FIELDS.index("hminr"), "=1/0", None, "#DIV/0!")
        sheet.write_formula(7, FIELDS.index("hminr"), '="77"', None, "77")
    intake = read(path)
    assert intake.findings == [
        (3, "indleveringsdato", "DATO"),
        (5, "hminr", "FELT"),
    ]


def test_a_filled_cell_outside_the_columns_makes_a_bad_record(tmp_path: Path) -> None:
    table: list[list[object]] = [list(FIELDS), *([record[name] for name in FIELDS] for record in rows(30))]
    table[4] = [*table[4], "", "note"]
    intake = read(write_xlsx(tmp_path / f"{STEM}.xlsx", table))
    assert intake.findings == [(4, "", "FELT")]
