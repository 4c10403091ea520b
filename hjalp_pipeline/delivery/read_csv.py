"""Read csv deliveries in chunks: ``;``, a header line, RFC 4180 quotes, last line ``SLUT;<n>`` (interfaces.md, "Delivery").

Memory is bounded by ``CHUNK_BYTES``, whatever the size of the file. A chunk goes through Polars (``csv_plain``) when every
byte of it can be accounted for; else (a short row, a stray quote) it is read by the csv module, slow and exact.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import polars as pl

from hjalp_pipeline.delivery.codes import Rejected, RejectionCode
from hjalp_pipeline.delivery.csv_plain import Quotes, cut, parse_chunk
from hjalp_pipeline.delivery.records import MISSHAPEN
from hjalp_pipeline.delivery.specification.layout import Layout
from hjalp_pipeline.delivery.specification.versions import FIRST

CHUNK_BYTES = 16 << 20
"""Bytes read at a time; a chunk is cut at the last end of a record inside it."""

MAX_HEADER_BYTES = 1 << 16
_BOM = codecs.BOM_UTF8
_BLANK = b" \t\r\n"
_SLUT = re.compile(rb'"?SLUT"?;"?([0-9]{1,15})"?')
_NOT_DECODABLE = "Filen holder tegn, som ikke findes i tegnsættet."


def text_codec(encoding: str) -> str:
    """The codec behind any common spelling of an encoding; ValueError when there is none or it is not a superset of ASCII."""
    ascii_bytes = bytes(range(128))
    try:
        name = codecs.lookup(encoding.strip()).name
        name = "utf-8" if name == "utf-8-sig" else name
        superset = ascii_bytes.decode(name) == ascii_bytes.decode("ascii")
    except (LookupError, UnicodeError) as error:
        raise ValueError(f"unknown encoding in systems.csv: {encoding!r}") from error
    if not superset:
        raise ValueError(f"encoding in systems.csv is not a superset of ASCII: {encoding!r}")
    return name


def _decode(data: bytes, codec: str, records: int = 0) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:  # its message holds the bytes: not passed on
        raise Rejected(RejectionCode.TEGNSAET, _NOT_DECODABLE, records) from None


class CsvFile:
    """One csv delivery, open for reading: where its records begin and end, and how they are decoded.

    ``layout`` is the version it is held against, ``columns`` are the names of the header line in their order, ``antal``
    the number of the last line (None: there is no such line), ``begin`` and ``end`` the byte offsets of the
    records. Raises ``Rejected`` (TOM, KOLONNER, TEGNSAET).
    """

    def __init__(self, file: BinaryIO, codec: str, layout: Layout) -> None:
        """Read the first and the last line of ``file``."""
        self.file, self.codec, self.layout = file, codec, layout
        self.size = file.seek(0, io.SEEK_END)
        start = len(_BOM) if codec == "utf-8" and self.read(0, len(_BOM)) == _BOM else 0
        self._reject_blank(start)
        line = self.read(start, start + MAX_HEADER_BYTES).partition(b"\n")[0]
        try:
            self.columns = self._header(line)
        except Rejected:
            self._decode_all(start)  # what cannot be decoded is TEGNSAET before it is anything else
            raise
        self.begin = min(start + len(line) + 1, self.size)
        self.antal, self.end = self._last_line()

    def read(self, begin: int, end: int) -> bytes:
        """The bytes from ``begin`` up to ``end`` or the end of the file."""
        self.file.seek(begin)
        return self.file.read(end - begin)

    def _pieces(self, begin: int) -> Iterator[bytes]:
        for at in range(begin, self.size, CHUNK_BYTES):
            yield self.read(at, at + CHUNK_BYTES)

    def _reject_blank(self, start: int) -> None:
        if not any(piece.strip(_BLANK) for piece in self._pieces(start)):
            raise Rejected(RejectionCode.TOM, "Filen er tom.")

    def _decode_all(self, start: int) -> None:
        decoder = codecs.getincrementaldecoder(self.codec)()
        try:
            for piece in self._pieces(start):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            raise Rejected(RejectionCode.TEGNSAET, _NOT_DECODABLE) from None

    def _header(self, line: bytes) -> list[str]:
        try:
            (columns,) = csv.reader([_decode(line, self.codec).removesuffix("\r")], delimiter=";", strict=True)
        except (csv.Error, ValueError):  # a blank first line has no row
            columns = []
        names = self.layout.names
        if sorted(columns) != sorted(names):
            detail = f"Første linje skal være de {len(names)} kolonnenavne, adskilt af semikolon."
            raise Rejected(RejectionCode.KOLONNER, detail)
        return columns

    def _last_line(self) -> tuple[int | None, int]:
        """Number of the last line and where it begins; (None, end of file) when it is no ``SLUT`` line."""
        tail_begin = max(self.begin, self.size - MAX_HEADER_BYTES)
        tail = self.read(tail_begin, self.size).rstrip(_BLANK)
        line_begin = tail.rfind(b"\n") + 1
        match = _SLUT.fullmatch(tail[line_begin:].rstrip(b"\r"))
        whole_line = line_begin > 0 or tail_begin == self.begin
        if match is None or not whole_line:
            return None, self.size
        return int(match[1]), tail_begin + line_begin


class _Lines:
    """Physical lines of a part of the file, decoded, ends kept; ``at`` is the offset behind the last line handed out."""

    def __init__(self, source: CsvFile, begin: int, records: int) -> None:
        self.source, self.at, self.records = source, begin, records
        source.file.seek(begin)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.source.file.readline()
        if not line:
            raise StopIteration
        self.at += len(line)
        return _decode(line, self.source.codec, self.records)


def _parse_slow(source: CsvFile, begin: int, until: int, records: int) -> tuple[pl.DataFrame, int]:
    """Records from ``begin`` on by the csv module, to the first end of a record at or after ``until``.

    A record that has not as many fields as the header is ``MISSHAPEN``, blank lines are no records. Returns the
    chunk and the new offset; the offset is beyond the last line's begin when quotes have swallowed that line.
    """
    lines = _Lines(source, begin, records)
    reader = csv.reader(lines, delimiter=";")
    width = len(source.columns)
    empty: list[str | None] = [None] * width
    rows: list[list[str | None]] = []
    misshapen: list[bool] = []
    while lines.at < until:
        try:
            row: list[str] = next(reader)
        except StopIteration:
            break
        except csv.Error:  # its message may quote the record
            row = ["", ""]
        if len(row) < 2 and not "".join(row).strip():
            continue
        fits = len(row) == width
        rows.append(list(row) if fits else empty)
        misshapen.append(not fits)
    schema = dict.fromkeys(source.columns, pl.String())
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(pl.Series(MISSHAPEN, misshapen, pl.Boolean)), lines.at


def _chunks(source: CsvFile) -> Iterator[pl.DataFrame]:
    """The records between header and last line; stops behind ``source.end`` when quotes have swallowed the last line."""
    at, records = source.begin, 0
    while at < source.end:
        data = source.read(at, min(at + CHUNK_BYTES, source.end))
        last = at + len(data) >= source.end
        piece = cut(data, last=last)
        frame = None
        if piece.quotes is not Quotes.WILD:
            text = data[: piece.end]
            if source.codec != "utf-8":
                text = _decode(text, source.codec, records).encode()
            frame = parse_chunk(text, source.columns, piece)
        if frame is not None:
            at += piece.end
        else:
            frame, at = _parse_slow(source, at, min(at + (piece.end or len(data)), source.end), records)
        records += frame.height
        yield frame.select(*source.layout.names, *frame.columns[len(source.columns) :])
    if at > source.end:
        raise Rejected(
            RejectionCode.ANTAL, "Et anførselstegn er ikke afsluttet, så filens sidste linje mangler.", records
        )


def read_csv(path: Path, encoding: str, layout: Layout = FIRST) -> Iterator[pl.DataFrame]:
    """Yield the records of a csv delivery as chunks of text (``layout.text_schema``, perhaps with ``MISSHAPEN``), in file order.

    ``encoding`` is the one of systems.csv. Raises ValueError for an encoding that does not exist and ``Rejected`` with
    TEGNSAET, TOM (blank file), KOLONNER or, behind the last record, ANTAL; a file of no records ends without a chunk.
    """
    codec = text_codec(encoding)
    with path.open("rb") as file:
        source = CsvFile(file, codec, layout)
        records = 0
        for chunk in _chunks(source):
            records += chunk.height
            yield chunk
        if source.antal is None:
            raise Rejected(RejectionCode.ANTAL, "Filens sidste linje skal være SLUT; og antallet af poster.", records)
        if source.antal != records:
            # the number of the last line is not repeated: it might be anything
            detail = f"Filen indeholder {records} poster, og det er ikke antallet i dens sidste linje."
            raise Rejected(RejectionCode.ANTAL, detail, records)
