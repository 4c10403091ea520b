"""KOLONNER: the header is exactly the 11 names, in any order."""

from pathlib import Path

import pytest

from hjalp_tests.delivery.files import FIELDS, HEADER, STEM, csv_text, read, read_bytes, row, rows, verdict, write_xlsx

BODY = csv_text(rows(2)).split("\n", 1)[1]


@pytest.mark.parametrize(
    "header",
    [
        HEADER.replace(";", ","),
        HEADER.replace(";", "\t"),
        HEADER.replace("lov_tekst", "pnr"),
        HEADER + ";pnr",
        HEADER + ";",
        HEADER + ";ekstra",
        HEADER.removesuffix(";lov_tekst"),
        HEADER.upper(),
        HEADER.replace("pnr", " pnr"),
        HEADER.replace("pnr", '"pnr'),
        "\n" + HEADER,
        "\ufeff\ufeff" + HEADER,
        row()["pnr"],
        HEADER.replace(";", "\r"),
        HEADER + "\r\r",
        "x" * 200_000,
    ],
)
def test_csv(tmp_path: Path, header: str) -> None:
    intake = read_bytes(tmp_path, f"{header}\n{BODY}")
    assert verdict(intake) == ("rejected", "KOLONNER", 0, 0)
    assert row()["pnr"] not in str(intake)


def test_lines_that_end_on_cr_alone(tmp_path: Path) -> None:
    intake = read_bytes(tmp_path, csv_text(rows(2)).replace("\n", "\r"))
    assert verdict(intake) == ("rejected", "KOLONNER", 0, 0)
    assert "CR alene" in str(intake.detail)


@pytest.mark.parametrize("text", ["SLUT;0\n", BODY, "\0\n", "x"])
def test_csv_without_header(tmp_path: Path, text: str) -> None:
    assert read_bytes(tmp_path, text).code == "KOLONNER"


@pytest.mark.parametrize(
    "header",
    [
        [*FIELDS[:-1], "pnr"],
        [*FIELDS, "pnr"],
        [*FIELDS, "ekstra"],
        FIELDS[:-1],
        [name.upper() for name in FIELDS],
        [*FIELDS[:-1], 7],
        [],
    ],
)
def test_xlsx(tmp_path: Path, header: list[object]) -> None:
    lines = [header, *([record[field] for field in FIELDS] for record in rows(2))]
    assert verdict(read(write_xlsx(tmp_path / f"{STEM}.xlsx", lines))) == ("rejected", "KOLONNER", 0, 0)


def test_xlsx_header_anywhere_in_the_first_row(tmp_path: Path) -> None:
    lines = [["", "", *reversed(FIELDS)], *(["", "", *(record[f] for f in reversed(FIELDS))] for record in rows(2))]
    assert verdict(read(write_xlsx(tmp_path / f"{STEM}.xlsx", lines))) == ("accepted", None, 2, 0)


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"'])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_a_first_line_for_spreadsheets_alone(tmp_path: Path, line: str, start: str) -> None:
    assert verdict(read_bytes(tmp_path, f"{start}{line}\n{HEADER}\n{BODY}")) == ("accepted", None, 2, 0)


@pytest.mark.parametrize("line", ["sep=,", "sep=", "sep=;;", " sep=;", "sep=;\nsep=;"])
def test_other_first_lines(tmp_path: Path, line: str) -> None:
    assert read_bytes(tmp_path, f"{line}\n{HEADER}\n{BODY}").code == "KOLONNER"


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (HEADER.removesuffix(";lov_tekst"), "Mangler: lov_tekst."),
        (HEADER.replace("lov_tekst", "pnr"), "Mangler: lov_tekst. Mere end én gang: pnr."),
        (HEADER + ";ekstra", "Ingen aftalt kolonne: nr. 12."),
        (HEADER.replace("pnr", " PNR"), "Kolonne 4 skal skrives pnr."),
        (HEADER + ";PNR", "Ingen aftalt kolonne: nr. 12."),
        (HEADER + ";x" * 8, "Ingen aftalt kolonne: nr. 12, 13, 14, 15, 16 og 3 til."),
        (HEADER.replace("pnr", row()["pnr"]), "Mangler: pnr. Ingen aftalt kolonne: nr. 4."),
        (HEADER.replace(";", ","), "Kolonnenavnene står der, men adskilt af komma."),
        (HEADER.replace(";", "\t"), "Kolonnenavnene står der, men adskilt af tabulator."),
        (HEADER.replace(";", ",").replace("pnr", "cpr"), "Ingen af kolonnenavnene står der."),
        (
            HEADER.upper(),
            " ".join(f"Kolonne {place} skal skrives {name}." for place, name in enumerate(FIELDS[:5], start=1))
            + " Det samme gælder 6 til.",
        ),
        ("", "Ingen af kolonnenavnene står der."),
    ],
)
def test_what_is_wrong_with_the_header_is_told_and_no_heading_of_the_file(
    tmp_path: Path, header: str, told: str
) -> None:
    for intake in (
        read_bytes(tmp_path, f"{header}\n{BODY}"),
        read(write_xlsx(tmp_path / f"{STEM}.xlsx", [header.split(";"), *[list(one.values()) for one in rows(2)]])),
    ):
        assert verdict(intake) == ("rejected", "KOLONNER", 0, 0)
        assert str(intake.detail).split("gang. " if "Arkets" in str(intake.detail) else "semikolon. ", 1)[1] == told
        assert row()["pnr"] not in str(intake)
