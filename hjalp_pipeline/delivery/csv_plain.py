"""The fast path for csv deliveries: a chunk of bytes by Polars, with every byte accounted for.

Polars fills short rows silently and takes stray quotes for what they are not. So a chunk only gets here when all its
quotes stand where RFC 4180 puts them, and its bytes must be those of the values Polars made of it, of the separators and
line ends between them, and of the quotes around them; all else is left to ``read_csv``, which has the csv module read it.
"""

import codecs
from enum import Enum

import numpy as np
import polars as pl

_Places = np.ndarray[tuple[int], np.dtype[np.intp]]


def _places(data: bytes, char: str) -> _Places:
    """Where an ASCII character stands."""
    return np.flatnonzero(np.frombuffer(data, np.uint8) == ord(char))


def _quotes_in_place(data: bytes, quotes: _Places) -> bool:
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


def _begins_no_field(data: bytes, quotes: _Places) -> bool:
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
    quotes = _places(data, '"')
    if end and _begins_no_field(data, quotes):
        return end, Quotes.NONE
    if not last:
        newlines = _places(data, "\n")
        outside = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
        end = int(outside[-1]) + 1 if len(outside) else 0
        quotes = quotes[: np.searchsorted(quotes, end)]
    if end and _quotes_in_place(data[:end], quotes):
        return end, Quotes.IN_PLACE
    return 0, Quotes.WILD


def _bytes_between(data: bytes, rows: int, quotes: Quotes) -> int:
    """Bytes of line ends and of quotes that are no part of a value, in a chunk whose carriage returns all end lines."""
    ends, returns = data.count(b"\n"), data.count(b"\r")
    if quotes is not Quotes.IN_PLACE:
        return ends + returns
    places = _places(data, '"')
    if ends + (not data.endswith(b"\n")) != rows:  # line breaks inside quotes belong to values
        newlines, carriage = _places(data, "\n"), _places(data, "\r")
        ends, returns = (int((np.searchsorted(places, at) % 2 == 0).sum()) for at in (newlines, carriage))
    doubled = int((places[2::2] == places[1:-1:2] + 1).sum())
    return ends + returns + len(places) - doubled


def parse_chunk(data: bytes, columns: list[str], quotes: Quotes) -> pl.DataFrame | None:
    """The chunk by Polars, with the header line's ``columns``; None when not every byte of it is accounted for, or is UTF-8."""
    text = np.frombuffer(data, np.uint8)
    returns = _places(data, "\r")
    lone_return = len(returns) and (data.endswith(b"\r") or (text[returns + 1] != ord("\n")).any())
    if lone_return or data.startswith(codecs.BOM_UTF8):
        return None  # the csv module refuses the one, Polars would drop the other
    try:
        frame = pl.read_csv(
            data,
            separator=";",
            has_header=False,
            schema=dict.fromkeys(columns, pl.String()),
            quote_char='"' if quotes is Quotes.IN_PLACE else None,
        )
    except pl.exceptions.PolarsError:  # a record too long, or bytes that are no UTF-8
        return None
    # A short record, or a blank line that became a row of nulls, has fewer separators than its row should have.
    separators = (len(columns) - 1) * frame.height
    values = int(frame.select(pl.sum_horizontal(pl.all().str.len_bytes().sum())).item())
    return frame if values + separators + _bytes_between(data, frame.height, quotes) == len(data) else None
