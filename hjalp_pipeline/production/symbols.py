"""Why a figure of HJALP1-3 is not shown, as the sign that stands in its place (interfaces.md)."""

from collections.abc import Mapping

import polars as pl

from hjalp_pipeline.publishing.statbank import HIDDEN, NO_POPULATION, NOT_TAKING_PART
from hjalp_pipeline.publishing.table import SYMBOL


def with_symbols(masked: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables of ``tables.hide`` with the column ``symbol``: the sign of a figure not shown, null where one is.

    A hidden share is hidden also where there is no population: HJALP3 carries the mask of HJALP2 exactly (R11).
    """
    kinds = {
        "hjalp1": [(NOT_TAKING_PART, pl.col("antal").is_null())],
        "hjalp2": [(NOT_TAKING_PART, pl.col("antal").is_null())],
        "hjalp3": [
            (NOT_TAKING_PART, pl.col("folketal").is_null()),
            (NO_POPULATION, pl.col("promille").is_null()),
        ],
    }
    return {name: table.with_columns(_sign(kinds[name]).alias(SYMBOL)) for name, table in masked.items()}


def _sign(others: list[tuple[str, pl.Expr]]) -> pl.Expr:
    """The sign of the first that holds, hidden before all others."""
    return pl.coalesce(pl.when(holds).then(pl.lit(sign)) for sign, holds in [(HIDDEN, pl.col("skjult")), *others])
