"""R10: the stock of loans ultimo a year by person, the small frame from which all tables are counted (seed 7.4, 8.6)."""

from collections.abc import Iterable
from functools import cache

import polars as pl

from hjalp_pipeline.codelists.kvartaler import FIRST_KVARTAL, Kvartal
from hjalp_pipeline.rules.dates import on_loan_ultimo
from hjalp_pipeline.rules.person import age_group, alder
from hjalp_pipeline.rules.rule import Rule

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
    aargange = list(years)
    if not aargange:
        return pl.DataFrame(schema=SCHEMA)
    # Grouped once for all years, with whole numbers as keys, and age worked out per person instead of per loan.
    persons = (
        frame.lazy()
        .group_by("person", pl.col("komnr_statbank").cast(pl.UInt16))
        .agg(
            pl.col("koen", "foed_dato", "doddato").first(),
            *(on_loan_ultimo(aar).sum().cast(pl.UInt32).alias(str(aar)) for aar in aargange),
        )
        .collect()
        .lazy()
    )
    parts = pl.collect_all(_of_year(persons, aar) for aar in aargange)
    return pl.concat(parts).sort(column for column in SCHEMA if column != "udlaan")


def _of_year(persons: pl.LazyFrame, aar: int) -> pl.LazyFrame:
    return persons.filter(pl.col(str(aar)) > 0).select(_columns(aar))


@cache  # the same for every kommune, and written out of many parts
def _columns(aar: int) -> tuple[pl.Expr, ...]:
    return (
        pl.lit(aar, dtype=pl.Int32).alias("aar"),
        pl.col("person"),
        pl.col("komnr_statbank").cast(pl.String),
        pl.col("koen"),
        age_group(alder(aar)).alias("aldersgruppe"),
        pl.col(str(aar)).alias("udlaan"),
    )


ULTIMO = Rule("R10", "Bestand ultimo året", "selects", stock, source="seed 7.4, 8.6")
