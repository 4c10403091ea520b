"""The schema of each data state and table: names, types, meaning and what must hold. Asset checks and column pages come from here."""

from collections.abc import Callable
from datetime import date
from functools import cache

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from hjalp_pipeline.codelists.age_groups import AGE_GROUPS
from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.paragraphs import PARAGRAPHS
from hjalp_pipeline.contracts.one_pass import HOLDS
from hjalp_pipeline.contracts.raw_columns import raw_contract
from hjalp_pipeline.delivery.specification.udlaan import LAYOUTS
from hjalp_pipeline.rules.paragraph import LOV_NAVN, LOV_TEKST
from hjalp_pipeline.rules.period import STATISTIC_BEGINS
from hjalp_pipeline.rules.rule_list import CHAIN, codes_of, values_of
from hjalp_pipeline.statistic import TIME, TableSpec

_CODES = [paragraph.code for paragraph in PARAGRAPHS]
_AGES = [group.code for group in AGE_GROUPS]


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


def _column(kind: type[pl.DataType], description: str, *checks: pa.Check, nullable: bool = False) -> pa.Column:
    return pa.Column(kind, checks=list(checks), nullable=nullable, description=description, coerce=False)


_RAEKKE = _column(
    pl.UInt32,
    "Rækkens plads i kommunens rå data; nøglen mellem datatilstandene",
    _column_check("ascending", _ascending),
)
_TID = _column(pl.Int32, "Referenceår (ultimo)")

CONTRACTS: dict[str, pa.DataFrameSchema] = {
    "raw": raw_contract(LAYOUTS),
    "cpr_validated": pa.DataFrameSchema(
        {
            "raekke": _RAEKKE,
            "person": _column(pl.UInt32, "Personens plads i det forberedte registerudtræk"),
            "indleveringsdato": _column(
                pl.Date, "Indleveringsdato som leveret", pa.Check.ge(STATISTIC_BEGINS), nullable=True
            ),
        },
        name="cpr_validated",
    ),
    "dates_corrected": pa.DataFrameSchema(
        {
            "raekke": _RAEKKE,
            "indleveringsdato": _column(
                pl.Date, "Indleveringsdato efter R5, tom = stadig udlånt", pa.Check.ge(STATISTIC_BEGINS), nullable=True
            ),
            "rettelse": _column(
                pl.String, "Hvorfor datoen er rettet", pa.Check.isin(values_of("rettelse")), nullable=True
            ),
            "doddato": _column(pl.Date, "Dødsdato fra registeret", nullable=True),
            "udgaar_fra_aar": _column(
                pl.Int32, "Første referenceår et åbent udlån er for gammelt til (R6)", nullable=True
            ),
        },
        checks=[
            _frame_check("not_returned_before_issue", pl.col("indleveringsdato") >= pl.col("udleveringsdato")),
            _frame_check("not_issued_after_death", pl.col("udleveringsdato") <= pl.col("doddato")),
            _frame_check(
                "none_open_after_death", pl.col("doddato").is_null() | pl.col("indleveringsdato").is_not_null()
            ),
            _frame_check(
                "only_open_loans_grow_too_old",
                pl.col("udgaar_fra_aar").is_null() == pl.col("indleveringsdato").is_not_null(),
            ),
        ],
        name="dates_corrected",
    ),
    "paragraph_enriched": pa.DataFrameSchema(
        {
            "raekke": _RAEKKE,
            "lov_navn_opret": _column(
                pl.String, "Paragraf af værdisættet, af lov_navn eller lov_tekst", pa.Check.isin(_CODES), nullable=True
            ),
            "lov_kilde": _column(
                pl.String,
                "Hvor paragraffen kommer fra, eller hvorfor der ingen er",
                pa.Check.isin(values_of("lov_kilde")),
            ),
        },
        checks=[
            _frame_check(
                "paragraph_has_a_source",
                pl.col("lov_navn_opret").is_not_null() == pl.col("lov_kilde").is_in([LOV_NAVN.name, LOV_TEKST.name]),
            )
        ],
        name="paragraph_enriched",
    ),
    "kommune_assigned": pa.DataFrameSchema(
        {
            "raekke": _RAEKKE,
            "komnr_statbank": _column(pl.String, "Statistikbankkommune", pa.Check.isin(KOMNR)),
            "kommune_kilde": _column(pl.String, "Gren af R8", pa.Check.isin(values_of("kommune_kilde"))),
            "koen": _column(pl.UInt8, "Køn, 1 mand, 2 kvinde", pa.Check.isin([1, 2])),
            "foed_dato": _column(pl.Date, "Fødselsdato fra registeret", pa.Check.ge(date(1800, 1, 1))),
        },
        name="kommune_assigned",
    ),
    "removed": pa.DataFrameSchema(
        {
            "step": _column(pl.String, "Trin, der udelod rækken", pa.Check.isin([state.name for state in CHAIN])),
            "raekke": _RAEKKE,
            "aarsag": _column(
                pl.String,
                "Hvorfor rækken er udeladt",
                pa.Check.isin({code for state in CHAIN for code in codes_of(state.name, "removes")}),
            ),
        },
        strict=True,
        name="removed",
    ),
    "bestand": pa.DataFrameSchema(
        {
            "aar": _TID,
            "person": _column(pl.UInt32, "Personens plads i det forberedte registerudtræk"),
            "komnr_statbank": _column(pl.String, "Statistikbankkommune", pa.Check.isin(KOMNR)),
            "koen": _column(pl.UInt8, "Køn", pa.Check.isin([1, 2])),
            "aldersgruppe": _column(pl.String, "Aldersgruppe ultimo året", pa.Check.isin(_AGES)),
            "udlaan": _column(pl.UInt32, "Udlån ultimo året", pa.Check.ge(1)),
        },
        strict=True,
        name="bestand",
    ),
}


@cache
def of_table(spec: TableSpec) -> pa.DataFrameSchema:
    """The contract of a table: codes, time and figures, and what its declaration says must hold in each row."""
    codes = {
        dimension.column: _column(pl.String, dimension.description, pa.Check.isin(dimension.variable.codes))
        for dimension in spec.dimensions
    }
    figures = {
        column.name: _column(pl.Int64, column.description, pa.Check.ge(0), nullable=True) for column in spec.columns
    }
    return pa.DataFrameSchema(
        {**codes, TIME: _TID, **figures},
        checks=[_frame_check(name, condition) for name, condition in spec.checks],
        strict=True,
        name=spec.name,
    )


def contract_of(contract: str | TableSpec) -> pa.DataFrameSchema:
    """The contract of a data state by name, or of a table."""
    return CONTRACTS[contract] if isinstance(contract, str) else of_table(contract)


def columns(contract: str | TableSpec) -> list[tuple[str, str, str, bool]]:
    """(name, type, description, nullable) of each column of a data state or table: the data dictionary."""
    return [
        (name, str(column.dtype), column.description or "", bool(column.nullable))
        for name, column in contract_of(contract).columns.items()
    ]
