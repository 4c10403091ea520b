"""DuckDB as a calculator: runs a select of ``sql/`` in memory over frames and Parquet files."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from hjalp_pipeline.storage.root import PROJECT

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY_LIMIT = "1GB"
THREADS = 2


def sql_text(name: str) -> str:
    """The select in ``sql/{name}.sql`` (beside the package in a checkout, inside it when installed from a wheel)."""
    for base in (PROJECT / "sql", Path(__file__).resolve().parents[1] / "sql"):
        path = base / f"{name}.sql"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise FileNotFoundError(f"sql/{name}.sql")


@contextmanager
def calculator(spill: Path | None = None, database: Path | None = None) -> Iterator["DuckDBPyConnection"]:
    """A DuckDB connection (in memory unless ``database`` is given) with bounded memory and threads."""
    import duckdb  # noqa: PLC0415 (whoever only looks at what was calculated needs none)

    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": MEMORY_LIMIT, "threads": THREADS}
    if spill is not None:
        config["temp_directory"] = str(spill)
    connection = duckdb.connect(str(database) if database else ":memory:", config=config)
    try:
        yield connection
    finally:
        connection.close()


def parquet(files: Iterable[Path], **options: str) -> str:
    """The SQL that reads exactly these Parquet files: nothing in their paths is a pattern, or a column of ``key=value``."""
    names = ", ".join(literal(as_pattern(path)) for path in files)
    given = "".join(f", {name} = {value}" for name, value in {"hive_partitioning": "false", **options}.items())
    return f"read_parquet([{names}]{given})"


def as_pattern(path: Path) -> str:
    """A path as a pattern that matches it alone."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in str(path))


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def select(
    name: str, relations: Mapping[str, pl.DataFrame], connection: "DuckDBPyConnection | None" = None
) -> pl.DataFrame:
    """Result of ``sql/{name}.sql`` with the frames given as relations of those names.

    ``connection``: of several selects in a row; to open one costs more than a select over few rows. It goes on knowing the
    relations it was given.
    """
    return select_text(sql_text(name), relations, connection)


def select_text(
    text: str, relations: Mapping[str, pl.DataFrame], connection: "DuckDBPyConnection | None" = None
) -> pl.DataFrame:
    """The same of a select as it is written."""
    with nullcontext(connection) if connection else calculator() as opened:
        for relation, frame in relations.items():
            opened.register(relation, frame.to_arrow())
        result: pl.DataFrame = opened.sql(text).pl()
        return result
