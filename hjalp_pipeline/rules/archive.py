"""H8: records that ended long ago come from the microdata of an earlier release, all others from the deliveries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.rules.rule import Code

ARKIVERET = Code("ARKIVERET", "Sluttet, før leverancerne gælder: tages fra en tidligere udgivelse", fault=False)
#: A kommune's delivered number may differ from the archive's by so many per cent before it is remarked.
PER_CENT = 1


@dataclass(frozen=True, eq=False)
class Archive:
    """How a statistic reads its own microdata back.

    ``files``: the registers it reads. ``read``: their rows, a row a record, with the columns ``pnr`` and ``pnr_tekst`` of raw
    data, ``komnr_statbank`` and ``ends``. ``stock``: those rows, all of known persons (column ``person``), as the stock has
    them, in the same order.
    ``same``: columns of the stock that tell whose and what a record is; ``begins``, ``ends``: its first and last day there,
    ``komnr_statbank`` its kommune. ``record``: columns of raw data and data states that are ``same`` without the kommune, then
    ``begins``; no two records of a kommune share them.
    """

    files: tuple[str, ...]
    read: Callable[[Mapping[str, pl.DataFrame]], pl.DataFrame]
    stock: Callable[[pl.DataFrame, Register], pl.DataFrame]
    same: tuple[str, ...]
    begins: str
    ends: str
    record: tuple[str, ...]


@dataclass(frozen=True)
class Settled:
    """Delivered records beside the archive's. ``stock``: what counts; ``gone``: stock rows of delivered records on the
    archive's side; ``stays``: Boolean, by row of the archive, whether it counts.
    """

    stock: pl.DataFrame
    gone: pl.DataFrame
    stays: pl.Series


def settle_archive(how: Archive, delivered: pl.DataFrame, archived: pl.DataFrame, until: date) -> Settled:
    """``delivered`` and ``archived`` are stocks; ``archived`` holds every record of the earlier release, open ones too.

    A delivered record that ended on or before ``until`` is on the archive's side, unless the archive holds one of the same
    person, kommune and kind that shares a day with it and is open or ended later. An archived record that shares a day with
    a delivered one that counts does not.
    """
    on_side = pl.col(how.ends) <= until
    rows, old = delivered.with_row_index("_row"), archived.with_row_index("_row")
    late = _sharing(how, rows.filter(on_side), old.filter(~on_side))
    gone = rows.filter(on_side & ~pl.col("_row").is_in(late.implode()))
    kept = rows.join(gone.select("_row"), on="_row", how="anti", maintain_order="left")
    replaced = _sharing(how, old.filter(on_side), kept)
    stays = old.select(stays=on_side & ~pl.col("_row").is_in(replaced.implode())).to_series()
    stock = pl.concat([kept.drop("_row"), archived.filter(stays)])
    return Settled(stock, gone.drop("_row"), stays)


def _sharing(how: Archive, rows: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
    """Places (``_row``) of rows that share a day with one of the others of the same person, kommune and kind."""
    spell = [how.begins, how.ends]
    both = rows.select(*how.same, *spell, "_row").join(others.select(*how.same, *spell), on=list(how.same), how="inner")
    shares = (pl.col(how.begins) <= pl.col(f"{how.ends}_right")) & (pl.col(f"{how.begins}_right") <= pl.col(how.ends))
    return both.filter(shares).get_column("_row").unique()


def differs(delivered: int, archived: int) -> bool:
    """Whether a kommune's delivered number on the archive's side is remarked: more than 1 % of the archive's away."""
    return 100 * abs(delivered - archived) > PER_CENT * archived
