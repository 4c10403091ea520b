"""A register as a file of a statistics package: SPSS (sav) and Stata (dta), with labels, through ReadStat.

The library is an extra of the program: a release needs neither it nor these formats.
"""

from collections.abc import Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args

import polars as pl

from hjalp_pipeline.publishing.microdata import Register

Format = Literal["sav", "dta"]
FORMATS: tuple[Format, ...] = get_args(Format)
_LIBRARY = "pyreadstat"
#: Version 118, the one of Stata 14 and later: UTF-8, long texts.
_STATA = 14
#: Bytes of what a code may mean in SPSS; the library would cut a longer text anywhere.
_LONGEST = 120

LONGEST_TEXT = 32_767
"""Bytes of a text in SPSS. A longer one breaks the file: one program cuts all texts to 255, another sees hundreds of variables."""

FIRST_DAY = date(1582, 10, 15)
"""The first day of the calendar, on which SPSS counts: earlier ones are lost on the way to some reader."""

AS_TEXT = "_TEKST"
"""What is added to the name of a date for the text variable that holds its days before ``FIRST_DAY``."""

NOTE_DA = (
    "Filer til SPSS og Stata (hjalp microdata) afviger fra Parquet-filerne: en tekst på mere end 32.767 bytes er i "
    "SPSS-filen afkortet dertil og ender på tre punktummer, og en dato før 15. oktober 1582 er tom, men står som tekst "
    "(ÅÅÅÅ-MM-DD) i en ekstra variabel med datoens navn og _TEKST, som kun findes, når der er sådan en dato. Begge formater skelner "
    "ikke en tom tekst fra ingen, og SPSS ikke mellemrum sidst i en tekst."
)
"""The same in Danish, for the codebook."""


class LibraryMissing(Exception):
    """The library for these formats is not installed. Says how to get it."""


def require_library() -> Any:
    """The library; LibraryMissing when it is not there."""
    try:
        return import_module(_LIBRARY)
    except ModuleNotFoundError as fault:
        if fault.name != _LIBRARY:
            raise
        message = f"sav and dta need the library {_LIBRARY}: install it with `uv sync --extra research`"
        raise LibraryMissing(message) from None


def export(path: Path, frame: pl.DataFrame, register: Register, form: Format, label: str) -> None:
    """Write a register to ``path`` with ``label`` for the file and a label for each variable; dates as dates, codes as texts.

    sav also carries what the codes mean (the first 120 bytes); Stata labels only numbers, and codes that are texts stay so. What a
    format cannot hold is as ``NOTE_DA`` says. The file is not made atomically.
    """
    library = require_library()
    ordered = frame.select(*register.schema)
    early = _early_days(ordered)
    ordered = ordered.with_columns(
        *(pl.when(pl.col(name) >= FIRST_DAY).then(name).alias(name) for name in early),
        *(
            pl.when(pl.col(name) < FIRST_DAY).then(pl.col(name).dt.to_string("%Y-%m-%d")).alias(name + AS_TEXT)
            for name in early
        ),
    )
    labels = [*register.labels.values(), *(f"{register.labels[name]}, som tekst" for name in early)]
    told: Mapping[str, Any] = {"file_label": label, "column_labels": labels}
    numbers = {variable.name for variable in register.variables if variable.kind == "heltal"}
    codes: dict[str, dict[Any, str]] = {
        name: {int(code) if name in numbers else code: _cut(text, _LONGEST) for code, text in texts.items()}
        for name, texts in register.code_labels.items()
    }
    if form == "dta":
        of_numbers = {name: texts for name, texts in codes.items() if name in numbers}
        # the library fails on a long text beside none at all; the format does not tell an empty text from none
        library.write_dta(
            ordered.with_columns(pl.col(pl.String).fill_null("")),
            path,
            version=_STATA,
            variable_value_labels=of_numbers,
            **told,
        )
    else:
        measures = {name: "scale" if name in numbers - codes.keys() else "nominal" for name in register.schema}
        library.write_sav(
            _without_long_texts(ordered),
            path,
            row_compress=True,
            variable_value_labels=codes,
            variable_measure=measures,
            **told,
        )


def _early_days(frame: pl.DataFrame) -> list[str]:
    """Dates with a day no package holds."""
    dates = [name for name, kind in frame.schema.items() if kind == pl.Date]
    return [name for name in dates if frame.select((pl.col(name) < FIRST_DAY).any()).item()]


def _without_long_texts(frame: pl.DataFrame) -> pl.DataFrame:
    for name, kind in frame.schema.items():
        if kind == pl.String:
            texts = frame.get_column(name)
            long = texts.filter(texts.str.len_bytes() > LONGEST_TEXT).unique()
            if not long.is_empty():
                shorter = pl.Series([_cut(text, LONGEST_TEXT) for text in long], dtype=pl.String)
                frame = frame.with_columns(texts.replace(long, shorter))
    return frame


def _cut(text: str, most: int) -> str:
    """A text of at most so many bytes, with ... where the rest is left out; the whole stands elsewhere."""
    if len(text.encode()) <= most:
        return text
    return text.encode()[: most - 3].decode(errors="ignore") + "..."
