"""HJALP1-3 from the year-end stock of kommuner (R10-R12), and their primary suppression (R11).

The counting is SQL in ``sql/tables``: what is distinct over persons and summed over kommuner.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

import polars as pl

from hjalp_pipeline.codelists.age_groups import AGE_GROUPS
from hjalp_pipeline.codelists.kommuner import HELE_LANDET, KOMNR
from hjalp_pipeline.confidentiality.primary import hidden_counts
from hjalp_pipeline.contracts.validation import require
from hjalp_pipeline.rules.approval import standing_decisions, taking_part
from hjalp_pipeline.rules.stock import SCHEMA as STOCK_SCHEMA
from hjalp_pipeline.storage.codelists import read_approvals
from hjalp_pipeline.storage.duck import select, sql_text
from hjalp_pipeline.storage.entries import ChainEntry, QuarterEntry, TablesEntry
from hjalp_pipeline.storage.files import code_fingerprint, fingerprint, read_parquet, sha256
from hjalp_pipeline.storage.lake import Lake, NotMadeError
from hjalp_pipeline.storage.root import DataRoot

TABLES = ("hjalp1", "hjalp2", "hjalp3")
#: First year with a whole year's data (seed 2.1, 7): the quarter's own tables begin with it.
FIRST_REFERENCE_YEAR = 2023


class IncompleteTableError(Exception):
    """A table without its full cross product of codes. Names the table and the kommuner whose cells are not all there."""

    def __init__(self, table: str, kommuner: list[str]) -> None:
        """``kommuner``: codes, 000 for the whole country; empty when cells stand twice."""
        self.table, self.kommuner = table, kommuner
        super().__init__(f"{table} is not the full cross product of its codes: {', '.join(kommuner) or 'cells twice'}")


def participants(standing: Mapping[tuple[int, str, str], bool], years: Iterable[int]) -> pl.DataFrame:
    """Kommuner that take part by year (aar Int32, komnr String), by the decisions that stand (R12)."""
    rows = [(aar, komnr) for aar in years for komnr in taking_part(standing, aar)]
    return pl.DataFrame(rows, schema={"aar": pl.Int32, "komnr": pl.String}, orient="row")


def count_tables(
    bestand: pl.DataFrame, deltagere: pl.DataFrame, folketal: pl.DataFrame, years: Iterable[int], where: str
) -> dict[str, pl.DataFrame]:
    """HJALP1-3 with every cell of the full cross product, kommuner that do not take part null; contracts held.

    ``bestand``: ``rules.stock.SCHEMA`` of all reporters; ``deltagere``: aar, komnr; ``folketal``: the register's.
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
        "kommuner": pl.DataFrame({"komnr": [HELE_LANDET, *KOMNR]}),
        "aldersgrupper": pl.DataFrame(
            [(group.code, group.lower, group.upper) for group in AGE_GROUPS],
            schema={"kode": pl.String, "fra": pl.Int32, "til": pl.Int32},
            orient="row",
        ),
    }
    tables = {}
    for name in TABLES:
        tables[name] = select(f"tables/{name}", relations)
        relations[name] = tables[name]
        require(tables[name], name, where)
        _require_cross_product(tables[name], name, relations["aar"].height)
    return tables


def _require_cross_product(table: pl.DataFrame, name: str, years: int) -> None:
    keys = [column for column in ("kommunedk", "konams", "alerams", "tid") if column in table.columns]
    cells = years * (1 if name == "hjalp1" else 3 * (len(AGE_GROUPS) + 1))
    found = dict(table.unique(keys).group_by("kommunedk").len().iter_rows())
    faulty = [kommune for kommune in (HELE_LANDET, *KOMNR) if found.get(kommune, 0) != cells]
    if faulty or table.height != cells * (len(KOMNR) + 1):
        raise IncompleteTableError(name, faulty)


def years_of_quarter(kvartal: str) -> range:
    """The years a quarter's own tables show: those that are over by its end."""
    return range(FIRST_REFERENCE_YEAR, int(kvartal[:4]) + (kvartal[4:] == "K4"))


def quarter_bestand(lake: Lake, entries: Iterable[ChainEntry]) -> pl.DataFrame:
    """Year-end stock of several chain results, one after the other."""
    names = [entry.files["bestand"] for entry in entries]
    return lake.read(names) if names else pl.DataFrame(schema=STOCK_SCHEMA)


def tables_of_quarter(root: DataRoot, kvartal: str) -> dict[str, pl.DataFrame]:
    """Confidential HJALP1-3 of a quarter as it stands, by today's approvals, saved as ``tables/hjalp1..3``.

    Tables counted from the very same before are read instead of counted again.
    """
    lake = Lake(root)
    quarter = lake.quarter(kvartal)
    if quarter is None:
        raise NotMadeError(f"{kvartal} has not been run")
    years = years_of_quarter(kvartal)
    deltagere = participants(standing_decisions(read_approvals(root)), years)
    made_from = _made_from(quarter, deltagere, years)
    standing = _standing(lake, kvartal, made_from)
    if standing is not None:
        return standing
    folketal = read_parquet(root.registers / quarter.extract / "folketal.parquet")
    bestand = quarter_bestand(lake, quarter.kommuner.values())
    tables = count_tables(bestand, deltagere, folketal, years, kvartal)
    paths = {name: lake.save_frame(f"tables/{name}", kvartal, table) for name, table in tables.items()}
    files = {name: sha256(path) for name, path in paths.items()}
    lake.save_counted_tables(kvartal, TablesEntry(made_from, files, _results(quarter)))
    return tables


def counted(lake: Lake, kvartal: str) -> dict[str, str]:
    """The chain results by komnr that the tables of a quarter were counted from; empty unless both kinds of tables stand.

    By whose approvals is not asked: a decision makes nobody's delivery stale.
    """
    entry = lake.counted_tables(kvartal)
    if entry is None or entry.suppressed_files is None or entry.results != entry.suppressed:
        return {}
    kinds = [(f"tables/{name}", digest) for name, digest in entry.files.items()]
    kinds += [(f"suppressed/{name}", digest) for name, digest in entry.suppressed_files.items()]
    whole = all(lake.intact(lake.relative(lake.frame_path(kind, kvartal)), digest) for kind, digest in kinds)
    return entry.results if whole else {}


def _results(quarter: QuarterEntry) -> dict[str, str]:
    return {komnr: entry.key for komnr, entry in sorted(quarter.kommuner.items())}


def _made_from(quarter: QuarterEntry, deltagere: pl.DataFrame, years: Iterable[int]) -> str:
    """Everything the tables of a quarter are counted from, and the code that counts, in one hash."""
    return fingerprint(
        sorted(_results(quarter).items()), quarter.extract_fingerprint, deltagere.rows(), list(years), _code()
    )


@cache
def _code() -> str:
    sql = fingerprint(*(sql_text(f"tables/{name}") for name in TABLES))
    return fingerprint(
        code_fingerprint("production/tables.py", "storage/duck.py", "contracts", "codelists", "rules"), sql
    )


def _standing(lake: Lake, kvartal: str, made_from: str) -> dict[str, pl.DataFrame] | None:
    """The tables that stand, when they were counted from the very same and are as they were written."""
    entry = lake.counted_tables(kvartal)
    if entry is None or entry.made_from != made_from:
        return None
    paths = {name: lake.frame_path(f"tables/{name}", kvartal) for name in TABLES}
    if any(not path.is_file() or sha256(path) != entry.files.get(name) for name, path in paths.items()):
        return None
    return {name: lake.frame(f"tables/{name}", kvartal) for name in TABLES}


def suppress(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Primary suppression: each table with ``skjult`` (hidden for being small) and its value nulled where hidden.

    HJALP1 also hides loans of fewer than 3 persons; HJALP3 carries exactly HJALP2's mask (R11).
    """
    small1 = tables["hjalp1"].with_columns(skjult=hidden_counts("antal") | hidden_counts("personer"))
    return _masked(tables, small1, tables["hjalp2"].with_columns(skjult=hidden_counts("antal")))


def hide(
    tables: Mapping[str, pl.DataFrame],
    persons: Iterable[tuple[tuple[str, str, str], int]],
    loans: Iterable[tuple[str, int]],
) -> dict[str, pl.DataFrame]:
    """The tables with the given cells hidden: HJALP2 (and HJALP3) by ((kommune, sex, age), year), HJALP1 by (kommune, year)."""
    schema = tables["hjalp2"].schema
    keys1, keys2 = ["kommunedk", "tid"], ["kommunedk", "konams", "alerams", "tid"]
    hidden1 = pl.DataFrame(list(loans), schema={key: schema[key] for key in keys1}, orient="row")
    hidden2 = pl.DataFrame(
        [(*cell, aar) for cell, aar in persons], schema={key: schema[key] for key in keys2}, orient="row"
    )
    return _masked(tables, _flagged(tables["hjalp1"], hidden1, keys1), _flagged(tables["hjalp2"], hidden2, keys2))


def _flagged(table: pl.DataFrame, hidden: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """``table`` with ``skjult`` true for the cells in ``hidden``, in its own order."""
    marked = table.join(hidden.with_columns(skjult=pl.lit(value=True)), on=keys, how="left", maintain_order="left")
    return marked.with_columns(pl.col("skjult").fill_null(value=False))


def _masked(tables: Mapping[str, pl.DataFrame], hjalp1: pl.DataFrame, hjalp2: pl.DataFrame) -> dict[str, pl.DataFrame]:
    keys = ["kommunedk", "konams", "alerams", "tid"]
    hjalp3 = tables["hjalp3"].join(hjalp2.select(*keys, "skjult"), on=keys, how="left", maintain_order="left")
    return {
        "hjalp1": hjalp1.with_columns(antal=_unless_hidden("antal")).drop("personer"),
        "hjalp2": hjalp2.with_columns(antal=_unless_hidden("antal")),
        "hjalp3": hjalp3.with_columns(promille=_unless_hidden("promille")),
    }


def _unless_hidden(column: str) -> pl.Expr:
    return pl.when(~pl.col("skjult")).then(column)


def suppressed_of_quarter(root: DataRoot, kvartal: str) -> dict[str, pl.DataFrame]:
    """``suppressed/hjalp1..3`` of a quarter from its stored tables, saved."""
    lake = Lake(root)
    hidden = suppress({name: lake.frame(f"tables/{name}", kvartal) for name in TABLES})
    paths = {name: lake.save_frame(f"suppressed/{name}", kvartal, table) for name, table in hidden.items()}
    entry = lake.counted_tables(kvartal)
    if entry is not None:
        files = {name: sha256(path) for name, path in paths.items()}
        lake.save_counted_tables(kvartal, replace(entry, suppressed=entry.results, suppressed_files=files))
    return hidden
