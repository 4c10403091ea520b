"""What tables to order are counted from: the loans ultimo a year by what GENHJALP tells of them (seed 8.8)."""

from datetime import date

import polars as pl

from hjalp_pipeline.microdata_spec import OrderedStock, OrderVariable
from hjalp_pipeline.rules.person import alder
from hjalp_pipeline.statistics.hjalp.devices.device_dimensions import ISOKLASSE, ISOUNDER, LOVNAVN
from hjalp_pipeline.statistics.hjalp.devices.device_stock import READS, device_types
from hjalp_pipeline.statistics.hjalp.dimensions import ALDER, KOEN, KOMMUNE
from hjalp_pipeline.statistics.hjalp.rules.dates import on_loan_ultimo
from hjalp_pipeline.statistics.hjalp.rules.stock import age_group
from hjalp_pipeline.table_spec import Dimension


def _variable(name: str, dimension: Dimension, *, of_person: bool = False) -> OrderVariable:
    """A variable with the codes of a dimension that has a total."""
    total = str(dimension.total)
    texts = {value.code: value.text.da for value in dimension.variable.values if value.code != total}
    return OrderVariable(name, dimension.stock, dimension.variable.text.da, texts, total, of_person)


_VARIABLES = (
    _variable("KOMNR_STATBANK", KOMMUNE),
    _variable("KOEN", KOEN, of_person=True),
    _variable("ALDER", ALDER, of_person=True),
    _variable("LOV_NAVN_OPRET", LOVNAVN),
    _variable("HMIISO_KLASSE", ISOKLASSE),
    _variable("HMIISO_UNDERKLASSE", ISOUNDER),
)


def ordered_loans(loans: pl.DataFrame, years: tuple[int, ...]) -> pl.DataFrame:
    """A row for each year, person and combination of codes with the number of loans on loan ultimo the year.

    Age is the one ultimo that year, by the StatBank's groups, as in the published tables.
    """
    codes = [variable.column for variable in _VARIABLES]
    typed = loans.with_columns(device_types(), koen=pl.col("koen").cast(pl.String))
    parts = [
        typed.filter(on_loan_ultimo(aar))
        .with_columns(
            pl.lit(aar, dtype=pl.Int32).alias("aar"), age_group(alder(date(aar, 12, 31))).alias("aldersgruppe")
        )
        .group_by("aar", "person", *codes)
        .agg(pl.len().cast(pl.Int64).alias("udlaan"))
        for aar in years
    ]
    return pl.concat(parts).sort("aar", "person", *codes)


ORDERED = OrderedStock(
    _VARIABLES,
    (*READS, "koen", "foed_dato", "doddato"),
    ordered_loans,
    records="udlaan",
    person="person",
    counts=("udlån", "personer"),
)
