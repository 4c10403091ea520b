"""Tables as csv the way the StatBank's API gives them: UTF-8 with BOM, ``;``, CRLF, codes, decimal comma, ``..``."""

import polars as pl

#: No figure: suppressed, not taking part, or no population to relate to.
NO_VALUE = ".."


def statbank_csv(table: pl.DataFrame, value: str, *, decimals: int = 0) -> bytes:
    """A table's csv: every other column a code column (upper-cased), ``value`` (integers of 10^-decimals, or null) last.

    Rows stand as in the frame.
    """
    codes = [pl.col(column).cast(pl.String).alias(column.upper()) for column in table.columns if column != value]
    number = pl.col(value).cast(pl.String)
    if decimals:
        scale = 10**decimals
        fraction = (pl.col(value) % scale).cast(pl.String).str.zfill(decimals)
        number = pl.format("{},{}", pl.col(value) // scale, fraction)
    shown = table.select(*codes, INDHOLD=pl.when(pl.col(value).is_not_null()).then(number).fill_null(NO_VALUE))
    text = shown.write_csv(separator=";", line_terminator="\r\n", quote_style="never")
    return b"\xef\xbb\xbf" + text.encode()
