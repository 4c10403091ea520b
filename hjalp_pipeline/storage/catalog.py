"""``hjalp.duckdb``: the analysts' database of views over the lake, made anew after each run and renamed into place.

One process can write a DuckDB file and not even a reader may join it, so nothing of the production reads or writes it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from hjalp_pipeline.storage.duck import calculator, sql_text
from hjalp_pipeline.storage.files import replacing
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

#: Views of ``sql/catalog`` and the datasets (one Parquet file a quarter) they read; in an order that lets one use another.
VIEWS: tuple[tuple[str, str], ...] = (
    ("ledger", "ledger"),
    ("status", "status"),
    ("remarks", "remarks"),
    ("leverancer", "leverancer"),
    ("hjalp1", "tables/hjalp1"),
    ("hjalp2", "tables/hjalp2"),
    ("hjalp3", "tables/hjalp3"),
    ("suppressed_hjalp1", "suppressed/hjalp1"),
    ("suppressed_hjalp2", "suppressed/hjalp2"),
    ("suppressed_hjalp3", "suppressed/hjalp3"),
)
#: Data states, as views ``cpr_validated`` .. over the files the quarters stand on, and ``udlaan`` that joins them.
STATE_COLUMNS_SQL = "catalog/udlaan"


def refresh_catalog(root: DataRoot, empty: Mapping[str, Sequence[tuple[str, str]]]) -> list[str]:
    """Write ``hjalp.duckdb``; returns the views made.

    ``empty`` gives name and DuckDB type of each dataset's columns, for a view of a dataset that has no file yet.
    """
    lake = Lake(root)
    made = []
    with replacing(root.catalog) as temporary:
        with calculator(database=temporary) as connection:
            for view, dataset in VIEWS:
                files = sorted((lake.path / dataset).glob("*K?.parquet"))
                keyed = dataset.startswith(("tables", "suppressed"))
                select = _read(files, keyed=keyed) if files else _nothing(empty[view], keyed=keyed)
                connection.execute(f"create view {view} as {select}")
                made.append(view)
            made += _states(connection, lake)
        Path(f"{temporary}.wal").unlink(missing_ok=True)
    return made


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _read(files: Sequence[Path], *, keyed: bool) -> str:
    names = ", ".join(_literal(path) for path in files)
    if keyed:  # the quarter stands in the file's name only
        return f"select parse_filename(filename, true) as kvartal, * exclude (filename) from read_parquet([{names}], filename = true)"
    return f"select * from read_parquet([{names}])"


def _nothing(columns: Sequence[tuple[str, str]], *, keyed: bool) -> str:
    fields = [("kvartal", "varchar"), *columns] if keyed else columns
    return "select " + ", ".join(f'null::{kind} as "{name}"' for name, kind in fields) + " where false"


def _states(connection: object, lake: Lake) -> list[str]:
    """Views over the data states: which file belongs to which kommune and quarter stands in the quarters' manifests."""
    entries = [
        (kvartal, komnr, entry)
        for kvartal in lake.quarters()
        for komnr, entry in (lake.quarter(kvartal) or {"kommuner": {}})["kommuner"].items()
    ]
    if not entries:
        return []
    made = []
    datasets = {"raw": [entry["raw_file"] for _kvartal, _komnr, entry in entries]}
    for dataset in entries[0][2]["files"]:
        datasets[dataset.removesuffix("/udlaan")] = [entry["files"][dataset] for _kvartal, _komnr, entry in entries]
    for name, files in datasets.items():
        parts = [
            f"select '{kvartal}' as kvartal, '{komnr}' as komnr_indberetter, {'file_row_number as raekke, ' if name == 'raw' else ''}"
            f"* {'exclude (file_row_number) ' if name == 'raw' else ''}"
            f"from read_parquet({_literal(lake.path / file)}{', file_row_number = true' if name == 'raw' else ''})"
            for (kvartal, komnr, _entry), file in zip(entries, files, strict=True)
        ]
        connection.execute(f"create view {name} as {' union all '.join(parts)}")  # type: ignore[attr-defined]
        made.append(name)
    connection.execute(f"create view udlaan as {sql_text(STATE_COLUMNS_SQL)}")  # type: ignore[attr-defined]
    return [*made, "udlaan"]
