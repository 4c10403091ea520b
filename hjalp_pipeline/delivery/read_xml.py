"""Read xml deliveries in chunks by expat; ``leverance-1.xsd`` decides what is valid (interfaces.md, "Delivery").

Why expat and not lxml's iterparse: it builds no tree, so nothing in a file can make memory grow, it has no size limits to
open, it is as fast, and iterparse with a schema accepts a cut-off file in silence (tried, lxml 6.1). The XSD is still the
only authority: every distinct shape of a record (which children, in which order) is validated once, as a small document.

Nothing a file declares is ever acted upon: the bytes are decoded here, expat only sees UTF-8, and the first DOCTYPE ends it.
"""

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, NoReturn
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

import polars as pl
from lxml import etree

from hjalp_pipeline.delivery.codes import Rejected, RejectionCode
from hjalp_pipeline.delivery.records import FIELDS, TEXT_SCHEMA

CHUNK_BYTES = 4 << 20
"""Bytes decoded and parsed at a time; the records ended inside them make a chunk."""

MAX_TEXT = 10_000_000
"""Characters of one field; the limit libxml2 sets, too."""

XSD = Path(__file__).with_name("leverance-1.xsd")
_SPACE = " \t\r\n"
_CODECS = frozenset({"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"})
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_UNMARKED_UTF16 = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_XSI_LOCATIONS = ("xsi:schemaLocation", "xsi:noNamespaceSchemaLocation")

_Shape = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""The children of a record in order: name and attributes of each."""


def _invalid(detail: str) -> NoReturn:
    raise Rejected(RejectionCode.XML_UGYLDIG, detail)


class _Decoded:
    """The file as checked UTF-8 pieces, whatever it was; ``blank`` until something else than white space came by."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.blank = file, True
        start = file.read(1024)
        codec, skip = self._codec(start)
        file.seek(skip)
        self.utf8 = codec in ("utf-8", "ascii")
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
        if name not in _CODECS:
            raise Rejected(RejectionCode.TEGNSAET, "Filen angiver et tegnsæt, som ikke bruges her.")
        return name, 0

    def __iter__(self) -> Iterator[bytes]:
        try:
            while piece := self.file.read(CHUNK_BYTES):
                text = self.decoder.decode(piece)
                self.blank = self.blank and not text.strip(_SPACE)
                yield piece if self.utf8 else text.encode()
            self.decoder.decode(b"", final=True)
        except UnicodeError:  # its message holds the bytes: not passed on
            raise Rejected(RejectionCode.TEGNSAET, "Filen holder tegn, som ikke findes i dens tegnsæt.") from None

    def drain(self) -> None:
        """Decode what is left: a file that cannot be decoded is TEGNSAET before it is anything else."""
        for _ in self:
            pass


@lru_cache(1)
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(XSD)))


def _tag(name: str, attributes: tuple[tuple[str, str], ...]) -> str:
    # where a file says its schema lies is of no interest, ours decides
    return "".join([name, *(f" {key}={quoteattr(value)}" for key, value in attributes if key not in _XSI_LOCATIONS)])


@lru_cache(10_000)
def _is_valid(root: str, shape: _Shape | None) -> bool:
    """Whether the XSD takes a leverance with this start tag and one record of this shape (None: no record).

    Text is left out: the XSD takes any string in a field, and text elsewhere never gets this far.
    """
    name = root.split(" ", 1)[0]
    record = "" if shape is None else "".join(f"<{_tag(child, attributes)}/>" for child, attributes in shape)
    body = "" if shape is None else f"<udlaan>{record}</udlaan>"
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        document = etree.fromstring(f"<{root}>{body}</{name}>".encode(), parser)
    except etree.XMLSyntaxError:  # an undeclared prefix
        return False
    return bool(_schema().validate(document))


class _Records:
    """The handlers of one parse: collect rows, check their shape against the XSD, the root against the file's name."""

    def __init__(self, expected: dict[str, str]) -> None:
        self.expected = expected
        self.antal = 0
        self.rows: list[list[str | None]] = []
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.buffer_size = 1 << 16
        self.parser.StartDoctypeDeclHandler = lambda *_: _invalid("Filen har en DTD (DOCTYPE), det er ikke tilladt.")
        self._connect()

    def _line(self) -> int:
        return int(self.parser.CurrentLineNumber)

    def _root(self, name: str, attributes: dict[str, str]) -> str:
        root = _tag(name, tuple(attributes.items()))
        if not _is_valid(root, None):
            _invalid("Filens rodelement og dets attributter er ikke som i skemaet.")
        wrong = [key for key, value in self.expected.items() if attributes[key] != value]
        if wrong:
            _invalid(f"Attributten {wrong[0]} passer ikke med filens navn og mappe.")
        antal = attributes["antal"].strip(_SPACE)
        self.antal = int(antal) if len(antal) < 20 else -1
        return root

    def _connect(self) -> None:
        """Handlers as closures over local names: they run some thirty times per record."""
        position = {field: index for index, field in enumerate(FIELDS)}
        empty: list[str | None] = [None] * len(FIELDS)
        root = ""
        depth = 0
        row = empty
        shape: list[Any] = []
        text: list[str] = []
        known: set[tuple[Any, ...]] = set()

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth, root, row
            if depth == 2:
                shape.append((name, tuple(attributes.items())) if attributes else name)
                text.clear()
                if len(shape) > len(FIELDS):
                    _invalid(f"En post følger ikke skemaet (linje {self._line()}).")
            elif depth == 1:
                if name != "udlaan" or attributes:
                    _invalid(f"Et element findes ikke i skemaet (linje {self._line()}).")
                row = empty.copy()
                shape.clear()
            elif depth == 0:
                root = self._root(name, attributes)
            else:
                _invalid(f"Et felt indeholder et andet element (linje {self._line()}).")
            depth += 1

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            if depth == 2:
                if text and name in position:
                    row[position[name]] = "".join(text)
                text.clear()
            elif depth == 1:
                key = tuple(shape)
                if key not in known:
                    full = tuple((child, ()) if isinstance(child, str) else child for child in key)
                    if not _is_valid(root, full):
                        _invalid(f"En post følger ikke skemaet (linje {self._line()}).")
                    known.add(key)
                self.rows.append(row)

        def characters(data: str) -> None:
            if depth == 3:
                text.append(data)
                if len(data) + len(text) > 1 << 16 and sum(map(len, text)) > MAX_TEXT:
                    _invalid(f"Et felt er for langt (linje {self._line()}).")
            elif data.strip(_SPACE):
                _invalid(f"Der står tekst uden for felterne (linje {self._line()}).")

        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = end
        self.parser.CharacterDataHandler = characters

    def parse(self, data: bytes, *, last: bool = False) -> pl.DataFrame:
        """The records that end in the next piece of the file."""
        try:
            self.parser.Parse(data, last)
        except expat.ExpatError as error:
            _invalid(f"Filen er ikke velformet XML (linje {error.lineno}).")
        rows, self.rows = self.rows, []
        return pl.DataFrame(rows, schema=TEXT_SCHEMA, orient="row")


def _chunks(source: _Decoded, records: _Records) -> Iterator[pl.DataFrame]:
    for piece in source:
        chunk = records.parse(piece)
        if chunk.height:
            yield chunk
    if source.blank:
        raise Rejected(RejectionCode.TOM, "Filen er tom.")
    records.parse(b"", last=True)


def read_xml(path: Path, *, komnr: str, kvartal: str, system: str) -> Iterator[pl.DataFrame]:
    """Yield the records of an xml delivery as chunks of text (``TEXT_SCHEMA``), in file order.

    ``komnr``, ``kvartal`` and ``system`` are those of the file's name and folder. The encoding is the one the file declares.
    Raises ``Rejected`` with TEGNSAET, XML_UGYLDIG, TOM (blank file) or, behind the last record, ANTAL; at most a line
    number of the file is told. Chunks already yielded are void then.
    """
    number = 0
    with path.open("rb") as file:
        source = _Decoded(file)
        records = _Records({"komnr": komnr, "kvartal": kvartal, "system": system})
        try:
            for chunk in _chunks(source, records):
                number += chunk.height
                yield chunk
        except Rejected as rejection:
            rejection.records = number
            if rejection.code == RejectionCode.XML_UGYLDIG:
                source.drain()
                if source.blank:
                    raise Rejected(RejectionCode.TOM, "Filen er tom.") from None
            raise
        if records.antal != number:
            detail = f"Attributten antal passer ikke: filen indeholder {number} poster."
            raise Rejected(RejectionCode.ANTAL, detail, number)
