"""The schema of each data state and table: names, types, meaning and what must hold. Asset checks and column pages come from here."""

from collections.abc import Callable, Collection, Iterable
from functools import cache
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from hjalp_pipeline.contracts.one_pass import HOLDS, Contract
from hjalp_pipeline.contracts.raw_columns import raw_contract
from hjalp_pipeline.rules.rule import RAEKKE, StateColumn
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.table_spec import TIME, TableSpec


def _frame_check(name: str, condition: pl.Expr) -> pa.Check:
    """A condition over several columns; null counts as held."""
    held = condition.fill_null(value=True)
    return pa.Check(lambda data: data.lazyframe.select(held), name=name, statistics={HOLDS: held})


def _ascending(column: pl.Expr) -> pl.Expr:
    # Cheaper than uniqueness, and says more: the rows stand in raw order, none twice.
    return (column > column.shift(1)).fill_null(value=True)


def _column_check(name: str, condition: Callable[[pl.Expr], pl.Expr]) -> pa.Check:
    """A condition over the rows of one column."""

    def check(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(condition(pl.col(data.key)))

    return pa.Check(check, name=name, statistics={HOLDS: condition})


def _column(
    kind: type[pl.DataType] | pl.DataType, description: str, *checks: pa.Check, nullable: bool = False
) -> pa.Column:
    return pa.Column(kind, checks=list(checks), nullable=nullable, description=description, coerce=False)


def _of(column: StateColumn, values: Collection[Any] | None) -> pa.Column:
    checks = []
    if values is not None:
        checks.append(pa.Check.isin(values))
    if column.at_least is not None:
        checks.append(pa.Check.ge(column.at_least))
    if column.ascending:
        checks.append(_column_check("ascending", _ascending))
    return _column(column.kind, column.description, *checks, nullable=column.nullable)


#: The contracts of a statistic that are no table's, by name: ``raw``, ``removed``, ``bestand`` and its data states.
RAW, GONE, BESTAND = "raw", "removed", "bestand"


@cache
def contracts(statistic: Statistic) -> dict[str, Contract]:
    """The contracts of a statistic but for its tables', by name."""
    rulebook = statistic.rulebook
    states = {
        state.name: Contract(
            pa.DataFrameSchema(
                {one.name: _of(one, rulebook.values_of(one.name) or one.values) for one in state.columns},
                checks=[_frame_check(name, condition) for name, condition in state.checks],
                name=state.name,
            )
        )
        for state in rulebook.chain
    }
    gone = (
        StateColumn("step", pl.String, "Trin, der udelod rækken", rulebook.states),
        RAEKKE,
        StateColumn(
            "aarsag",
            pl.String,
            "Hvorfor rækken er udeladt",
            {code for state in rulebook.states for code in rulebook.codes_of(state, "removes")},
        ),
    )
    return {
        RAW: Contract(raw_contract(statistic.layouts)),
        **states,
        GONE: _whole(GONE, gone),
        BESTAND: _whole(BESTAND, statistic.stock.columns),
    }


def _whole(name: str, columns: Iterable[StateColumn]) -> Contract:
    return Contract(pa.DataFrameSchema({one.name: _of(one, one.values) for one in columns}, strict=True, name=name))


def of_state(statistic: Statistic, name: str) -> Contract:
    """The contract of a data state, or of the raw data, removed rows or stock, of a statistic."""
    return contracts(statistic)[name]


@cache
def of_table(spec: TableSpec) -> Contract:
    """The contract of a table: codes, time and figures, and what its declaration says must hold in each row."""
    codes = {
        dimension.column: _column(pl.String, dimension.description, pa.Check.isin(dimension.variable.codes))
        for dimension in spec.dimensions
    }
    figures = {
        column.name: _column(pl.Int64, column.description, pa.Check.ge(0), nullable=True) for column in spec.columns
    }
    return Contract(
        pa.DataFrameSchema(
            {**codes, TIME: _column(spec.time.kind, spec.time.description), **figures},
            checks=[_frame_check(name, condition) for name, condition in spec.checks],
            strict=True,
            name=spec.name,
        )
    )


def columns(contract: Contract) -> list[tuple[str, str, str, bool]]:
    """(name, type, description, nullable) of each column of a contract: the data dictionary."""
    return [
        (name, str(column.dtype), column.description or "", bool(column.nullable))
        for name, column in contract.columns.items()
    ]
