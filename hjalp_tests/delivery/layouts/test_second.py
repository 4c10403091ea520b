"""Nothing of the readers belongs to one statistic: another's layout goes through csv, xml and xlsx to a typed frame."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from lxml import etree
from polars.testing import assert_frame_equal

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.delivery.codes import finding_text
from hjalp_pipeline.delivery.layouts.xsd import xsd
from hjalp_pipeline.delivery.names import parse_name
from hjalp_tests.delivery.files import verdict
from hjalp_tests.delivery.layouts.second import LAYOUTS, MONTH, STEM, deliver, record

FORMATS = ("csv", "xml", "xlsx")
UPPER = "01234567-89AB-CDEF-0123-456789ABCDEF"
OTHERS = [record(number) for number in range(2, 32)]


@pytest.mark.parametrize("form", FORMATS)
def test_its_typed_frame(tmp_path: Path, form: str) -> None:
    open_one = record(2, ydelse_slut="", maalgruppe="", funk_vurd="", prodnr="", pnr="010190-1234", betalingskommune="")
    intake = deliver(tmp_path, form, [record(1, afdeling_uuid=UPPER), open_one, record(3, pnr="ABC")])
    assert verdict(intake) == ("accepted", None, 3, 0)
    assert intake.frame is not None
    assert_frame_equal(
        intake.frame,
        pl.DataFrame(
            {
                "post": [1, 2, 3],
                "ydelse_id": ["Y-1", "Y-2", "Y-3"],
                "betalingskommune": ["147", None, "147"],
                "pnr": [101901234, 101901234, None],
                "pnr_tekst": [None, None, "ABC"],
                "modt_ydelse_kode": ["31202"] * 3,
                "ydelse_start": [date(2024, 1, 1)] * 3,
                "ydelse_slut": [date(2024, 3, 31), None, date(2024, 3, 31)],
                "maalgruppe": ["1.2.1.4 1.1.2", None, "1.2.1.4 1.1.2"],
                "funk_vurd": ["3", None, "3"],
                "prodnr": ["1012345678", None, "1012345678"],
                "afdeling_uuid": [UPPER.lower()] * 3,
            },
            schema=LAYOUTS.typed_schema,
        ),
    )


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        *(("maalgruppe", value, None) for value in ("1", "1.2", "1.2  3.4", " 1.2 ", "1.2\u00a03")),
        *(("maalgruppe", value, "FELT") for value in ("1.", "1..2", ".1", "1,2", "1.2, 3", "a", "1.2\n\n3", "2001-02-01")),
        *(("funk_vurd", value, None) for value in ("0", "4", " 4")),
        *(("funk_vurd", value, "FELT") for value in ("5", "-1", "01", "3.0", "٣")),
        *(("prodnr", value, "FELT") for value in ("00123456789", "12345678x1")),
        *(("afdeling_uuid", value, None) for value in (UPPER, UPPER.lower(), f" {UPPER} ")),
        *(("afdeling_uuid", value, "FELT") for value in (UPPER[:-1], UPPER.replace("-", ""), "G" + UPPER[1:], f"{{{UPPER}}}")),
        ("modt_ydelse_kode", "", "MANGLER"),
        ("modt_ydelse_kode", "123456", "FELT"),
        ("ydelse_id", "", "MANGLER"),
        ("ydelse_id", "  ", "MANGLER"),
        ("ydelse_id", "x" * 51, "FELT"),
        ("ydelse_id", "1,23E+17", "FELT"),
        ("handlekommune", "102", "KOMNR"),
        ("betalingskommune", "14x", "KOMNR"),
        ("pnr", "", "MANGLER"),
        ("pnr", "1E+9", "FELT"),
        ("ydelse_start", "", "MANGLER"),
        ("ydelse_slut", "31-03-2024", "DATO"),
    ],
)  # fmt: skip
def test_its_findings(tmp_path: Path, form: str, field: str, value: str, code: str | None) -> None:
    if form == "csv" and "\n" in value:
        value = f'"{value}"'
    found = deliver(tmp_path, form, [*OTHERS, record(1, **{field: value})])
    assert (found.status, found.finding_counts) == ("accepted", {f"{field}:{code}": 1} if code else {})


def test_what_a_spreadsheet_makes_of_it(tmp_path: Path) -> None:
    """Numbers without their zeros, a target group become a date, or a number with decimals."""
    numbers = {"pnr": 101901234, "prodnr": 12345678, "handlekommune": 101, "betalingskommune": 84, "funk_vurd": 3}
    found = deliver(tmp_path, "xlsx", [*OTHERS, record(1, **numbers, modt_ydelse_kode=7)])
    assert found.frame is not None
    assert found.frame.tail(1).select("pnr", "prodnr", "betalingskommune", "funk_vurd", "modt_ydelse_kode").row(0) == (
        101901234,
        "0012345678",
        "084",
        "3",
        "7",
    )
    for cell in (date(2001, 2, 1), 1.2, -1):
        assert deliver(tmp_path, "xlsx", [*OTHERS, record(1, maalgruppe=cell)]).finding_counts == {"maalgruppe:FELT": 1}
    assert deliver(tmp_path, "xlsx", [*OTHERS, record(1, prodnr=-1)]).finding_counts == {"prodnr:FELT": 1}


def test_csv_gives_no_zeros_back(tmp_path: Path) -> None:
    assert deliver(tmp_path, "csv", [*OTHERS, record(1, prodnr="12345678")]).finding_counts == {"prodnr:FELT": 1}


@pytest.mark.parametrize(
    ("attributes", "code"),
    [({}, None), ({"periode": "2025M02"}, "XML_UGYLDIG"), ({"periode": "2025K1"}, "XML_UGYLDIG"), ({"antal": "2"}, "ANTAL")],
)  # fmt: skip
def test_its_envelope(tmp_path: Path, attributes: dict[str, str], code: str | None) -> None:
    assert deliver(tmp_path, "xml", [record()], **attributes).code == code
    schema = etree.XMLSchema(etree.fromstring(xsd(LAYOUTS.first).encode()))
    assert schema.validate(etree.parse(tmp_path / f"{STEM}.xml")) is (attributes.get("periode") != "2025K1")


def test_the_parser_reads_it_as_the_fast_path_does(tmp_path: Path) -> None:
    """Any order of the elements, and an element of another statistic, which is refused."""
    plain, turned = record(1), dict(reversed(record(1).items()))
    first, second = (deliver(tmp_path, "xml", [one]).frame for one in (plain, turned))
    assert first is not None
    assert second is not None
    assert_frame_equal(first, second)
    assert deliver(tmp_path, "xml", [record() | {"udlaan_id": "N-1"}]).code == "XML_UGYLDIG"


def test_names_and_sentences_are_its_own() -> None:
    assert parse_name(MONTH, f"{STEM}.csv", period=Kvartal) is None, "a month is no quarter"
    layout = LAYOUTS.first
    assert finding_text(layout, "prodnr", "FELT") == "Produktionsnummeret skal være 10 cifre."
    assert finding_text(layout, "funk_vurd", "FELT") == "Funktionsvurderingen skal være 0, 1, 2, 3 eller 4."
    assert finding_text(layout, "maalgruppe", "FELT") == (
        "Målgruppen skal være koder af cifre med punktum imellem, adskilt af mellemrum."
    )
    assert finding_text(layout, "afdeling_uuid", "FELT") == (
        "Afdelingens UUID skal være en UUID, 8-4-4-4-12 hexadecimale cifre."
    )
