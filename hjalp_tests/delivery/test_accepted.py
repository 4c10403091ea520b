"""Faultless deliveries: every form the interface allows is read, and read the same."""

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from hjalp_pipeline.delivery import read_csv, read_xlsx, read_xml
from hjalp_pipeline.delivery.records import type_records
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_tests.delivery.files import (
    CPR,
    FIELDS,
    HEADER,
    csv_text,
    read,
    read_bytes,
    row,
    rows,
    verdict,
    write_xlsx,
    xlsx,
    xml_record,
    xml_root,
    xml_text,
)

GOOD = ("accepted", None, 2, 0)


def expected(records: list[dict[str, str]]) -> pl.DataFrame:
    text = pl.DataFrame(records, schema=LAYOUTS.first.text_schema)
    return type_records(text, 1, "540", LAYOUTS.first)[0]


def test_csv_gives_the_typed_frame(tmp_path: Path) -> None:
    intake = read_bytes(tmp_path, csv_text([row(1), row(2, indleveringsdato="", hmiiso="12-22", komnr_betaling="")]))
    assert verdict(intake) == GOOD
    assert intake.frame is not None
    assert intake.frame.schema == LAYOUTS.typed_schema
    assert intake.frame.row(0, named=True) == {
        "post": 1,
        "udlaan_id": "N-1",
        "komnr_betaling": "461",
        "pnr": 101901234,
        "pnr_tekst": None,
        "hminr": "12345",
        "hmiiso": "122203",
        "hminavn": "Kørestol, manuel",
        "udleveringsdato": date(2023, 2, 28),
        "indleveringsdato": date(2024, 2, 29),
        "lov_navn": "SEL_112",
        "lov_tekst": "SEL § 112",
    }
    assert intake.frame.row(1)[2:7] == (None, 101901234, None, "12345", "1222")
    assert (intake.findings, intake.finding_counts, intake.bad_by_code) == ([], {}, {})


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_bom_and_line_endings(tmp_path: Path, end: str, bom: str) -> None:
    intake = read_bytes(tmp_path, bom + csv_text(rows(2), end=end))
    assert verdict(intake) == GOOD
    assert intake.frame is not None
    assert_frame_equal(intake.frame, expected(rows(2)))


def test_permuted_and_quoted_header(tmp_path: Path) -> None:
    header = list(reversed(FIELDS))
    plain = read_bytes(tmp_path, csv_text(rows(2), header=header))
    quoted = read_bytes(tmp_path, csv_text(rows(2), header=header, quoting=csv.QUOTE_ALL))
    for intake in (plain, quoted):
        assert verdict(intake) == GOOD
        assert intake.frame is not None
        assert_frame_equal(intake.frame, expected(rows(2)))


def test_last_line_may_lack_its_end_and_blank_lines_are_no_records(tmp_path: Path) -> None:
    text = csv_text(rows(2))
    assert verdict(read_bytes(tmp_path, text.rstrip("\n"))) == GOOD
    assert verdict(read_bytes(tmp_path, text + "\n\r\n")) == GOOD
    assert verdict(read_bytes(tmp_path, text.replace("N-2", "N-2").replace("\nN-2", "\n\n  \n\r\nN-2"))) == GOOD


@pytest.mark.parametrize("encoding", ["windows-1252", "cp1252", "CP1252", "iso-8859-1", "UTF-8", "utf8", "utf-8-sig"])
def test_danish_letters_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    records = [row(1, hminavn="Bæk Åse Østergård"), row(2, lov_tekst="§ 113 é")]
    intake = read_bytes(tmp_path, csv_text(records), encoding=encoding)
    assert verdict(intake) == GOOD
    assert intake.frame is not None
    assert intake.frame["hminavn"][0] == "Bæk Åse Østergård"


def test_quoted_and_unquoted_empty_are_null(tmp_path: Path) -> None:
    values = ["N-1", "540", "", CPR, '""', "", '""', "2023-01-01", '""', "", '""']
    intake = read_bytes(tmp_path, f"{HEADER}\n{';'.join(values)}\nSLUT;1\n")
    assert intake.frame is not None
    assert intake.frame.row(0) == (
        1,
        "N-1",
        None,
        101901234,
        None,
        None,
        None,
        None,
        date(2023, 1, 1),
        None,
        None,
        None,
    )


@pytest.mark.parametrize("size", [150, 400, 1 << 20])
def test_newlines_separators_and_quotes_inside_quotes(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_csv, "CHUNK_BYTES", size)
    texts = ["linje\nskift", "a;b;c", 'en 24" stol', "\r\n", '"', "SLUT;3\n", "x" * 300, '";"', "\n\n"]
    records = [row(n, lov_tekst=text) for n, text in enumerate(texts, 1)]
    intake = read_bytes(tmp_path, csv_text(records))
    assert verdict(intake) == ("accepted", None, len(texts), 0)
    assert intake.frame is not None
    assert intake.frame["lov_tekst"].to_list() == texts


def test_a_bom_character_at_the_border_of_a_chunk_is_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_csv, "CHUNK_BYTES", 180)
    records = [row(n, udlaan_id=f"\ufeff{n}") for n in range(1, 9)]
    intake = read_bytes(tmp_path, csv_text(records))
    assert intake.frame is not None
    assert intake.frame["udlaan_id"].to_list() == [f"\ufeff{n}" for n in range(1, 9)]


def test_xml_forms(tmp_path: Path) -> None:
    body = (
        "<!-- lavet af <et> system --><?system a?>\n  <udlaan>\n <pnr>010190<!-- x -->-1234</pnr><udlaan_id><![CDATA[<1>]]></udlaan_id>"
        "<komnr_indberetter>&#53;40</komnr_indberetter><hminavn>a &amp; b</hminavn><hminr/><hmiiso></hmiiso>\n"
        "<udleveringsdato>2023-01-01</udleveringsdato></udlaan>"
    )
    root = xml_root(1).replace(
        ">",
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://x.invalid/a.xsd">',
    )
    intake = read_bytes(tmp_path, f"{root}{body}</leverance>", "xml")
    assert verdict(intake) == ("accepted", None, 1, 0)
    assert intake.frame is not None
    assert intake.frame.row(0) == (
        1, "<1>", None, 101901234, None, None, None, "a & b", date(2023, 1, 1), None, None, None,
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-16", "windows-1252", "ISO-8859-1"])
@pytest.mark.parametrize("size", [64, 1 << 20])
def test_xml_encodings(tmp_path: Path, encoding: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_xml, "CHUNK_BYTES", size)
    text = xml_text(rows(2), encoding=encoding)
    intake = read_bytes(tmp_path, text.encode(encoding), "xml")
    assert verdict(intake) == GOOD
    assert intake.frame is not None
    assert_frame_equal(intake.frame, expected(rows(2)))


def test_xml_without_declaration_is_utf8_and_may_have_a_bom(tmp_path: Path) -> None:
    text = f"{xml_root(1)}{xml_record(row())}</leverance>"
    assert verdict(read_bytes(tmp_path, "\ufeff" + text, "xml")) == ("accepted", None, 1, 0)


def test_xlsx_undoes_what_the_spreadsheet_did(tmp_path: Path) -> None:
    first = ["1", 540, 461.0, 101901234, 12345.0, 42203.0, "Stol", date(2023, 1, 2), "2024-01-01", "SEL_112", 112.0]
    blank = [""] * len(FIELDS)
    second = [2, "540", 101.0, "  101901234", 7, "4 22", 24, date(2023, 1, 2), "", "", ""]
    path = write_xlsx(tmp_path / "540_web_20250110T081500.xlsx", [FIELDS, first, blank, second])
    intake = read(path)
    assert verdict(intake) == GOOD
    assert intake.frame is not None
    day = date(2023, 1, 2)
    assert intake.frame.rows() == [
        (1, "1", "461", 101901234, None, "12345", "042203", "Stol", day, date(2024, 1, 1), "SEL_112", "112"),
        (2, "2", "101", 101901234, None, "7", "0422", "24", day, None, None, None),
    ]


def test_xlsx_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_xlsx, "CHUNK_ROWS", 3)
    intake = read(xlsx(tmp_path, rows(8)))
    assert intake.frame is not None
    assert_frame_equal(intake.frame, expected(rows(8)))
