"""What is odd but not wrong: counted per kommune and shown, and never a reason to remove a row.

An oddity's function takes the day the delivery was received and gives which of its rows are odd (Boolean expression).
"""

from datetime import date

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.rules.rule import Code, Rule
from hjalp_pipeline.statistics.hand.layout.receipt_remarks import unknown_target


def started_after_reception(received: date) -> pl.Expr:
    """Started after the delivery was received."""
    return pl.col("ydelse_start") > received


def unknown_target_group(_received: date) -> pl.Expr:
    """A target group that no list has."""
    return unknown_target()


def unknown_payer(_received: date) -> pl.Expr:
    """Paying kommune not one of the 98."""
    return ~pl.col("betalingskommune").is_in(KOMNR)


FUTURE = Rule(
    "O1",
    "Startdato efter modtagelsen",
    "counts",
    started_after_reception,
    (Code("STARTET_FREMTID", "Startdato efter modtagelsen"),),
    "H2",
    reads=("ydelse_start",),
)
UNKNOWN_TARGET = Rule(
    "O2",
    "Ukendt målgruppe",
    "counts",
    unknown_target_group,
    (Code("MAALGRUPPE_UKENDT", "Ukendt målgruppe"),),
    "H2",
    reads=("maalgruppe",),
)
UNKNOWN_PAYER = Rule(
    "O3",
    "Ukendt betalingskommune",
    "counts",
    unknown_payer,
    (Code("BETALING_UKENDT", "Ukendt betalingskommune"),),
    "H2",
    reads=("betalingskommune",),
)
#: In the order they are shown.
ODDITIES = (FUTURE, UNKNOWN_TARGET, UNKNOWN_PAYER)
