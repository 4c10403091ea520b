"""The figures of the approval reports: persons, days, services begun and ended by quarter and code, target groups by year (H12)."""

from datetime import date

import polars as pl

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.report_spec import Counted
from hjalp_pipeline.statistics.hand.codelists.first_quarters import FIRST_KVARTAL
from hjalp_pipeline.statistics.hand.codelists.target_groups import UNKNOWN_GROUP
from hjalp_pipeline.statistics.hand.rules.overlaps import OPEN
from hjalp_pipeline.statistics.hand.rules.stock import target_groups

#: Columns that are looked at, as delivered and of the data states.
DELIVERED = ("modt_ydelse_kode",)
STATES = {
    "cpr_validated": ("person",),
    "kommune_assigned": ("komnr_statbank",),
    "spells_united": ("ydelse_start", "ydelse_slut", "begynder", "maalgruppe"),
}
#: What ``maal`` can be. Those of a quarter are by code, and over all codes (code ""): persons with a day, days, services.
PERSONER, DAGE, BEGYNDT, SLUTTET = "personer", "dage", "begyndt", "sluttet"
#: Those of a year: services with a day in it, and those of them without a target group.
YDELSER, UDEN_GRUPPE = "ydelser", "uden_maalgruppe"
_PLACE = ("komnr", "periode", "kode")


def count(rows: pl.DataFrame, _reporter: str, aar: int) -> Counted:
    """Figures of the quarters from the first of the tables to the end of ``aar``, and of ``aar`` and the year before."""
    services = rows.select(
        "person",
        "begynder",
        komnr="komnr_statbank",
        kode="modt_ydelse_kode",
        # What began before its code counts from a later day, and has not begun on it.
        start=pl.when(pl.col("ydelse_start") == pl.col("begynder")).then("ydelse_start"),
        slutter=pl.col("ydelse_slut").fill_null(OPEN),
        uden=target_groups(rows) == UNKNOWN_GROUP,
    )
    quarters = FIRST_KVARTAL.until(Kvartal(aar, 4))
    spells = [(str(quarter), quarter.first_day, quarter.last_day) for quarter in quarters]
    inside = _inside(services, spells)
    days = pl.min_horizontal("slutter", "_sidste") - pl.max_horizontal("begynder", "_foerste")
    measures = {
        PERSONER: pl.col("person").n_unique(),
        DAGE: (days.dt.total_days() + 1).sum(),
        BEGYNDT: pl.col("start").is_between("_foerste", "_sidste").sum(),
        SLUTTET: pl.col("slutter").is_between("_foerste", "_sidste").sum(),
    }
    years = [(str(year), date(year, 1, 1), date(year, 12, 31)) for year in (aar - 1, aar) if year >= FIRST_KVARTAL.aar]
    of_year = {YDELSER: pl.len(), UDEN_GRUPPE: pl.col("uden").sum()}
    return Counted(pl.concat([_by_code(inside, measures), _by_code(_inside(services, years), of_year)]))


def _inside(services: pl.DataFrame, spells: list[tuple[str, date, date]]) -> pl.DataFrame:
    """A row for each service and each of the spells it has a day in."""
    names = pl.Schema({"periode": pl.String, "_foerste": pl.Date, "_sidste": pl.Date})
    both = services.join(pl.DataFrame(spells, schema=names, orient="row"), how="cross")
    return both.filter(pl.col("begynder") <= pl.col("_sidste"), pl.col("slutter") >= pl.col("_foerste"))


def _by_code(inside: pl.DataFrame, measures: dict[str, pl.Expr]) -> pl.DataFrame:
    parts = [
        frame.group_by(_PLACE).agg(expr.cast(pl.Int64).alias(name) for name, expr in measures.items())
        for frame in (inside, inside.with_columns(kode=pl.lit("")))
    ]
    told = pl.concat(parts).unpivot(index=_PLACE, variable_name="maal", value_name="antal")
    return told.select("komnr", "maal", "periode", "kode", "antal")
