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
_ORDER = ("ydelse_start", "ydelse_id", "raekke")
#: What the kept row takes from the last row of its spell that has it.
LATEST = ("betalingskommune", "funk_vurd", "prodnr", "afdeling_uuid")
_CODE = r"[0-9.]+"
#: More days than any two dates are apart.
_FAR = 1 << 32


def unite(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
    """The values of the united spell on each of its rows, the first of which stays. Adds ``begynder``, ``foerste``.

    ``ydelse_start`` and ``ydelse_slut`` (null = open) are the union's, ``begynder`` the day it counts from (H5);
    ``maalgruppe`` holds every code once, ascending.
    """
    same = (*context.each, *_SAME)
    ordered = rows.sort(*same, *_ORDER)
    # One number for person, service and end, which ascends with the groups: its greatest so far is of this group or an earlier one.
    group = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in same).cast(pl.Int64).cum_sum()
    so_far = (group * _FAR + pl.col("ydelse_slut").fill_null(OPEN).to_physical()).cum_max().shift(1)
    apart = (group * _FAR + pl.col("ydelse_start").to_physical() - 1 > so_far).fill_null(value=True)
    place = ordered.select(_forloeb=apart.cast(pl.UInt32).cum_sum()).to_series()
    first = (place != place.shift(1)).fill_null(value=True)
    ordered = ordered.with_columns(place, foerste=first)
    many = place.is_duplicated()  # nearly every spell is one row, and stays as it is
    ends = pl.col("ydelse_slut")
    spells = (
        ordered.filter(many)
        .group_by("_forloeb")
        .agg(
            pl.col("ydelse_start").first(),
            pl.when(ends.null_count() == 0).then(ends.max()).alias("ydelse_slut"),
            pl.col("maalgruppe").drop_nulls().str.join(" "),
            *(pl.col(name).drop_nulls().last() for name in LATEST),
        )
    )
    of_rows = ordered.filter(many).select(pl.exclude(spells.columns), "_forloeb").join(spells, on="_forloeb")
    united = pl.concat([ordered.filter(~many), of_rows.select(ordered.columns)])
    return (
        united.join(_codes(united), on="maalgruppe", how="left")
        .with_columns(maalgruppe="_koder", begynder=pl.max_horizontal("ydelse_start", "taeller_fra"))
        .sort("raekke")
        .select(*rows.columns, "begynder", "foerste")
    )


def _codes(rows: pl.DataFrame) -> pl.DataFrame:
    """For each text of ``maalgruppe`` its codes, each once and ascending, null when it has none: each text is looked at once."""
    codes = pl.col("maalgruppe").str.extract_all(_CODE).list.unique().list.sort().list.join(" ")
    texts = rows.select(pl.col("maalgruppe").drop_nulls().unique())
    return texts.select("maalgruppe", pl.when(codes != "").then(codes).alias("_koder"))


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
