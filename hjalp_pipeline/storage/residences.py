"""Residences of a register extract: address history and address register joined, streamed into array files."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.duck import calculator, parquet, sql_text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Array files of the spells and their types.
SPELL_ARRAYS = {"fra": "<i4", "til": "<i4", "komnr": "<u2"}
#: The selects behind them.
SELECTS = tuple(f"registers/{name}" for name in ("movements", "places", "overlapping", "resolved", "residences"))
_BATCH = 1_000_000
_UINT32 = 2**32


def build_residences(source: Path, target: Path, numbers: pl.DataFrame, odd: pl.DataFrame) -> dict[str, int]:
    """Stream the ordered spells out of DuckDB straight into array files below ``target``.

    ``numbers``: pnr UInt32, person; ``odd``: pnr_tekst, person. Returns the number of spells, and of persons and addresses
    with spells that overlap (there the one begun last counts, R8).
    """
    count = np.zeros(numbers.height + odd.height + 1, dtype=np.int64)
    total = 0
    with calculator(spill=target / "spill") as connection, _Columns(target, **SPELL_ARRAYS) as columns:
        for name in ("befbop", "befadr"):
            connection.sql(f"select * from {parquet([source / f'{name}.parquet'])}").create_view(name)
        connection.register("numbers", numbers.to_arrow())
        connection.register("odd", odd.to_arrow())
        overlapping = {name: _resolve(connection, name) for name in ("movements", "places")}
        for batch in connection.sql(sql_text("registers/residences")).to_arrow_reader(_BATCH):
            frame = pl.DataFrame(batch)
            columns.append(frame)
            count += np.bincount(frame.get_column("person").to_numpy() + 1, minlength=count.size)
            total += frame.height
    if total >= _UINT32:
        raise InputError("the address history has more spells than can be numbered")
    np.save(target / "first.npy", np.cumsum(count).astype(np.uint32))
    shutil.rmtree(target / "spill", ignore_errors=True)
    return {
        "spells": total,
        "persons_with_overlapping_spells": overlapping["movements"],
        "addresses_with_overlapping_spells": overlapping["places"],
    }


def _resolve(connection: "DuckDBPyConnection", name: str) -> int:
    """Give the connection the table ``name`` and its few overlapping spells; returns how many keys have any."""
    # A table, not a view: three selects look at it, and it is a join of the whole address history.
    connection.sql(sql_text(f"registers/{name}")).to_table(name)
    connection.table(name).create_view("spells", replace=True)
    connection.sql(sql_text("registers/overlapping")).to_table(f"{name}_overlapping")
    connection.table(f"{name}_overlapping").create_view("overlapping", replace=True)
    connection.sql(sql_text("registers/resolved")).to_table(f"{name}_resolved")
    return connection.table(f"{name}_overlapping").shape[0]


class _Columns:
    """Plain array files grown batch by batch."""

    def __init__(self, target: Path, **kinds: str) -> None:
        self._kinds = kinds
        self._files = {name: (target / f"{name}.bin").open("wb") for name in kinds}

    def __enter__(self) -> "_Columns":
        return self

    def append(self, frame: pl.DataFrame) -> None:
        for name, kind in self._kinds.items():
            self._files[name].write(frame.get_column(name).to_numpy().astype(kind).tobytes())

    def __exit__(self, *_fault: object) -> None:
        for file in self._files.values():
            file.close()
