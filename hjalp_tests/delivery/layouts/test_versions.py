"""A delivery is held against the version in force for its quarter; the rules every version keeps."""

import csv
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from polars.testing import assert_frame_equal

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.codelists.validity import Status, latest_announcement
from hjalp_pipeline.contracts.states import of_state
from hjalp_pipeline.contracts.validation import require
from hjalp_pipeline.delivery.intake import Intake, read_delivery
from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import Field
from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.delivery.layouts.xsd import xsd
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.delivery.receipt import receipt, receipt_html
from hjalp_pipeline.delivery.records import type_records
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_tests.delivery.files import CPR, STEM, Row, csv_text, row, rows, verdict, write_xlsx, xml_text
from hjalp_tests.delivery.layouts.made_up import VERSION_1, VERSION_2, layouts

OLD, NEW = "2024K4", "2025K1"
FIRST, TWO = LAYOUTS.first, layouts(*VERSION_2)
MORE = (*FIRST.names, "depot")
FORMATS = ("csv", "xml", "xlsx")


def new(number: int = 1, **changes: str) -> Row:
    return row(number, depot="17") | changes


def deliver(
    folder: Path, kvartal: str, form: str, records: list[Row], header: tuple[str, ...] = MORE, held: Layouts = TWO
) -> Intake:
    path = folder / f"{STEM}.{form}"
    if form == "xlsx":
        write_xlsx(path, [header, *([record[name] for name in header] for record in records)])
    else:
        text = csv_text(records, header=header) if form == "csv" else xml_text(records, kvartal=kvartal)
        path.write_text(text, encoding="utf-8")
    name = parse_name(kvartal, path.name)
    assert name is not None
    intake = read_delivery(path, name, "utf-8", held)
    if intake.frame is not None:
        assert intake.frame.height + intake.bad_records == intake.records == len(records), "no row is lost"
    return intake


@pytest.mark.parametrize("form", FORMATS)
def test_each_quarter_has_its_version(tmp_path: Path, form: str) -> None:
    wrong = "XML_UGYLDIG" if form == "xml" else "KOLONNER"
    old, later = rows(2), [new(1), new(2)]
    first = deliver(tmp_path, OLD, form, old, FIRST.names)
    second = deliver(tmp_path, NEW, form, later)
    assert verdict(first) == verdict(second) == ("accepted", None, 2, 0)
    assert deliver(tmp_path, OLD, form, later).code == wrong
    if form != "xml":  # an element may be absent, a column may not
        intake = deliver(tmp_path, NEW, form, old, FIRST.names)
        assert (intake.code, "12 kolonnenavne" in str(intake.detail)) == (wrong, True)
    assert first.frame is not None
    assert second.frame is not None
    assert first.frame["depot"].null_count() == 2, "the same columns, null where the version has no such field"
    assert second.frame["depot"].to_list() == ["17", "17"]
    assert (
        second.frame.schema
        == first.frame.schema
        == TWO.typed_schema
        == {**VERSION_1.typed_schema, "depot": pl.String()}
    )
    assert_frame_equal(first.frame.drop("depot"), second.frame.drop("depot"))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("changes", "before", "after"),
    [
        ({"hminavn": "x" * 51}, {}, {"hminavn:FELT": 1}),
        ({"hminavn": "x" * 50}, {}, {}),
        ({"komnr_indberetter": ""}, {"komnr_indberetter:MANGLER": 1}, {}),
        ({"komnr_indberetter": "541"}, {"komnr_indberetter:KOMNR": 1}, {"komnr_indberetter:KOMNR": 1}),
        ({"depot": ""}, {}, {"depot:MANGLER": 1}),
        ({"depot": "12345"}, {}, {"depot:FELT": 1}),
        ({"depot": "a"}, {}, {"depot:FELT": 1}),
        ({"udlaan_id": ""}, {"udlaan_id:MANGLER": 1}, {"udlaan_id:MANGLER": 1}),
    ],
)
def test_findings_by_version(
    tmp_path: Path, form: str, changes: dict[str, str], before: dict[str, int], after: dict[str, int]
) -> None:
    many = [new(number) for number in range(2, 32)]
    found = deliver(tmp_path, NEW, form, [*many, new(1, **changes)])
    assert (found.status, found.finding_counts) == ("accepted", after)
    old = [{name: record[name] for name in FIRST.names} for record in [*many, new(1, **changes)]]
    assert deliver(tmp_path, OLD, form, old, FIRST.names).finding_counts == before


def test_every_way_through_the_readers_knows_the_new_field(tmp_path: Path) -> None:
    """Quotes, short rows and any order in csv; comments and any order in xml: the slow paths as well."""
    records = [new(number, lov_tekst="a;b") for number in range(1, 41)]
    text = csv_text(records, header=tuple(reversed(MORE)), quoting=csv.QUOTE_ALL)
    path = tmp_path / f"{STEM}.csv"
    path.write_text(text.replace('"N-7"', '"N-7";"x"'), encoding="utf-8")
    name = parse_name(NEW, path.name)
    assert name is not None
    assert verdict(read_delivery(path, name, "utf-8", TWO)) == ("accepted", None, 40, 1)
    swapped = [dict(reversed(record.items())) for record in records]
    xml = tmp_path / f"{STEM}.xml"
    xml.write_text(xml_text(swapped, kvartal=NEW).replace("<depot>", "<depot><!-- -->", 1), encoding="utf-8")
    name = parse_name(NEW, xml.name)
    assert name is not None
    assert verdict(read_delivery(xml, name, "utf-8", TWO)) == ("accepted", None, 40, 0)


@pytest.mark.parametrize("form", FORMATS)
def test_a_field_that_goes_is_null(tmp_path: Path, form: str) -> None:
    gone = ("lov_tekst", "indleveringsdato", "komnr_betaling")
    held = layouts(*(f"2;drop;{name};;;;;;;;;" for name in gone))
    header = tuple(name for name in FIRST.names if name not in gone)
    records = [{name: value for name, value in row(1).items() if name in header}]
    intake = deliver(tmp_path, NEW, form, records, header, held)
    assert intake.frame is not None
    assert intake.frame.schema == VERSION_1.typed_schema
    assert [intake.frame[name].item() for name in gone] == [None] * 3


def test_the_receipt_speaks_of_the_version(tmp_path: Path) -> None:
    faulty = new(1, depot="x", hminavn="x" * 51)
    intake = deliver(tmp_path, NEW, "csv", [faulty, *(new(number) for number in range(2, 42))])
    made = receipt(
        intake,
        name_or_filename=f"{STEM}.csv",
        kvartal=NEW,
        sha256="0" * 64,
        read_at=datetime(2025, 4, 10, tzinfo=UTC),
        kommune_name="Sønderborg",
    )
    page = receipt_html(made, TWO)
    assert "Depotets nummer skal være 1-4 cifre." in page
    assert "Hjælpemidlets navn må højst være 50 tegn." in page
    assert "<dt>Leveranceform</dt><dd>2" in page


def test_which_version_a_quarter_has() -> None:
    expected = {"0000K1": 1, "2021K1": 1, "2022K3": 1, "2024K4": 1, "2025K1": 2, "2031K2": 2}
    assert {kvartal: TWO.of(kvartal).version for kvartal in expected} == expected


def test_the_shipped_versions_keep_the_rules() -> None:
    """Sorted, unique, on 1 January or 1 July, announced six months ahead where the day is known, with a source."""
    assert LAYOUTS.first.version == 1
    periods = [version.from_period for version in LAYOUTS.versions]
    assert periods == sorted(set(periods))
    for version in LAYOUTS.versions:
        first = version.validity.first_day
        assert (first.month, first.day) in ((1, 1), (7, 1))
        assert version.validity.announced is None or version.validity.announced <= latest_announcement(first)
        assert version.source


@given(day=st.dates(date(2022, 7, 1), date(2060, 1, 1)))
def test_exactly_one_version_is_current_every_day(day: date) -> None:
    for held in (LAYOUTS, TWO):
        statuses = [version.validity.status(day) for version in held.versions]
        assert statuses.count(Status.GAELDENDE) == 1
        (current,) = [v for v, status in zip(held.versions, statuses, strict=True) if status is Status.GAELDENDE]
        assert held.of(str(Kvartal.of(day))) is current.layout, "day and quarter agree: changes come with a quarter"


def longest(field: Field) -> str:
    """The longest value the field takes."""
    match field.form:
        case Form.CIFRE | Form.CIFERPAR | Form.FASTE_CIFRE:
            return "9" * field.digits
        case Form.TEKST:
            return "x" * (field.max_length or 5000)
        case Form.PERSONNUMMER:
            return CPR
    return field.example


def test_the_contract_of_the_raw_data_takes_what_every_version_takes() -> None:
    """Whoever widens a field in the layout widens it in the contract, or deliveries come to no verdict."""
    for version in LAYOUTS.versions:
        layout = version.layout
        full = {field.name: longest(field) for field in layout.fields}
        least = {field.name: longest(field) if field.required else None for field in layout.fields}
        chunk = pl.DataFrame([full, least], schema=layout.text_schema)
        typed, findings = type_records(chunk, 1, full["komnr_indberetter"], layout)
        assert (typed.height, findings.height) == (2, 0)
        require(typed.with_columns(system=pl.lit("nexus")), of_state(STATISTIC, "raw"), "test")


@given(shape=st.lists(st.sampled_from([*MORE, "udlaan", "x"]), max_size=4), version=st.sampled_from([0, 1]))
def test_the_schema_takes_each_field_once_in_any_order(shape: list[str], version: int) -> None:
    layout = TWO.versions[version].layout
    schema = etree.XMLSchema(etree.fromstring(xsd(layout).encode()))
    record = "".join(f"<{name}>1</{name}>" for name in shape)
    document = f'<leverance komnr="540" kvartal="2024K4" system="n" antal="1"><udlaan>{record}</udlaan></leverance>'
    allowed = set(shape) <= set(layout.names) and len(set(shape)) == len(shape)
    assert schema.validate(etree.fromstring(document)) is allowed
