"""R5 and R6: dates corrected by death, and open loans too old to be believed (seed 3.5)."""

from datetime import date

import polars as pl

from hjalp_pipeline.rules.rule import Code, Context, Rule
from hjalp_pipeline.rules.step import reason

#: A return up to this many days after the death is believed.
DAYS_AFTER_DEATH = 31
#: An open loan issued more than this many years before the end of a reference year is left out of that year [chosen: moves with the year].
YEARS_BELIEVED = 20


UDLEVERET_EFTER_DOED = Code("UDLEVERET_EFTER_DOED", "Udleveret efter personens død", "#b5483a")
RETTET_DOED = Code("RETTET_DOED", "Ikke indleveret, men personen er død: indleveret på dødsdagen")
RETTET_DOED_SENT = Code(
    f"RETTET_DOED_{DAYS_AFTER_DEATH}",
    f"Indleveret mere end {DAYS_AFTER_DEATH} dage efter dødsfaldet: indleveret på dødsdagen",
)
INDLEVERET_FOER_UDLEVERING = Code("INDLEVERET_FOER_UDLEVERING", "Indleveret før udlevering", "#d98477")
#: Counted by year where loans are counted: the chain knows the first year only.
OVER_20_AAR = Code(
    f"OVER_{YEARS_BELIEVED}_AAR",
    f"Åbne udlån, der er ældre end {YEARS_BELIEVED} år ved årets udgang og ikke er talt med",
    fault=False,
)


def find_death(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """Adds ``doddato`` of ``person`` and ``indleveringsdato_leveret``, the return date as delivered."""
    dead = context.register.persons.get_column("doddato").gather(rows.get_column("person"))
    return rows.with_columns(dead.alias("doddato"), pl.col("indleveringsdato").alias("indleveringsdato_leveret"))


def issued_after_death(_rows: pl.DataFrame, _context: Context) -> pl.Expr:
    """Issued after the day of death; on the day itself is possible."""
    return reason(UDLEVERET_EFTER_DOED, pl.col("udleveringsdato") > pl.col("doddato"))


def close_at_death(rows: pl.DataFrame, _context: Context) -> pl.DataFrame:
    """An open loan of somebody dead was returned on the day of death. Adds ``rettelse``."""
    rows = rows.with_columns(
        rettelse=reason(RETTET_DOED, pl.col("indleveringsdato").is_null() & pl.col("doddato").is_not_null())
    )
    return _returned_at_death(rows)


def move_to_death(rows: pl.DataFrame, _context: Context) -> pl.DataFrame:
    """A return more than ``DAYS_AFTER_DEATH`` days after the death was on the day of death."""
    late = pl.col("indleveringsdato") > pl.col("doddato") + pl.duration(days=DAYS_AFTER_DEATH)
    rows = rows.with_columns(rettelse=pl.coalesce("rettelse", reason(RETTET_DOED_SENT, late)))
    return _returned_at_death(rows)


def _returned_at_death(rows: pl.DataFrame) -> pl.DataFrame:
    corrected = pl.col("rettelse").is_not_null()
    return rows.with_columns(indleveringsdato=pl.when(corrected).then("doddato").otherwise("indleveringsdato"))


def returned_before_issue(_rows: pl.DataFrame, _context: Context) -> pl.Expr:
    """Returned before it was issued. A corrected date is the day of death, never before the issue."""
    return reason(INDLEVERET_FOER_UDLEVERING, pl.col("indleveringsdato") < pl.col("udleveringsdato"))


def grow_too_old(rows: pl.DataFrame, _context: Context) -> pl.DataFrame:
    """Adds ``udgaar_fra_aar`` (Int32): the first year Y with ``udleveringsdato < 31 December (Y - 20)`` of an open loan, else null."""
    issued = pl.col("udleveringsdato")
    new_years_eve = (issued.dt.month() == 12) & (issued.dt.day() == 31)
    year = issued.dt.year() + YEARS_BELIEVED + new_years_eve.cast(pl.Int32)
    return rows.with_columns(udgaar_fra_aar=pl.when(pl.col("indleveringsdato").is_null()).then(year))


DEATH = Rule(
    "R5.0", "Dødsdato fra befolkningsregisteret", "derives", find_death, source="seed 3.5", reads=("indleveringsdato",)
)
AFTER_DEATH = Rule(
    "R5.1",
    "Udleveret efter død",
    "removes",
    issued_after_death,
    (UDLEVERET_EFTER_DOED,),
    "seed 3.5",
    reads=("udleveringsdato",),
)
CLOSED_BY_DEATH = Rule(
    "R5.2",
    "Åbent udlån til en død afsluttes på dødsdagen",
    "corrects",
    close_at_death,
    (RETTET_DOED,),
    "seed 3.5",
    "rettelse",
    reads=("indleveringsdato",),
)
LATE_RETURN = Rule(
    "R5.3",
    f"Indleveret mere end {DAYS_AFTER_DEATH} dage efter død",
    "corrects",
    move_to_death,
    (RETTET_DOED_SENT,),
    "seed 3.5",
    "rettelse",
    reads=("indleveringsdato",),
)
BEFORE_ISSUE = Rule(
    "R5.4",
    "Indleveret før udleveret",
    "removes",
    returned_before_issue,
    (INDLEVERET_FOER_UDLEVERING,),
    "seed 3.5",
    reads=("indleveringsdato", "udleveringsdato"),
)
TOO_OLD = Rule(
    "R6",
    f"Åbent udlån ældre end {YEARS_BELIEVED} år",
    "derives",
    grow_too_old,
    (OVER_20_AAR,),
    "seed 3.5",
    reads=("indleveringsdato", "udleveringsdato"),
)


def on_loan_ultimo(aar: int) -> pl.Expr:
    """R10: on loan at the end of 31 December ``aar`` and not left out by R6; returned or died on that day is not on loan [chosen]."""
    ultimo = date(aar, 12, 31)
    believed = pl.col("udgaar_fra_aar").is_null() | (pl.col("udgaar_fra_aar") > aar)
    open_then = pl.col("indleveringsdato").is_null() | (pl.col("indleveringsdato") > ultimo)
    return (pl.col("udleveringsdato") <= ultimo) & open_then & believed


def issued_after(aar: int) -> pl.Expr:
    """R13: issued after 31 December ``aar``, the last reference year of a release: nobody has approved those quarters yet."""
    return pl.col("udleveringsdato") > date(aar, 12, 31)


EFTER_AARET = Code("EFTER_AARET", "Udlån, der er udleveret efter det seneste referenceår", fault=False)
NOT_YET = Rule("R13", "Udleveret efter det seneste referenceår", "selects", issued_after, (EFTER_AARET,), "seed 8.7")
