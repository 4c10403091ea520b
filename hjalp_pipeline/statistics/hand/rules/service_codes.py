"""H5: the code of a service, and the day from which a service of the code counts."""

from collections.abc import Iterable

import polars as pl

from hjalp_pipeline.rules.rule import Code, Context, Rule
from hjalp_pipeline.rules.step import reason
from hjalp_pipeline.statistics.hand.codelists.services import SERVICES, Service

YDELSE_UKENDT = Code("YDELSE_UKENDT", "Ydelseskoden findes ikke i værdisættet", "#5f8a5a")
KODE_PERIODE = Code("KODE_PERIODE", "Sluttet, før ydelseskoden begynder at tælle", "#9cc08f")


def counts_from(services: Iterable[Service] = SERVICES) -> pl.Expr:
    """Of column ``modt_ydelse_kode``: the first day a service of the code counts on, null for a code of no list."""
    days = {service.code: service.counts_from for service in services}
    return pl.col("modt_ydelse_kode").replace_strict(days, default=None, return_dtype=pl.Date)


def find_first_day(rows: pl.DataFrame, _context: Context) -> pl.DataFrame:
    """Adds ``taeller_fra``, the first day a service of the row's code counts on."""
    return rows.with_columns(taeller_fra=counts_from())


def unknown_code(_rows: pl.DataFrame, _context: Context) -> pl.Expr:
    """A code that no list has."""
    return reason(YDELSE_UKENDT, pl.col("taeller_fra").is_null())


def ended_before_code(_rows: pl.DataFrame, _context: Context) -> pl.Expr:
    """Ended before the code's first day; on the day itself counts."""
    return reason(KODE_PERIODE, pl.col("ydelse_slut") < pl.col("taeller_fra"))


FIRST_DAY = Rule(
    "H5.0", "Første dag, koden tæller", "derives", find_first_day, source="H5", reads=("modt_ydelse_kode",)
)
UNKNOWN_CODE = Rule(
    "H5.1",
    "Ydelseskoden findes ikke",
    "removes",
    unknown_code,
    (YDELSE_UKENDT,),
    "H5",
    reads=("modt_ydelse_kode",),
)
BEFORE_CODE = Rule(
    "H5.2",
    "Sluttet, før koden begynder",
    "removes",
    ended_before_code,
    (KODE_PERIODE,),
    "H5",
    reads=("ydelse_slut",),
)
