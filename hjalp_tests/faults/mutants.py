"""Deliveries of the three formats, right at first and then spoilt: single bytes, or the things a format is made of."""

from collections.abc import Callable, Sequence
from random import Random

from hjalp_tests.delivery.files import CPR, FIELDS, Row, csv_text, row, xml_record, xml_root
from hjalp_tests.delivery.workbook.parts import (
    HEADER,
    MAIN,
    SHEET,
    packed,
    parts,
    relations,
    row_of,
    styles,
    text_cell,
    workbook,
)

#: Values that are right, odd or wrong in one field or another.
VALUES = (
    "", " ", "1", "007", "540", "999", "12345", "12 22 03", "12-22-03", "2024-02-29", "2023-02-29", "0001-01-01", "9999-12-31",
    "2024-1-5", " 2024-01-05 ", CPR, "101901234", "010190-1234", "010190-AB12", "1E5", "1,2E+18", "1.5", "-5", "SEL_112", "§ 112",
    "Kørestol", '24" hjul', "a;b", "a&b<c>", "a\tb", "a\nb", "a\r\nb", "\u00a0", "\u0085", "\x7f", "\ufeff", "Ã¸", "x" * 37, "\U0001f600",
)  # fmt: skip
_BYTES = (
    b"\0",
    b"\x1a",
    b"\xff",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\r",
    b"\n",
    b"\r\n",
    b" ",
    b'"',
    b";",
    b"<",
    b">",
    b"&",
    b"=",
    b"'",
)
_CSV = (
    '"',
    '""',
    ";",
    ";;",
    "\r",
    "\n",
    "\r\n",
    "\n\n",
    "\x1a",
    "\0",
    "\ufeff",
    "sep=;\n",
    "SLUT;1\n",
    "SLUT",
    '";"',
    '"\n"',
    "\t",
)
_XML = (
    "<", ">", "&", "&amp;", "&lt;", "&#65;", "&#0;", "&#13;", "&x;", "]]>", "<!-- x -->", "<!-- </udlaan> -->", "<![CDATA[a<b]]>",
    "<?a b?>", "<?a:b?>", "<pnr/>", "<x/>", "<udlaan/>", "<udlaan >", "</udlaan>", "<udlaan>", "</leverance>", "<!DOCTYPE leverance>",
    "x", "\u00a0", " ", "\r\n", ' a="b"', ' xmlns="urn:x"', ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
    ' xsi:nil="true"', ' xml:space="preserve"',
)  # fmt: skip
_SHEET = (
    "<c/>", "<c><v>5</v></c>", "<row/>", "</row><row>", "<v>1</v>", "<f>1</f>", "<is><t>a</t></is>", "<t>a</t>", "<!-- x -->", "<?a b?>",
    "&amp;", "&", "<", "x", ' r="A2"', ' r="B1"', ' r="XFD1048576"', ' r="7"', ' s="1"', ' s="2"', ' t="e"', ' t="s"', ' t="b"', ' t="str"',
    " t='n'",
    ' x="y"', "<![CDATA[a]]>", '<mergeCell ref="A2:B2"/>', "<!DOCTYPE x>", "_x000D_", "\u00a0",
)  # fmt: skip
_CODECS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32", "iso-8859-1")


def made(form: str, random: Random) -> tuple[bytes, str]:
    """A delivery of 20 to 40 records, most often of things a sender could mean, spoilt up to four times; and the encoding agreed."""
    records = [_record(random, number) for number in range(1, random.randint(20, 40) + 1)]
    agreed = random.choice(("utf-8", "utf-8", "windows-1252"))
    content = _csv(records, random, agreed) if form == "csv" else (_xml if form == "xml" else _xlsx)(records, random)
    for _ in range(random.choice((0, 0, 0, 0, 1, 2))):
        content = random.choice(_BYTE_CHANGES)(content, random)
    return content, agreed


def _record(random: Random, number: int) -> Row:
    changes = {random.choice(FIELDS): random.choice(VALUES)} if random.random() < 0.03 else {}
    return row(number, **changes)


def _spoilt(text: str, snippets: Sequence[str], random: Random, near: str) -> str:
    """The text with up to two snippets put somewhere, mostly where something begins or ends."""
    for _ in range(random.choice((0, 0, 1, 1, 2))):
        at = random.randrange(len(text) + 1)
        if random.random() < 0.7:
            at = max(text.find(near, at) + random.choice((0, len(near))), 0)
        gone = random.choice((0, 0, 0, 1, 5))
        text = text[:at] + random.choice(snippets) + text[at + gone :]
    return text


def _csv(records: list[Row], random: Random, agreed: str) -> bytes:
    header = random.sample(FIELDS, len(FIELDS))
    text = csv_text(records, header=header, end=random.choice(("\n", "\r\n")), quoting=random.choice((0, 0, 1)))
    codec = agreed if random.random() < 0.9 else random.choice(_CODECS)
    return _encoded(_spoilt(text, _CSV, random, random.choice((";", "\n", '"'))), codec)


def _xml(records: list[Row], random: Random) -> bytes:
    gap = random.choice(("", "\n", "\r\n  "))
    said = random.choice(
        ("", '<?xml version="1.0"?>', '<?xml version="1.0" encoding="windows-1252"?>', "<?xml version='1.1'?>")
    )
    records = [{name: record[name] for name in random.sample(FIELDS, len(FIELDS))} for record in records]
    antal = len(records) + (random.random() < 0.05)
    text = f"{said}{xml_root(antal)}{gap}{gap.join(map(xml_record, records))}{gap}</leverance>"
    codec = "cp1252" if "1252" in said else "utf-8"
    codec = codec if random.random() < 0.9 else random.choice(_CODECS)
    return _encoded(_spoilt(text, _XML, random, random.choice(("<", ">", "<udlaan>"))), codec)


def _encoded(text: str, codec: str) -> bytes:
    return text.encode(codec, "replace")


def _xlsx(records: list[Row], random: Random) -> bytes:
    shared: list[str] = []
    inline = random.random() < 0.5
    numbered = random.random() < 0.7
    rows = [HEADER] if not numbered else [HEADER.replace("<row>", '<row r="1">')]
    for number, record in enumerate(records, 2):
        cells = [_cell(field, record[field], random, None if inline else shared) for field in FIELDS]
        if numbered:
            placed = (
                cell.replace("<c", f'<c r="{chr(65 + at)}{number}"', 1)
                for at, cell in enumerate(cells)
                if cell != "<c/>" or random.random() < 0.5
            )
            rows.append(row_of(list(placed), number))
        else:
            rows.append(row_of(cells))
    changes: dict[str, str | None] = {"xl/styles.xml": styles(0, 14, 22, 9)}
    if not inline:
        changes["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{"".join(shared)}</sst>'
        targets = [
            ("worksheet", "worksheets/sheet1.xml"),
            ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"),
        ]
        changes["xl/_rels/workbook.xml.rels"] = relations(*targets)
    if random.random() < 0.1:
        changes["xl/workbook.xml"] = workbook(properties='<workbookPr date1904="1"/>')
    members = parts(*rows, **changes)
    spoilt = random.choice((SHEET, SHEET, SHEET, *members))
    if random.random() < 0.5:
        members[spoilt] = _spoilt(members[spoilt], _SHEET, random, random.choice(("<", ">", "<c", "</c>", "<row")))
    if random.random() < 0.05:
        del members[random.choice(sorted(members))]
    return packed(members)


def _cell(field: str, value: str, random: Random, shared: list[str] | None) -> str:
    """A cell as one program or another writes it; some say something else than the text."""
    if not value:
        return "<c/>"
    odd = random.random()
    if odd < 0.003:
        return random.choice(
            (
                '<c t="e"><v>#N/A</v></c>',
                '<c t="b"><v>1</v></c>',
                "<c><f>1+1</f></c>",
                "<c><f>1+1</f><v>2</v></c>",
                "<c><v>1.5</v></c>",
                "<c><v>-3</v></c>",
                "<c><v>1E3</v></c>",
                "<c><v>1e15</v></c>",
                '<c s="1"><v>45296</v></c>',
                '<c s="2"><v>45296.25</v></c>',
                '<c s="3"><v>12</v></c>',
                '<c t="d"><v>2024-01-05</v></c>',
                '<c t="inlineStr"><is><r><rPr><i/></rPr><t>Køre</t></r><r><t>stol</t></r></is></c>',
            )
        )
    if odd < 0.3 and value.isdecimal() and value.isascii() and len(value) < 16:
        return f"<c><v>{int(value)}</v></c>"
    if odd < 0.6 and field.endswith("dato") and value == "2023-02-28":
        return '<c s="1"><v>44985</v></c>'
    text = text_cell(value)
    if shared is None:
        return text
    shared.append(text.removeprefix('<c t="inlineStr"><is>').removesuffix("</is></c>").join(("<si>", "</si>")))
    return f'<c t="s"><v>{len(shared) - 1}</v></c>'


def _flip(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) or 1)
    return content[:at] + bytes([random.randrange(256)]) + content[at + 1 :]


def _insert(content: bytes, random: Random) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + random.choice(_BYTES) + content[at:]


def _cut(content: bytes, random: Random) -> bytes:
    begin, end = sorted(random.randrange(len(content) + 1) for _ in range(2))
    end = min(end, begin + random.choice((1, 10, 1000)))
    return content[:begin] + content[end:]


def _twice(content: bytes, random: Random) -> bytes:
    begin, end = sorted(random.randrange(len(content) + 1) for _ in range(2))
    return content[:end] + content[begin:end] + content[end:]


def _end(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


_BYTE_CHANGES: tuple[Callable[[bytes, Random], bytes], ...] = (_flip, _flip, _insert, _cut, _twice, _end)
