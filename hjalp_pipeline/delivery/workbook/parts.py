"""The parts of a workbook that say how its cells are to be understood: which sheet is first, shared texts, date formats."""

import re
from dataclasses import dataclass
from sys import getsizeof

from hjalp_pipeline.delivery.workbook.package import Package, target_name
from hjalp_pipeline.delivery.workbook.plain import SHARED_TEXT, feed
from hjalp_pipeline.delivery.workbook.texts import cell_text
from hjalp_pipeline.delivery.workbook.workbook_error import WorkbookError, damaged
from hjalp_pipeline.delivery.workbook.xml import elements, parser, plain, whole_number

_NO_WORKBOOK = "Filen er ikke et regneark af typen xlsx."
#: Formats of dates and times that every workbook has without saying so (ECMA-376 part 1, 18.8.30).
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
#: What a format code holds beside its letters: texts in quotes, one escaped or filled character, [colour], [locale].
_NO_LETTERS = re.compile(r'"[^"]*"|\\.|[_*].|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
#: A section with a condition of its own is for other numbers than its place says.
_CONDITION = re.compile(r"\[[<>=]")
MAX_MEMORY = 1 << 30
"""Bytes of memory the shared texts of a workbook may take: one letter beyond the usual makes a text four times as large."""


@dataclass(frozen=True, slots=True)
class Workbook:
    """What has to be known to read the first sheet.

    ``sheet``: its part; ``hidden``: whether a person who opens the workbook sees it; ``texts``: shared texts by number;
    ``dates``: numbers of the cell styles that show a number as a date or time; ``from_1904``: days are counted from 1
    January 1904.
    """

    sheet: str
    hidden: bool
    texts: list[str]
    dates: frozenset[int]
    from_1904: bool


def open_workbook(package: Package) -> Workbook:
    """Read everything but the sheet; raises WorkbookError. The first sheet is the first that can hold cells, also a hidden one."""
    main = _main_part(package)
    related = _relations(package, main)
    sheet, hidden, from_1904 = _first_sheet(package, main, related)
    by_kind = dict(reversed(related.values()))  # of two the first
    styles, texts = by_kind.get("styles"), by_kind.get("sharedStrings")
    return Workbook(
        sheet,
        hidden,
        _shared_texts(package, texts) if texts and texts in package else [],
        _date_styles(package, styles) if styles and styles in package else frozenset(),
        from_1904,
    )


def _relations(package: Package, base: str) -> dict[str, tuple[str, str]]:
    """Kind and part of each relationship of a part (``""``: of the whole package) by its id; outside targets left out."""
    folder, _, name = base.rpartition("/")
    part = f"{folder}/_rels/{name}.rels".lstrip("/")
    if part not in package:
        return {}
    return {
        relation.get("Id", ""): (relation.get("Type", "").rpartition("/")[2], target_name(base, relation["Target"]))
        for element, relation in elements(package.pieces(part))
        if element == "Relationship" and "Target" in relation and relation.get("TargetMode") != "External"
    }


def _main_part(package: Package) -> str:
    kinds = dict(reversed(_relations(package, "").values()))
    main = kinds.get("officeDocument", "xl/workbook.xml")
    if main not in package or main.endswith(".bin"):  # of xlsb
        raise WorkbookError(_NO_WORKBOOK)
    return main


def _first_sheet(package: Package, main: str, related: dict[str, tuple[str, str]]) -> tuple[str, bool, bool]:
    found, from_1904, is_workbook = None, False, False
    for element, attributes in elements(package.pieces(main)):
        if element == "workbook":
            is_workbook = True
        elif element == "workbookPr":
            from_1904 = attributes.get("date1904", "0").strip() in ("1", "true", "on")
        elif element == "sheet" and found is None:
            kind, part = related.get(attributes.get("r:id", ""), ("worksheet", ""))
            if kind == "worksheet":  # a sheet of charts or dialogues has no cells
                found = part, attributes.get("state", "visible") != "visible"
    if not is_workbook or found is None:
        raise WorkbookError(_NO_WORKBOOK)
    return (*found, from_1904)


def _is_date(code: str) -> bool:
    """Whether a number format shows dates or times: a letter of day, month, year, hour or second outside texts."""
    shown = _NO_LETTERS.sub("", code).lower()
    if not _CONDITION.search(code):  # the first of up to four sections is for numbers above zero
        shown = shown.split(";", 1)[0]
    return any(letter in shown for letter in "dmyhs")


def _date_styles(package: Package, part: str) -> frozenset[int]:
    own: dict[int | None, str] = {}
    formats: list[int | None] = []
    inside = False
    for element, attributes in elements(package.pieces(part)):
        match element:
            case "numFmt":
                own[whole_number(attributes.get("numFmtId", ""))] = attributes.get("formatCode", "")
            case "cellXfs":
                inside = True
            case "cellStyles" | "cellStyleXfs" | "dxfs":
                inside = False
            case "xf" if inside:
                formats.append(whole_number(attributes.get("numFmtId", "0")))
    dates = {number for number in formats if (_is_date(own[number]) if number in own else number in _DATE_FORMATS)}
    return frozenset(style for style, number in enumerate(formats) if number in dates)


def _shared_texts(package: Package, part: str) -> list[str]:
    """The shared texts: plain or in runs, without the pronunciation (phonetic runs) some carry."""
    texts: list[str] = []
    parts: list[str] = []
    taking = skipping = inside = False
    memory = 0

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal taking, skipping, inside
        name = plain(name)
        if name in ("rPh", "extLst"):
            skipping = True
        elif name == "t":
            taking = not skipping
        elif name == "sst":
            inside = True

    def end(name: str) -> None:
        nonlocal taking, skipping
        name = plain(name)
        if name == "t":
            taking = False
        elif name in ("rPh", "extLst"):
            skipping = False
        elif name == "si":
            add(["".join(parts)])
            parts.clear()

    def characters(data: str) -> None:
        if taking:
            parts.append(data)
        elif inside and not skipping and data.strip():  # a text under another name
            raise damaged()

    def add(found: list[str]) -> None:
        nonlocal memory
        read = list(map(cell_text, found))
        memory += sum(map(getsizeof, read)) + 8 * len(read)
        if memory > MAX_MEMORY:
            raise WorkbookError("Filen fylder mere end 1 GiB udpakket.")
        texts.extend(read)

    def take(run: str) -> bool:
        if not run:
            return inside
        found, rest = zip(*SHARED_TEXT.findall(run), strict=True)
        if rest[-1]:
            return False
        add(list(found))
        return True

    using = parser()
    using.StartElementHandler, using.EndElementHandler, using.CharacterDataHandler = start, end, characters
    for _ in feed(using, package.pieces(part), (b"<si>", b"</si>"), take):
        pass
    return texts
