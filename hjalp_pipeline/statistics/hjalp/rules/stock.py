"""R10: the stock of loans ultimo a year by person, the small frame from which all tables are counted (seed 7.4, 8.6)."""

from collections.abc import Iterable
from datetime import date
from functools import cache

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.rules.person import alder
from hjalp_pipeline.rules.rule import Rule, StateColumn
from hjalp_pipeline.statistics.hjalp.codelists.age_groups import AGE_GROUPS
from hjalp_pipeline.statistics.hjalp.codelists.first import FIRST_KVARTAL
from hjalp_pipeline.statistics.hjalp.rules.dates import on_loan_ultimo

COLUMNS = (
    StateColumn("aar", pl.Int32, "Referenceår (ultimo)"),
    StateColumn("person", pl.UInt32, "Personens plads i det forberedte registerudtræk"),
    StateColumn("komnr_statbank", pl.String, "Statistikbankkommune", KOMNR),
    StateColumn("koen", pl.UInt8, "Køn", (1, 2)),
    StateColumn("aldersgruppe", pl.String, "Aldersgruppe ultimo året", [group.code for group in AGE_GROUPS]),
    StateColumn("udlaan", pl.UInt32, "Udlån ultimo året", at_least=1),
)
SCHEMA = pl.Schema([(column.name, column.kind) for column in COLUMNS])


def reference_years(kvartal: Period) -> range:
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


def age_group(years: pl.Expr) -> pl.Expr:
    """Code of the age group of an age in whole years (``0024`` .. ``90-``)."""
    expression = pl.lit(AGE_GROUPS[0].code)
    for group in AGE_GROUPS[1:]:
        expression = pl.when(years >= group.lower).then(pl.lit(group.code)).otherwise(expression)
    return expression


def _of_year(persons: pl.LazyFrame, aar: int) -> pl.LazyFrame:
    return persons.filter(pl.col(str(aar)) > 0).select(_columns(aar))


@cache  # the same for every kommune, and written out of many parts
def _columns(aar: int) -> tuple[pl.Expr, ...]:
    return (
        pl.lit(aar, dtype=pl.Int32).alias("aar"),
        pl.col("person"),
        pl.col("komnr_statbank").cast(pl.String),
        pl.col("koen"),
        age_group(alder(date(aar, 12, 31))).alias("aldersgruppe"),
        pl.col(str(aar)).alias("udlaan"),
    )


ULTIMO = Rule("R10", "Bestand ultimo året", "selects", stock, source="seed 7.4, 8.6")
