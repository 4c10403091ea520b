"""Odd years planted in a few kommuner, one for each thing an approval report asks a kommune to look at (seed 3.4, 5.3).

Planted after a kommune's records are made, without a draw of its own: everybody else's stay as they were.
"""

from datetime import date
from typing import Final

import polars as pl

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.synth.sources import day, share

#: A quarter that never reached the extract of the system.
NOTHING: Final = ("630", Kvartal(2024, 3))
#: A quarter that was entered four times over, each time with new ids.
MANY: Final = ("621", Kvartal(2024, 2))
MANY_TIMES: Final = 4
#: A change of the system's version: most loans of the quarter carry the day of the transfer.
ONE_DAY: Final = ("751", Kvartal(2024, 1))
TRANSFER: Final = date(2024, 1, 2)
SHARE_TRANSFERRED: Final = 0.8
#: A system that fills in one paragraph by itself.
ONE_PARAGRAPH: Final = ("730", "SEL_112")
#: Rides entered as devices under § 112.
SERVICES: Final = ("851", "SEL_112")
RIDE: Final = ("999001", "Flextrafik, kørsel")
SHARE_RIDES: Final = 0.3

#: Added to a loan's number for each copy, so that its id is another; far beyond the loans of a country.
_COPY: Final = 1 << 26


def plant(komnr: str, records: pl.DataFrame) -> pl.DataFrame:
    """A kommune's records (``records.make_records``) with what is planted in it."""
    if komnr == NOTHING[0]:
        return records.filter(~_issued_in(NOTHING[1]))
    if komnr == MANY[0]:
        copies = [
            records.filter(_issued_in(MANY[1])).with_columns(loan=pl.col("loan") + number * _COPY)
            for number in range(1, MANY_TIMES)
        ]
        return pl.concat([records, *copies])
    if komnr == ONE_DAY[0]:
        moved = _issued_in(ONE_DAY[1]) & _some(records, 301, SHARE_TRANSFERRED)
        return records.with_columns(issued=pl.when(moved).then(day(TRANSFER)).otherwise("issued").cast(pl.Int32))
    if komnr == ONE_PARAGRAPH[0]:
        code, nothing = pl.lit(ONE_PARAGRAPH[1]), pl.lit(None, pl.String)
        return records.with_columns(lov_navn=code, lov_navn_2025k3=code, lov_tekst=nothing)
    if komnr == SERVICES[0]:
        rides = (pl.col("lov_navn") == SERVICES[1]) & _some(records, 302, SHARE_RIDES)
        return records.with_columns(
            hminr=pl.when(rides).then(pl.lit(RIDE[0])).otherwise("hminr"),
            hminavn=pl.when(rides).then(pl.lit(RIDE[1])).otherwise("hminavn"),
        )
    return records


def _issued_in(kvartal: Kvartal) -> pl.Expr:
    return pl.col("issued").is_between(day(kvartal.first_day), day(kvartal.last_day))


def _some(records: pl.DataFrame, salt: int, part: float) -> pl.Series:
    """A fixed share of the records, by their loans' numbers."""
    return pl.Series(share(records["loan"].to_numpy(), salt) < part)
