"""A chunk of delivered text becomes typed records and findings. Nothing here looks at a record in Python.

Which fields there are, and their forms, is the layout's business (``specification``). Whether a person number is real is a
rule's business: any text is let through.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import polars as pl

from hjalp_pipeline.delivery.findings import FINDINGS_SCHEMA, MISSHAPEN, findings_of, form_errors, is_bad
from hjalp_pipeline.delivery.layouts.forms import TEXT_OF_PERSON, Form
from hjalp_pipeline.delivery.layouts.layout import Layout
from hjalp_pipeline.delivery.normalise import (
    as_dates,
    blank_to_null,
    person_numbers,
    restored_zeros,
    trimmed,
    without_blanks,
)

#: The good records and the findings of a chunk.
Typed = tuple[pl.DataFrame, pl.DataFrame]


@dataclass(frozen=True, eq=False)
class Chunk:
    """A chunk of delivered text that waits for its types: what ``type_records`` is given of it."""

    text: pl.DataFrame
    first_record: int
    komnr: str
    layout: Layout
    spreadsheet: bool


def type_together(chunks: Sequence[Chunk]) -> list[Typed]:
    """``type_records`` of several chunks of one layout and kind, in one go: a call of Polars costs the same for few rows as for many."""
    layout, spreadsheet = chunks[0].layout, chunks[0].spreadsheet
    texts = [_told_apart(chunk.text).select(*layout.names, MISSHAPEN) for chunk in chunks]
    whose = pl.concat([pl.repeat(chunk.komnr, chunk.text.height, eager=True) for chunk in chunks])
    good, findings = type_records(pl.concat(texts), 1, whose, layout, spreadsheet=spreadsheet)
    return list(zip(_cut(good, "post", chunks), _cut(findings, "record", chunks), strict=True))


def _cut(rows: pl.DataFrame, number: str, chunks: Sequence[Chunk]) -> Iterator[pl.DataFrame]:
    """Rows by chunk, in order of ``number``, which counts the records of all chunks and then those of each delivery."""
    starts = np.array([0, *accumulate(chunk.text.height for chunk in chunks)], dtype=np.int64)
    edges = np.searchsorted(rows.get_column(number).to_numpy(), starts, side="right")
    before = starts[:-1] - [chunk.first_record - 1 for chunk in chunks]
    own = rows.with_columns((pl.col(number) - pl.Series(np.repeat(before, np.diff(edges)))).cast(pl.UInt32))
    for begin, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        yield own.slice(begin, end - begin)


def _told_apart(chunk: pl.DataFrame) -> pl.DataFrame:
    return chunk if MISSHAPEN in chunk.columns else chunk.with_columns(pl.lit(False).alias(MISSHAPEN))


def type_records(
    chunk: pl.DataFrame, first_record: int, komnr: str | pl.Series, layout: Layout, *, spreadsheet: bool = False
) -> Typed:
    """Give a chunk of delivered text its types and tell what is wrong with it.

    ``chunk`` holds the columns of ``layout`` as String, in any order, and perhaps ``MISSHAPEN``; its first row is
    record number ``first_record`` of the file (1 = first). ``komnr`` is the kommune of the file's name, or of each row. ``spreadsheet``
    restores leading zeros of person numbers, kommuner and codes. Returns the good records (``layout.typed_schema``) and the
    findings (record UInt32, field, code; all findings of a bad record, by record and field order).
    """
    frame = _told_apart(chunk)
    if frame.select(pl.any_horizontal((pl.col(layout.names) == "").any())).item():
        frame = frame.with_columns(blank_to_null(pl.col(layout.names)))
    for field in layout.of_form(Form.CIFERPAR):
        frame = without_blanks(frame, field)
    frame, suspects = trimmed(frame, layout)
    if spreadsheet:
        frame, suspects = trimmed(frame.with_columns(restored_zeros(layout)), layout)
    frame = frame.with_columns(
        pl.int_range(first_record, first_record + pl.len(), dtype=pl.UInt32).alias("post"),
        (komnr if isinstance(komnr, pl.Series) else pl.lit(komnr)).alias("_komnr"),
        *person_numbers(frame.get_column(layout.person), suspects[layout.person]),
        *(as_dates(frame, field, suspects[field]) for field in layout.of_form(Form.DATO)),
    )
    errors = form_errors(layout, suspects)
    frame = frame.with_columns(is_bad(layout, suspects, errors).alias("_bad"))

    findings = FINDINGS_SCHEMA.to_frame()
    good = frame
    if frame["_bad"].any():
        findings = findings_of(frame.filter("_bad"), layout, errors)
        good = frame.filter(~pl.col("_bad"))
    return _typed(good, layout), findings


def _typed(good: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The good records as ``layout.typed_schema``; a field that only other versions have is null."""
    number = pl.when("_ten").then("_pnr").cast(pl.UInt32, strict=False)
    made = {
        layout.person: number,
        TEXT_OF_PERSON.format(layout.person): pl.when(number.is_null()).then("_pnr"),
        **{field: pl.col(f"_{field}") for field in layout.of_form(Form.DATO)},
        **{field: pl.col(field).str.to_lowercase() for field in layout.of_form(Form.UUID)},
    }
    known = {"post", *layout.names, *made}
    return good.select(
        (made.get(name, pl.col(name)) if name in known else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in layout.typed_schema.items()
    )
