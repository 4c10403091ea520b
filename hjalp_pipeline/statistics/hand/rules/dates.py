"""H4: a service ends with its person at the latest, and not before it begins."""

import polars as pl

from hjalp_pipeline.rules.rule import Code, Context, Rule
from hjalp_pipeline.rules.step import reason

STARTET_EFTER_DOED = Code("STARTET_EFTER_DOED", "Startet efter personens død", "#b5483a")
RETTET_DOED = Code("RETTET_DOED", "Ikke sluttet, da personen døde: sluttet på dødsdagen")
SLUT_FOER_START = Code("SLUT_FOER_START", "Sluttet før start", "#d98477")


def find_death(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Adds ``doddato`` of ``person``, null for one who lives."""
    dead = context.register.persons.get_column("doddato").gather(rows.get_column("person"))
    return rows.with_columns(dead.alias("doddato"))


def started_after_death(_rows: pl.DataFrame, _context: Context) -> pl.Expr:
    """Started after the day of death; on the day itself is possible."""
    return reason(STARTET_EFTER_DOED, pl.col("ydelse_start") > pl.col("doddato"))


def end_at_death(rows: pl.DataFrame, _context: Context) -> pl.DataFrame:
    """A service that is open, or ends after the death, ended on the day of death. Adds ``rettelse``."""
    ended = pl.col("ydelse_slut") <= pl.col("doddato")
    late = pl.col("doddato").is_not_null() & ~ended.fill_null(value=False)
    return rows.with_columns(
        ydelse_slut=pl.when(late).then("doddato").otherwise("ydelse_slut"), rettelse=reason(RETTET_DOED, late)
    )


def ended_before_start(_rows: pl.DataFrame, _context: Context) -> pl.Expr:
    """Ended before it started; equal dates are one day."""
    return reason(SLUT_FOER_START, pl.col("ydelse_slut") < pl.col("ydelse_start"))


DEATH = Rule("H4.0", "Dødsdato fra befolkningsregisteret", "derives", find_death, source="H4")
AFTER_DEATH = Rule(
    "H4.1", "Startet efter død", "removes", started_after_death, (STARTET_EFTER_DOED,), "H4", reads=("ydelse_start",)
)
ENDED_BY_DEATH = Rule(
    "H4.2",
    "En ydelse slutter senest på dødsdagen",
    "corrects",
    end_at_death,
    (RETTET_DOED,),
    "H4",
    "rettelse",
    reads=("ydelse_slut",),
)
BEFORE_START = Rule(
    "H4.3",
    "Sluttet før start",
    "removes",
    ended_before_start,
    (SLUT_FOER_START,),
    "H4",
    reads=("ydelse_start", "ydelse_slut"),
)
