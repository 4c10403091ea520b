"""R10: the stock of loans ultimo a year by person, the small frame from which all tables are counted (seed 7.4, 8.6)."""

from collections.abc import Iterable

import polars as pl

from hjalp_pipeline.codelists.kvartaler import FIRST_KVARTAL, Kvartal
from hjalp_pipeline.rules.dates import on_loan_ultimo
from hjalp_pipeline.rules.person import age_group, alder

SCHEMA = pl.Schema(
    {
        "aar": pl.Int32,
        "person": pl.UInt32,
        "komnr_statbank": pl.String,
        "koen": pl.UInt8,
        "aldersgruppe": pl.String,
        "udlaan": pl.UInt32,
    }
)


def reference_years(kvartal: Kvartal) -> range:
    """Years a quarter's deliveries can say something of: from the statistic's first to the quarter's own."""
    return range(FIRST_KVARTAL.aar, kvartal.aar + 1)


def stock(frame: pl.DataFrame, years: Iterable[int]) -> pl.DataFrame:
    """One row per year, person and ``komnr_statbank`` with the number of loans on loan ultimo the year (``SCHEMA``, sorted)."""
    parts = [
        frame.filter(on_loan_ultimo(aar)).select(
            pl.lit(aar, dtype=pl.Int32).alias("aar"),
            "person",
            "komnr_statbank",
            "koen",
            age_group(alder(aar)).alias("aldersgruppe"),
        )
        for aar in years
    ]
    if not parts:
        return pl.DataFrame(schema=SCHEMA)
    keys = [column for column in SCHEMA if column != "udlaan"]
    return pl.concat(parts).group_by(keys).agg(pl.len().cast(pl.UInt32).alias("udlaan")).sort(keys)
