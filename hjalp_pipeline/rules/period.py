"""R3: a loan is inside the statistic if it was on loan on 1 July 2022, or is issued or returned on or after it (seed 2.1, 3.5)."""

from datetime import date

import polars as pl

STATISTIC_BEGINS = date(2022, 7, 1)


def ikke_aktiv() -> pl.Expr:
    """Boolean: returned before the statistic begins (``IKKE_AKTIV``); an open loan is never so."""
    return pl.col("indleveringsdato") < STATISTIC_BEGINS
