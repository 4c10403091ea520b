"""R3: a loan is inside the statistic if it was on loan on 1 July 2022, or is issued or returned on or after it (seed 2.1, 3.5)."""

from datetime import date

import polars as pl

from hjalp_pipeline.codelists.periods import MONTHS
from hjalp_pipeline.rules.rule import Code, Context, Rule
from hjalp_pipeline.rules.step import reason

STATISTIC_BEGINS = date(2022, 7, 1)
_DAY_DA = f"{STATISTIC_BEGINS.day}. {MONTHS[STATISTIC_BEGINS.month - 1]} {STATISTIC_BEGINS.year}"
IKKE_AKTIV = Code(
    "IKKE_AKTIV", f"Afsluttet før {_DAY_DA}, før statistikken begynder (ingen fejl)", "#8aa7b8", fault=False
)


def not_active(_rows: pl.DataFrame, _context: Context) -> pl.Expr:
    """Returned before the statistic begins; an open loan is never so."""
    return reason(IKKE_AKTIV, pl.col("indleveringsdato") < STATISTIC_BEGINS)


AS_DELIVERED = Rule("R3a", f"Ikke aktiv efter {_DAY_DA}", "removes", not_active, (IKKE_AKTIV,), "seed 2.1, 3.5")
AS_CORRECTED = Rule(
    "R3b", f"Ikke aktiv efter {_DAY_DA} (rettet dato)", "removes", not_active, (IKKE_AKTIV,), "seed 2.1, 3.5"
)
