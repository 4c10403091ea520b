"""A release's ``.px`` and ``.json`` of a table, read back: both languages from the one, what PX cannot say from the other."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np

from hjalp_pipeline.publishing.statbank import CONFIDENTIAL
from hjalp_pipeline.publishing.table import Publication, Symbol, TableForm, Text, Value, Variable
from hjalp_pipeline.serving.cube import Cube
from hjalp_pipeline.storage.danish_time import DANISH_TIME

#: A statement: keyword, language, the text in brackets, and what is said of it.
_STATEMENT = re.compile(r'([A-Z0-9-]+)(?:\[([a-z]+)\])?(?:\("([^"]*)"\))?=((?:"[^"]*"|[^";])*);\s*')
_QUOTED = re.compile(r'"([^"]*)"')
_QUARTER = re.compile(r"^([0-9]{4})K([1-4])$")
_DATA = "\r\nDATA=\r\n"
#: (keyword, language, text in brackets) -> what stands after the equals sign.
_Said = Mapping[tuple[str, str, str], str]


class NotRead(ValueError):
    """A file of a release is not of the form this program writes; says what is amiss, and no figure."""


def read_cube(px: bytes, dataset: bytes, signs: Mapping[str, Text]) -> Cube:
    """The table of these files. ``signs``: what signs mean in both languages, by the Danish, which alone is told; NotRead."""
    try:
        head, data = px.decode("utf-8").split(_DATA, 1)
        return _cube(_statements(head), data, json.loads(dataset), signs)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError) as fault:
        raise NotRead(f"not a table as this program writes it ({type(fault).__name__})") from None


def _statements(head: str) -> _Said:
    said, place = {}, 0
    head += "\r\n"
    while place < len(head):
        found = _STATEMENT.match(head, place)
        if found is None:
            raise ValueError(head[place : place + 20])
        said[found[1], found[2] or "da", found[3] or ""] = found[4]
        place = found.end()
    return said


def _cube(said: _Said, data: str, dataset: dict[str, Any], signs: Mapping[str, Text]) -> Cube:
    form = _form(said, dataset, signs)
    tokens = np.array(data.rstrip().removesuffix(";").split())
    hidden = np.zeros(len(tokens), dtype=np.uint8)
    for number, symbol in enumerate(form.symbols, start=1):
        hidden[tokens == f'"{symbol.sign}"'] = number
    tokens[hidden > 0] = "0"
    # A figure has just as many decimals as the table says: without the point it is the whole number.
    figures = np.char.replace(tokens, ".", "").astype(np.int64)
    shape = [len(variable.values) for variable in form.variables]
    return Cube(form, figures.reshape(shape), hidden.reshape(shape))


def _form(said: _Said, dataset: dict[str, Any], signs: Mapping[str, Text]) -> TableForm:
    def plain(keyword: str) -> str:
        return "".join(_QUOTED.findall(said[keyword, "da", ""])) or said[keyword, "da", ""]

    def text(keyword: str) -> Text:
        return Text(*("".join(_QUOTED.findall(said[keyword, language, ""])) for language in ("da", "en")))

    notes = [part.split("#") for part in text("NOTEX")] if ("NOTEX", "da", "") in said else [[], []]
    told = dataset["extension"]["status"]["label"]
    symbols = tuple(Symbol(sign, signs.get(meaning) or Text(meaning, meaning)) for sign, meaning in told.items())
    next_update = plain("NEXT-UPDATE") if ("NEXT-UPDATE", "da", "") in said else None
    return TableForm(
        id=plain("TABLEID"),
        title=Text(*(title.split(": ", 1)[1] for title in text("DESCRIPTION"))),
        contents=text("CONTENTS"),
        units=text("UNITS"),
        subject_code=plain("SUBJECT-CODE"),
        subject_area=text("SUBJECT-AREA"),
        source=text("SOURCE"),
        database=text("DATABASE"),
        variables=_variables(said, dataset["role"]),
        decimals=int(plain("DECIMALS")),
        stock=plain("STOCKFA") == "S",
        aggregation=plain("AGGREGALLOWED") == "YES",
        notes=tuple(Text(da, en) for da, en in zip(*notes, strict=True)),
        symbols=symbols or (CONFIDENTIAL,),
        publication=Publication(
            text("CONTACT"),
            text("REFPERIOD"),
            plain("UPDATE-FREQUENCY"),
            plain("OFFICIAL-STATISTICS") == "YES",
            text("LINK"),
        ),
        updated=datetime.fromisoformat(dataset["updated"]).astimezone(DANISH_TIME),
        next_update=None if next_update is None else _moment(next_update),
    )


def _variables(said: _Said, roles: Mapping[str, list[str]]) -> tuple[Variable, ...]:
    def names(language: str) -> list[str]:
        return [name for place in ("STUB", "HEADING") for name in _QUOTED.findall(said.get((place, language, ""), ""))]

    found = []
    for da, en in zip(names("da"), names("en"), strict=True):
        code = _QUOTED.findall(said["VARIABLECODE", "da", da])[0]
        codes = _QUOTED.findall(said["CODES", "da", da])
        texts = _QUOTED.findall(said["VALUES", "da", da]), _QUOTED.findall(said["VALUES", "en", en])
        role = next((role for role in ("geo", "time") if code in roles.get(role, ())), None)
        if role == "time":  # in English the StatBank writes 2024Q4; the code is 2024K4 in both languages
            texts = texts[0], [_QUARTER.sub(r"\1Q\2", text) for text in texts[1]]
        values = tuple(Value(code, Text(*text)) for code, *text in zip(codes, *texts, strict=True))
        total = _QUOTED.findall(said.get(("ELIMINATION", "da", da), ""))
        found.append(
            Variable(
                code,
                Text(da, en),
                values,
                next((value.code for value in values if [value.text.da] == total), None),
                role,  # type: ignore[arg-type]  # one of the two words, or None
            )
        )
    return tuple(found)


def _moment(written: str) -> datetime:
    return datetime.strptime(written, "%Y%m%d %H:%M").replace(tzinfo=DANISH_TIME)
