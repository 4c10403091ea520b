"""``hjalp.duckdb``: the analysts' database of views over the lake, made anew after each run and renamed into place.

One process can write a DuckDB file and not even a reader may join it, so nothing of the production reads or writes it.
"""

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


def refresh_catalog(root: DataRoot, relations: Sequence[Relation]) -> list[str]:
    """Write ``hjalp.duckdb`` with these relations, each after those it selects from; returns their names."""
    lake = Lake(root)
    # DuckDB takes what follows a question mark in a path for options.
    make_folder(root.folder, 0o755)
    place = Path(tempfile.gettempdir()) if "?" in str(root.path) else root.folder
    with scratch(place) as folder:
        temporary = folder / root.catalog.name
        with calculator(database=temporary) as connection:
            connection.begin()  # one transaction: each of hundreds of comments would be one
            for schema in (RELEASED, WORKING):
                connection.execute(f"create schema {schema}")
            maker = _Maker(connection, lake)
            for relation in relations:
                maker.make(relation)
            connection.commit()
        write_bytes(root.catalog, temporary.read_bytes())  # it shows CPR numbers and unsuppressed figures
    return [relation.name for relation in relations]


class _Maker:
    """Makes relations, with their comments, in a database that is open."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
        self.connection, self.lake = connection, lake
        self.period = lake.root.declared.period.attribute
        self.entries = [
            (kvartal, komnr, entry) for kvartal in lake.quarters() for komnr, entry in lake.kommuner_of(kvartal).items()
        ]

    def make(self, relation: Relation) -> None:
        kind, sql = self._made(relation.source)
        schema, _, name = relation.name.rpartition(".")
        self.connection.execute(f"use {schema or 'main'}")  # a view's select is read as one in its own schema
        self.connection.execute(f"create {kind} {relation.name} as {sql}")
        self._comment(kind, relation.name, relation.comment)
        held = "select column_name from duckdb_columns() where schema_name = ? and table_name = ?"
        for (column,) in self.connection.execute(held, [schema or "main", name]).fetchall():
            if column in relation.columns:
                self._comment("column", f'{relation.name}."{column}"', relation.columns[column])

    def _comment(self, kind: str, name: str, text: str) -> None:
        self.connection.execute(f"comment on {kind} {name} is {literal(text)}")

    def _made(self, source: Rows | Files | Parts | Select) -> tuple[Literal["view", "table"], str]:
        if isinstance(source, Rows):
            return "table", self._registered(source.frame)
        if isinstance(source, Select):
            return "view", source.sql
        if isinstance(source, Parts):
            found = self._parts(source.name)
            keys = f"select ''::varchar as {self.period}, ''::varchar as {KOMNR}, * from"
            number = "file_row_number as raekke, " if source.name == "raw" else ""
            return ("view", self._of_parts(found, number)) if found else ("table", self._registered(source.empty, keys))
        files = _files(self.lake, source.dataset)
        key = f"parse_filename(filename, true) as {self.period}, * exclude (filename)"
        if files and source.keyed:
            return "view", f"select {key} from {parquet(files, filename='true')}"
        if files:
            return "view", f"select {source.shown} from {parquet(files)}"
        shown = f"''::varchar as {self.period}, *" if source.keyed else source.shown
        return "table", self._registered(source.empty, f"select {shown} from")

    def _registered(self, frame: pl.DataFrame, select: str = "select * from") -> str:
        self.connection.register("given", frame.to_arrow())
        return f"{select} given"

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
