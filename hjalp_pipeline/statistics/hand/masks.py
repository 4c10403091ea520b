"""What the tables of full-time services hide where it follows from other tables (H11).

Tables come with all their figures; ``skjult`` says of a table declared before what it hides.
"""

from collections.abc import Sequence

import polars as pl

from hjalp_pipeline.table_spec import MASK, TIME, Marked

#: A figure with fewer persons behind it, but not none, is small (H11).
_ENOUGH = 3
_PERSONS, _CODE, _GROUP = "personer", "ydelsestype", "mlgrp"
_YEARS = ("omrade", _CODE, TIME)
_BLOCK = [_CODE, TIME]
_FIGURE = "tiendedele"


def hidden_years(tables: Marked, _earlier: Sequence[Marked]) -> pl.DataFrame:
    """Cells of HAND05 with 1 or 2 persons behind them or a hidden quarter: no quarter can be had by subtraction."""
    years = tables["hand05"]
    quarters = tables["hand07"].filter(MASK).with_columns(pl.col(TIME).str.slice(0, 4)).select(_YEARS).unique()
    small = years.filter(_is_small()).select(_YEARS)
    told = years.filter(pl.col(_FIGURE).is_not_null()).select(_YEARS).join(quarters, on=_YEARS, how="semi")
    return pl.concat([small, told]).unique(maintain_order=True)


def hidden_groups(tables: Marked, earlier: Sequence[Marked]) -> pl.DataFrame:
    """Cells of HAND03A: those with 1 or 2 persons behind them, those an earlier release hid of figures that stand, and one
    more where exactly one figure of a code and quarter would be hidden in HAND01 and HAND03A together.
    """
    groups = tables["hand03a"]
    keys = [_CODE, _GROUP, TIME]
    again = [_kept(groups, before["hand03a"]) for before in earlier if "hand03a" in before]
    hidden = pl.concat([groups.filter(_is_small()).select(keys), *again]).unique(maintain_order=True)
    of_kommuner = tables["hand07"].filter(MASK).select(_BLOCK)
    alone = pl.concat([hidden.select(_BLOCK), of_kommuner]).group_by(_BLOCK).len().filter(pl.col("len") == 1)
    shown = groups.filter(pl.col(_PERSONS) > 0).join(hidden, on=keys, how="anti").join(alone, on=_BLOCK, how="semi")
    further = shown.sort(*_BLOCK, _PERSONS, _GROUP).unique(_BLOCK, keep="first", maintain_order=True)
    return pl.concat([hidden, further.select(keys)])


def _kept(groups: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """What an earlier release hid of the codes and quarters all of whose figures are the same now, and the persons behind
    them: a few days of one person round to the figure of nobody, which is shown.
    """
    keys = [_CODE, _GROUP, TIME]
    both = groups.select(*keys, _FIGURE, _PERSONS).join(
        before.select(*keys, _FIGURE, _PERSONS, MASK), on=keys, how="inner", suffix="_then"
    )
    same = [pl.col(name).eq_missing(pl.col(f"{name}_then")) for name in (_FIGURE, _PERSONS)]
    stands = pl.all_horizontal(same).all().over(_BLOCK)
    return both.filter(stands & pl.col(MASK)).select(keys)


def _is_small() -> pl.Expr:
    return pl.col(_PERSONS).is_between(1, _ENOUGH - 1)
