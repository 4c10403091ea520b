"""TOM: no records, or an empty file."""

from pathlib import Path

import pytest

from hjalp_tests.delivery.files import FIELDS, HEADER, STEM, read, read_bytes, verdict, write_xlsx, xml_root

TOM = ("rejected", "TOM", 0, 0)


@pytest.mark.parametrize("form", ["csv", "xml"])
@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n", b" \r\n\t\r\n ", b"\xef\xbb\xbf\n", b"\n" * 100_000])
def test_empty_files(tmp_path: Path, form: str, content: bytes) -> None:
    assert verdict(read_bytes(tmp_path, content, form)) == TOM


def test_empty_utf16_and_xlsx(tmp_path: Path) -> None:
    assert verdict(read_bytes(tmp_path, "\ufeff\n".encode("utf-16-le"), "xml")) == TOM
    assert verdict(read_bytes(tmp_path, b"", "xlsx")) == TOM


@pytest.mark.parametrize("end", ["SLUT;0\n", "SLUT;0", "\n\nSLUT;0\r\n"])
def test_csv_without_records(tmp_path: Path, end: str) -> None:
    assert verdict(read_bytes(tmp_path, f"{HEADER}\n{end}")) == TOM


def test_xml_without_records(tmp_path: Path) -> None:
    assert verdict(read_bytes(tmp_path, xml_root(0) + "</leverance>", "xml")) == TOM


@pytest.mark.parametrize("lines", [[], [FIELDS], [FIELDS, [""] * 11]])
def test_xlsx_without_records(tmp_path: Path, lines: list[list[str]]) -> None:
    assert verdict(read(write_xlsx(tmp_path / f"{STEM}.xlsx", lines))) == TOM
