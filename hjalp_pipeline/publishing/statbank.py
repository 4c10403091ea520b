"""Tables as csv the way the StatBank's API gives them: UTF-8 with BOM, ``;``, CRLF, codes, decimal comma, ``..``."""

import polars as pl

#: No figure: suppressed, not taking part, or no population to relate to.
NO_VALUE = ".."


def figure_text(value: str, decimals: int = 0) -> pl.Expr:
    """A column of integers of 10^-decimals (null: no figure) as the text that is published."""
    number = pl.col(value).cast(pl.String)
    if decimals:
        scale = 10**decimals
        fraction = (pl.col(value) % scale).cast(pl.String).str.zfill(decimals)
        number = pl.format("{},{}", pl.col(value) // scale, fraction)
    return pl.when(pl.col(value).is_not_null()).then(number).fill_null(NO_VALUE)


def csv_bytes(table: pl.DataFrame) -> bytes:
    """A table of texts as it is published: nothing in it may need quotes."""
    text = table.write_csv(separator=";", line_terminator="\r\n", quote_style="never")
    return b"\xef\xbb\xbf" + text.encode()


def statbank_csv(table: pl.DataFrame, value: str, *, decimals: int = 0) -> bytes:
    """A table's csv: every other column a code column (upper-cased), ``value`` (integers of 10^-decimals, or null) last.

    Rows stand as in the frame.
    """
    codes = [pl.col(column).cast(pl.String).alias(column.upper()) for column in table.columns if column != value]
    return csv_bytes(table.select(*codes, INDHOLD=figure_text(value, decimals)))
