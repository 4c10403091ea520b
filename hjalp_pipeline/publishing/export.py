"""A register as a file of a statistics package: SPSS (sav) and Stata (dta), with labels, through ReadStat.

The library is an extra of the program: a release needs neither it nor these formats.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args

import polars as pl

from hjalp_pipeline.publishing.microdata import Register

Format = Literal["sav", "dta"]
FORMATS: tuple[Format, ...] = get_args(Format)
_LIBRARY = "pyreadstat"
#: Version 118, the one of Stata 14 and later: UTF-8, long texts.
_STATA = 15
#: Bytes of what a code may mean in SPSS; the library would cut a longer text anywhere.
_LONGEST = 120


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

    sav also carries what the codes mean (the first 120 bytes); Stata labels only numbers, and codes stay texts. The file is
    not made atomically.
    """
    library = require_library()
    ordered = frame.select(*register.schema)
    told: Mapping[str, Any] = {"file_label": label, "column_labels": list(register.labels.values())}
    if form == "dta":
        library.write_dta(ordered, path, version=_STATA, **told)
    else:
        measures = {v.name: "scale" if v.kind in ("heltal", "tal") else "nominal" for v in register.variables}
        labels = {
            name: {code: _short(text) for code, text in texts.items()} for name, texts in register.code_labels.items()
        }
        library.write_sav(
            ordered, path, row_compress=True, variable_value_labels=labels, variable_measure=measures, **told
        )


def _short(text: str) -> str:
    """A text of at most 120 bytes, with ... where the rest is left out; the codebook has it whole."""
    if len(text.encode()) <= _LONGEST:
        return text
    return text.encode()[: _LONGEST - 3].decode(errors="ignore") + "..."
