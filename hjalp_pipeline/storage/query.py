"""Questions to the analysts' database: one select at a time, which changes nothing and reads nothing but what it shows."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import duckdb

from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.duck import MEMORY_LIMIT, THREADS, as_pattern, literal
from hjalp_pipeline.storage.files import scratch
from hjalp_pipeline.storage.root import DataRoot

_NUMBERS = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*")
#: Rows in memory at once of an answer that is taken whole; more than there are relations or columns.
_AT_ONCE = 10_000
_ALL_THERE_ARE = 100_000
#: What DuckDB finds wrong before it reads a row, or with the machine.
_OF_THE_QUESTION = (
    duckdb.ParserException,
    duckdb.SyntaxException,
    duckdb.BinderException,
    duckdb.CatalogException,
    duckdb.OutOfMemoryException,
    duckdb.IOException,
)
_RELATIONS = """
select concat_ws('.', nullif(schema_name, 'main'), view_name) as view, comment as "what it shows"
from (select schema_name, view_name, comment, internal from duckdb_views()
      union all select schema_name, table_name, comment, internal from duckdb_tables())
where not internal
order by schema_name, view_name
"""
_COLUMNS = """
select concat_ws('.', nullif(schema_name, 'main'), table_name) as view, column_name as column, split_part(data_type, '(', 1) as type,
    comment as "what it holds"
from duckdb_columns()
where not internal and ? in (table_name, concat_ws('.', schema_name, table_name))
order by schema_name, column_index
"""


class QueryError(InputError):
    """A question that has no answer; says why in a sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Names of the columns, which of them hold numbers, the rows asked for, and how many there are in all (None: those)."""

    columns: tuple[str, ...]
    numbers: tuple[bool, ...]
    rows: Iterable[tuple[Any, ...]]
    total: int | None = None


@contextmanager
def asked(root: DataRoot, sql: str, first: int | None = None) -> Iterator[Answer]:
    """The answer to a select, of its rows the ``first`` so many (None: all, read as they are taken, inside the block).

    QueryError when it is wrong, or no select.
    """
    with _opened(root) as connection:
        statements = connection.extract_statements(sql)
        # Not EXPLAIN either: with ANALYZE it runs what it explains, and that may write a file.
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise QueryError("a query is one select: nothing can be changed, and no file written")
        yield _answer(connection, statements[0].query.rstrip().rstrip(";"), (), first)


def relations(root: DataRoot) -> Answer:
    """Every relation with what it shows."""
    with _opened(root) as connection:
        return _answer(connection, _RELATIONS, (), _ALL_THERE_ARE)


def columns_of(root: DataRoot, name: str) -> Answer:
    """Every column of a relation, with type and what it holds; without its schema, of each that is called so."""
    with _opened(root) as connection:
        found = _answer(connection, _COLUMNS, (name,), _ALL_THERE_ARE)
    if not found.total:
        raise QueryError(f"there is no view {name}: `{root.command('query')}` lists them")
    return found


def _answer(connection: duckdb.DuckDBPyConnection, sql: str, given: Sequence[str], first: int | None) -> Answer:
    result = connection.execute(sql, list(given))
    described = [(str(column[0]), str(column[1])) for column in result.description or ()]
    names = tuple(name for name, _ in described)
    numbers = tuple(_NUMBERS.fullmatch(kind) is not None for _, kind in described)
    if first is None:
        return Answer(names, numbers, (row for rows in iter(lambda: result.fetchmany(_AT_ONCE), []) for row in rows))
    rows = result.fetchmany(first + 1)
    total = len(rows)
    if total > first:
        counted = connection.execute(f"select count(*) from (\n{sql}\n)").fetchone()
        rows, total = rows[:first], counted[0] if counted else total
    return Answer(names, numbers, rows, total)


@contextmanager
def _opened(root: DataRoot) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database, read only; of other files the lake's alone, which its views show."""
    if not root.catalog.is_file():
        run = f"{root.command('run')} --{root.declared.period.word}"
        raise QueryError(f"{root.catalog.name} has not been made yet: `{run} ...` makes it")
    with scratch(root.folder) if root.writable else nullcontext() as spill:
        try:
            with duckdb.connect(
                str(root.catalog),
                read_only=True,
                config={"memory_limit": MEMORY_LIMIT, "threads": THREADS, "temp_directory": str(spill or "")},
            ) as connection:
                places = ", ".join(literal(path) for path in dict.fromkeys([str(root.lake), as_pattern(root.lake)]))
                connection.execute(f"set allowed_directories = [{places}]")
                connection.execute("set enable_external_access = false")
                connection.execute("set lock_configuration = true")
                yield connection
        except duckdb.Error as fault:
            raise QueryError(_sentence(fault)) from None


def _sentence(fault: duckdb.Error) -> str:
    """What DuckDB says of the question, in one line; what it says of a value it met may quote that value, and is withheld."""
    said = " ".join(str(fault).partition("\n\n")[0].split())
    if isinstance(fault, duckdb.PermissionException):
        return f"a query reads the database and no other file ({said})"
    if isinstance(fault, _OF_THE_QUESTION):
        return said
    return f"{said.partition(':')[0]}: a value of the data cannot be used so (which one is withheld)"
