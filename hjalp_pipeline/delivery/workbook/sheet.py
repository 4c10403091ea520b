"""The cells of a sheet, row by row: position, type, error, formula and value of each, as the file has them."""

import re
from collections.abc import Iterable, Iterator
from xml.parsers import expat

from hjalp_pipeline.delivery.workbook.parts import Workbook
from hjalp_pipeline.delivery.workbook.plain import ROW_PARTS, feed
from hjalp_pipeline.delivery.workbook.values import Values
from hjalp_pipeline.delivery.workbook.workbook_error import WorkbookError, damaged
from hjalp_pipeline.delivery.workbook.xml import parser, plain, whole_number

WIDTH = 26
"""Columns that are read, A to Z; a filled cell further out is refused."""

MAX_ROWS = 1 << 20
"""Rows of a sheet, by the format."""

MAX_CHARACTERS = 1 << 29
"""Characters of all cells together, a shared text as often as it is used: what is read of a sheet is in memory at once, and more
than once. A full sheet of eleven columns has fifty for each cell."""

Row = list[str | None]
"""Cells A to Z as ``values`` has them."""

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_COLUMNS = {chr(ord("A") + number): number for number in range(WIDTH)}
_BROKEN_ORDER = "Arkets rækker eller celler står ikke i orden."
#: What may stand in a cell, the looks of a rich text (``rPr``) included.
_IN_CELL = frozenset(
    {"f", "v", "is", "t", "r", "rPh", "phoneticPr", "extLst", "ext"}
    | {"rPr", "rFont", "charset", "family", "b", "i", "strike", "outline", "shadow", "condense", "extend", "color"}
    | {"sz", "u", "vertAlign", "scheme"}
)
_FAR = "Arket har celler langt uden for kolonnerne."


class Sheet:
    """A sheet being read: ``rows`` gives its rows in pieces; a row without any filled cell is left out."""

    def __init__(self, workbook: Workbook) -> None:
        """Nothing is read yet."""
        self._values = Values(workbook.texts, workbook.dates, from_1904=workbook.from_1904)
        self._ready: list[Row] = []
        self._row: Row | None = None
        #: Where we are: number of the row (1 = first) as number and digits, whether that is certain, columns passed.
        self._number, self._digits, self._certain, self._column = 0, "", False, 0
        self._first = self._last = 0
        self._characters = 0
        self._is_sheet = self._inside = False

    def rows(self, pieces: Iterable[bytes]) -> Iterator[list[Row]]:
        """The rows that end in each piece of the part, in order; raises WorkbookError.

        Merged cells below the first row that holds anything are refused: they show a value on rows that have none.
        """
        using = parser()
        self._connect(using)
        for _ in feed(using, pieces, (b"<row ", b"</row>"), self._take):
            ready, self._ready = self._ready, []
            yield ready
        if not self._is_sheet:
            raise damaged()

    def _begin_row(self, said: str | None) -> None:
        following = whole_number(said) if said is not None else self._number + 1
        if following is None or not self._inside:
            raise damaged()
        if self._row is not None or following <= self._number:
            raise WorkbookError(_BROKEN_ORDER)
        if following > MAX_ROWS:
            raise WorkbookError(_FAR)
        self._row, self._number, self._digits = [None] * WIDTH, following, str(following)
        self._certain, self._column = said is not None, 0

    def _end_row(self) -> None:
        row, self._row = self._row, None
        if row is None:
            raise damaged()
        filled = [text for text in row if text is not None]
        if not filled:
            return
        self._characters += sum(map(len, filled))
        if self._characters > MAX_CHARACTERS:
            raise WorkbookError("Arket har langt mere tekst, end et ark med poster kan have.")
        self._first, self._last = self._first or self._number, self._number
        self._ready.append(row)

    def _place(self, reference: str | None) -> int:
        """The column (0 = A) of the next cell; a cell that does not say where it stands stands behind the one before it."""
        if self._row is None:
            raise damaged()
        at = self._column
        if reference is not None:
            found = _REFERENCE.fullmatch(reference)
            if found is None:
                raise damaged()
            if found[2] != self._digits:  # a row that does not say its number stands where its first cell does
                if self._certain or not self._number <= int(found[2]) <= MAX_ROWS:
                    raise WorkbookError(_BROKEN_ORDER)
                self._number, self._digits = int(found[2]), found[2]
            at = _COLUMNS.get(found[1], max(self._column, WIDTH))
        if at < self._column:
            raise WorkbookError(_BROKEN_ORDER)
        self._certain, self._column = True, at + 1
        return at

    def _put(self, at: int, value: str | None) -> None:
        if value is None:
            return
        if self._row is None or at >= WIDTH:
            raise WorkbookError(_FAR)
        self._row[at] = value

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        begin, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last or first)
        if begin is None or end is None:
            raise damaged()
        touches = begin[1] in _COLUMNS and int(end[2]) > self._first and int(begin[2]) <= self._last
        if touches and last not in ("", first):
            raise WorkbookError("Arket har flettede celler i rækkerne med poster.")

    def _around(self, what: str) -> bool:
        """Any other element; whether what it holds is passed over. Among rows and cells it may be one of them in another namespace."""
        if what in ("worksheet", "sheetData"):
            self._is_sheet, self._inside = True, what == "sheetData"
        elif self._inside:
            if what != "extLst" or self._row is None:
                raise damaged()
            return True
        return False

    def _take(self, run: str) -> bool:
        """Rows written in the plainest way; False when they are not all."""
        if not run:
            return self._inside
        parts = ROW_PARTS.findall(run)
        if parts[-1][-1]:
            return False
        read, shared = self._values.read, self._values.shared
        for letter, digits, style, kind, value, text, number, _ in parts:
            if letter:
                at, row = _COLUMNS[letter], self._row
                if row is None:
                    raise damaged()
                if digits != self._digits or at < self._column:
                    raise WorkbookError(_BROKEN_ORDER)
                self._column = at + 1
                if kind == "s" and value:
                    row[at] = shared(value)
                elif value or text or kind == "e":
                    if kind in ("", "n"):
                        kind = "inlineStr" if text else "n"  # noqa: PLW2901 - a text whatever it says
                    row[at] = read(kind, style, value or text)
            elif number:
                self._begin_row(number)
            else:
                self._end_row()
        return True

    def _connect(self, using: expat.XMLParserType) -> None:  # noqa: PLR0915
        """Handlers as closures over local names: they run some fifty times per row."""
        names = _Names()
        at = 0
        in_cell = taking = formula = has_value = has_text = passing = False
        kind = style = ""
        texts: list[str] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal at, in_cell, taking, formula, has_value, has_text, passing, kind, style
            what = names[name]
            if in_cell:
                # what no cell may hold, or two values: nobody can tell which of them is shown
                if (
                    taking
                    or (what not in _IN_CELL and " " not in what)
                    or (what in ("is", "v") and (has_value or has_text))
                ):
                    raise damaged()
                if what == "v":
                    taking = has_value = True
                elif what == "t":
                    taking = has_text and not passing
                elif what == "f":
                    formula = passing = True
                elif what == "is":
                    has_text = True
                    if kind == "n":
                        kind = "inlineStr"  # a text all the same
                elif what in ("rPh", "extLst"):
                    passing = True
            elif what == "c":
                at = self._place(attributes.get("r"))
                in_cell, formula, has_value, has_text, passing = True, False, False, False, False
                kind, style = attributes.get("t", "n"), attributes.get("s", "")
            elif what == "row":
                self._begin_row(attributes.get("r"))
            elif what == "mergeCell":
                self._merge(attributes.get("ref", ""))
            elif not passing:
                passing = self._around(what)

        def end(name: str) -> None:
            nonlocal in_cell, taking, passing
            what = names[name]
            if what in ("v", "t"):
                taking = False
            elif what == "c":
                in_cell = False
                if texts or formula or kind == "e":
                    raw = texts[0] if len(texts) == 1 else "".join(texts)
                    texts.clear()
                    self._put(at, self._values.read(kind, style, raw, formula=formula, has_value=has_value))
            elif what == "row":
                self._end_row()
            elif what in ("f", "rPh", "extLst"):
                passing = False
            elif what == "sheetData":
                self._inside = False

        def characters(data: str) -> None:
            if taking:
                texts.append(data)
            elif (in_cell or self._inside) and not passing and data.strip():
                raise damaged()

        using.StartElementHandler, using.EndElementHandler, using.CharacterDataHandler = start, end, characters


class _Names(dict[str, str]):
    """Names of elements by how the parser tells them."""

    def __missing__(self, name: str) -> str:
        short = plain(name)
        if len(self) < 10_000:
            self[name] = short
        return short
