"""Tables as csv the way the StatBank's API gives them: UTF-8 with BOM, ``;``, CRLF, codes, decimal comma, dots for no figure."""

import polars as pl

from hjalp_pipeline.publishing.table import SYMBOL, Symbol, Text

#: What stands in place of a figure: it is confidential; who it is of does not take part; there is nothing to relate it to.
HIDDEN, NOT_TAKING_PART, NO_POPULATION = "..", "...", "."
#: Releases of version 0.3.1 and older have ``..`` for all three.
NO_FIGURE = (HIDDEN, NOT_TAKING_PART, NO_POPULATION)
#: What the first of them means; what the others mean is for each table to say.
CONFIDENTIAL = Symbol(HIDDEN, Text("Diskretioneret", "Confidential"))


def figure_text(value: str, decimals: int = 0) -> pl.Expr:
    """A column of integers of 10^-decimals as the text that is published, where it is null the sign in ``symbol``."""
    number = pl.col(value).cast(pl.String)
    if decimals:
        scale = 10**decimals
        size, minus = pl.col(value).abs(), pl.when(pl.col(value) < 0).then(pl.lit("-")).otherwise(pl.lit(""))
        number = pl.format("{}{},{}", minus, size // scale, (size % scale).cast(pl.String).str.zfill(decimals))
    return pl.when(pl.col(value).is_not_null()).then(number).otherwise(pl.col(SYMBOL))


def csv_bytes(table: pl.DataFrame) -> bytes:
    """A table of texts as it is published: nothing in it may need quotes."""
    text = table.write_csv(separator=";", line_terminator="\r\n", quote_style="never")
    return b"\xef\xbb\xbf" + text.encode()


def statbank_csv(table: pl.DataFrame, value: str, *, decimals: int = 0) -> bytes:
    """A table's csv: ``value`` (integers of 10^-decimals, or null) last, before it every other column but ``symbol`` as codes.

    ``symbol`` is what stands where there is no figure. Names are upper-cased; rows stand as in the frame.
    """
    codes = [
        pl.col(column).cast(pl.String).alias(column.upper())
        for column in table.columns
        if column not in (value, SYMBOL)
    ]
    return csv_bytes(table.select(*codes, INDHOLD=figure_text(value, decimals)))
