"""The one pass lets through exactly what Pandera lets through, for every contract and whatever stands in the columns."""

from datetime import date

import pandera.errors
import pandera.polars as pa
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjalp_pipeline.contracts.one_pass import HOLDS, one_pass
from hjalp_tests.contracts.test_validation import BROKEN, EVERY, SCHEMAS, VALUES, good
from hjalp_tests.examples import often

TEXTS = ["", "101", "0101\n", "æ" * 36, "æ" * 37, "12 22", "SEL_112", "TOT"]
POOL: dict[object, list[object]] = {
    pl.String: TEXTS,
    pl.Date: [date(1799, 12, 31), date(2022, 6, 30), date(2022, 7, 1), date(2024, 2, 29)],
}
NUMBERS: list[object] = [0, 1, 2, 3, 250]


def pandera_holds(frame: pl.DataFrame, contract: str) -> bool:
    try:
        SCHEMAS[contract].validate(frame, lazy=True)
    except pandera.errors.SchemaErrors:
        return False
    return True


DATA = given(data=st.data())


@pytest.mark.parametrize("contract", EVERY)
@settings(max_examples=10, deadline=None)
@DATA
def test_it_agrees_with_pandera(contract: str, data: st.DataObject) -> None:
    frame = good(contract)
    broken = [column for name, column, *_ in BROKEN if name == contract]
    for name in data.draw(st.lists(st.sampled_from([*broken, *VALUES[contract]]), max_size=2, unique=True)):
        kind = frame.schema[name]
        known = [value for value in VALUES[contract][name] if value is not None]
        values = st.sampled_from([None, *known, *POOL.get(kind, NUMBERS)])
        drawn = data.draw(st.lists(values, min_size=2, max_size=2))
        frame = frame.with_columns(pl.Series(name, drawn, dtype=kind))
    assert one_pass(SCHEMAS[contract]).holds(frame) == pandera_holds(frame, contract)


test_it_agrees_with_pandera_often = often(300, DATA, test_it_agrees_with_pandera)


@pytest.mark.parametrize(("contract", "column", "values", "_failures"), BROKEN)
def test_it_lets_nothing_broken_through(contract: str, column: str, values: list[object], _failures: object) -> None:
    frame = good(contract)
    broken = frame.with_columns(pl.Series(column, values, dtype=frame.schema[column]))
    assert not one_pass(SCHEMAS[contract]).holds(broken)


@pytest.mark.parametrize(
    "schema",
    [
        pa.DataFrameSchema({"a": pa.Column(pl.Int64, pa.Check.le(3))}, name="another check"),
        pa.DataFrameSchema({"a": pa.Column(pl.Int64, unique=True)}, name="unique"),
        pa.DataFrameSchema({"a": pa.Column(pl.Int64)}, unique=["a"], name="unique rows"),
        pa.DataFrameSchema({"a": pa.Column(pl.Int64, required=False)}, name="may be missing"),
    ],
    ids=lambda schema: schema.name,
)
def test_what_it_does_not_know_it_refuses(schema: pa.DataFrameSchema) -> None:
    with pytest.raises(NotImplementedError):
        one_pass(schema)


def test_a_missing_or_mistyped_column_of_a_condition_is_broken() -> None:
    check = pa.Check(lambda data: data.lazyframe, name="other", statistics={HOLDS: pl.col("b") > 1})
    schema = pa.DataFrameSchema({"a": pa.Column(pl.Int64)}, checks=[check], name="other")
    assert one_pass(schema).holds(pl.DataFrame({"a": [1], "b": [2]}))
    assert not one_pass(schema).holds(pl.DataFrame({"a": [1]}))
    assert not one_pass(schema).holds(pl.DataFrame({"a": [1], "b": ["x"]}))
