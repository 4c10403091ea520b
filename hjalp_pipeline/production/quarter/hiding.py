"""Figures that are not shown: the first look hides what is small, a release what its protection says (R11)."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from hjalp_pipeline.confidentiality.primary import hidden_counts
from hjalp_pipeline.publishing.statbank import HIDDEN
from hjalp_pipeline.publishing.table import SYMBOL
from hjalp_pipeline.table_spec import TIME, TableSpec

#: Column of every table that says whether a cell is hidden.
MASK = "skjult"
_Tables = Mapping[str, pl.DataFrame]


def suppress(specs: Sequence[TableSpec], tables: _Tables) -> dict[str, pl.DataFrame]:
    """Primary suppression: each table with ``skjult`` (hidden for being small) and its figure null where hidden.

    A figure is also hidden when the observations behind it are few; a table that shares a mask carries it exactly (R11).
    """
    small = {}
    for spec in specs:
        if spec.shares_mask_of is None:
            counts = [hidden_counts(column) for column in (spec.measure, spec.behind) if column]
            small[spec.name] = tables[spec.name].with_columns(pl.any_horizontal(counts).alias(MASK))
    return _masked(specs, tables, small)


def hide(
    specs: Sequence[TableSpec], tables: _Tables, hidden: Mapping[str, Iterable[tuple[str | int, ...]]]
) -> dict[str, pl.DataFrame]:
    """The tables with the given cells hidden, by table: codes and time of each. Those that share a mask follow."""
    marked = {}
    for spec in specs:
        if spec.shares_mask_of is None:
            table = tables[spec.name]
            schema = {key: table.schema[key] for key in spec.keys}
            cells = pl.DataFrame(list(hidden.get(spec.name, ())), schema=schema, orient="row")
            flag = cells.with_columns(pl.lit(value=True).alias(MASK))
            flagged = table.join(flag, on=list(spec.keys), how="left", maintain_order="left")
            marked[spec.name] = flagged.with_columns(pl.col(MASK).fill_null(value=False))
    return _masked(specs, tables, marked)


def hidden_cells(spec: TableSpec, masked: pl.DataFrame) -> list[tuple[str | int, ...]]:
    """The hidden cells of a table as ``hide`` takes them."""
    return masked.filter(MASK).select(*spec.codes, TIME).rows()


def _masked(specs: Sequence[TableSpec], tables: _Tables, marked: _Tables) -> dict[str, pl.DataFrame]:
    found = {}
    for spec in specs:
        if spec.shares_mask_of is None:
            table = marked[spec.name]
        else:
            mask = marked[spec.shares_mask_of].select(*spec.keys, MASK)
            table = tables[spec.name].join(mask, on=list(spec.keys), how="left", maintain_order="left")
        shown = table.with_columns(pl.when(~pl.col(MASK)).then(spec.measure).alias(spec.measure))
        found[spec.name] = shown.drop(spec.behind) if spec.behind else shown
    return found


def with_symbols(specs: Sequence[TableSpec], masked: _Tables) -> dict[str, pl.DataFrame]:
    """The tables of ``hide`` with the column ``symbol``: the sign of a figure not shown, null where one is.

    A hidden figure is hidden also where another sign could stand: a shared mask is carried exactly (R11).
    """
    return {
        spec.name: masked[spec.name].with_columns(_sign(spec).alias(SYMBOL)) for spec in specs if spec.name in masked
    }


def _sign(spec: TableSpec) -> pl.Expr:
    """The sign of the first that holds, hidden before all others."""
    kinds = [(HIDDEN, pl.col(MASK)), *((sign.symbol.sign, pl.col(sign.null).is_null()) for sign in spec.signs)]
    return pl.coalesce(pl.when(holds).then(pl.lit(sign)) for sign, holds in kinds)
