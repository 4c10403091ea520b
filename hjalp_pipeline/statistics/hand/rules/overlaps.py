"""H6: spells of one service to one person that overlap or touch become one."""

from datetime import date

import polars as pl

from hjalp_pipeline.rules.rule import Code, Context, Rule
from hjalp_pipeline.rules.step import reason

#: The end of a spell that is open, wherever a day is needed.
OPEN = date(9999, 12, 31)
SAMMENLAGT = Code(
    "SAMMENLAGT", "Lagt sammen med en ydelse, der overlapper eller går lige forud (ingen fejl)", "#b7b29a", fault=False
)
_SAME = ("person", "modt_ydelse_kode")
#: In this order a spell's rows are told first and last; rows stand newest system first.
_ORDER = (*_SAME, "ydelse_start", "ydelse_id", "raekke")
#: What the kept row takes from the last row of its spell that has it.
LATEST = ("betalingskommune", "funk_vurd", "prodnr", "afdeling_uuid")
_CODE = r"[0-9.]+"


def unite(rows: pl.DataFrame, _context: Context) -> pl.DataFrame:
    """The values of the united spell on each of its rows, the first of which stays. Adds ``begynder``, ``foerste``.

    ``ydelse_start`` and ``ydelse_slut`` (null = open) are the union's, ``begynder`` the day it counts from (H5);
    ``maalgruppe`` holds every code once, ascending.
    """
    ordered = rows.sort(_ORDER).with_columns(_slut=pl.col("ydelse_slut").fill_null(OPEN))
    before = pl.col("_slut").cum_max().shift(1).over(_SAME)
    apart = before.is_null() | (pl.col("ydelse_start") - pl.duration(days=1) > before)
    place = ordered.select(apart.cast(pl.UInt32).cum_sum() - 1).to_series()
    grouped = ordered.with_columns(_forloeb=place).group_by("_forloeb", maintain_order=True)
    ends = pl.col("ydelse_slut")
    spells = grouped.agg(
        pl.col("ydelse_start").first(),
        pl.when(ends.null_count() == 0).then(ends.max()).alias("ydelse_slut"),
        pl.col("maalgruppe").drop_nulls().str.join(" "),
        *(pl.col(name).drop_nulls().last() for name in LATEST),
    ).drop("_forloeb")
    codes = pl.col("maalgruppe").str.extract_all(_CODE).list.unique().list.sort().list.join(" ")
    united = ordered.with_columns(
        spells.with_columns(pl.when(codes != "").then(codes).alias("maalgruppe"))[place].get_columns()
    ).with_columns(begynder=pl.max_horizontal("ydelse_start", "taeller_fra"), foerste=place != place.shift(1))
    first = pl.col("foerste").fill_null(value=True)
    return united.with_columns(first).sort("raekke").select(*rows.columns, "begynder", "foerste")


def united_with_first(_rows: pl.DataFrame, _context: Context) -> pl.Expr:
    """Every row of a spell but the one that starts first, of those that start together the smallest ``ydelse_id``."""
    return reason(SAMMENLAGT, ~pl.col("foerste"))


UNION = Rule(
    "H6.0",
    "Forløb, der overlapper eller rører hinanden",
    "derives",
    unite,
    source="H6",
    reads=("ydelse_id", "modt_ydelse_kode", "ydelse_start", "ydelse_slut", "maalgruppe", *LATEST),
)
UNITED = Rule("H6", "Lagt sammen med en anden ydelse", "removes", united_with_first, (SAMMENLAGT,), "H6")
