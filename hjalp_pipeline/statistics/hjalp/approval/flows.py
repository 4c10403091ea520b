"""The figures of the approval reports: flows by quarter, stock and paragraphs by year (seed 3.4, R12).

A loan counts in the kommune it belongs to (``komnr_statbank``), whoever reported it, and as the rules left it.
"""

from datetime import date

import polars as pl

from hjalp_pipeline.report_spec import Counted
from hjalp_pipeline.statistics.hjalp.codelists.first import FIRST_KVARTAL
from hjalp_pipeline.statistics.hjalp.rules.dates import on_loan_ultimo
from hjalp_pipeline.statistics.hjalp.rules.oddities import is_local_hmi

#: Columns that are looked at, as delivered and of the data states.
DELIVERED = ("udleveringsdato", "hminr")
STATES = {
    "dates_corrected": ("indleveringsdato", "rettelse", "udgaar_fra_aar"),
    "paragraph_enriched": ("lov_navn_opret", "lov_kilde"),
    "kommune_assigned": ("komnr_statbank",),
}
#: What ``maal`` can be. Those of flows go by quarter, the others by year.
UDLEVERET, INDLEVERET, INDLEVERET_DOED, BESTAND = "udleveret", "indleveret", "indleveret_doed", "bestand"
UDLEVERET_PARAGRAF = "udleveret_paragraf"  # those with a paragraph
PARAGRAF_UDLEVERET, PARAGRAF_BESTAND = "paragraf_udleveret", "paragraf_bestand"
KILDE_UDLEVERET, KILDE_BESTAND = "kilde_udleveret", "kilde_bestand"
BESTAND_INDBERETTER = "bestand_indberetter"
#: The paragraph of servicelovens § 112, under which services are looked for.
PARAGRAF_112 = "SEL_112"


#: Details: loans by day of issue, and those of the year under § 112 by a HMI number the kommune gave out itself.
DAYS, LOCAL = "dag", "hminr"


def count(rows: pl.DataFrame, reporter: str, aar: int) -> Counted:
    """Figures of ``aar`` and the year before of all kommuner that a reporting kommune's loans belong to, with ``DAYS`` and
    ``LOCAL``.
    """
    loans = rows.rename({"komnr_statbank": "komnr"})
    first, last = FIRST_KVARTAL.first_day, date(aar, 12, 31)
    issued = loans.filter(pl.col("udleveringsdato").is_between(first, last))
    returned = loans.filter(pl.col("indleveringsdato").is_between(first, last))
    corrected = returned.filter(pl.col("rettelse").is_not_null())
    parts = [
        _by_quarter(issued, "udleveringsdato", UDLEVERET),
        _by_quarter(issued.filter(pl.col("lov_navn_opret").is_not_null()), "udleveringsdato", UDLEVERET_PARAGRAF),
        _by_quarter(returned, "indleveringsdato", INDLEVERET),
        _by_quarter(corrected, "indleveringsdato", INDLEVERET_DOED),
    ]
    for year in (aar - 1, aar):
        if year < FIRST_KVARTAL.aar:
            continue
        of_year = issued.filter(pl.col("udleveringsdato").dt.year() == year)
        stock = loans.filter(on_loan_ultimo(year))
        for maal, column, frame in (
            (PARAGRAF_UDLEVERET, "lov_navn_opret", of_year),
            (KILDE_UDLEVERET, "lov_kilde", of_year),
            (PARAGRAF_BESTAND, "lov_navn_opret", stock),
            (KILDE_BESTAND, "lov_kilde", stock),
        ):
            kode = pl.col(column).fill_null("")
            parts.append(_counted(frame.with_columns(kode=kode), maal, year))
        parts.append(_counted(stock.with_columns(kode=pl.lit("")), BESTAND, year))
        parts.append(_counted(stock.with_columns(kode=pl.lit(reporter)), BESTAND_INDBERETTER, year))
    this_year = issued.filter(pl.col("udleveringsdato").dt.year() == aar)
    local = this_year.filter((pl.col("lov_navn_opret") == PARAGRAF_112) & is_local_hmi())
    details = {
        DAYS: issued.group_by("komnr", dag="udleveringsdato").agg(_rows()),
        LOCAL: local.group_by("komnr", "hminr").agg(_rows()),
    }
    return Counted(pl.concat(parts), details)


def _rows() -> pl.Expr:
    return pl.len().cast(pl.Int64).alias("antal")


def _by_quarter(frame: pl.DataFrame, column: str, maal: str) -> pl.DataFrame:
    day = pl.col(column)
    # Counted by whole numbers; the text of a quarter is made for the few that are left.
    counted = frame.group_by("komnr", _aar=day.dt.year(), _nr=day.dt.quarter()).agg(_rows())
    return counted.select(
        "komnr",
        pl.lit(maal).alias("maal"),
        pl.format("{}K{}", "_aar", "_nr").alias("periode"),
        pl.lit("").alias("kode"),
        "antal",
    )


def _counted(frame: pl.DataFrame, maal: str, year: int) -> pl.DataFrame:
    counted = frame.group_by("komnr", "kode").agg(_rows())
    return counted.select("komnr", pl.lit(maal).alias("maal"), pl.lit(str(year)).alias("periode"), "kode", "antal")
