"""One part of a workbook through expat: no tree is built, and nothing the part declares is acted upon."""

import re
from collections.abc import Iterable
from xml.parsers import expat

from hjalp_pipeline.delivery.workbook.workbook_error import WorkbookError, damaged

MAX_TOKEN = 4 << 20
"""Bytes between one piece of markup and the end of it: expat keeps them, a longer one is no part of a workbook."""

_UNSIGNED = re.compile(r"[ \t\r\n]*\+?0*([0-9]{1,9})[ \t\r\n]*")
_SMALL = 500_000  # start tags of a part that is read whole: styles, relationships
_SPACES = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "",
    "http://purl.oclc.org/ooxml/spreadsheetml/main": "",  # the strict form of the standard
    "http://schemas.openxmlformats.org/package/2006/relationships": "",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r:",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r:",
}


def whole_number(text: str) -> int | None:
    """An unsigned number of an attribute in any of the ways XML may write it (``1``, ``01``, ``+1``, `` 1 ``); None for none."""
    found = _UNSIGNED.fullmatch(text)
    return int(found[1]) if found else None


def plain(name: str) -> str:
    """A name without the namespaces of workbooks: ``c``, ``r:id``; names of other namespaces keep theirs."""
    space, _, local = name.rpartition(" ")
    prefix = _SPACES.get(space) if space else ""
    return name if prefix is None else prefix + local


def _doctype(*_: object) -> None:
    raise WorkbookError("Filen har en DTD (DOCTYPE), det er ikke tilladt.")


def parser() -> expat.XMLParserType:
    """A parser that tells names with their namespace before a blank, and refuses any DOCTYPE."""
    made = expat.ParserCreate(namespace_separator=" ")
    made.buffer_text = True
    made.StartDoctypeDeclHandler = _doctype
    return made


class Feeder:
    """Gives a part to a parser piece by piece; WorkbookError when it is no well-formed XML."""

    def __init__(self, using: expat.XMLParserType) -> None:
        """Nothing is given yet."""
        self._using, self._fed = using, 0

    def __call__(self, piece: bytes, *, last: bool = False) -> None:
        """The next piece, ``last``: the end of the part."""
        try:
            self._using.Parse(piece, last)
        except (expat.ExpatError, LookupError, UnicodeError, ValueError):  # their messages may quote the file
            raise damaged() from None
        self._fed += len(piece)
        if not last and self._fed - self._using.CurrentByteIndex > MAX_TOKEN:
            raise damaged()


def elements(pieces: Iterable[bytes]) -> list[tuple[str, dict[str, str]]]:
    """All start tags of a small part in their order, names and attributes as ``plain`` has them."""
    found: list[tuple[str, dict[str, str]]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(found) >= _SMALL:
            raise WorkbookError("Filen har en del med alt for mange elementer.")
        found.append((plain(name), {plain(key): value for key, value in attributes.items()}))

    using = parser()
    using.StartElementHandler = start
    parse = Feeder(using)
    for piece in pieces:
        parse(piece)
    parse(b"", last=True)
    return found
