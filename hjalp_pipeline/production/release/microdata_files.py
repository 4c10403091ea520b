"""Microdata of a release: every record inside the statistic with the register's variables, one kommune at a time."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from hjalp_pipeline.microdata_spec import MicrodataRows, ReleaseFacts
from hjalp_pipeline.production.quarter.chain_results import whole_rows
from hjalp_pipeline.production.release.release_inputs import ReleaseInputs
from hjalp_pipeline.publishing.codebook import codebook
from hjalp_pipeline.publishing.microdata import write_register
from hjalp_pipeline.storage.files import write_bytes


def write_microdata(inputs: ReleaseInputs, folder: Path) -> dict[str, int]:
    """The statistic's registers and their codebook; returns records ``kept`` and left out by reason.

    Nothing is written, and no folder made, for a statistic that gives none.
    """
    definition, declared = inputs.definition, inputs.statistic.microdata
    if declared is None:
        return {}
    folder.mkdir()
    archived = inputs.archived.rows if inputs.archived else None
    made = declared.rows(ReleaseFacts(definition.release, definition.span.quarters, inputs.decisions, archived))
    first = declared.registers[0]
    written = write_register(folder / f"{first.name}.parquet", first, _parts(inputs, made))
    for name, register, rows in made.others():
        write_register(folder / f"{name}.parquet", register, [rows])
    book = codebook(declared.title, definition.release, declared.intro, declared.registers, declared.further)
    for name, content in book.items():
        write_bytes(folder / name, content)
    return {"kept": written, **made.left_out, **(inputs.archived.counts if inputs.archived else {})}


def _parts(inputs: ReleaseInputs, made: MicrodataRows) -> Iterator[pl.DataFrame]:
    beside = inputs.archived
    if beside is None:
        for komnr, entry in inputs.entries.items():
            yield made.rows(komnr, whole_rows(inputs.lake, entry))
        return
    nothing = whole_rows(inputs.lake, next(iter(inputs.entries.values()))).clear()
    for komnr in sorted({*inputs.entries, *beside.archived.kommuner}):
        entry_of = inputs.entries.get(komnr)
        inside = whole_rows(inputs.lake, entry_of) if entry_of else nothing
        yield made.rows(komnr, beside.delivered(komnr, inside))
