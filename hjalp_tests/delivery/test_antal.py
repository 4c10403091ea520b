"""ANTAL: the count is missing or wrong, as in a file that was cut off."""

from pathlib import Path

import pytest

from hjalp_pipeline.delivery import read_csv
from hjalp_tests.delivery.files import HEADER, csv_text, read_bytes, row, rows, verdict, xml_text

TEXT = csv_text(rows(3))


@pytest.mark.parametrize(
    "last",
    [
        "SLUT;2",
        "SLUT;4",
        "SLUT;-3",
        "SLUT;+3",
        "SLUT; 3",
        "SLUT;",
        "SLUT",
        "slut;3",
        "SLUT;3;",
        "SLUT,3",
        "SLUT;٣",
        "",
        "SLUT;3x",
    ],
)
def test_last_line(tmp_path: Path, last: str) -> None:
    intake = read_bytes(tmp_path, TEXT.replace("SLUT;3", last))
    assert (intake.status, intake.code) == ("rejected", "ANTAL")
    assert intake.frame is None


@pytest.mark.parametrize("last", ["SLUT;3", '"SLUT";"3"', "SLUT;003"])
def test_forms_of_the_last_line(tmp_path: Path, last: str) -> None:
    assert read_bytes(tmp_path, TEXT.replace("SLUT;3", last)).code is None


@pytest.mark.parametrize("step", [31, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("size", [50, 120, 1 << 20])
def test_cut_off_anywhere(tmp_path: Path, size: int, step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_csv, "CHUNK_BYTES", size)
    data = csv_text([row(n, lov_tekst='en "lang"\ntekst;') for n in range(1, 5)]).encode("cp1252")
    for end in range(len(HEADER) + 1, len(data) - 1, step):
        assert read_bytes(tmp_path, data[:end], encoding="cp1252").code == "ANTAL", end


def test_cut_off_in_a_quoted_field_and_glued_together(tmp_path: Path) -> None:
    cut = TEXT.replace("N-3", '"N-3')  # the quote swallows the last line
    intake = read_bytes(tmp_path, cut)
    assert verdict(intake)[:2] == ("rejected", "ANTAL")
    assert "nførselstegn" in str(intake.detail)
    assert read_bytes(tmp_path, TEXT + TEXT).code == "ANTAL"


def test_a_last_line_inside_quotes_is_text(tmp_path: Path) -> None:
    text = csv_text([row(1, lov_tekst="a\nSLUT;1")])
    assert read_bytes(tmp_path, text).code is None
    assert read_bytes(tmp_path, text.removesuffix("SLUT;1\n")).code == "ANTAL"


def test_an_endless_quoted_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_csv, "CHUNK_BYTES", 20_000)
    text = csv_text(rows(3000)).replace("\nN-5;", '\n"N-5;')
    assert len(text) > 200_000  # beyond the field limit of the csv module
    assert read_bytes(tmp_path, text).code == "ANTAL"


def test_only_a_header(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, HEADER).code == "ANTAL"
    assert read_bytes(tmp_path, HEADER + "\nSLUT;1\n").code == "ANTAL"


@pytest.mark.parametrize(
    ("said", "told"), [("4", "siger 4"), ("99999999", "siger 99999999"), ("0101501234", "er ikke")]
)
def test_the_other_number_is_told_unless_it_might_be_a_person(tmp_path: Path, said: str, told: str) -> None:
    for intake, where in (
        (read_bytes(tmp_path, TEXT.replace("SLUT;3", f"SLUT;{said}")), "dens sidste linje"),
        (read_bytes(tmp_path, xml_text(rows(3), antal=said), "xml"), "attributten antal"),
    ):
        detail = str(intake.detail)
        assert detail.startswith("Filen indeholder 3 poster, ")
        assert (where in detail, told in detail) == (True, True)
        assert said[1:] in detail or "er ikke" in told


@pytest.mark.parametrize("antal", ["2", "4", "0", "9" * 30])
def test_xml(tmp_path: Path, antal: str) -> None:
    assert verdict(read_bytes(tmp_path, xml_text(rows(3), antal=antal), "xml")) == ("rejected", "ANTAL", 3, 0)


def test_xml_number_forms_of_the_schema(tmp_path: Path) -> None:
    assert read_bytes(tmp_path, xml_text(rows(3), antal=" +03 "), "xml").code is None


def test_before_too_many_errors(tmp_path: Path) -> None:
    text = csv_text([row(n, pnr="") for n in range(1, 4)])
    assert read_bytes(tmp_path, text).code == "FOR_MANGE_FEJL"
    assert read_bytes(tmp_path, text.replace("SLUT;3", "SLUT;2")).code == "ANTAL"


@pytest.mark.parametrize("end", ["\x1a", "\n\x1a", "\r\n\x1a\x1a\n", "\n\n \n"])
def test_what_may_stand_behind_the_last_line(tmp_path: Path, end: str) -> None:
    assert verdict(read_bytes(tmp_path, TEXT.rstrip("\n") + end)) == ("accepted", None, 3, 0)


def test_the_end_of_dos_in_the_middle_is_a_control_character(tmp_path: Path) -> None:
    text = csv_text([row(n) for n in range(1, 41)]).replace("N-7;", "N-7\x1a;")
    intake = read_bytes(tmp_path, text)
    assert intake.findings == [(7, "udlaan_id", "FELT")]
    assert read_bytes(tmp_path, text.replace("N-7\x1a;", "N-7;").replace("\nN-7;", "\n\x1a\nN-7;")).code == "ANTAL"
