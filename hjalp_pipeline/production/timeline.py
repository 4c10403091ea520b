"""Stock that comes and goes in steps: what each step moves in every cell, in one pass however many steps there are.

A row of stock is there from the start until a step (``fra`` 0, ``til`` k), from a step on (``fra`` k, ``til`` ``NEVER``),
or all the time. Persons count once in a cell, so a step moves a cell only where the person is in it by no other row.
"""

from collections.abc import Mapping, Sequence
from itertools import product

import polars as pl

from hjalp_pipeline.codelists.age_groups import ALDER_I_ALT
from hjalp_pipeline.codelists.kommuner import HELE_LANDET

#: ``til`` of a row that stays to the end.
NEVER = 65535
_CELL = ["kommunedk", "konams", "alerams", "tid"]
_MOVES = ["table", *_CELL, "step", "amount"]


def moves_by_step(stock: pl.DataFrame) -> pl.DataFrame:
    """What each step moves in HJALP1 and HJALP2: table, cell, ``step`` (UInt16), ``amount``; nothing that is 0.

    ``stock``: ``rules.stock.SCHEMA`` of kommuner that take part, with ``fra`` and ``til`` (UInt16).
    """
    touched = stock.filter((pl.col("fra") > 0) | (pl.col("til") < NEVER))
    # Persons whose every row stays move nothing.
    concerned = stock.join(touched.select("aar", "person").unique(), on=["aar", "person"], how="semi").select(
        pl.col("komnr_statbank").alias("kommunedk"),
        pl.col("koen").cast(pl.String).alias("konams"),
        pl.col("aldersgruppe").alias("alerams"),
        pl.col("aar").alias("tid"),
        "person",
        "fra",
        "til",
    )
    parts = [_loans(touched, whole) for whole in (False, True)]
    parts += [_persons(concerned, totals) for totals in product((False, True), repeat=3)]
    return pl.concat(parts).filter(pl.col("amount") != 0)


def _loans(touched: pl.DataFrame, whole: bool) -> pl.DataFrame:
    kommune = pl.lit(HELE_LANDET) if whole else pl.col("komnr_statbank")
    loans = pl.col("udlaan").cast(pl.Int64)
    comes = touched.filter(pl.col("fra") > 0).select(kommune.alias("kommunedk"), "aar", step="fra", amount=loans)
    goes = touched.filter(pl.col("til") < NEVER).select(kommune.alias("kommunedk"), "aar", step="til", amount=-loans)
    return (
        pl.concat([comes, goes])
        .group_by("kommunedk", pl.col("aar").alias("tid"), "step")
        .agg(pl.col("amount").sum())
        .with_columns(table=pl.lit("hjalp1"), konams=pl.lit(""), alerams=pl.lit(""))
        .select(_MOVES)
    )


def _persons(concerned: pl.DataFrame, totals: tuple[bool, ...]) -> pl.DataFrame:
    """One grouping of HJALP2; ``totals``: whether kommune, sex, age are summed up."""
    codes = ("kommunedk", "konams", "alerams")
    sums = dict(zip(codes, (HELE_LANDET, "0", ALDER_I_ALT), strict=True))
    kept = [code for code, total in zip(codes, totals, strict=True) if not total]
    stays = pl.col("til") == NEVER
    spans = concerned.group_by(*kept, "tid", "person").agg(
        comes=pl.col("fra").filter(stays).min(), goes=pl.col("til").filter(~stays).max()
    )
    # Somebody who comes no later than he goes is there all the time.
    gap = spans.filter(pl.col("comes").is_null() | pl.col("goes").is_null() | (pl.col("goes") < pl.col("comes")))
    comes = gap.filter(pl.col("comes") > 0).select(*kept, "tid", step="comes", amount=pl.lit(1, dtype=pl.Int64))
    goes = gap.filter(pl.col("goes").is_not_null()).select(*kept, "tid", step="goes", amount=pl.lit(-1, dtype=pl.Int64))
    summed = pl.concat([comes, goes]).group_by(*kept, "tid", "step").agg(pl.col("amount").sum())
    constant = [pl.lit(sums[code]).alias(code) for code in codes if code not in kept]
    return summed.with_columns(pl.lit("hjalp2").alias("table"), *constant).select(_MOVES)


def per_mille_moves(
    persons: pl.DataFrame, people: pl.DataFrame, before: Mapping[str, pl.DataFrame], years: Sequence[int]
) -> pl.DataFrame:
    """What each step moves in HJALP3 (whole per mille; no figure counts as 0), from the steps of persons and population.

    ``persons``: HJALP2's moves; ``people``: cell, ``step``, ``people``; ``before``: the tables before the first step.
    """
    start = before["hjalp2"].join(before["hjalp3"], on=_CELL, how="inner").filter(pl.col("tid").is_in(list(years)))
    steps = (
        persons.select(*_CELL, "step", "amount")
        .join(people.select(*_CELL, "step", "people"), on=[*_CELL, "step"], how="full", coalesce=True)
        .join(start.select(*_CELL, "antal", "folketal", "promille"), on=_CELL, how="left")
        .sort(*_CELL, "step")
        .with_columns(
            antal=pl.col("antal").fill_null(0) + pl.col("amount").fill_null(0).cum_sum().over(_CELL),
            folketal=pl.col("folketal").fill_null(0) + pl.col("people").fill_null(0).cum_sum().over(_CELL),
        )
    )
    share = pl.when(pl.col("folketal") > 0).then(
        (2000 * pl.col("antal") + pl.col("folketal")) // (2 * pl.col("folketal"))
    )
    shown = steps.with_columns(after=share.fill_null(0))
    earlier = pl.coalesce(pl.col("after").shift(1).over(_CELL), pl.col("promille"), pl.lit(0))
    moved = shown.with_columns(table=pl.lit("hjalp3"), amount=pl.col("after") - earlier)
    return moved.select(_MOVES).filter(pl.col("amount") != 0)
