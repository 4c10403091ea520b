"""Read xml deliveries in chunks (interfaces.md, "Delivery").

Nothing a file declares is ever acted upon: the bytes are decoded here, the parser only sees UTF-8, and the first DOCTYPE
ends it. Records of the plainest form take a fast path (``xml_plain``), all others the parser (``xml_records``).
"""

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

import polars as pl
from lxml import etree

from hjalp_pipeline.delivery.codes import Rejected, RejectionCode, Remark, not_the_count
from hjalp_pipeline.delivery.layouts.layout import Layout
from hjalp_pipeline.delivery.unicode_check import MaybeUtf8
from hjalp_pipeline.delivery.xml_plain import plain_form, plain_records
from hjalp_pipeline.delivery.xml_records import SPACE, XmlRecords

CHUNK_BYTES = 4 << 20
"""Bytes decoded and parsed at a time; the records ended inside them make a chunk."""

_ONE_BYTE = frozenset({"iso8859-1", "iso8859-15", "cp1252"})
_CODECS = _ONE_BYTE | {"utf-8", "ascii"}
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UNMARKED_UTF16 = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")


@lru_cache
def _is_encoding(name: bytes) -> bool:
    """Whether XML knows an encoding by this name: Python is more forgiving (``UTF---8``)."""
    try:
        etree.fromstring(b'<?xml version="1.0" encoding="' + name + b'"?><a/>')
    except etree.XMLSyntaxError:
        return False
    return True


class _Decoded:
    """The file as checked UTF-8 pieces, whatever it was; ``blank`` until something else than white space came by."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.blank = file, True
        start = file.read(1024)
        codec, skip = self._codec(start)
        file.seek(skip)
        self.utf8 = codec in ("utf-8", "ascii")
        #: Whether what is beyond ASCII would be UTF-8 too, of an encoding with one byte a letter; None while there is nothing.
        self.is_utf8 = MaybeUtf8() if codec in _ONE_BYTE else None
        self.decoder = codecs.getincrementaldecoder(codec)()

    @staticmethod
    def _codec(start: bytes) -> tuple[str, int]:
        if not start.startswith(codecs.BOM_UTF32_LE):
            for bom, codec in _BOMS:
                if start.startswith(bom):
                    return codec, len(bom)
        for begin, codec in _UNMARKED_UTF16:
            if start.startswith(begin):
                return codec, 0
        declared = _DECLARED.match(start)
        if declared is None:
            return "utf-8", 0
        try:
            name = codecs.lookup(declared[1].decode("ascii")).name
        except LookupError:
            name = ""
        if name not in _CODECS or not _is_encoding(declared[1]):
            raise Rejected(RejectionCode.TEGNSAET, "Filen angiver et tegnsæt, som ikke bruges her.")
        return name, 0

    def __iter__(self) -> Iterator[bytes]:
        try:
            while piece := self.file.read(CHUNK_BYTES):
                text = self.decoder.decode(piece)
                if self.is_utf8 is not None:
                    self.is_utf8.feed(piece)
                self.blank = self.blank and not text.strip(SPACE)
                yield piece if self.utf8 else text.encode()
            self.decoder.decode(b"", final=True)
        except UnicodeError:  # its message holds the bytes: not passed on
            raise Rejected(RejectionCode.TEGNSAET, "Filen holder tegn, som ikke findes i dens tegnsæt.") from None

    def drain(self) -> None:
        """Decode what is left: a file that cannot be decoded is TEGNSAET before it is anything else."""
        for _ in self:
            pass


class _Reader:
    """Takes the pieces of a file one by one and gives the records ended by them, plain as long as they are plain.

    ``antal`` is the root's attribute, known once a record or the end has been read.
    """

    def __init__(self, expected: dict[str, str], layout: Layout) -> None:
        self.expected, self.layout, self.form = expected, layout, plain_form(layout)
        self.records = XmlRecords(expected, layout)
        self.plain = True
        self.begun = False
        self.waiting = b""
        self.lines = 0

    @property
    def antal(self) -> int:
        return self.records.antal

    def _begin(self) -> bool:
        """Read everything before the first record; False when it has to be left to the parser."""
        at = self.waiting.find(self.form.start)
        if at < 0:
            return False
        head = XmlRecords(self.expected, self.layout)
        try:
            before = head.parse(self.waiting[:at] + f"</{self.layout.declaration.root}>".encode(), last=True)
        except Rejected:  # nothing is rejected here: the parser will say why
            return False
        if before.height:  # records written in another way
            return False
        self.begun, self.records = True, head
        self._drop(at)
        return True

    def _drop(self, count: int) -> None:
        self.lines += self.waiting.count(b"\n", 0, count)
        self.waiting = self.waiting[count:]

    def _leave_plain(self) -> bytes:
        """Start the parser where the plain records end, inside the same root, and hand it what is waiting."""
        self.plain = False
        data, self.waiting = self.waiting, b""
        self.records, begun = XmlRecords(self.expected, self.layout), self.records
        if self.begun:
            self.records.parse(f"<{begun.root}>".encode())
            self.records.line_offset = self.lines
        return data

    def feed(self, piece: bytes) -> pl.DataFrame:
        """The records that end in the next piece."""
        if not self.plain:
            return self.records.parse(piece)
        self.waiting += piece
        mark = self.form.end
        end = self.waiting.rfind(mark) + len(mark)
        if end > len(mark) and (self.begun or self._begin()):
            end = self.waiting.rfind(mark) + len(mark)  # _begin has dropped what stands before
            frame = plain_records(self.waiting[:end], self.layout)
            if frame is not None:
                self._drop(end)
                return frame
        data = self._leave_plain()
        return self.records.parse(data)

    def close(self) -> pl.DataFrame:
        """The end of the file: raises ``Rejected`` (XML_UGYLDIG) when it is not the end of the document."""
        if self.plain and self.begun and self.form.tail.fullmatch(self.waiting):
            return self.layout.text_schema.to_frame()
        data = self._leave_plain() if self.plain else b""
        return self.records.parse(data, last=True)


def _chunks(source: _Decoded, reader: _Reader) -> Iterator[pl.DataFrame]:
    for piece in source:
        yield reader.feed(piece)
    if source.blank:
        raise Rejected(RejectionCode.TOM, "Filen er tom.")
    yield reader.close()


def read_xml(
    file: BinaryIO,
    *,
    komnr: str,
    period: str,
    system: str,
    layout: Layout,
    remarks: dict[str, int] | None = None,
) -> Iterator[pl.DataFrame]:
    """Yield the records of an xml delivery as chunks of text (``layout.text_schema``), in file order.

    ``komnr``, ``period`` and ``system`` are those of the file's name and folder. The encoding is the one the file
    declares. Raises ``Rejected`` with TEGNSAET, XML_UGYLDIG, TOM (blank file) or, behind the last record, ANTAL; at
    most a line number of the file is told. Chunks already yielded are void then. What is odd but not wrong is added to
    ``remarks`` behind the last record.
    """
    number = 0
    source = _Decoded(file)
    reader = _Reader({"komnr": komnr, layout.declaration.period.attribute: period, "system": system}, layout)
    try:
        for chunk in _chunks(source, reader):
            number += chunk.height
            if chunk.height:
                yield chunk
    except Rejected as rejection:
        rejection.records = number
        if rejection.code == RejectionCode.XML_UGYLDIG:
            source.drain()
            if source.blank:
                raise Rejected(RejectionCode.TOM, "Filen er tom.") from None
        raise
    if reader.antal != number:
        detail = not_the_count(number, "attributten antal", reader.antal)
        raise Rejected(RejectionCode.ANTAL, detail, number)
    if source.is_utf8 is not None and source.is_utf8.found and remarks is not None:
        remarks[Remark.UTF8] = number
