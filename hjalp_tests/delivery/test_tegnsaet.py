"""TEGNSAET: a file that cannot be decoded is that before it is anything else."""

import io
from pathlib import Path

import pytest

from hjalp_pipeline.delivery import read_csv, read_xml
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_tests.delivery.files import HEADER, csv_text, read_bytes, row, rows, xml_text

LATIN = csv_text([row(1), row(2, hminavn="Sæde")]).encode("latin-1")


@pytest.mark.parametrize("size", [100, 1 << 20])
def test_invalid_utf8_in_the_last_chunk(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_csv, "CHUNK_BYTES", size)
    records = [row(number, hminavn="Seng", lov_tekst="SEL") for number in range(1, 20)]
    text = csv_text(records).encode()
    bad = text.replace(b"N-19;", b"N-\xff19;")
    assert read_bytes(tmp_path, text).code is None
    assert read_bytes(tmp_path, bad).code == "TEGNSAET"


@pytest.mark.parametrize("where", [b"N-1;", b";461;", b"2023-02-28", b"SEL_112", b"Bed"])
@pytest.mark.parametrize("bad", [b"\xc3", b"\xed\xa0\x80", b"\xc0\x80", b"\xf5\x80\x80\x80", b"\x80"])
def test_every_column_and_every_kind_of_invalid_utf8(tmp_path: Path, where: bytes, bad: bytes) -> None:
    text = csv_text([row(1, hminavn="Bed", lov_tekst="x")]).encode()
    assert read_bytes(tmp_path, text.replace(where, where[:-1] + bad + where[-1:])).code == "TEGNSAET"


def test_latin1_delivered_as_utf8(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, LATIN).code == "TEGNSAET"
    assert read_bytes(tmp_path, LATIN, encoding="windows-1252").code is None


@pytest.mark.parametrize("byte", [b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d"])
@pytest.mark.parametrize("encoding", ["cp1252", "Windows-1252"])
def test_bytes_windows_1252_does_not_define(tmp_path: Path, byte: bytes, encoding: str) -> None:
    assert read_bytes(tmp_path, LATIN.replace(b"S\xe6de", b"S" + byte), encoding=encoding).code == "TEGNSAET"


def test_before_kolonner_antal_and_stray_quotes(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, b"a;b;c\n1;2;3\nx\xff").code == "TEGNSAET"
    assert read_bytes(tmp_path, LATIN.replace(b"SLUT;2", b"SLUT;9")).code == "TEGNSAET"
    assert read_bytes(tmp_path, LATIN.replace(b"N-1", b'N"1')).code == "TEGNSAET"
    assert read_bytes(tmp_path, f"{HEADER}".encode() + b"\xff\n").code == "TEGNSAET"
    assert read_bytes(tmp_path, "\ufeffSLUT".encode("utf-16")).code == "TEGNSAET"


@pytest.mark.parametrize("encoding", ["ebcdic", "", "hex", "utf-16", "cp037"])
def test_an_encoding_systems_csv_cannot_mean(encoding: str) -> None:
    with pytest.raises(ValueError, match="encoding"):
        list(read_csv.read_csv(io.BytesIO(LATIN), encoding, LAYOUTS.first))


@pytest.mark.parametrize("size", [64, 1 << 20])
def test_xml_not_decodable_in_its_declared_encoding(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_xml, "CHUNK_BYTES", size)
    text = xml_text(rows(3))
    assert read_bytes(tmp_path, text.encode("latin-1"), "xml").code == "TEGNSAET"
    assert read_bytes(tmp_path, text.replace("UTF-8", "us-ascii").encode(), "xml").code == "TEGNSAET"
    assert read_bytes(tmp_path, text.encode("utf-16")[:-1], "xml").code == "TEGNSAET"
    # not well-formed either, but that comes second
    assert read_bytes(tmp_path, b"<x>" + text.encode("latin-1"), "xml").code == "TEGNSAET"


@pytest.mark.parametrize("encoding", ["utf-7", "ebcdic-cp-us", "hex", "klingon", "utf-16", "UTF-32"])
def test_xml_that_declares_an_encoding_not_used_here(tmp_path: Path, encoding: str) -> None:
    text = xml_text(rows(1), encoding=encoding).replace("Kørestol", "Stol").replace("§", "")
    assert read_bytes(tmp_path, text, "xml").code == "TEGNSAET"


BOMS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


@pytest.mark.parametrize("mark", [True, False])
@pytest.mark.parametrize("written", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("agreed", ["utf-8", "windows-1252"])
def test_utf16_with_and_without_its_mark(tmp_path: Path, written: str, agreed: str, mark: bool) -> None:
    data = (BOMS[written] if mark else b"") + csv_text(rows(2)).encode(written)
    assert read_bytes(tmp_path, data, encoding=agreed).code == "TEGNSAET"


@pytest.mark.parametrize("written", ["utf-32", "utf-32-le", "utf-32-be"])
def test_utf32(tmp_path: Path, written: str) -> None:
    intake = read_bytes(tmp_path, csv_text(rows(2)).encode(written))
    assert intake.code == "TEGNSAET"
    assert "UTF-32" in str(intake.detail)


@pytest.mark.parametrize("size", [64, 1 << 20])
@pytest.mark.parametrize("said", ["windows-1252", "ISO-8859-1", "iso-8859-15"])
def test_xml_that_is_utf8_and_says_otherwise_is_a_remark(
    tmp_path: Path, said: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_xml, "CHUNK_BYTES", size)
    text = xml_text(rows(3), encoding=said)
    assert read_bytes(tmp_path, text.encode(), "xml").remarks == {"TEGNSAET_UTF8": 3}
    assert read_bytes(tmp_path, text.encode(said), "xml").remarks == {}
    assert read_bytes(tmp_path, text.replace("ø", "o").replace("§", "S").encode(), "xml").remarks == {}


def test_letters_that_were_lost_on_the_way_are_a_remark(tmp_path: Path) -> None:
    """A file that was converted wrongly before it was sent: valid, and not what was meant."""
    twice = csv_text(
        [row(1), row(2, hminavn="K\ufffdrestol"), row(3, lov_tekst="Ã…rsag"), row(4, lov_tekst="SEL Â§ 112")]
    )
    assert read_bytes(tmp_path, twice).remarks == {"TEGN_FORVANSKET": 3}
    assert read_bytes(tmp_path, csv_text([row(1, hminavn="Ã", lov_tekst="Â Ø")])).remarks == {}


@pytest.mark.parametrize("written", ["cp850", "mac_roman"])
def test_letters_of_another_encoding_of_one_byte_are_a_remark(tmp_path: Path, written: str) -> None:
    records = [
        row(1),
        row(2, lov_tekst=""),
        row(3, hminavn="Håndtag", lov_tekst=""),
        row(4, hminavn="Sæde", lov_tekst=""),
    ]
    text = csv_text([*records, row(5, hminavn="Kit's, 24 x 30", lov_tekst="er det? ja")])
    read = read_bytes(tmp_path, text.encode(written), encoding="windows-1252")
    assert read.remarks == {"TEGN_FORVANSKET": 4}


def test_a_question_mark_inside_a_word_is_a_lost_letter(tmp_path: Path) -> None:
    text = csv_text(rows(2)).replace("ø", "?").replace("§", "?")
    assert read_bytes(tmp_path, text, encoding="windows-1252").remarks == {"TEGN_FORVANSKET": 2}


def test_the_mark_of_utf8_where_windows_1252_is_agreed(tmp_path: Path) -> None:
    for text in (csv_text(rows(2)).encode("cp1252"), csv_text(rows(2)).encode()):
        intake = read_bytes(tmp_path, BOMS["utf-8"] + text, encoding="cp1252")
        assert intake.code == "TEGNSAET"
        assert "UTF-8" in str(intake.detail)


def test_the_mark_of_utf8_before_windows_1252(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, BOMS["utf-8"] + csv_text(rows(2)).encode("cp1252")).code == "TEGNSAET"


@pytest.mark.parametrize("size", [90, 1 << 20])
def test_utf8_where_windows_1252_is_agreed_is_a_remark(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_csv, "CHUNK_BYTES", size)
    text = csv_text(rows(3))
    assert read_bytes(tmp_path, text.encode(), encoding="windows-1252").remarks == {"TEGNSAET_UTF8": 3}
    assert read_bytes(tmp_path, text.encode("cp1252"), encoding="windows-1252").remarks == {}
    mixed = text.encode().replace("Kørestol".encode(), "Kørestol".encode("cp1252"), 1)
    assert read_bytes(tmp_path, mixed, encoding="windows-1252").remarks == {"TEGN_FORVANSKET": 3}
    plain = text.replace("ø", "o").replace("§", "S").encode()
    assert read_bytes(tmp_path, plain, encoding="windows-1252").remarks == {}
