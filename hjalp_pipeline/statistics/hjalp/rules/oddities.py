"""What is odd but not wrong: counted per kommune and shown, and never a reason to remove a row (seed 3.6, 5.3).

An oddity's function takes the day the delivery was received and gives which of its rows are odd (Boolean expression).
"""

from datetime import date

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.rules.rule import Code, Rule
from hjalp_pipeline.statistics.hjalp.codelists.iso_classes import ISO_CLASSES


def issued_after_reception(received: date) -> pl.Expr:
    """Issued after the delivery was received."""
    return pl.col("udleveringsdato") > received


def is_local_hmi(_received: date | None = None) -> pl.Expr:
    """Of column ``hminr``: a number in the ranges kommuner give out themselves (null when there is none)."""
    number = pl.col("hminr").cast(pl.UInt32, strict=False)
    return number.is_between(90_000, 99_999) | number.is_between(900_000, 999_999)


def unknown_iso(_received: date) -> pl.Expr:
    """Main class unknown to ISO 9999."""
    return ~pl.col("hmiiso").str.head(2).is_in(sorted(ISO_CLASSES))


def unknown_payer(_received: date) -> pl.Expr:
    """Paying kommune not one of the 98."""
    return ~pl.col("komnr_betaling").is_in(KOMNR)


FUTURE = Rule(
    "O1",
    "Udleveringsdato efter modtagelsen",
    "counts",
    issued_after_reception,
    (Code("UDLEVERET_FREMTID", "Udleveringsdato efter modtagelsen"),),
    "seed 3.6",
    reads=("udleveringsdato",),
)
LOCAL_HMI = Rule(
    "O2",
    "Lokalt HMI-nummer",
    "counts",
    is_local_hmi,
    (Code("HMI_LOKALT", "Lokalt HMI-nummer"),),
    "seed 5.3",
    reads=("hminr",),
)
UNKNOWN_ISO = Rule(
    "O3",
    "Ukendt ISO-klasse",
    "counts",
    unknown_iso,
    (Code("ISO_UKENDT", "Ukendt ISO-klasse"),),
    "seed 2.2",
    reads=("hmiiso",),
)
UNKNOWN_PAYER = Rule(
    "O4",
    "Ukendt betalingskommune",
    "counts",
    unknown_payer,
    (Code("BETALING_UKENDT", "Ukendt betalingskommune"),),
    "seed 2.4",
    reads=("komnr_betaling",),
)
#: In the order they are shown.
ODDITIES = (FUTURE, LOCAL_HMI, UNKNOWN_ISO, UNKNOWN_PAYER)
