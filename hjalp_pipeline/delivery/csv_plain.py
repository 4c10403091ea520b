"""The fast path for csv deliveries: a chunk of bytes by Polars, with every separator accounted for.

Polars fills short rows silently and takes stray quotes for what they are not. So a chunk only gets here when all its
quotes stand where RFC 4180 puts them, and what Polars makes of it is counted; all else is left to ``read_csv``, which has the
csv module read it.
"""

import codecs
from enum import Enum

import numpy as np
import polars as pl


def _quotes_in_place(data: bytes, quotes: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> bool:
    """Whether every quote is one of RFC 4180: before or after a separator, or half of a pair inside a field.

    Then "inside quotes" and "after an odd number of quotes" are the same. ``data`` begins and ends between records.
    """
    if len(quotes) % 2:
        return False
    text = np.frombuffer(data, np.uint8)
    opening, closing = quotes[0::2], quotes[1::2]
    before = text[np.maximum(opening - 1, 0)]
    opens = (opening == 0) | (before == ord(";")) | (before == ord("\n"))
    opens[1:] |= opening[1:] == closing[:-1] + 1
    after = text[np.minimum(closing + 1, len(text) - 1)]
    closes = (after == ord(";")) | (after == ord("\n")) | (after == ord("\r")) | (closing == len(text) - 1)
    closes[:-1] |= opening[1:] == closing[:-1] + 1
    return bool(opens.all() and closes.all())


class Quotes(Enum):
    """What the quotes of a chunk are."""

    NONE = "none, or all inside unquoted fields, where they are text"
    IN_PLACE = "all around fields or doubled inside them"
    WILD = "neither"


def _begins_no_field(data: bytes, quotes: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> bool:
    """Whether no quote opens a field, so that all of them are text (24" in the name of a wheelchair)."""
    before = np.frombuffer(data, np.uint8)[quotes - 1]
    return bool(quotes[0] > 0 and not ((before == ord(";")) | (before == ord("\n"))).any())


def cut(data: bytes, *, last: bool) -> tuple[int, Quotes]:
    """Where the last whole record inside ``data`` ends, and what the quotes before that are (0 when they are wild).

    ``data`` begins between records; ``last`` says that it also ends there.
    """
    end = len(data) if last else data.rfind(b"\n") + 1
    if b'"' not in data:
        return (end, Quotes.NONE) if end else (0, Quotes.WILD)
    text = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(text == ord('"'))
    if end and _begins_no_field(data, quotes):
        return end, Quotes.NONE
    if not last:
        newlines = np.flatnonzero(text == ord("\n"))
        outside = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
        end = int(outside[-1]) + 1 if len(outside) else 0
        quotes = quotes[: np.searchsorted(quotes, end)]
    if end and _quotes_in_place(data[:end], quotes):
        return end, Quotes.IN_PLACE
    return 0, Quotes.WILD


def _separators_inside(frame: pl.DataFrame) -> int:
    """How many separators stand inside the values of a chunk."""
    counts = pl.all().str.count_matches(";", literal=True).sum()
    return int(frame.select(pl.sum_horizontal(counts)).item())


def is_utf8(data: bytes) -> bool:
    """As ``bytes.decode`` would say, in a quarter of the time."""
    if data.isascii():
        return True
    try:
        return pl.Series([data], dtype=pl.Binary).cast(pl.String).len() == 1
    except pl.exceptions.PolarsError:
        return False


def parse_chunk(data: bytes, columns: list[str], quotes: Quotes) -> pl.DataFrame | None:
    """The chunk by Polars, with the header line's ``columns``; None when not every byte of it is accounted for."""
    quoted = quotes is Quotes.IN_PLACE
    text = np.frombuffer(data, np.uint8)
    returns = np.flatnonzero(text == ord("\r"))
    lone_return = len(returns) and (data.endswith(b"\r") or (text[returns + 1] != ord("\n")).any())
    if lone_return or data.startswith(codecs.BOM_UTF8):
        return None  # the csv module refuses the one, Polars would drop the other
    try:
        frame = pl.read_csv(
            data,
            separator=";",
            has_header=False,
            schema=dict.fromkeys(columns, pl.String()),
            quote_char='"' if quoted else None,
        )
    except pl.exceptions.PolarsError:
        return None
    # a blank line becomes a row of nulls here and is missed as well; a record too long does not get this far
    inside = _separators_inside(frame) if quoted else 0
    if np.count_nonzero(text == ord(";")) != (len(columns) - 1) * frame.height + inside:
        return None
    return frame
