"""Two releases side by side: the cells that both show, and what moved each by how much. Confidential."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import polars as pl

from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.internal import InternalError
from hjalp_pipeline.production.release.pins import Pins
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.table_spec import TIME, TableSpec

Kind = Literal[
    "regler",
    "registerudtræk",
    "kodelister",
    "samarbejde",
    "arkiv",
    "godkendelse",
    "genleverance",
    "andet grundlag",
]
#: In the order they are changed.
KINDS: tuple[Kind, ...] = get_args(Kind)
KIND = pl.Enum(KINDS)
Tables = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Side:
    """A release as it is compared: its unsuppressed tables, what they were made of (None: it told no pins), what it shows."""

    tables: Tables
    pins: Pins | None
    span: Span


@dataclass(frozen=True)
class Decomposition:
    """``causes``: every cell and cause with what it moved (``causes_schema``, none that moved nothing); ``reporters``: kommuner
    whose deliveries are others; ``approvals``: kommuner that enter or leave by year; ``kinds``: what differs at all.
    """

    causes: pl.DataFrame
    kinds: tuple[Kind, ...]
    reporters: tuple[str, ...]
    approvals: Mapping[int, tuple[str, ...]]


def causes_schema(statistic: Statistic) -> pl.Schema:
    """What moved a cell by how much; ``komnr``: the kommune whose approvals or deliveries they are, else empty."""
    *codes, time = statistic.cell
    told = [("kind", KIND), ("komnr", pl.String()), ("amount", pl.Int64())]
    return pl.Schema([*((code, pl.String()) for code in codes), (time, statistic.tables[0].time.kind), *told])


def cells_of(statistic: Statistic, spec: TableSpec) -> list[pl.Expr]:
    """The columns of a table's cells as those of any table's: ``Statistic.cell``, empty where it has no such dimension."""
    codes = [
        pl.col(one.column) if one.column in spec.codes else pl.lit("").alias(one.column) for one in statistic.dimensions
    ]
    return [pl.lit(spec.name).alias("table"), *codes, pl.col(TIME).cast(spec.time.kind)]


@dataclass(frozen=True)
class Shared:
    """What two releases both show: ``before`` and ``after`` each in its own span."""

    before: Span
    after: Span

    def of(self, spec: TableSpec) -> pl.Expr:
        """Rows of a table that both show."""
        then = spec.time.shown(self.before)
        times = [time for time in spec.time.shown(self.after) if time in then]
        return pl.col(TIME).is_in(pl.Series(times, dtype=spec.time.kind).implode())

    @property
    def years(self) -> tuple[int, ...]:
        """Years of both."""
        return tuple(aar for aar in self.after.years if aar in self.before.years)


def long(statistic: Statistic, tables: Tables, shared: Shared) -> pl.DataFrame:
    """All cells of the tables that two releases share with their ``value``, in order."""
    return pl.concat(
        tables[spec.name]
        .filter(shared.of(spec))
        .select(*cells_of(statistic, spec), pl.col(spec.measure).cast(pl.Int64).alias("value"))
        for spec in statistic.tables
    )


def difference(statistic: Statistic, before: pl.DataFrame, after: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """What moved each cell between two states of the tables, all by one cause."""
    both = before.join(after, on=list(statistic.cell), how="full", coalesce=True)
    amount = pl.col("value_right").fill_null(0) - pl.col("value").fill_null(0)
    moved = both.with_columns(amount=amount, kind=pl.lit(kind, dtype=KIND), komnr=pl.lit(""))
    return moved.select(*causes_schema(statistic))


def require_sums(cell: Sequence[str], causes: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame) -> None:
    """InternalError unless the causes of every cell add up to its change."""
    told = causes.group_by(cell).agg(told=pl.col("amount").sum())
    wrong = (
        before.join(after, on=list(cell), how="inner")
        .join(told, on=list(cell), how="left")
        .filter(pl.col("value_right").fill_null(0) - pl.col("value").fill_null(0) != pl.col("told").fill_null(0))
    )
    if wrong.height:
        raise InternalError("the causes of a cell do not add up to its change")
