"""A version is a difference: what it says is held against the version before it, and refused by file, line and rule."""

from datetime import date

import polars as pl
import pytest

from hjalp_pipeline.delivery.layouts.declared_rows import read_rows
from hjalp_pipeline.delivery.layouts.forms import Form
from hjalp_pipeline.delivery.layouts.layout import LayoutError
from hjalp_tests.delivery.layouts.made_up import VERSION_1, VERSION_2, layouts

DEPOT = VERSION_2[2]
NILLABLE = "2;change;hminavn;;;;;;;;yes;"


def test_what_a_version_does_not_say_is_as_before() -> None:
    first, second = layouts(*VERSION_2).versions
    before, after = first.layout, second.layout
    assert after.names == (*before.names, "depot")
    same = [name for name in before.names if name not in ("komnr_indberetter", "hminavn")]
    assert [after.by_name[name] for name in same] == [before.by_name[name] for name in same]
    assert (before.by_name["hminavn"].max_length, after.by_name["hminavn"].max_length) == (None, 50)
    assert after.by_name["hminavn"].text_da == before.by_name["hminavn"].text_da
    assert (first.validity.last_day, second.validity.first_day) == (date(2024, 12, 31), date(2025, 1, 1))


def test_a_version_may_come_before_one_that_is_announced_already() -> None:
    """A field from 2027K1 is two rows, though version 2, from 2027K3, stands in the lists."""
    rows = ("2;2026-12-01;2027K3;xsi:nil", "3;2026-06-15;2027K1;Depotet")
    held = layouts(NILLABLE, DEPOT.replace("2;", "3;", 1), versions=rows)
    assert [version.layout.version for version in held.versions] == [1, 3, 2]
    assert [held.of(kvartal).version for kvartal in ("2026K4", "2027K1", "2027K2", "2027K3")] == [1, 3, 3, 2]
    assert ["depot" in version.layout.by_name for version in held.versions] == [False, True, True]
    assert [version.layout.by_name["hminavn"].nillable for version in held.versions] == [False, False, True]
    assert [version.validity.last_day for version in held.versions] == [date(2026, 12, 31), date(2027, 6, 30), None]
    assert held.typed_schema == {**VERSION_1.typed_schema, "depot": pl.String()}


def test_a_length_is_lifted_and_a_dropped_field_comes_back() -> None:
    versions = ("2;;2025K1;a", "3;;2026K1;b")
    again = "3;add;hminr;tekst;9;no;HMI-nummeret;Da.;En.;1;;"
    held = layouts("2;change;udlaan_id;;none;;;;;;;", "2;drop;hminr;;;;;;;;;", again, versions=versions)
    assert held.of("2025K1").by_name["udlaan_id"].max_length is None
    assert [version.layout.by_name.get("hminr") is None for version in held.versions] == [False, True, False]
    assert held.of("2026K1").names[-1] == "hminr"
    assert held.typed_schema == VERSION_1.typed_schema
    assert held.of("2026K1").by_name["hminr"].form is Form.TEKST


@pytest.mark.parametrize(
    ("rows", "line", "rule"),
    [
        ([DEPOT.replace("depot", "hminavn")], 13, "adds hminavn, which is there already"),
        ([DEPOT, DEPOT], 14, "depot comes twice in version 2"),
        ([NILLABLE, "2;drop;hminavn;;;;;;;;;"], 14, "hminavn comes twice in version 2"),
        (["2;change;depot;;9;;;;;;;"], 13, "changes depot, which is not there"),
        (["2;change;hminavn;tekst;;no;;;;;;"], 13, "changes nothing of hminavn"),
        (["2;drop;depot;;;;;;;;;"], 13, "drops depot, which is not there"),
        (["2;drop;pnr;;;;;;;;;"], 13, "drops pnr, which the statistic needs"),
        (["2;drop;udlaan_id;;;;;;;;;"], 13, "drops udlaan_id, which the statistic needs"),
        (["2;drop;udleveringsdato;;;;;;;;;"], 13, "drops udleveringsdato, which the statistic needs"),
        (["2;drop;hminavn;tekst;;;;;;;;"], 13, "says its name and nothing else"),
        (["2;change;udleveringsdato;;;no;;;;;;"], 13, "the statistic needs udleveringsdato, required"),
        (["2;change;udleveringsdato;tekst;;;;;;;;"], 13, "counts on udleveringsdato being dato"),
        (["2;change;hminr;dato;none;;;;;;;"], 13, "hminr was cifre and cannot be dato"),
        (["2;change;hminr;;0;;;;;;;"], 13, "a length is 1 or more"),
        (["2;change;hminr;;none;;;;;;;"], 13, "the form cifre needs a length"),
        (["2;change;hminr;tal;;;;;;;;"], 13, "'tal' is no form"),
        (["2;change;hminr;;seks;;;;;;;"], 13, "'seks' is no max_length"),
        (["2;change;hminr;;;ja;;;;;;"], 13, "'ja' is no required"),
        ([DEPOT.replace("Depotets nummer", "").replace("17", "")], 13, "a new field needs label, example"),
        ([DEPOT.replace("depot;", "Depot;")], 13, "small letters"),
        ([DEPOT.replace(";add;", ";new;")], 13, "a change is add, change or drop, not 'new'"),
        (["2;change;hminavn"], 13, "a row has 12 cells, this one 3"),
        (["2;change;hminavn;;;;;;;;yes;;"], 13, "a row has 12 cells, this one 13"),
        ([NILLABLE, "4;change;hminavn;;9;;;;;;;"], 14, "versions.csv has no version '4'"),
        ([NILLABLE, "", "2;change;pnr;;;no;;;;;;"], 15, "the statistic needs pnr, required"),
    ],
)
def test_a_field_that_is_refused(rows: list[str], line: int, rule: str) -> None:
    with pytest.raises(LayoutError) as refused:
        layouts(*rows)
    assert str(refused.value).startswith(f"fields.csv, line {line}: "), str(refused.value)
    assert rule in str(refused.value)


@pytest.mark.parametrize(
    ("rows", "line", "rule"),
    [
        (["2;;2022K3;a"], 3, "another version has the same first period (line 2)"),
        (["2;;2025K1;a", "2;;2026K1;b"], 4, "another version has the same number (line 3)"),
        (["to;;2025K1;a"], 3, "'to' is no number of a version"),
        (["2;;2025M01;a"], 3, "not a quarter of the form"),
        (["2;1. juli;2025K1;a"], 3, "'1. juli' is no day of the form"),
        (["2;;2025K1;a", "3;;2026K1;b"], 4, "no row of fields.csv says what version 3 changes"),
        (["2;;2025K1"], 3, "a row has 4 cells"),
    ],
)
def test_a_version_that_is_refused(rows: list[str], line: int, rule: str) -> None:
    with pytest.raises(LayoutError) as refused:
        layouts(NILLABLE, versions=tuple(rows))
    assert str(refused.value).startswith(f"versions.csv, line {line}: "), str(refused.value)
    assert rule in str(refused.value)


def test_a_list_with_other_columns_is_refused() -> None:
    for name in ("fields.csv", "versions.csv"):
        with pytest.raises(LayoutError, match=f"{name}, line 1: the columns are version;"):
            read_rows(name, "version;navn\n1;a")


def test_a_new_version_cannot_have_more_fields_than_a_sheet_has_columns() -> None:
    many = [DEPOT.replace("depot", f"depot{number}") for number in range(16)]
    with pytest.raises(LayoutError, match=r"versions\.csv, line 3: .*at most 26 fields"):
        layouts(*many)
