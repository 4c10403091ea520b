"""Read csv deliveries in chunks: ``;``, a header line, RFC 4180 quotes, last line ``SLUT;<n>`` (interfaces.md, "Delivery").

Memory is bounded by ``CHUNK_BYTES``, whatever the size of the file. A chunk goes through Polars (``csv_plain``) when every
byte of it can be accounted for; else (a short row, a stray quote) it is read by the csv module, slow and exact.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

import polars as pl

from hjalp_pipeline.delivery.codes import Rejected, RejectionCode, Remark, not_the_count
from hjalp_pipeline.delivery.columns import column_faults
from hjalp_pipeline.delivery.csv_plain import Quotes, cut, parse_chunk
from hjalp_pipeline.delivery.encodings import NOT_DECODABLE, decode, text_codec
from hjalp_pipeline.delivery.findings import MISSHAPEN
from hjalp_pipeline.delivery.layouts.layout import Layout
from hjalp_pipeline.delivery.unicode_check import MaybeUtf8

CHUNK_BYTES = 16 << 20
"""Bytes read at a time; a chunk is cut at the last end of a record inside it."""

MAX_HEADER_BYTES = 1 << 16
_BOM = codecs.BOM_UTF8
#: What may stand behind the last line, or be all of an empty file: blanks, and the ^Z with which DOS ends a text.
_BLANK = b" \t\r\n\x1a"
#: A first line for spreadsheets alone: it says nothing about the data.
_SEP_LINE = re.compile(rb'("?)sep=;\1\r?\n', re.IGNORECASE)
#: How every other Unicode file begins: with a mark, or with a letter and NULs.
_UTF16 = re.compile(rb"\xff\xfe|\xfe\xff|[^\0]\0[^\0]\0|\0[^\0]\0[^\0]|\0\0(?:\xfe\xff|\0[^\0])|[^\0]\0\0\0")
#: A record whose quotes stand where RFC 4180 has them: around a whole field, doubled inside it, or inside a bare one as text.
_FIELD = r'(?:"(?:[^"]++|"")*+"|(?!")[^;\r\n]*+)'
_WELL_QUOTED = re.compile(rf"{_FIELD}(?:;{_FIELD})*+(?:\r?\n)?")
_SLUT = re.compile(rb'"?SLUT"?;"?([0-9]{1,15})"?')
_AGREED = "det er ikke det tegnsæt, der er aftalt for systemet"
_LONE_CR = "Filens linjer ender på CR alene. De skal ende på LF eller CR LF."


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
        #: Whether what is beyond ASCII would be UTF-8, of another encoding.
        self.is_utf8 = None if codec == "utf-8" else MaybeUtf8()
        start = self._begin()
        self._reject_blank(start)
        sep = _SEP_LINE.match(self.read(start, start + MAX_HEADER_BYTES))
        start += sep.end() if sep else 0
        line, feed, _ = self.read(start, start + MAX_HEADER_BYTES).partition(b"\n")
        if not feed and b"\r" in line.rstrip(_BLANK):
            self._decode_all(start)
            raise Rejected(RejectionCode.KOLONNER, _LONE_CR)
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

    def _begin(self) -> int:
        """Where the text begins, behind the mark of UTF-8; TEGNSAET when the mark is one of another encoding."""
        head = self.read(0, 4)
        if head.startswith(_BOM):
            if self.codec == "utf-8":
                return len(_BOM)
            raise Rejected(RejectionCode.TEGNSAET, f"Filen begynder med mærket for UTF-8, men {_AGREED}.")
        if _UTF16.match(head):
            raise Rejected(RejectionCode.TEGNSAET, f"Filen ser ud til at være UTF-16 eller UTF-32, men {_AGREED}.")
        return 0

    def decode(self, data: bytes, records: int = 0) -> str:
        """The text of whole lines; TEGNSAET when it cannot be decoded. Notes whether it would be UTF-8."""
        if self.is_utf8 is not None:
            self.is_utf8.feed(data)
        return decode(data, self.codec, records)

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
            raise Rejected(RejectionCode.TEGNSAET, NOT_DECODABLE) from None

    def _header(self, line: bytes) -> list[str]:
        try:
            text = decode(line, self.codec).removesuffix("\r")
            (columns,) = csv.reader([] if "\r" in text else [text], delimiter=";", strict=True)
        except (csv.Error, ValueError):  # a blank first line has no row
            columns = []
        names = self.layout.names
        if sorted(columns) != sorted(names):
            detail = f"Første linje skal være de {len(names)} kolonnenavne, adskilt af semikolon."
            raise Rejected(RejectionCode.KOLONNER, f"{detail} {column_faults(columns, self.layout)}")
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
    """Physical lines of a part of the file, decoded, ends kept.

    ``at`` is the offset behind the last line handed out; ``taken`` are those handed out since somebody emptied it.
    """

    def __init__(self, source: CsvFile, begin: int, records: int) -> None:
        self.source, self.at, self.records = source, begin, records
        self.taken: list[str] = []
        source.file.seek(begin)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.source.file.readline()
        if not line:
            raise StopIteration
        self.at += len(line)
        text = self.source.decode(line, self.records)
        self.taken.append(text)
        return text


def _parse_slow(source: CsvFile, begin: int, until: int, records: int) -> tuple[pl.DataFrame, int]:
    """Records from ``begin`` on by the csv module, to the first end of a record at or after ``until``.

    A record that has not as many fields as the header, or text behind a closing quote, is ``MISSHAPEN``, blank lines are no
    records. Returns the
    chunk and the new offset; the offset is beyond the last line's begin when quotes have swallowed that line.
    """
    lines = _Lines(source, begin, records)
    reader = csv.reader(lines, delimiter=";")
    width = len(source.columns)
    empty: list[str | None] = [None] * width
    rows: list[list[str | None]] = []
    misshapen: list[bool] = []
    while lines.at < until:
        lines.taken.clear()
        try:
            row: list[str] = next(reader)
        except StopIteration:
            break
        except csv.Error:  # its message may quote the record
            row = ["", ""]
        if len(row) < 2 and not "".join(row).strip():
            continue
        fits = len(row) == width and _WELL_QUOTED.fullmatch("".join(lines.taken)) is not None
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
                text = source.decode(text, records).encode()
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


def read_csv(
    file: BinaryIO, encoding: str, layout: Layout, remarks: dict[str, int] | None = None
) -> Iterator[pl.DataFrame]:
    """Yield the records of a csv delivery as chunks of text (``layout.text_schema``, perhaps with ``MISSHAPEN``), in file order.

    ``encoding`` is the one of systems.csv. Raises ValueError for an encoding that does not exist and ``Rejected`` with
    TEGNSAET, TOM (blank file), KOLONNER or, behind the last record, ANTAL; a file of no records ends without a chunk.
    What is odd but not wrong is added to ``remarks`` behind the last record.
    """
    source = CsvFile(file, text_codec(encoding), layout)
    records = 0
    for chunk in _chunks(source):
        records += chunk.height
        yield chunk
    if source.antal is None:
        raise Rejected(RejectionCode.ANTAL, "Filens sidste linje skal være SLUT; og antallet af poster.", records)
    if source.antal != records:
        told = not_the_count(records, "dens sidste linje", source.antal)
        raise Rejected(RejectionCode.ANTAL, told, records)
    if source.is_utf8 is not None and source.is_utf8.found and remarks is not None:
        remarks[Remark.UTF8] = records
