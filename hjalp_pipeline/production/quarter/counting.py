"""The tables from the year-end stock of kommuner (R10-R12).

The counting is SQL in ``sql/tables``: what is distinct over persons and summed over kommuner.
"""

from collections.abc import Iterable, Mapping
from math import prod

import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.contracts.states import BESTAND, of_table
from hjalp_pipeline.contracts.validation import require
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.duck import calculator, select, sql_text
from hjalp_pipeline.storage.entries import ChainEntry
from hjalp_pipeline.storage.fingerprints import fingerprint
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.table_spec import TableSpec


class IncompleteTableError(Exception):
    """A table without its full cross product of codes. Names the table and the kommuner whose cells are not all there."""

    def __init__(self, table: str, kommuner: list[str]) -> None:
        """``kommuner``: codes, 000 for the whole country; empty when cells stand twice."""
        self.table, self.kommuner = table, kommuner
        super().__init__(f"{table} is not the full cross product of its codes: {', '.join(kommuner) or 'cells twice'}")


def participants(
    statistic: Statistic, standing: Mapping[tuple[int, str, str], bool], years: Iterable[int]
) -> pl.DataFrame:
    """Kommuner that take part by year (aar Int32, komnr String), by the decisions that stand (R12)."""
    rows = [(aar, komnr) for aar in years for komnr in statistic.approval.taking_part(standing, aar)]
    return pl.DataFrame(rows, schema={"aar": pl.Int32, "komnr": pl.String}, orient="row")


def count_tables(
    statistic: Statistic,
    bestand: pl.DataFrame,
    deltagere: pl.DataFrame,
    folketal: pl.DataFrame,
    years: Iterable[int],
    *,
    where: str,
) -> dict[str, pl.DataFrame]:
    """The tables by name with every cell of the full cross product, kommuner that do not take part null; contracts held.

    ``bestand``: ``Stock.schema`` of all reporters; ``deltagere``: aar, komnr; ``folketal``: the register's.
    """
    relations = {
        "bestand": bestand,
        "deltagere": deltagere,
        "folketal": folketal.select(
            pl.col("aar").cast(pl.Int32),
            pl.col("kom").cast(pl.String).alias("komnr"),
            pl.col("koen").cast(pl.String),
            pl.col("alder").cast(pl.Int32),
            pl.col("antal").cast(pl.Int64),
        ),
        "aar": pl.DataFrame({"aar": pl.Series(list(years), dtype=pl.Int32)}),
        **{name: frame() for name, frame in statistic.lists.items()},
    }
    tables = {}
    with calculator() as connection:
        for spec in statistic.tables:
            tables[spec.name] = select(spec.sql, relations, connection)
            relations[spec.name] = tables[spec.name]
            require(tables[spec.name], of_table(spec), where)
            _require_cross_product(tables[spec.name], spec, relations["aar"].height)
    return tables


def _require_cross_product(table: pl.DataFrame, spec: TableSpec, years: int) -> None:
    first, *others = (dimension.variable.codes for dimension in spec.dimensions)
    cells = years * prod(map(len, others))
    found = dict(table.unique(list(spec.keys)).group_by(spec.codes[0]).len().iter_rows())
    faulty = [code for code in first if found.get(code, 0) != cells]
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
        for spec in statistic.tables
    ]
    return fingerprint(tables, [(name, frame().rows()) for name, frame in sorted(statistic.lists.items())])


def years_of_quarter(statistic: Statistic, kvartal: str) -> range:
    """The years a period's own tables show: those that are over by its end."""
    last_day = Period.parse(kvartal).last_day
    return range(statistic.first_year, last_day.year + ((last_day.month, last_day.day) == (12, 31)))


def quarter_bestand(lake: Lake, entries: Iterable[ChainEntry]) -> pl.DataFrame:
    """Year-end stock of several chain results, one after the other."""
    names = [entry.files[BESTAND] for entry in entries]
    return lake.read(names) if names else pl.DataFrame(schema=lake.root.declared.stock.schema)
