"""Records of an xml delivery by expat; the XSD of the layout decides what is valid (interfaces.md, "Delivery").

Why expat and not lxml's iterparse: it builds no tree, so nothing in a file can make memory grow, it has no limits that
would have to be opened for big files, it is as fast, and iterparse with a schema accepts a cut-off file in silence
(tried, lxml 6.1). libxml2 reads along without building anything and has the last word on what is well-formed. The XSD
is still the only authority: every distinct shape of a record (which children, in which order) is
validated once, as a small document.
"""

from functools import lru_cache
from typing import Any, NoReturn, cast
from xml.parsers import expat

import polars as pl
from lxml import etree

from hjalp_pipeline.delivery.codes import Rejected, RejectionCode
from hjalp_pipeline.delivery.layouts.layout import Layout
from hjalp_pipeline.delivery.layouts.xsd import xsd

MAX_TEXT = 10_000_000
"""Characters of one field; the limit libxml2 sets, too."""

SPACE = " \t\r\n"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_ROOT, _RECORD, _FIELD = 0, 1, 2  # how many elements are open

Shape = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""The children of a record in order: name and attributes of each."""


@lru_cache
def _schema(layout: Layout) -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(xsd(layout).encode()))


def _tag(name: str, attributes: tuple[tuple[str, str], ...]) -> str:
    from xml.sax.saxutils import quoteattr  # noqa: PLC0415 (it loads what downloads: urllib and ssl)

    return "".join([name, *(f" {key}={quoteattr(value)}" for key, value in attributes)])


def _says_nil(attributes: tuple[tuple[str, str], ...]) -> bool:
    """Whether a field says that it is empty; that it may is for the XSD to decide, but that sees no text."""
    return any(key.rpartition(":")[2] == "nil" and value.strip(SPACE) in ("true", "1") for key, value in attributes)


class _Nothing:
    """What a judge builds: nothing, so it only says whether a document is well-formed."""

    def close(self) -> None:
        """The end of the document."""


def _judge() -> Any:
    """A second parser beside expat, which takes some documents that are not well-formed (``<?a:b?>``, version ``1.x``)."""
    return etree.XMLParser(
        target=cast(Any, _Nothing()),
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )


@lru_cache(10_000)
def is_valid(layout: Layout, root: str, shape: Shape | None) -> bool:
    """Whether the XSD of ``layout`` takes a leverance with this start tag and one record of this shape (None: no record).

    Text is left out: the XSD takes any string in a field, and text elsewhere never gets this far.
    """
    name = root.split(" ", 1)[0]
    record = "" if shape is None else "".join(f"<{_tag(child, attributes)}/>" for child, attributes in shape)
    around = layout.declaration.record
    body = "" if shape is None else f"<{around}>{record}</{around}>"
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        document = etree.fromstring(f"<{root}>{body}</{name}>".encode(), parser)
    except etree.XMLSyntaxError:  # an undeclared prefix
        return False
    for element in document.iter():  # where a file says its schema lies is never looked up: ours decides
        for name in (f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation"):
            if name in element.attrib:
                del element.attrib[name]
    return bool(_schema(layout).validate(document))


class XmlRecords:
    """One parse: collect rows, check their shapes against the XSD and the root against the file's name.

    ``layout`` is the version the file is held against; ``expected`` holds the attributes of komnr, period and
    system as name and folder have them. ``root`` (the start tag's inside) and ``antal`` are known once the root has been read.
    ``line_offset`` is added to the line numbers told.
    """

    def __init__(self, expected: dict[str, str], layout: Layout) -> None:
        """Set up a parser that refuses any DOCTYPE."""
        self.expected, self.layout = expected, layout
        self.antal = 0
        self.root = ""
        self.line_offset = 0
        self.judge = _judge()
        self.parser = expat.ParserCreate("utf-8")
        self.parser.buffer_text = True
        self.parser.buffer_size = 1 << 16
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.ProcessingInstructionHandler = self._instruction
        self._rows: list[list[str | None]] = []
        self._connect()

    def _invalid(self, detail: str, line: int | None = None) -> NoReturn:
        line = (line or self.parser.CurrentLineNumber) + self.line_offset
        raise Rejected(RejectionCode.XML_UGYLDIG, f"{detail} (linje {line}).")

    def _doctype(self, *_: object) -> None:
        self._invalid("Filen har en DTD (DOCTYPE), det er ikke tilladt")

    def _instruction(self, target: str, _data: str) -> None:
        if ":" in target:
            self._invalid("Filen er ikke velformet XML")

    def _start_root(self, name: str, attributes: dict[str, str]) -> None:
        root = _tag(name, tuple(attributes.items()))
        if not is_valid(self.layout, root, None):
            self._invalid("Filens rodelement og dets attributter er ikke som i skemaet")
        wrong = [key for key, value in self.expected.items() if attributes[key] != value]
        if wrong:
            self._invalid(f"Attributten {wrong[0]} passer ikke med filens navn og mappe")
        antal = attributes["antal"].strip(SPACE)
        self.root, self.antal = root, int(antal) if len(antal) < 20 else -1

    def _check_shape(self, shape: tuple[str | tuple[str, tuple[tuple[str, str], ...]], ...]) -> None:
        full = tuple((child, ()) if isinstance(child, str) else child for child in shape)
        if not is_valid(self.layout, self.root, full):
            self._invalid("En post følger ikke skemaet")

    def _connect(self) -> None:
        """Handlers as closures over local names: they run some thirty times per record."""
        element = self.layout.declaration.record
        position = {field: index for index, field in enumerate(self.layout.names)}
        empty: list[str | None] = [None] * len(position)
        depth, row = _ROOT, empty
        shape: list[str | tuple[str, tuple[tuple[str, str], ...]]] = []
        known: set[tuple[str | tuple[str, tuple[tuple[str, str], ...]], ...]] = set()
        text: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth, row
            if depth == _FIELD:
                shape.append((name, tuple(attributes.items())) if attributes else name)
                if len(shape) > len(position):
                    self._invalid("En post følger ikke skemaet")
            elif depth == _RECORD:
                if name != element or attributes:
                    self._invalid("Et element findes ikke i skemaet")
                row = empty.copy()
            elif depth == _ROOT:
                self._start_root(name, attributes)
            else:
                self._invalid("Et felt indeholder et andet element")
            depth += 1

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            if depth == _FIELD:
                if text:
                    if name in position:
                        row[position[name]] = "".join(text)
                    if shape and not isinstance(shape[-1], str) and _says_nil(shape[-1][1]):
                        self._invalid("Et felt er både tomt (xsi:nil) og udfyldt")
                    text.clear()
            elif depth == _RECORD:
                key = tuple(shape)
                if key not in known:
                    self._check_shape(key)
                    known.add(key)
                shape.clear()
                self._rows.append(row)

        def characters(data: str) -> None:
            if depth > _FIELD:
                text.append(data)
                if len(data) + len(text) > 1 << 16 and sum(map(len, text)) > MAX_TEXT:
                    self._invalid("Et felt er for langt")
            elif data.strip(SPACE):
                self._invalid("Der står tekst uden for felterne")

        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = end
        self.parser.CharacterDataHandler = characters

    def parse(self, data: bytes, *, last: bool = False) -> pl.DataFrame:
        """The records that end in the next piece of the file (``layout.text_schema``); raises ``Rejected`` (XML_UGYLDIG)."""
        try:
            self.parser.Parse(data, last)
            self.judge.feed(data)
            if last:
                self.judge.close()
        except (expat.ExpatError, etree.XMLSyntaxError) as error:  # their messages are not passed on
            self._invalid("Filen er ikke velformet XML", error.lineno)
        rows, self._rows = self._rows, []
        return pl.DataFrame(rows, schema=self.layout.text_schema, orient="row")
