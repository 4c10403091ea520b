"""What a zip that is called a workbook may pretend."""

import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from hjalp_pipeline.delivery.workbook import package, sheet
from hjalp_pipeline.delivery.workbook import parts as workbook_parts
from hjalp_tests.delivery.workbook.parts import (
    HEADER,
    MAIN,
    RECORDS,
    SHEET,
    intake_of,
    packed,
    parts,
    relations,
)
from hjalp_tests.delivery.workbook.parts import sheet as sheet_part


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
