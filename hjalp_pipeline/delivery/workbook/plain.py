"""The fast path: the plainest way to write rows and shared texts, by one regular expression, as nearly every program does.

A run of such rows is a regular language, read four times faster than by a parser. What is not in it (a formula, another order
of attributes, single quotes, an entity, anything wrong) is left to the parser, with all that follows.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from xml.parsers import expat

from hjalp_pipeline.delivery.workbook.xml import MAX_TOKEN, Feeder

# Possessive quantifiers (*+, ?+) all through: no backtracking, so hostile input costs no more than any other.
_TEXT = r"[^<>&\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*+"
_ATTRIBUTES = (
    r'(?: spans="[0-9: ]*+")?+(?: s="[0-9]++")?+(?: customFormat="\w++")?+(?: ht="[0-9.]++")?+(?: hidden="\w++")?+'
    r'(?: customHeight="\w++")?+(?: outlineLevel="[0-9]++")?+(?: collapsed="\w++")?+(?: x14ac:dyDescent="[0-9.]++")?+'
)
#: Groups: number of a row that begins; column, row, s, t, v and inline text of a cell; all from what is not plain on.
#: A match without any is the end of a row.
ROW_PARTS = re.compile(
    rf'<c r="([A-Z])([0-9]++)"(?: s="([0-9]++)")?+(?: t="([a-zA-Z]++)")?+'
    rf"(?:/>|>(?:<v>({_TEXT})</v>|<is><t>({_TEXT})</t></is>)?+</c>)"
    rf'|<row r="([1-9][0-9]{{0,6}})"{_ATTRIBUTES}>|</row>|([\s\S]++)'
)
#: Groups: a shared text; all from what is not plain on.
SHARED_TEXT = re.compile(rf'<si><t(?: xml:space="preserve")?+>({_TEXT})</t></si>|([\s\S]++)')
_ENCODING = re.compile(rb"""encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)


def _is_markup(before: bytes) -> bool:
    """Whether what stands behind the begin of a part is as it looks: in UTF-8, and inside no comment, instruction or CDATA."""
    said_otherwise = _ENCODING.search(before, 0, 200)
    return not said_otherwise and b"<!" not in before and before.rfind(b"<?") <= before.rfind(b"?>")


def feed(
    using: expat.XMLParserType,
    pieces: Iterable[bytes],
    marks: tuple[bytes, bytes],
    take: Callable[[str], bool],
) -> Iterator[None]:
    """Read a part, stopping after each piece: runs from the first of ``marks`` (a start tag) to the second (an end tag) are offered
    to ``take``; from the first it does not take (False) on, and before and behind them, the parser reads.

    ``take`` is asked with ``""`` first, when the parser has read what stands before, and may say no then.
    """
    parse = Feeder(using)
    begin, end = marks
    waiting, plain, begun = b"", True, False
    for piece in pieces:
        data = waiting + piece if waiting else piece
        waiting = b""
        if plain and not begun:
            at = data.find(begin)
            if at < 0 and len(data) < MAX_TOKEN:
                waiting = data
                continue
            parse(data[: max(at, 0)])
            plain = begun = at >= 0 and _is_markup(data[:at]) and take("")
            data = data[max(at, 0) :]
        if plain:
            until = data.rfind(end) + len(end)
            if until < len(end) and len(data) < MAX_TOKEN:
                waiting = data
                continue
            try:
                plain = take(data[:until].decode())
            except UnicodeDecodeError:
                plain = False
            if plain:
                data, waiting = b"", data[until:]
        if data:
            parse(data)
        yield
    parse(waiting)
    parse(b"", last=True)
    yield
