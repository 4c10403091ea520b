"""``hjalp.duckdb``: the analysts' database of views over the lake, made anew after each run and renamed into place.

One process can write a DuckDB file and not even a reader may join it, so nothing of the production reads or writes it.
"""

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.storage.duck import calculator, literal, parquet
from hjalp_pipeline.storage.files import make_folder, scratch, write_bytes
from hjalp_pipeline.storage.fingerprints import fingerprint
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

#: What is raised when a file it shows cannot be read.
CatalogFault = duckdb.Error
#: Partition of a dataset that is one file in all, not one a quarter.
WHOLE = "alle"
#: Schemas beside the main one: what releases show, and what no release agrees with.
RELEASED, WORKING = "released", "working"
#: Key of a kommune's rows, after the period's.
KOMNR = "komnr_indberetter"


@dataclass(frozen=True, eq=False)
class Rows:
    """A frame kept in the database itself: a code list, which is kept as no dataset."""

    frame: pl.DataFrame


@dataclass(frozen=True, eq=False)
class Files:
    """The files of a dataset as they are; ``empty``: the frame shown while there is none.

    ``shown``: what of a file is selected. ``keyed``: the period stands in the file's name only.
    """

    dataset: str
    empty: pl.DataFrame
    shown: str = "*"
    keyed: bool = False


@dataclass(frozen=True, eq=False)
class Parts:
    """The files of a data state, one a kommune and period: which those are stands in the periods' manifests.

    ``name``: the state's, ``raw`` of the raw data, whose rows get the number that the states call ``raekke``.
    """

    name: str
    empty: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Select:
    """A select over other relations of its schema or the main one."""

    sql: str


@dataclass(frozen=True, eq=False)
class Relation:
    """A table or view of the database: its name, with the schema when that is not the main one, what a row is, and what its
    columns hold, by name (columns that it does not have are passed over).
    """

    name: str
    comment: str
    columns: Mapping[str, str]
    source: Rows | Files | Parts | Select


@dataclass(frozen=True, slots=True)
class _Step:
    """A relation with the statement that makes it, and the frame that is called ``given`` in it."""

    relation: Relation
    kind: Literal["view", "table"]
    sql: str
    given: pl.DataFrame | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a database would be made by, and ``made_of``, a hash that is the same where the same database would come of it."""

    steps: list[_Step]
    made_of: str

    @property
    def names(self) -> list[str]:
        """Of the relations."""
        return [step.relation.name for step in self.steps]


def prepare_catalog(root: DataRoot, relations: Sequence[Relation]) -> Prepared:
    """Find the files behind the relations, each after those it selects from; no file is opened.

    A file that is written anew under its name has the columns it had, unless what is declared of them is new too.
    """
    maker = _Maker(Lake(root))
    steps = [maker.step(relation) for relation in relations]
    parts: list[object] = [duckdb.__version__, root.catalog]
    for step in steps:
        of, source = step.relation, step.relation.source
        held = "" if step.given is None else hashlib.sha256(step.given.rechunk().write_ipc(None).getvalue()).hexdigest()
        types = source.empty.schema if isinstance(source, Files | Parts) else ""
        parts += [step.kind, of.name, of.comment, sorted(of.columns.items()), types, step.sql, held]
    return Prepared(steps, fingerprint(*parts))


def refresh_catalog(root: DataRoot, relations: Sequence[Relation]) -> list[str]:
    """Write ``hjalp.duckdb`` with these relations; returns their names."""
    prepared = prepare_catalog(root, relations)
    write_catalog(root, prepared)
    return prepared.names


def write_catalog(root: DataRoot, prepared: Prepared) -> None:
    """Write ``hjalp.duckdb``."""
    # DuckDB takes what follows a question mark in a path for options.
    make_folder(root.folder, 0o755)
    place = Path(tempfile.gettempdir()) if "?" in str(root.path) else root.folder
    with scratch(place) as folder:
        temporary = folder / root.catalog.name
        with calculator(database=temporary) as connection:
            connection.begin()  # one transaction: each of hundreds of comments would be one
            for schema in (RELEASED, WORKING):
                connection.execute(f"create schema {schema}")
            for step in prepared.steps:
                _make(connection, step)
            connection.commit()
        write_bytes(root.catalog, temporary.read_bytes())  # it shows CPR numbers and unsuppressed figures


def _make(connection: duckdb.DuckDBPyConnection, step: _Step) -> None:
    """A relation with its comments."""
    relation = step.relation
    if step.given is not None:
        connection.register("given", step.given.to_arrow())
    schema, _, name = relation.name.rpartition(".")
    connection.execute(f"use {schema or 'main'}")  # a view's select is read as one in its own schema
    connection.execute(f"create {step.kind} {relation.name} as {step.sql}")
    connection.execute(_comment(step.kind, relation.name, relation.comment))
    held = "select column_name from duckdb_columns() where schema_name = ? and table_name = ?"
    for (column,) in connection.execute(held, [schema or "main", name]).fetchall():
        if column in relation.columns:
            connection.execute(_comment("column", f'{relation.name}."{column}"', relation.columns[column]))


def _comment(kind: str, name: str, text: str) -> str:
    return f"comment on {kind} {name} is {literal(text)}"


class _Maker:
    """Knows what relations are made by."""

    def __init__(self, lake: Lake) -> None:
        self.lake = lake
        self.period = lake.root.declared.period.attribute
        self.entries = [
            (kvartal, komnr, entry) for kvartal in lake.quarters() for komnr, entry in lake.kommuner_of(kvartal).items()
        ]

    def step(self, relation: Relation) -> _Step:
        given, select = self._given(relation.source)
        return _Step(relation, "view" if given is None else "table", select, given)

    def _given(self, source: Rows | Files | Parts | Select) -> tuple[pl.DataFrame | None, str]:
        """The frame of a table, None of a view, and its select."""
        if isinstance(source, Rows):
            return source.frame, "select * from given"
        if isinstance(source, Select):
            return None, source.sql
        if isinstance(source, Parts):
            if found := self._parts(source.name):
                number = "file_row_number as raekke, " if source.name == "raw" else ""
                return None, self._of_parts(found, number)
            return source.empty, f"select ''::varchar as {self.period}, ''::varchar as {KOMNR}, * from given"
        files = _files(self.lake, source.dataset)
        key = f"parse_filename(filename, true) as {self.period}, * exclude (filename)"
        if files and source.keyed:
            return None, f"select {key} from {parquet(files, filename='true')}"
        if files:
            return None, f"select {source.shown} from {parquet(files)}"
        shown = f"''::varchar as {self.period}, *" if source.keyed else source.shown
        return source.empty, f"select {shown} from given"

    def _parts(self, name: str) -> dict[str, list[tuple[str, str]]]:
        """Files of a data state with whose they are: period and kommune, more than one of a delivery carried forward.

        A quarter run by an older version has fewer.
        """
        found: dict[str, list[tuple[str, str]]] = {}
        for kvartal, komnr, entry in self.entries:
            states = {dataset.rpartition("/")[0] or dataset: file for dataset, file in entry.files.items()}
            file = entry.raw_file if name == "raw" else states.get(name)
            if file is not None:
                found.setdefault(file, []).append((kvartal, komnr))
        return found

    def _of_parts(self, parts: Mapping[str, Sequence[tuple[str, str]]], number: str) -> str:
        """All of them in one reading: a reading for each file would cost a query more than a gigabyte of memory."""
        files = {self.lake.file(name): keys for name, keys in parts.items()}
        whose = ", ".join(f"{literal(str(file))}: [{', '.join(map(_key, keys))}]" for file, keys in files.items())
        # by name: a file that older code wrote may lack a column
        read = parquet(files, filename="true", file_row_number="true", union_by_name="true")
        return (
            f"select whose.kvartal as {self.period}, whose.komnr as {KOMNR}, * exclude (whose) from (select "
            f"unnest(map {{{whose}}}[filename]) as whose, {number}* exclude (filename, file_row_number) from {read})"
        )


def _key(key: tuple[str, str]) -> str:
    return f"{{'kvartal': '{key[0]}', 'komnr': '{key[1]}'}}"


def _files(lake: Lake, dataset: str) -> list[Path]:
    found = sorted((lake.path / dataset).glob("*.parquet"))
    return [path for path in found if path.stem == WHOLE or Period.is_form_of(path.stem)]
