"""The fast path for csv deliveries: a chunk of bytes by Polars, with every byte accounted for.

Polars fills short rows silently and takes stray quotes for what they are not. So a chunk only gets here when all its
quotes stand where RFC 4180 puts them, and its bytes must be those of the values Polars made of it, of the separators and
line ends between them, and of the quotes around them; all else is left to ``read_csv``, which has the csv module read it.
"""

import codecs
from enum import Enum
from typing import NamedTuple

import numpy as np
import polars as pl

_Places = np.ndarray[tuple[int], np.dtype[np.intp]]
_NOWHERE: _Places = np.empty(0, np.intp)


def _places(data: bytes, char: str) -> _Places:
    """Where an ASCII character stands."""
    return np.flatnonzero(np.frombuffer(data, np.uint8) == ord(char))


def _in_place(data: bytes, quotes: _Places) -> int | None:
    """How many quotes stand around values, half of each doubled one among them; None when one is not as RFC 4180 has it.

    Each must stand before or after a separator, or be half of a pair inside a field: then "inside quotes" and "after an odd
    number of quotes" are the same. ``data`` begins and ends between records.
    """
    if len(quotes) % 2:
        return None
    text = np.frombuffer(data, np.uint8)
    opening, closing = quotes[0::2], quotes[1::2]
    doubled = opening[1:] == closing[:-1] + 1
    before = text[np.maximum(opening - 1, 0)]
    opens = (opening == 0) | (before == ord(";")) | (before == ord("\n"))
    opens[1:] |= doubled
    after = text[np.minimum(closing + 1, len(text) - 1)]
    closes = (after == ord(";")) | (after == ord("\n")) | (after == ord("\r")) | (closing == len(text) - 1)
    closes[:-1] |= doubled
    return len(quotes) - int(np.count_nonzero(doubled)) if opens.all() and closes.all() else None


class Quotes(Enum):
    """What the quotes of a chunk are."""

    NONE = "none, or all inside unquoted fields, where they are text"
    IN_PLACE = "all around fields or doubled inside them"
    WILD = "neither"


def _begins_no_field(data: bytes, quotes: _Places) -> bool:
    """Whether no quote opens a field, so that all of them are text (24" in the name of a wheelchair)."""
    before = np.frombuffer(data, np.uint8)[quotes - 1]
    return bool(quotes[0] > 0 and not ((before == ord(";")) | (before == ord("\n"))).any())


class Piece(NamedTuple):
    """The whole records at the begin of a chunk: where they end (0 when quotes are wild), and their quotes.

    ``around``: quotes that are no part of a value.
    """

    end: int
    quotes: Quotes
    around: int = 0


_WILD = Piece(0, Quotes.WILD)


def cut(data: bytes, *, last: bool) -> Piece:
    """The whole records inside ``data``, which begins between records; ``last`` says that it also ends there."""
    end = len(data) if last else data.rfind(b"\n") + 1
    if b'"' not in data:
        return Piece(end, Quotes.NONE) if end else _WILD
    quotes = _places(data, '"')
    if end and _begins_no_field(data, quotes):
        return Piece(end, Quotes.NONE)
    if not last:
        newlines = _places(data, "\n")
        outside = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
        end = int(outside[-1]) + 1 if len(outside) else 0
        quotes = quotes[: np.searchsorted(quotes, end)]
    around = _in_place(data[:end], quotes) if end else None
    return _WILD if around is None else Piece(end, Quotes.IN_PLACE, around)


def _line_ends(data: bytes, rows: int, returns: int, quotes: Quotes) -> int:
    """Bytes that end lines, in a chunk whose carriage returns all stand before line feeds."""
    feeds = int(np.count_nonzero(np.frombuffer(data, np.uint8) == ord("\n")))
    if quotes is not Quotes.IN_PLACE or feeds + (not data.endswith(b"\n")) == rows:
        return feeds + returns
    # Those inside quotes belong to values.
    around = _places(data, '"')
    return sum(int(np.count_nonzero(np.searchsorted(around, _places(data, char)) % 2 == 0)) for char in "\r\n")


def parse_chunk(data: bytes, columns: list[str], piece: Piece) -> pl.DataFrame | None:
    """The chunk by Polars, with the header line's ``columns``; None when not every byte of it is accounted for, or is UTF-8."""
    returns = _places(data, "\r") if b"\r" in data else _NOWHERE
    lone_return = len(returns) and (
        data.endswith(b"\r") or (np.frombuffer(data, np.uint8)[returns + 1] != ord("\n")).any()
    )
    if lone_return or data.startswith(codecs.BOM_UTF8):
        return None  # the csv module refuses the one, Polars would drop the other
    try:
        frame = pl.read_csv(
            data,
            separator=";",
            has_header=False,
            schema=dict.fromkeys(columns, pl.String()),
            quote_char='"' if piece.quotes is Quotes.IN_PLACE else None,
        )
    except pl.exceptions.PolarsError:  # a record too long, or bytes that are no UTF-8
        return None
    # A short record, or a blank line that became a row of nulls, has fewer separators than its row should have.
    separators = (len(columns) - 1) * frame.height
    values = int(frame.select(pl.sum_horizontal(pl.all().str.len_bytes().sum())).item())
    ends = _line_ends(data, frame.height, len(returns), piece.quotes)
    return frame if values + separators + piece.around + ends == len(data) else None
