"""What was asked of a table as csv, in blocks of rows: a long answer is sent while it is made."""

from collections.abc import Iterator, Sequence
from math import prod

import numpy as np
import polars as pl

from hjalp_pipeline.publishing.statbank import figure_text
from hjalp_pipeline.publishing.table import SYMBOL, VALUE
from hjalp_pipeline.serving.cube import Extract

#: Figures of a block, or one row where that has more.
_BLOCK = 100_000
BOM = b"\xef\xbb\xbf"


def csv_rows(
    extract: Extract,
    header: Sequence[str],
    texts: Sequence[Sequence[str]],
    *,
    headings: int = 0,
    separator: str = ";",
    decimal: str = ",",
) -> Iterator[bytes]:
    """The header and then rows, CRLF, in quotes what needs them. ``texts``: of each variable what stands for its values; those of
    the last ``headings`` are columns, and not in ``texts`` but in the ``header``.
    """
    sizes = [len(variable.values) for variable in extract.variables]
    across = prod(sizes[len(sizes) - headings :])
    stub = sizes[: len(sizes) - headings]
    rows, columns = prod(stub), [pl.Series(of, dtype=pl.String) for of in texts]
    yield _lines(
        pl.DataFrame([[name] for name in header], schema=[str(place) for place in range(len(header))]), separator
    )
    figures, signs = extract.figures.ravel(), extract.signs.ravel()
    names = pl.Series([None, *(symbol.sign for symbol in extract.symbols)], dtype=pl.String)
    step = max(1, _BLOCK // across)
    for first in range(0, rows, step):
        last = min(first + step, rows)
        cells = slice(first * across, last * across)
        shown = _shown(figures[cells], names.gather(signs[cells].astype(np.uint32)), extract.decimals, decimal)
        place, left, frame = np.arange(first, last), rows, []
        for size, column in zip(stub, columns, strict=True):
            left //= size
            frame.append(column.gather((place // left) % size))
        frame += [shown.gather_every(across, offset) for offset in range(across)] if headings else [shown]
        yield _lines(pl.DataFrame([one.alias(str(number)) for number, one in enumerate(frame)]), separator)


def _shown(
    figures: np.ndarray[tuple[int, ...], np.dtype[np.int64]], signs: pl.Series, decimals: int, mark: str
) -> pl.Series:
    frame = pl.DataFrame({VALUE: figures, SYMBOL: signs})
    frame = frame.with_columns(pl.when(pl.col(SYMBOL).is_null()).then(VALUE))
    text = figure_text(VALUE, decimals)
    if decimals and mark != ",":
        text = text.str.replace(",", mark, literal=True)
    return frame.select(text.alias(VALUE)).to_series()


def _lines(frame: pl.DataFrame, separator: str) -> bytes:
    return frame.write_csv(
        include_header=False, separator=separator, line_terminator="\r\n", quote_style="necessary"
    ).encode()
