"""Figures that are not shown: the first look hides what is small, a release what its protection says (R11)."""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from hjalp_pipeline.codelists.spans import Time
from hjalp_pipeline.confidentiality.primary import hidden_counts
from hjalp_pipeline.production.quarter.telling import telling_cells
from hjalp_pipeline.publishing.statbank import HIDDEN
from hjalp_pipeline.publishing.table import SYMBOL
from hjalp_pipeline.table_spec import MASK, TIME, TableSpec

__all__ = ["MASK", "hidden_cells", "hide", "marked", "suppress", "with_followers", "with_symbols"]

_Tables = Mapping[str, pl.DataFrame]
#: Hidden cells by table: codes and time of each.
_Hidden = Mapping[str, Iterable[tuple[Time, ...]]]


def suppress(specs: Sequence[TableSpec], tables: _Tables) -> dict[str, pl.DataFrame]:
    """Primary suppression: each table with ``skjult`` (hidden for being small) and its figure null where hidden.

    A figure is also hidden when the observations behind it are few, or when it tells the category of a whole group
    (``TableSpec.attribute``); what a table follows is followed exactly (R11).
    """
    small = {}
    for spec in specs:
        if not spec.follows:
            counts = [hidden_counts(column) for column in (spec.measure, spec.behind) if column]
            flagged = tables[spec.name].with_columns(pl.any_horizontal(counts).alias(MASK))
            small[spec.name] = _and_telling(spec, flagged) if spec.attribute else flagged
    return _masked(specs, _with_followers(specs, tables, small, ()))


def hide(specs: Sequence[TableSpec], tables: _Tables, hidden: _Hidden) -> dict[str, pl.DataFrame]:
    """The tables with the given cells hidden, by table: codes and time of each. Those that share a mask follow.

    What tables with a mask of their own hide must be among ``hidden`` (see ``with_followers``).
    """
    return _masked(specs, marked(specs, tables, hidden))


def marked(specs: Sequence[TableSpec], tables: _Tables, hidden: _Hidden) -> dict[str, pl.DataFrame]:
    """The tables with all their figures and ``skjult``, from the given cells as ``hide`` takes them."""
    found = {
        spec.name: _flagged(spec, tables[spec.name], list(hidden.get(spec.name, ())))
        for spec in specs
        if spec.shares_mask_of is None
    }
    return _with_followers(specs, tables, found, ())


def with_followers(
    specs: Sequence[TableSpec], tables: _Tables, hidden: _Hidden, earlier: Sequence[_Tables]
) -> dict[str, list[tuple[Time, ...]]]:
    """Hidden cells with those of tables that have a mask of their own; ``earlier``: releases as ``marked`` gives them."""
    own = {
        spec.name: _flagged(spec, tables[spec.name], list(hidden.get(spec.name, ())))
        for spec in specs
        if not spec.follows
    }
    found = _with_followers(specs, tables, own, earlier)
    return {spec.name: hidden_cells(spec, found[spec.name]) for spec in specs if spec.shares_mask_of is None}


def _and_telling(spec: TableSpec, flagged: pl.DataFrame) -> pl.DataFrame:
    tells = _flagged_by(spec, flagged.drop(MASK), telling_cells(spec, flagged))
    return flagged.with_columns(pl.col(MASK) | tells.get_column(MASK))


def _flagged(spec: TableSpec, table: pl.DataFrame, hidden: list[tuple[Time, ...]]) -> pl.DataFrame:
    schema = {key: table.schema[key] for key in spec.keys}
    return _flagged_by(spec, table, pl.DataFrame(hidden, schema=schema, orient="row"))


def _flagged_by(spec: TableSpec, table: pl.DataFrame, cells: pl.DataFrame) -> pl.DataFrame:
    flag = cells.select(spec.keys).unique().with_columns(pl.lit(value=True).alias(MASK))
    flagged = table.join(flag, on=list(spec.keys), how="left", maintain_order="left")
    return flagged.with_columns(pl.col(MASK).fill_null(value=False))


def hidden_cells(spec: TableSpec, masked: pl.DataFrame) -> list[tuple[Time, ...]]:
    """The hidden cells of a table as ``hide`` takes them."""
    return masked.filter(MASK).select(*spec.codes, TIME).rows()


def _with_followers(
    specs: Sequence[TableSpec], tables: _Tables, found: _Tables, earlier: Sequence[_Tables]
) -> dict[str, pl.DataFrame]:
    """Every table with its ``skjult``: those found, those that share one of theirs, then those made from them in their order."""
    every = dict(found)
    for spec in sorted(specs, key=lambda spec: spec.mask is not None):
        if spec.shares_mask_of is not None:
            mask = every[spec.shares_mask_of].select(*spec.keys, MASK)
            every[spec.name] = tables[spec.name].join(mask, on=list(spec.keys), how="left", maintain_order="left")
        elif spec.mask is not None and spec.name not in every:
            known = {spec.name: tables[spec.name], **{name: every[name] for name in spec.mask_of}}
            cells = spec.mask(known, earlier)
            every[spec.name] = _flagged_by(spec, tables[spec.name], cells)
    return every


def _masked(specs: Sequence[TableSpec], every: _Tables) -> dict[str, pl.DataFrame]:
    found = {}
    for spec in specs:
        table = every[spec.name]
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
