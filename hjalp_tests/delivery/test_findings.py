"""Findings: what is wrong with a field, and what is not."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.delivery import read_csv
from hjalp_pipeline.delivery.findings import FINDINGS_SCHEMA
from hjalp_pipeline.delivery.records import type_records
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_tests.delivery.files import CPR, FIELDS, csv_text, read_bytes, row, rows, verdict


def typed(*, spreadsheet: bool = False, **changes: str) -> tuple[pl.DataFrame, list[tuple[str, str]]]:
    good, findings = type_records(
        pl.DataFrame([row(1, **changes)], schema=LAYOUTS.first.text_schema),
        7,
        "540",
        LAYOUTS.first,
        spreadsheet=spreadsheet,
    )
    assert (good.schema, findings.schema) == (LAYOUTS.typed_schema, FINDINGS_SCHEMA)
    assert good.height == (findings.height == 0)
    return good, [(field, code) for record, field, code in findings.rows() if record == 7]


BAD = {
    "udlaan_id": {"": "MANGLER", "x" * 37: "FELT", "æ" * 37: "FELT"},
    "komnr_indberetter": {
        "": "MANGLER",
        "541": "KOMNR",
        "0540": "KOMNR",
        "x": "KOMNR",
        "٥٤٠": "KOMNR",
    },
    "komnr_betaling": {
        "1": "KOMNR",
        "1234": "KOMNR",
        "46a": "KOMNR",
        "٤٦١": "KOMNR",
    },
    "pnr": {"": "MANGLER", "   ": "MANGLER"},
    "hminr": {"1234567": "FELT", "12a": "FELT", "-1": "FELT", "1.0": "FELT", "١٢": "FELT"},
    "hmiiso": {
        "1": "FELT",
        "122": "FELT",
        "1222030": "FELT",
        "122203010": "FELT",
        "12x2": "FELT",
        "12.22": "FELT",
        "١٢": "FELT",
    },
    "udleveringsdato": {
        "": "MANGLER",
        "2023-02-29": "DATO",
        "1900-02-29": "DATO",
        "2023-2-28": "DATO",
        "2023-02-8": "DATO",
        "02023-02-8": "DATO",
        "+2023-02-1": "DATO",
        "2023/02/28": "DATO",
        "20230228": "DATO",
        "28-02-2023": "DATO",
        "2023-02-28T00:00:00": "DATO",
        "2023-13-01": "DATO",
        "2023-00-10": "DATO",
        "2023-01-00": "DATO",
        "0000-01-01": "DATO",
        "-023-01-01": "DATO",
        "٢٠٢٣-٠٢-٢٨": "DATO",
        "i går": "DATO",
    },
    "indleveringsdato": {"2023-02-29": "DATO", "x": "DATO", "2024-1-05": "DATO"},
}


@pytest.mark.parametrize(
    ("field", "value", "code"), [(f, v, c) for f, values in BAD.items() for v, c in values.items()]
)
def test_bad_values(field: str, value: str, code: str) -> None:
    assert typed(**{field: value})[1] == [(field, code)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("udlaan_id", "æ" * 36),
        ("udlaan_id", " a "),
        ("komnr_betaling", "999"),
        ("komnr_betaling", "000"),
        ("hminr", "000001"),
        ("hminavn", " \t"),
        ("lov_navn", "UKENDT"),
        ("lov_tekst", "x" * 5000),
    ],
)
def test_good_values_stay_verbatim(field: str, value: str) -> None:
    good, findings = typed(**{field: value})
    assert findings == []
    assert good[field].item() == value


@pytest.mark.parametrize(
    ("value", "iso"),
    [("12 22 03", "122203"), ("12-22-03-01", "12220301"), ("12\u00a022", "1222"), ("", None), (" - ", None)],
)
def test_hmiiso_without_blanks_and_hyphens(value: str, iso: str | None) -> None:
    good, findings = typed(hmiiso=value)
    assert (good["hmiiso"].item(), findings) == (iso, [])


@pytest.mark.parametrize("value", ["2024-02-29", "0001-01-01", "9999-12-31", "1969-12-31"])
def test_dates(value: str) -> None:
    good, findings = typed(udleveringsdato=value, indleveringsdato=value)
    assert (good["udleveringsdato"].item(), good["indleveringsdato"].item()) == (date.fromisoformat(value),) * 2
    assert findings == []


@pytest.mark.parametrize(
    ("value", "number", "text"),
    [
        (CPR, 101901234, None),
        (" 0101901234\t", 101901234, None),
        ("010190-1234", 101901234, None),
        ("0000000000", 0, None),
        ("4294967295", 4294967295, None),
        ("4294967296", None, "4294967296"),
        ("7101901234", None, "7101901234"),
        ("010190-AB12", None, "010190AB12"),
        ("010190 1234", None, "010190 1234"),
        ("0101-901234", None, "0101-901234"),
        ("101901234", None, "101901234"),
        ("01019012345", None, "01019012345"),
        ("+010190123", None, "+010190123"),
        ("٠١٠١٩٠١٢٣٤", None, "٠١٠١٩٠١٢٣٤"),
        ("ukendt", None, "ukendt"),
    ],
)
def test_pnr(value: str, number: int | None, text: str | None) -> None:
    good, findings = typed(pnr=value)
    assert (good["pnr"].item(), good["pnr_tekst"].item(), findings) == (number, text, [])


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        ({"pnr": "101901234"}, "pnr", 101901234),
        ({"pnr": "1"}, "pnr", 1),
        ({"komnr_betaling": "61"}, "komnr_betaling", "061"),
        ({"hmiiso": "42203"}, "hmiiso", "042203"),
        ({"hmiiso": "4"}, "hmiiso", "04"),
        ({"hmiiso": "1222"}, "hmiiso", "1222"),
    ],
)
def test_spreadsheets_get_their_zeros_back(changes: dict[str, str], column: str, value: object) -> None:
    good, findings = typed(spreadsheet=True, **changes)
    assert (good[column].item(), findings) == (value, [])


def test_all_findings_of_a_record_in_the_order_of_the_fields() -> None:
    chunk = pl.DataFrame(
        [row(1), dict.fromkeys(FIELDS, ""), row(3, hminr="x", komnr_betaling="x", pnr="")],
        schema=LAYOUTS.first.text_schema,
    )
    good, findings = type_records(chunk.select(reversed(FIELDS)), 11, "540", LAYOUTS.first)
    assert good["post"].to_list() == [11]
    assert findings.rows() == [
        (12, "udlaan_id", "MANGLER"),
        (12, "komnr_indberetter", "MANGLER"),
        (12, "pnr", "MANGLER"),
        (12, "udleveringsdato", "MANGLER"),
        (13, "komnr_betaling", "KOMNR"),
        (13, "pnr", "MANGLER"),
        (13, "hminr", "FELT"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("size", [100, 500, 1 << 20])
def test_short_long_and_misquoted_records(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_csv, "CHUNK_BYTES", size)
    lines = csv_text(rows(100)).split("\n")
    lines[3] += ";for;mange"  # record 3
    lines[10] = lines[10].rsplit(";", 2)[0]  # as many too few: the sum of separators is right
    lines[20] = "x"
    lines[30] = lines[30].replace("SEL § 112", 'rulle 24" x 2')  # a quote inside is text
    lines[40] = lines[40].replace("N-40", "N-40\r")
    intake = read_bytes(tmp_path, "\n".join(lines))
    assert verdict(intake) == ("accepted", None, 100, 4)
    assert intake.findings == [(n, "", "FELT") for n in (3, 10, 20, 40)]
    assert intake.bad_by_code == {"FELT": 4}
    assert intake.frame is not None
    assert intake.frame.filter(pl.col("post") == 30)["lov_tekst"].item() == 'rulle 24" x 2'


def test_separators_inside_quotes_do_not_hide_a_short_record(tmp_path: Path) -> None:
    lines = csv_text(rows(40)).split("\n")
    lines[5] = lines[5].rsplit(";", 1)[0].replace("SEL_112", '"SEL;112"')
    lines[6] = lines[6].replace("SEL_112", '"a\nb"') + "\n"
    intake = read_bytes(tmp_path, "\n".join(lines))
    assert intake.findings == [(5, "", "FELT")]
    assert intake.records == 40


@pytest.mark.parametrize(("field", "code"), [(field, "DATO" if field.endswith("dato") else "FELT") for field in FIELDS])
def test_a_control_character_is_no_part_of_any_field(field: str, code: str) -> None:
    good = row()[field]
    for char in "\0\x01\x1a\x0b\x1f\x7f\x80\x85\x9f":
        assert (char, typed(**{field: f"{good[:1]}{char}{good[1:]}"})[1]) == (char, [(field, code)])


@pytest.mark.parametrize("text", ["a\tb", "a\nb", "a\r\nb", "\u00a0", "\u00ad", "\u200b", "\u2028", "ÆØÅ"])
def test_tabs_line_ends_and_what_is_not_control_are_text(text: str) -> None:
    assert typed(hminavn=text, lov_tekst=text)[1] == []


@pytest.mark.parametrize("field", ["udlaan_id", "pnr"])
@pytest.mark.parametrize("value", ["1,23457E+18", "1.234567890123456E18", "1E+10", "-1.5e-3"])
def test_numbers_that_have_lost_digits(field: str, value: str) -> None:
    assert typed(**{field: value})[1] == [(field, "FELT")]


@pytest.mark.parametrize("blank", ["", " ", "\u00a0", "\n"])
def test_numbers_that_have_lost_digits_between_blanks(blank: str) -> None:
    assert typed(udlaan_id=f"{blank}1,23457E+18{blank}")[1] == [("udlaan_id", "FELT")]
    assert typed(pnr=f"{blank}1E9{blank}")[1] == [("pnr", "FELT")]  # may be an id, but no CPR number


@pytest.mark.parametrize("blank", [" ", "\t", "\r\n", "\u00a0 "])
def test_nothing_but_blanks_is_no_id(blank: str) -> None:
    """Else all loans without id but one would be removed as duplicates."""
    assert typed(udlaan_id=blank)[1] == [("udlaan_id", "MANGLER")]


@pytest.mark.parametrize("value", ["1E5", "12E", "E+10", "1.5", "a1E+5", "4e12c7"])
def test_ids_that_are_no_such_number(value: str) -> None:
    assert typed(udlaan_id=value)[1] == []


@pytest.mark.parametrize("blank", [" ", "\t", "\n", "\r\n ", "\u00a0"])
def test_blanks_around_do_not_count_in_codes_numbers_and_dates(blank: str) -> None:
    codes = [field for field in FIELDS if field not in ("udlaan_id", "hminavn", "lov_navn", "lov_tekst")]
    frame, findings = typed(**{field: f"{blank}{row()[field]}{blank}" for field in codes})
    assert findings == []
    assert frame.equals(typed()[0])
    assert typed(komnr_betaling=blank, hminr=blank, hmiiso=blank, indleveringsdato=blank)[1] == []
    assert typed(pnr=blank)[1] == [("pnr", "MANGLER")]
