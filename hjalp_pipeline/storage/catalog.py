"""``hjalp.duckdb``: the analysts' database of views over the lake, made anew after each run and renamed into place.

One process can write a DuckDB file and not even a reader may join it, so nothing of the production reads or writes it.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.storage.duck import calculator, parquet, sql_text
from hjalp_pipeline.storage.files import make_folder, scratch, write_bytes
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

#: Partition of a dataset that is one file in all, not one a quarter.
WHOLE = "alle"


def refresh_catalog(
    root: DataRoot, plain: Mapping[str, pl.DataFrame], tables: Mapping[tuple[str, str], pl.DataFrame]
) -> list[str]:
    """Write ``hjalp.duckdb``; returns the views made.

    ``plain``: views of the datasets of the same name. ``tables``: by state and name those of tables, ``tables`` as they are,
    ``suppressed`` as ``suppressed_{name}``. Both give the frame shown while a dataset has no file: one without rows, of the
    code list ``systems``, which is kept as no dataset, its rows.
    """
    lake = Lake(root)
    made = []
    # DuckDB takes what follows a question mark in a path for options.
    make_folder(root.folder, 0o755)
    place = Path(tempfile.gettempdir()) if "?" in str(root.path) else root.folder
    with scratch(place) as folder:
        temporary = folder / root.catalog.name
        with calculator(database=temporary) as connection:
            views = [(name, name, frame, False) for name, frame in plain.items()]
            views += [
                (name if state == "tables" else f"{state}_{name}", f"{state}/{name}", frame, True)
                for (state, name), frame in tables.items()
            ]
            for view, dataset, empty, keyed in views:
                found = sorted((lake.path / dataset).glob("*.parquet"))
                files = [path for path in found if path.stem == WHOLE or Period.is_form_of(path.stem)]
                if files:
                    connection.execute(f"create view {view} as {_read(files, keyed=keyed)}")
                else:
                    connection.register("nothing", empty.to_arrow())
                    connection.execute(f"create table {view} as select * from nothing")
                    connection.unregister("nothing")
                made.append(view)
            for view, select in root.declared.views.items():
                connection.execute(f"create view {view} as {sql_text(select)}")
                made.append(view)
            made += _states(connection, lake)
        write_bytes(root.catalog, temporary.read_bytes())  # it shows CPR numbers and unsuppressed figures
    return made


def _read(files: Sequence[Path], *, keyed: bool) -> str:
    if keyed:  # the quarter stands in the file's name only
        read = parquet(files, filename="true")
        return f"select parse_filename(filename, true) as kvartal, * exclude (filename) from {read}"
    return f"select * from {parquet(files)}"


def _states(connection: duckdb.DuckDBPyConnection, lake: Lake) -> list[str]:
    """Views over the data states: which file belongs to which kommune and quarter stands in the quarters' manifests."""
    entries = [
        (kvartal, komnr, entry) for kvartal in lake.quarters() for komnr, entry in lake.kommuner_of(kvartal).items()
    ]
    if not entries:
        return []
    datasets: dict[str, list[str | None]] = {"raw": [entry.raw_file for _kvartal, _komnr, entry in entries]}
    for dataset in dict.fromkeys(name for *_, entry in entries for name in entry.files):
        datasets[dataset.rpartition("/")[0] or dataset] = [entry.files.get(dataset) for *_, entry in entries]
    for name, files in datasets.items():
        parts = [
            _of_kommune(kvartal, komnr, lake.file(file), numbered=name == "raw")
            for (kvartal, komnr, _entry), file in zip(entries, files, strict=True)
            if file is not None  # a quarter run by an older version has fewer
        ]
        # by name: a file that older code wrote may lack a column
        connection.execute(f"create view {name} as {' union all by name '.join(parts)}")
    over_states = lake.root.declared.views_of_states
    for view, select in over_states.items():
        connection.execute(f"create view {view} as {sql_text(select)}")
    return [*datasets, *over_states]


def _of_kommune(kvartal: str, komnr: str, file: Path, *, numbered: bool) -> str:
    """Select of one kommune's file; ``numbered`` adds the row number that the data states call ``raekke``."""
    keys = f"select '{kvartal}' as kvartal, '{komnr}' as komnr_indberetter"
    if not numbered:
        return f"{keys}, * from {parquet([file])}"
    read = parquet([file], file_row_number="true")
    return f"{keys}, file_row_number as raekke, * exclude (file_row_number) from {read}"
