"""Stock that comes and goes in steps: what each step moves in every cell, in one pass however many steps there are.

A row of stock is there from the start until a step (``fra`` 0, ``til`` k), from a step on (``fra`` k, ``til`` ``NEVER``),
or all the time. Where a table counts persons once, a step moves a cell only where the person is in it by no other row.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import product

import polars as pl

from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.quarter.counting import rows_of
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.table_parts import Counts, Distinct, Ratio, Share, Sum
from hjalp_pipeline.table_spec import TIME, Dimension, TableSpec

#: ``til`` of a row that stays to the end.
NEVER = 65535


def moves_by_step(
    statistic: Statistic,
    stock: pl.DataFrame,
    span: Span,
    covered: Collection[str] = (),
    finer: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """What each step moves in every table counted from stock: table, cell, ``step`` (UInt16), ``amount``; nothing that is 0.

    ``stock``: ``Stock.schema`` of kommuner taking part, with ``fra`` and ``til`` (UInt16); ``span``: what is shown;
    ``covered``: kommuner whose records are inside those of another; ``finer``: the finer stock, where a table is counted from it.
    Of a table that is a ratio, what each step moves in the column above the line.
    """
    parts = []
    for spec in statistic.tables:
        if spec.developing:
            if finer is None:
                raise ValueError(f"{spec.id} is counted from the finer stock")
            own = finer
        else:
            own = stock if spec.rows is None else rows_of(statistic, spec.rows, stock, span, covered)
        counted: list[tuple[str, Counts]] = [*spec.units.items()] or [("", spec.counts)]
        for unit, counts in counted:
            moves = [
                part.with_columns(pl.lit(unit).alias(one.column) for one in spec.dimensions if not one.stock)
                for part in _moves(own, spec, counts)
            ]
            parts += [_as_cells(statistic, spec, part) for part in moves]
    return pl.concat(parts).filter(pl.col("amount") != 0)


def _moves(own: pl.DataFrame, spec: TableSpec, counts: Counts) -> Iterator[pl.DataFrame]:
    """What each step moves in the cells of a table by what is counted, one grouping after the other; nothing for a share."""
    comes_or_goes = (pl.col("fra") > 0) | (pl.col("til") < NEVER)
    if isinstance(counts, Sum | Ratio):
        rows = _of(own.filter(comes_or_goes), spec, counts.column)
        yield from (_sums(rows, spec, totals) for totals in _groupings(spec))
    elif isinstance(counts, Distinct):
        # A unit whose every row stays moves nothing.
        of_time = [*({"aar", TIME} & set(own.columns)), counts.column]
        concerned = own.join(own.filter(comes_or_goes).select(of_time).unique(), on=of_time, how="semi")
        rows = _of(concerned, spec, counts.column)
        yield from (_distinct(rows, spec, totals) for totals in _groupings(spec))


def _of(stock: pl.DataFrame, spec: TableSpec, counted: str) -> pl.DataFrame:
    """The stock with the codes of the table, ``counted`` and the span."""
    codes = [pl.col(one.stock).cast(pl.String).alias(one.column) for one in spec.dimensions if one.stock]
    return stock.select(*codes, _time(stock), pl.col(counted).alias("counted"), "fra", "til")


def _time(stock: pl.DataFrame) -> pl.Expr:
    return pl.col(TIME) if TIME in stock.columns else pl.col("aar").alias(TIME)


def _groupings(spec: TableSpec) -> Iterable[Collection[Dimension]]:
    """Every set of dimensions that can be summed up together; one that has its total alone always is."""
    found = [one for one in spec.dimensions if one.stock]
    choices = [(False,) if one.total is None else (False, True)[len(one.variable.codes) == 1 :] for one in found]
    for summed in product(*choices):
        yield [dimension for dimension, total in zip(found, summed, strict=True) if total]


def _keys(spec: TableSpec, totals: Collection[Dimension]) -> list[str]:
    return [*(one.column for one in spec.dimensions if one.stock and one not in totals), TIME]


def _summed(moves: Sequence[pl.DataFrame], spec: TableSpec, totals: Collection[Dimension]) -> pl.DataFrame:
    """Moves of one grouping added up by cell and step, with the codes of what is summed up."""
    summed = pl.concat(moves).group_by(*_keys(spec, totals), "step").agg(pl.col("amount").sum())
    return summed.with_columns(pl.lit(dimension.total).alias(dimension.column) for dimension in totals)


def _sums(rows: pl.DataFrame, spec: TableSpec, totals: Collection[Dimension]) -> pl.DataFrame:
    keys, amount = _keys(spec, totals), pl.col("counted").cast(pl.Int64)
    comes = rows.filter(pl.col("fra") > 0).select(*keys, step="fra", amount=amount)
    goes = rows.filter(pl.col("til") < NEVER).select(*keys, step="til", amount=-amount)
    return _summed([comes, goes], spec, totals)


def _distinct(rows: pl.DataFrame, spec: TableSpec, totals: Collection[Dimension]) -> pl.DataFrame:
    keys, stays = _keys(spec, totals), pl.col("til") == NEVER
    spans = rows.group_by(*keys, "counted").agg(
        comes=pl.col("fra").filter(stays).min(), goes=pl.col("til").filter(~stays).max()
    )
    # What comes no later than it goes is there all the time.
    gap = spans.filter(pl.col("comes").is_null() | pl.col("goes").is_null() | (pl.col("goes") < pl.col("comes")))
    comes = gap.filter(pl.col("comes") > 0).select(*keys, step="comes", amount=pl.lit(1, dtype=pl.Int64))
    goes = gap.filter(pl.col("goes").is_not_null()).select(*keys, step="goes", amount=pl.lit(-1, dtype=pl.Int64))
    return _summed([comes, goes], spec, totals)


def _as_cells(statistic: Statistic, spec: TableSpec, moves: pl.DataFrame) -> pl.DataFrame:
    """Moves of a table with the columns of every table's cells."""
    others = [pl.lit("").alias(one.column) for one in statistic.dimensions if one.column not in spec.codes]
    return moves.with_columns(pl.lit(spec.name).alias("table"), *others).select(*statistic.cell, "step", "amount")


def share_moves(
    statistic: Statistic,
    spec: TableSpec,
    moves: pl.DataFrame,
    people: pl.DataFrame,
    before: Mapping[str, pl.DataFrame],
    *,
    shown: pl.Expr,
) -> pl.DataFrame:
    """What each step moves in a table of shares (no figure counts as 0), from the steps above and below the line.

    ``moves``: those of ``moves_by_step``; ``people``: cell, ``step``, ``people``, how the divisor moves; ``before``: the
    tables before the first step; ``shown``: the rows of it that are told.
    """
    share = spec.counts
    if not isinstance(share, Share):
        raise TypeError(f"{spec.id} is no table of shares")
    cell, above = list(spec.keys), statistic.table(share.of)
    counted = before[above.name].select(*cell, above=above.measure)
    divided = before[spec.name].select(*cell, below=share.per, shown=spec.measure)
    start = counted.join(divided, on=cell, how="inner").filter(shown)
    steps = (
        moves.filter(pl.col("table") == above.name)
        .select(*cell, "step", "amount")
        .join(people.select(*cell, "step", "people"), on=[*cell, "step"], how="full", coalesce=True)
        .join(start, on=cell, how="left")
        .sort(*cell, "step")
        .with_columns(
            above=pl.col("above").fill_null(0) + pl.col("amount").fill_null(0).cum_sum().over(cell),
            below=pl.col("below").fill_null(0) + pl.col("people").fill_null(0).cum_sum().over(cell),
        )
    )
    rounded = (2 * share.scale * pl.col("above") + pl.col("below")) // (2 * pl.col("below"))
    after = steps.with_columns(after=pl.when(pl.col("below") > 0).then(rounded).fill_null(0))
    earlier = pl.coalesce(pl.col("after").shift(1).over(cell), pl.col("shown"), pl.lit(0))
    moved = after.with_columns(amount=pl.col("after") - earlier).filter(pl.col("amount") != 0)
    return _as_cells(statistic, spec, moved)


def ratio_moves(
    statistic: Statistic,
    spec: TableSpec,
    moves: pl.DataFrame,
    before: Mapping[str, pl.DataFrame],
    after: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:
    """``moves`` with those of a table that is a ratio told in its measure: what is above the line moves step by step, what is
    below it stays (no figure counts as 0).
    """
    ratio = spec.counts
    if not isinstance(ratio, Ratio):
        raise TypeError(f"{spec.id} is no ratio")
    cell = list(spec.keys)
    start = before[spec.name].select(*cell, start=pl.col(ratio.column).fill_null(0), then=ratio.per)
    divisor = after[spec.name].select(*cell, now=ratio.per)
    of_table = pl.col("table") == spec.name
    steps = (
        moves.filter(of_table)
        .select(*cell, "step", "amount")
        .join(divisor, on=cell, how="inner")
        .join(start, on=cell, how="left")
        .sort(*cell, "step")
        .with_columns(
            above=pl.col("start").fill_null(0) + pl.col("amount").cum_sum().over(cell),
            below=pl.coalesce("now", "then").fill_null(0),
        )
    )

    def told(above: pl.Expr) -> pl.Expr:
        rounded = (2 * ratio.scale * above + pl.col("below")) // (2 * pl.col("below"))
        return pl.when(pl.col("below") > 0).then(rounded).fill_null(0)

    shown = steps.with_columns(after=told(pl.col("above")), first=told(pl.col("start").fill_null(0)))
    earlier = pl.coalesce(pl.col("after").shift(1).over(cell), pl.col("first"))
    moved = shown.with_columns(amount=pl.col("after") - earlier).filter(pl.col("amount") != 0)
    return pl.concat([moves.filter(~of_table), _as_cells(statistic, spec, moved)])
