"""R10: the loans ultimo a year by person, type of device and paragraph, from which tables of types are counted."""

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.rules.rule import StateColumn
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS
from hjalp_pipeline.statistics.hjalp.devices.device_types import CLASS_OF, CLASSES, LOKAL, NO_CLASS, UOPLYST
from hjalp_pipeline.statistics.hjalp.rules.dates import on_loan_ultimo
from hjalp_pipeline.statistics.hjalp.rules.oddities import is_local_hmi

__all__ = ["COLUMNS", "READS", "device_stock", "device_types"]

_PARAGRAPHS = [*(paragraph.code for paragraph in PARAGRAPHS), UOPLYST]
COLUMNS = (
    StateColumn("aar", pl.Int32, "Referenceår (ultimo)"),
    StateColumn("person", pl.UInt32, "Personens plads i det forberedte registerudtræk"),
    StateColumn("komnr_statbank", pl.String, "Statistikbankkommune", KOMNR),
    StateColumn("isounder", pl.String, "Underklasse i ISO 9999, UOPL eller LOKAL", CLASS_OF),
    StateColumn("isoklasse", pl.String, "Klasse i ISO 9999, UOPL eller LOKAL", [*CLASSES, *NO_CLASS]),
    StateColumn("lovnavn", pl.String, "Paragraf (lov_navn_opret), UOPL = ingen", _PARAGRAPHS),
    StateColumn("udlaan", pl.UInt32, "Udlån ultimo året", at_least=1),
)
#: Columns of the loans inside the statistic that it is made from.
READS = (
    "hminr",
    "hmiiso",
    "person",
    "udleveringsdato",
    "indleveringsdato",
    "udgaar_fra_aar",
    "lov_navn_opret",
    "komnr_statbank",
)
_NAMES = [column.name for column in COLUMNS]


def device_types() -> list[pl.Expr]:
    """Type and paragraph of a loan: ``isounder``, ``isoklasse``, ``lovnavn``.

    An HMI number that kommuner give out themselves or make up decides before the ISO code: no base knows what such a device is
    (seed 5.3).
    """
    known = pl.col("hmiiso").str.head(4)
    subclass = (
        pl.when(is_local_hmi())
        .then(pl.lit(LOKAL))
        .when(known.is_in(list(CLASS_OF)))
        .then(known)
        .otherwise(pl.lit(UOPLYST))
    )
    return [
        subclass.alias("isounder"),
        subclass.replace_strict(CLASS_OF, return_dtype=pl.String).alias("isoklasse"),
        pl.col("lov_navn_opret").cast(pl.String).fill_null(UOPLYST).alias("lovnavn"),
    ]


def device_stock(loans: pl.DataFrame, years: tuple[int, ...]) -> pl.DataFrame:
    """One row per year, person, ``komnr_statbank``, type and paragraph with the number of loans on loan ultimo the year (sorted).

    ``loans``: ``READS`` of loans inside the statistic.
    """
    typed = loans.select(
        "person", "komnr_statbank", *device_types(), *(on_loan_ultimo(aar).alias(str(aar)) for aar in years)
    )
    by = ["person", "komnr_statbank", "isounder", "isoklasse", "lovnavn"]
    empty = pl.DataFrame(schema={column.name: column.kind for column in COLUMNS})
    parts = [
        typed.filter(str(aar))
        .group_by(by)
        .agg(pl.len().cast(pl.UInt32).alias("udlaan"))
        .with_columns(pl.lit(aar, dtype=pl.Int32).alias("aar"))
        .select(pl.col(name).cast(kind) for name, kind in empty.schema.items())
        for aar in years
    ]
    return pl.concat([empty, *parts]).sort(_NAMES)
