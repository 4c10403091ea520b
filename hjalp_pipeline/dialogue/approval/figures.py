"""The figures of the approval reports, of all kommuner at once: flows by quarter, paragraphs by year (seed 3.4, R12).

A loan counts in the kommune it belongs to (``komnr_statbank``), whoever reported it, and as the rules left it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from hjalp_pipeline.production.quarter.chain_results import rows_inside
from hjalp_pipeline.statistics.hjalp.codelists.first import FIRST_KVARTAL
from hjalp_pipeline.statistics.hjalp.rules.dates import on_loan_ultimo
from hjalp_pipeline.statistics.hjalp.rules.oddities import is_local_hmi
from hjalp_pipeline.storage.entries import ChainEntry
from hjalp_pipeline.storage.lake import Lake

#: A figure: ``maal`` says what, ``periode`` the quarter or year, ``kode`` paragraph, source or reporting
#: kommune ("" for none).
SCHEMA = pl.Schema({"komnr": pl.String, "maal": pl.String, "periode": pl.String, "kode": pl.String, "antal": pl.Int64})
_KEYS = ["komnr", "maal", "periode", "kode"]
#: What ``maal`` can be. Those of flows go by quarter, the others by year.
UDLEVERET, INDLEVERET, INDLEVERET_DOED, BESTAND = "udleveret", "indleveret", "indleveret_doed", "bestand"
UDLEVERET_PARAGRAF = "udleveret_paragraf"  # those with a paragraph
PARAGRAF_UDLEVERET, PARAGRAF_BESTAND = "paragraf_udleveret", "paragraf_bestand"
KILDE_UDLEVERET, KILDE_BESTAND = "kilde_udleveret", "kilde_bestand"
BESTAND_INDBERETTER = "bestand_indberetter"
#: The paragraph of servicelovens § 112, under which services are looked for.
PARAGRAF_112 = "SEL_112"


@dataclass(frozen=True)
class Figures:
    """``figures`` (``SCHEMA``, no zeros); ``days``: komnr, dag, antal (loans issued that day); ``local``: komnr, hminr,
    antal (loans issued in the year under § 112 with a number the kommune gave out itself).
    """

    figures: pl.DataFrame
    days: pl.DataFrame
    local: pl.DataFrame


def count_figures(lake: Lake, entries: Mapping[str, ChainEntry], aar: int) -> Figures:
    """The figures of ``aar`` and the year before, from the chain results of all reporting kommuner by komnr."""
    parts = [_of_entry(lake, komnr, entry, aar) for komnr, entry in entries.items()]
    figures = _summed([part.figures for part in parts], _KEYS, SCHEMA)
    day_schema = pl.Schema({"komnr": pl.String, "dag": pl.Date, "antal": pl.Int64})
    local_schema = pl.Schema({"komnr": pl.String, "hminr": pl.String, "antal": pl.Int64})
    return Figures(
        figures,
        _summed([part.days for part in parts], ["komnr", "dag"], day_schema),
        _summed([part.local for part in parts], ["komnr", "hminr"], local_schema),
    )


def _summed(parts: list[pl.DataFrame], keys: list[str], schema: pl.Schema) -> pl.DataFrame:
    """Parts of several reporters added up: a kommune's loans may come from more than one."""
    found = pl.concat([pl.DataFrame(schema=schema), *parts])
    return found.group_by(keys).agg(pl.col("antal").sum()).filter(pl.col("antal") > 0).sort(keys)


def _of_entry(lake: Lake, komnr: str, entry: ChainEntry, aar: int) -> Figures:
    loans = _loans(lake, entry)
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
        parts.append(_counted(stock.with_columns(kode=pl.lit(komnr)), BESTAND_INDBERETTER, year))
    this_year = issued.filter(pl.col("udleveringsdato").dt.year() == aar)
    local = this_year.filter((pl.col("lov_navn_opret") == PARAGRAF_112) & is_local_hmi())
    return Figures(
        pl.concat(parts),
        issued.group_by("komnr", dag="udleveringsdato").agg(pl.len().cast(pl.Int64).alias("antal")),
        local.group_by("komnr", "hminr").agg(pl.len().cast(pl.Int64).alias("antal")),
    )


def _loans(lake: Lake, entry: ChainEntry) -> pl.DataFrame:
    """The columns the figures need of a reporter's loans inside the statistic."""
    return rows_inside(
        lake,
        entry,
        ["udleveringsdato", "hminr"],
        dates_corrected=["indleveringsdato", "rettelse", "udgaar_fra_aar"],
        paragraph_enriched=["lov_navn_opret", "lov_kilde"],
        kommune_assigned=["komnr_statbank"],
    ).rename({"komnr_statbank": "komnr"})


def _by_quarter(frame: pl.DataFrame, column: str, maal: str) -> pl.DataFrame:
    day = pl.col(column)
    # Counted by whole numbers; the text of a quarter is made for the few that are left.
    counted = frame.group_by("komnr", _aar=day.dt.year(), _nr=day.dt.quarter()).agg(
        pl.len().cast(pl.Int64).alias("antal")
    )
    return counted.select(
        "komnr",
        pl.lit(maal).alias("maal"),
        pl.format("{}K{}", "_aar", "_nr").alias("periode"),
        pl.lit("").alias("kode"),
        "antal",
    )


def _counted(frame: pl.DataFrame, maal: str, year: int) -> pl.DataFrame:
    counted = frame.group_by("komnr", "kode").agg(pl.len().cast(pl.Int64).alias("antal"))
    return counted.select("komnr", pl.lit(maal).alias("maal"), pl.lit(str(year)).alias("periode"), "kode", "antal")
