"""Microdata of a release: every record inside the statistic with the register's variables, one kommune at a time."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from hjalp_pipeline.contracts.states import RAW, of_state
from hjalp_pipeline.production.quarter.chain_results import rows_inside
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.publishing.codebook import codebook
from hjalp_pipeline.publishing.microdata import write_register
from hjalp_pipeline.statistic import MicrodataRows
from hjalp_pipeline.storage.entries import ChainEntry
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.storage.lake import Lake


def write_microdata(inputs: ReleaseInputs, folder: Path) -> dict[str, int]:
    """The statistic's registers and their codebook; returns records ``kept`` and left out by reason.

    Nothing is written, and no folder made, for a statistic that gives none.
    """
    definition, declared = inputs.definition, inputs.statistic.microdata
    if declared is None:
        return {}
    folder.mkdir()
    made = declared.rows(definition.release, definition.span.years)
    first = declared.registers[0]
    written = write_register(folder / f"{first.name}.parquet", first, _parts(inputs, made))
    for name, register, rows in made.others(inputs.decisions):
        write_register(folder / f"{name}.parquet", register, [rows])
    book = codebook(declared.title, definition.release, declared.intro, declared.registers, declared.further)
    for name, content in book.items():
        write_bytes(folder / name, content)
    return {"kept": written, **made.left_out}


def _parts(inputs: ReleaseInputs, made: MicrodataRows) -> Iterator[pl.DataFrame]:
    for komnr, entry in inputs.entries.items():
        yield made.rows(komnr, whole_rows(inputs.lake, entry))


def whole_rows(lake: Lake, entry: ChainEntry) -> pl.DataFrame:
    """A kommune's records inside the statistic: the raw columns with what every data state added, in raw order."""
    chain = lake.root.declared.rulebook.chain
    added = {state.name: [name for name in state.stored if name not in ("raekke", "person")] for state in chain}
    later = {name for names in added.values() for name in names}
    raw = [name for name in of_state(lake.root.declared, RAW).columns if name not in later]
    return rows_inside(lake, entry, raw, **{state: names for state, names in added.items() if names})
