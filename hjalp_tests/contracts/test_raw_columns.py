"""The contract of the raw data follows from the layout: what any version takes, and what all have is not null."""

import pandera.polars as pa
import polars as pl
import pytest

from hjalp_pipeline.contracts.one_pass import one_pass
from hjalp_pipeline.contracts.raw_columns import raw_contract
from hjalp_pipeline.contracts.states import of_state
from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.delivery.records import type_records
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_tests.delivery.files import row
from hjalp_tests.delivery.layouts.made_up import VERSION_2, layouts
from hjalp_tests.delivery.layouts.second import LAYOUTS as SECOND
from hjalp_tests.delivery.layouts.second import record

TWO = layouts(*VERSION_2)


def checks(contract: pa.DataFrameSchema, column: str) -> list[tuple[str | None, object]]:
    return [(check.name, next(iter((check.statistics or {}).values()))) for check in contract.columns[column].checks]


def typed(held: Layouts, place: int, record: dict[str, object], komnr: str) -> pl.DataFrame:
    layout = held.versions[place].layout
    chunk = pl.DataFrame([{name: record[name] for name in layout.names}], schema=layout.text_schema)
    good, findings = type_records(chunk, 1, komnr, layout)
    assert findings.is_empty()
    return good.with_columns(system=pl.lit("nexus"))


def test_columns_are_those_of_the_typed_frame() -> None:
    for held in (LAYOUTS, TWO, SECOND):
        assert list(raw_contract(held).columns) == [*held.typed_schema, "system"]


def test_a_field_of_a_later_version_is_a_column_and_null_in_the_others() -> None:
    contract = raw_contract(TWO)
    assert contract.columns["depot"].nullable, "required, but not from the beginning"
    assert contract.columns["depot"].description == "Depotet."
    assert checks(contract, "depot") == [("str_matches", "^[0-9]{1,4}$")]
    frames = [typed(TWO, place, {**row(1), "depot": "17"}, "540") for place in (0, 1)]
    assert [frame["depot"].item() for frame in frames] == [None, "17"]
    assert one_pass(contract).holds(pl.concat(frames))
    assert not one_pass(contract).holds(frames[1].with_columns(depot=pl.lit("12345")))


@pytest.mark.parametrize(
    ("change", "column", "held"),
    [
        ("2;change;hminavn;;50;;;;;;;", "hminavn", []),
        ("2;change;udlaan_id;;50;;;;;;;", "udlaan_id", [("str_length", 1)]),
        ("2;change;udlaan_id;;none;;;;;;;", "udlaan_id", []),
        ("2;change;hminr;;8;;;;;;;", "hminr", [("str_matches", "^[0-9]{1,6}$|^[0-9]{1,8}$")]),
        ("2;change;hminr;tekst;9;;;;;;;", "hminr", [("str_length", 1)]),
        ("2;change;hminr;tekst;none;;;;;;;", "hminr", []),
    ],
)
def test_what_any_version_takes(change: str, column: str, held: list[tuple[str, object]]) -> None:
    assert checks(raw_contract(layouts(change)), column) == held


def test_what_one_version_does_without_is_nullable() -> None:
    shipped = of_state(STATISTIC, "raw").columns
    assert [name for name, column in shipped.items() if not column.nullable] == [
        "post",
        "udlaan_id",
        "udleveringsdato",
        "system",
    ]
    named = raw_contract(layouts("2;change;hminavn;;;yes;;;;;;"))
    assert named.columns["hminavn"].nullable


def test_a_person_number_has_one_form() -> None:
    frame = typed(SECOND, 0, record(), "101")
    contract = one_pass(raw_contract(SECOND))
    assert contract.holds(frame)
    assert not contract.holds(frame.with_columns(pnr_tekst=pl.lit("0101901234")))
    assert not contract.holds(frame.with_columns(pnr=pl.lit(None, pl.UInt32)))
