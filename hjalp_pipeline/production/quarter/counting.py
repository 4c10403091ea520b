"""The tables from the year-end stock of kommuner (R10-R12).

The counting is SQL in ``sql/tables``: what is distinct over persons and summed over kommuner.
"""

from collections.abc import Collection, Iterable, Mapping
from math import prod

import polars as pl

from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.duck import calculator, select, sql_text
from hjalp_pipeline.storage.entries import ChainEntry
from hjalp_pipeline.storage.fingerprints import fingerprint, package_fingerprint
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.table_spec import TableSpec


class IncompleteTableError(Exception):
    """A table without its full cross product of codes. Names the table and the kommuner whose cells are not all there."""

    def __init__(self, table: str, kommuner: list[str]) -> None:
        """``kommuner``: codes, 000 for the whole country; empty when cells stand twice."""
        self.table, self.kommuner = table, kommuner
        super().__init__(f"{table} is not the full cross product of its codes: {', '.join(kommuner) or 'cells twice'}")


def participants(
    statistic: Statistic,
    standing: Mapping[tuple[int, str, str], bool],
    span: Span,
    silent: Collection[str] = (),
) -> pl.DataFrame:
    """Kommuner that take part by year (aar Int32, komnr String), by the decisions that stand (R12).

    ``silent``: covered kommuner that deliver nothing themselves, so that a part of their records is not known.
    """
    rows = [row for row in statistic.approval.participants(standing, span) if row[1] not in silent]
    return pl.DataFrame(rows, schema={"aar": pl.Int32, "komnr": pl.String}, orient="row")


def count_tables(
    statistic: Statistic,
    bestand: pl.DataFrame,
    deltagere: pl.DataFrame,
    folketal: pl.DataFrame,
    span: Span,
    *,
    where: str,
    covered: Collection[str] = (),
    finer: pl.DataFrame | None = None,
) -> dict[str, pl.DataFrame]:
    """The tables by name with every cell of the full cross product, kommuner that do not take part null; contracts held.

    ``bestand``: ``Stock.schema`` of all reporters; ``deltagere``: aar, komnr; ``folketal``: the register's; ``covered``:
    kommuner whose records are inside those of another; ``finer``: ``FinerStock.schema``, where tables are counted from it.
    """
    relations = {
        "bestand": bestand,
        **({} if finer is None else {"bestand_fin": finer}),
        "deltagere": deltagere,
        "folketal": folketal.select(
            pl.col("aar").cast(pl.Int32),
            pl.col("kom").cast(pl.String).alias("komnr"),
            pl.col("koen").cast(pl.String),
            pl.col("alder").cast(pl.Int32),
            pl.col("antal").cast(pl.Int64),
        ),
        **_times(span),
        "daekket": _covered(covered),
        **{name: frame() for name, frame in statistic.lists.items()},
    }
    tables, unknown = {}, relations
    from hjalp_pipeline.contracts.states import of_table  # noqa: PLC0415 (whoever only looks at tables needs no Pandera)
    from hjalp_pipeline.contracts.validation import require  # noqa: PLC0415 (the same)

    with calculator() as connection:
        for spec in statistic.tables:
            tables[spec.name] = select(spec.sql, unknown, connection)
            unknown = {spec.name: tables[spec.name]}  # the others are known to the connection by now
            require(tables[spec.name], of_table(spec), where)
            _require_cross_product(tables[spec.name], spec, len(spec.time.shown(span)))
    return tables


def rows_of(
    statistic: Statistic, name: str, stock: pl.DataFrame, span: Span, covered: Collection[str] = ()
) -> pl.DataFrame:
    """What a table counts of a stock: the select ``name`` over it, the times of a span, ``covered`` and the statistic's lists."""
    lists = {of: frame() for of, frame in statistic.lists.items()}
    return select(name, {"bestand": stock, **_times(span), "daekket": _covered(covered), **lists})


def _covered(kommuner: Collection[str]) -> pl.DataFrame:
    return pl.DataFrame({"komnr": pl.Series(sorted(kommuner), dtype=pl.String)})


def _times(span: Span) -> dict[str, pl.DataFrame]:
    """The years (all quarters of which are shown) and the quarters as relations."""
    quarters = [
        (str(one), one.aar, one.nr, one.first_day, one.last_day, (one.last_day - one.first_day).days + 1)
        for one in span.quarters
    ]
    schema = {
        "tid": pl.String,
        "aar": pl.Int32,
        "nr": pl.Int32,
        "first_day": pl.Date,
        "last_day": pl.Date,
        "days": pl.Int32,
    }
    return {
        "aar": pl.DataFrame({"aar": pl.Series(span.whole_years, dtype=pl.Int32)}),
        "kvartaler": pl.DataFrame(quarters, schema=schema, orient="row"),
    }


def _require_cross_product(table: pl.DataFrame, spec: TableSpec, times: int) -> None:
    first, *others = (dimension.variable.codes for dimension in spec.dimensions)
    cells = times * prod(map(len, others))
    found = dict(table.unique(list(spec.keys)).group_by(spec.codes[0]).len().iter_rows())
    faulty = [str(code) for code in first if found.get(code, 0) != cells]
    if faulty or table.height != cells * len(first):
        raise IncompleteTableError(spec.name, faulty)


def declared_counting(statistic: Statistic) -> str:
    """Hash of what a statistic declares that its figures follow from: selects, codes, columns and lists, but no texts."""
    tables = [
        (
            spec.name,
            sql_text(spec.sql),
            [(d.column, d.variable.codes) for d in spec.dimensions],
            [c.name for c in spec.columns],
        )
        for spec in statistic.every.tables
    ]
    finer = package_fingerprint(*statistic.finer.code) if statistic.finer else ""
    return fingerprint(tables, [(name, frame().rows()) for name, frame in sorted(statistic.lists.items())], finer)


def finer_stock(lake: Lake, entries: Iterable[ChainEntry], span: Span) -> pl.DataFrame:
    """The finer stock of several chain results, one after the other, of the years of a span."""
    from hjalp_pipeline.production.quarter.chain_results import whole_rows  # noqa: PLC0415 (the same)

    finer = lake.root.declared.finer
    if finer is None:
        raise ValueError(f"{lake.root.declared.name} has no finer stock")
    parts = [finer.take(whole_rows(lake, entry, finer.reads), span.years) for entry in entries]
    return pl.concat([finer.schema.to_frame(), *parts])


def quarter_bestand(lake: Lake, entries: Iterable[ChainEntry]) -> pl.DataFrame:
    """Year-end stock of several chain results, one after the other."""
    from hjalp_pipeline.contracts.states import BESTAND  # noqa: PLC0415 (the same)

    names = [entry.files[BESTAND] for entry in entries]
    return lake.read(names) if names else pl.DataFrame(schema=lake.root.declared.stock.schema)
