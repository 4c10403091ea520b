"""A table as a PX file (PX 2013): Danish and English in one file, UTF-8, CRLF, keywords in the order of practice.

A translation stands directly after the statement it translates, as real files have it and readers expect it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from math import prod

from hjalp_pipeline.publishing.table import LANGUAGES, Language, TableError, TableForm, Text, Variable, number

#: Longest line of the metadata.
LONGEST = 256
_MAIN = LANGUAGES[0]


def px(table: TableForm, headings: int = 1) -> bytes:
    """The PX file of a table, ``headings`` variables in its heading; TableError names a text that PX cannot hold."""
    file = _File(table.id)
    stub, heading = (
        table.variables[: len(table.variables) - headings],
        table.variables[len(table.variables) - headings :],
    )
    file.text("CHARSET", "ANSI")  # what every file says that is not of the DOS age; CODEPAGE tells the encoding
    file.text("AXIS-VERSION", "2013")
    file.text("CODEPAGE", "utf-8")
    file.text("LANGUAGE", _MAIN)
    file.list("LANGUAGES", LANGUAGES)
    file.text("CREATION-DATE", _moment(table.updated))
    if table.next_update is not None:
        file.text("NEXT-UPDATE", _moment(table.next_update))
    file.text("UPDATE-FREQUENCY", table.publication.update_frequency)
    file.text("TABLEID", table.id)
    file.plain("DECIMALS", str(table.decimals))
    file.plain("SHOWDECIMALS", str(table.decimals))
    file.text("MATRIX", table.id)
    file.plain("AGGREGALLOWED", "YES" if table.aggregation else "NO")
    file.text("SUBJECT-CODE", table.subject_code)
    file.texts("SUBJECT-AREA", table.subject_area)
    file.plain("COPYRIGHT", "YES")
    file.texts("DESCRIPTION", Text(*(f"{table.id}: {title}" for title in table.title)))
    file.texts("TITLE", table.title)
    file.texts("CONTENTS", table.contents)
    for place, variables in (("STUB", stub), ("HEADING", heading)):
        if variables:
            file.lists(place, _names_of(variables))
    for variable in table.variables:
        file.lists("VALUES", _texts_of(variable), variable)
    file.texts("UNITS", table.units)
    # Quarters are 20244 there, not 2024K4.
    times, unit = [code.replace("K", "") for code in table.time.codes], "Q1" if table.by_quarter else "A1"
    file.lists("TIMEVAL", lambda _language: times, table.time, before=f"TLIST({unit}),")
    for variable in table.variables:
        file.lists("CODES", _codes_of(variable), variable)
    for variable in table.variables:
        file.texts("VARIABLECODE", Text(variable.code, variable.code), variable)
    for variable in table.variables:
        if variable.total is not None:
            file.texts("ELIMINATION", variable.values[variable.codes.index(variable.total)].text, variable)
    file.text("LAST-UPDATED", _moment(table.updated))
    file.text("STOCKFA", "S" if table.stock else "F")
    file.texts("CONTACT", table.publication.contact)
    file.texts("REFPERIOD", table.publication.refperiod)
    file.texts("DATABASE", table.database)
    file.texts("SOURCE", table.source)
    file.texts("LINK", table.publication.link)
    file.plain("OFFICIAL-STATISTICS", "YES" if table.publication.official_statistics else "NO")
    if table.notes:
        file.texts("NOTEX", _note(table))
    for symbol in sorted(table.symbols):
        file.text(f"DATASYMBOL{len(symbol.sign)}", symbol.sign)  # n dots in the data stand for the n-th of them
    file.data(table.cells(), prod(len(variable.values) for variable in heading), table.decimals)
    return file.content()


def _names_of(variables: Sequence[Variable]) -> Callable[[Language], list[str]]:
    return lambda language: [getattr(variable.text, language) for variable in variables]


def _texts_of(variable: Variable) -> Callable[[Language], list[str]]:
    return lambda language: [getattr(value.text, language) for value in variable.values]


def _codes_of(variable: Variable) -> Callable[[Language], list[str]]:
    return lambda _language: variable.codes


def _moment(moment: datetime) -> str:
    return f"{moment:%Y%m%d %H:%M}"


def _note(table: TableForm) -> Text:
    """All notes as one, since readers differ in what they do with several; ``#`` is a new line."""
    if any("#" in text for note in table.notes for text in note):
        raise TableError(f"{table.id}: a note cannot hold #, which is a new line in PX")
    return Text("#".join(note.da for note in table.notes), "#".join(note.en for note in table.notes))


class _File:
    def __init__(self, name: str) -> None:
        self.name, self.lines = name, list[str]()

    def plain(self, keyword: str, value: str) -> None:
        self.lines.append(f"{keyword}={value};")

    def text(self, keyword: str, text: str) -> None:
        """A quoted text, split into texts that follow one another when the line is long."""
        line = f"{keyword}="
        rest = self._checked(text)
        while len(line) + len(rest) + 3 > LONGEST:
            room = LONGEST - len(line) - 2
            cut = rest.rfind(" ", 1, room) + 1 or room  # the blank stays at the end of the line
            self.lines.append(f'{line}"{rest[:cut]}"')
            line, rest = "", rest[cut:]
        self.lines.append(f'{line}"{rest}";')

    def list(self, keyword: str, texts: Sequence[str], before: str = "") -> None:
        """Quoted texts with commas, a long line split after a comma."""
        line = f"{keyword}={before}"
        for place, text in enumerate(texts, start=1):
            piece = f'"{self._checked(text)}"' + (";" if place == len(texts) else ",")
            if len(piece) > LONGEST:
                raise TableError(f"{self.name}: a text of {len(text)} characters is too long for {keyword}")
            if len(line) + len(piece) > LONGEST:
                self.lines.append(line)
                line = ""
            line += piece
        self.lines.append(line)

    def texts(self, keyword: str, text: Text, variable: Variable | None = None) -> None:
        for language in LANGUAGES:
            self.text(self._key(keyword, language, variable), getattr(text, language))

    def lists(
        self,
        keyword: str,
        texts: Callable[[Language], Sequence[str]],
        variable: Variable | None = None,
        before: str = "",
    ) -> None:
        for language in LANGUAGES:
            self.list(self._key(keyword, language, variable), texts(language), before)

    def _key(self, keyword: str, language: Language, variable: Variable | None) -> str:
        subkey = f'("{self._checked(getattr(variable.text, language))}")' if variable else ""
        return keyword + ("" if language == _MAIN else f"[{language}]") + subkey

    def _checked(self, text: str) -> str:
        if '"' in text or not text.isprintable():
            raise TableError(f"{self.name}: a text in PX cannot hold a quotation mark or a line break: {text!r}")
        if not text:
            raise TableError(f"{self.name}: a text is empty")
        return text

    def data(self, cells: Sequence[int | str], columns: int, decimals: int) -> None:
        """One line per combination of the stub, a blank at its end."""
        shown = [f'"{cell}"' if isinstance(cell, str) else number(cell, decimals) for cell in cells]
        self.lines.append("DATA=")
        for first in range(0, len(shown), columns):
            self.lines.append(" ".join(shown[first : first + columns]) + " ")
        self.lines.append(";")

    def content(self) -> bytes:
        return "".join(f"{line}\r\n" for line in self.lines).encode("utf-8")
