"""What is odd but not wrong: counted per kommune and shown, and never a reason to remove a row (seed 3.6, 5.3)."""

from datetime import date

import polars as pl

from hjalp_pipeline.codelists.iso_classes import ISO_CLASSES
from hjalp_pipeline.codelists.kommuner import KOMNR

COLUMNS = ("udleveringsdato", "hminr", "hmiiso", "komnr_betaling")


def is_local_hmi() -> pl.Expr:
    """Boolean of column ``hminr``: a number in the ranges kommuner give out themselves (null when there is none)."""
    number = pl.col("hminr").cast(pl.UInt32, strict=False)
    return number.is_between(90_000, 99_999) | number.is_between(900_000, 999_999)


def count_oddities(frame: pl.DataFrame, received: date) -> dict[str, int]:
    """Rows of a delivery by oddity, zeros left out; ``received`` is the day it was received.

    ``UDLEVERET_FREMTID`` issued after the delivery was received; ``HMI_LOKALT`` see ``is_local_hmi``; ``ISO_UKENDT``
    main class unknown to ISO 9999; ``BETALING_UKENDT`` paying kommune not one of the 98.
    """
    counts = frame.select(
        (pl.col("udleveringsdato") > received).sum().alias("UDLEVERET_FREMTID"),
        is_local_hmi().sum().alias("HMI_LOKALT"),
        (~pl.col("hmiiso").str.head(2).is_in(sorted(ISO_CLASSES))).sum().alias("ISO_UKENDT"),
        (~pl.col("komnr_betaling").is_in(KOMNR)).sum().alias("BETALING_UKENDT"),
    ).row(0, named=True)
    return {code: int(rows) for code, rows in sorted(counts.items()) if rows}
