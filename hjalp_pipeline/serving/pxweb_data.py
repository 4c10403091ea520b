"""A table's figures as PxWebApi 2 gives them: the selection of an address or a body, placed in stub and heading, in its formats."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from hjalp_pipeline.publishing.jsonstat import CONTENT, json_bytes
from hjalp_pipeline.publishing.px import px
from hjalp_pipeline.publishing.table import Language, Variable
from hjalp_pipeline.serving.asked import Asked
from hjalp_pipeline.serving.csv_rows import BOM, csv_rows
from hjalp_pipeline.serving.cube import Cube, Extract
from hjalp_pipeline.serving.pxweb_expressions import selected
from hjalp_pipeline.serving.pxweb_metadata import FORMATS, MOST_CELLS, described
from hjalp_pipeline.serving.pxweb_problems import Problem, must_be_selected, no_variable, too_many_cells, wrong
from hjalp_pipeline.serving.served_answer import JSON

MEDIA = {"json-stat2": JSON, "csv": "text/csv; charset=utf-8", "px": "application/octet-stream"}
_SEPARATORS = {"separatortab": "\t", "separatorspace": " ", "separatorsemicolon": ";"}
_SHOWN = ("usecodes", "usetexts", "usecodesandtexts")
_KEY = re.compile(r"(valuecodes|codelist)\[([^\[\]]+)\]", re.IGNORECASE)
_Chosen = tuple[tuple[Variable, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Selection:
    """What is made: values by variable, those of the stub first, the last ``headings`` in the heading."""

    form: str
    params: frozenset[str]
    chosen: _Chosen
    headings: int


def read_selection(cube: Cube, asked: Asked) -> Selection:
    """What is asked of a table, the default selection when nothing is. Problem."""
    form = (asked.word("outputFormat") or FORMATS[0]).lower()
    if form not in FORMATS:
        raise Problem(400, "Unsupported output format", f"{form[:40]} is not offered, only {', '.join(FORMATS)}")
    params = frozenset(one.lower() for one in asked.words("outputFormatParams"))
    _check_params(params)
    values = _values(cube, asked)
    chosen = _chosen(cube, values) if values else default_selection(cube)
    cells = cube.cells_of(chosen)
    if cells > MOST_CELLS:
        raise too_many_cells(cells, MOST_CELLS)
    placed, headings = _placed(chosen, *_placement(asked))
    return Selection(form, params, placed, headings)


def _check_params(params: frozenset[str]) -> None:
    for among in (tuple(_SEPARATORS), _SHOWN):
        if len(params & set(among)) > 1:
            raise wrong("outputFormatParams", " and ".join(sorted(params & set(among))), "one of them")
    for one in params - {*_SEPARATORS, *_SHOWN, "includetitle"}:
        raise wrong("outputFormatParams", one, ", ".join((*_SHOWN, *_SEPARATORS, "includetitle")))


def _values(cube: Cube, asked: Asked) -> dict[str, list[str]]:
    """What is asked for, by variable's code in capitals."""
    for key in asked.options if asked.posted else ():
        if key.lower().startswith(("valuecodes", "codelist")):
            raise wrong(key, "in the address of what is posted", "in the body's selection")
    found: dict[str, list[str]] = {}
    for code, values, codelist in _posted(asked) if asked.posted else _in_address(asked):
        if codelist:
            raise Problem(400, "Non-existent codelist", f"{codelist[:40]}: no codelists are offered")
        if code.upper() == CONTENT.upper():
            _check_content(cube, values)
        elif code.upper() not in cube.by_code:
            raise no_variable(code)
        elif code.upper() in found:
            raise wrong("selection", code, "one for each variable")
        else:
            found[code.upper()] = values
    return found


def _check_content(cube: Cube, values: list[str]) -> None:
    """There is one content, and it may be asked for."""
    of = Variable(CONTENT, cube.form.contents, ())
    selected(of, {cube.form.id: 0}, values or ["*"])


def _in_address(asked: Asked) -> Iterator[tuple[str, list[str], str]]:
    for key, texts in asked.options.items():
        named = _KEY.fullmatch(key)
        if named is None:
            if key.lower().startswith(("valuecodes", "codelist")):
                raise wrong(key, "written so", "valuecodes[VARIABLE]=...")
            continue
        parts = [part.strip() for text in texts for part in _split(str(text))]
        values = [part[1:-1].strip() if part[:1] == "[" and part[-1:] == "]" else part for part in parts]
        codelist = named[1].lower() == "codelist"
        yield named[2], [] if codelist else [value for value in values if value], str(texts[0]) if codelist else ""


def _split(text: str) -> Iterator[str]:
    """Between commas, but those within brackets or an expression; in one pass, as anybody may send anything."""
    depth = first = 0
    for place, sign in enumerate(text):
        if sign in "[(":
            depth += 1
        elif sign in "])":
            depth = max(0, depth - 1)
        elif sign == "," and not depth:
            yield text[first:place]
            first = place + 1
    yield text[first:]


def _posted(asked: Asked) -> Iterator[tuple[str, list[str], str]]:
    selection = asked.get("selection")
    if selection is None:
        return
    if not isinstance(selection, list):
        raise wrong("selection", "what it is", "a list")
    for each in selection:
        of = {str(key).lower(): value for key, value in each.items()} if isinstance(each, Mapping) else {}
        values = of.get("valuecodes") or []
        if not isinstance(of.get("variablecode"), str) or not isinstance(values, list):
            raise wrong("selection", "what it is", "objects with variableCode and valueCodes")
        yield of["variablecode"], [str(value) for value in values], str(of.get("codelist") or "")


def _chosen(cube: Cube, values: Mapping[str, list[str]]) -> _Chosen:
    found = []
    for code, variable in cube.by_code.items():
        if values.get(code):
            found.append((variable, tuple(selected(variable, cube.places[variable.code], values[code]))))
        elif variable.total is None:
            raise must_be_selected(variable.code)
    return tuple(found)


def default_selection(cube: Cube) -> _Chosen:
    """The newest time; every value of another variable that cannot be left out; totals for the rest."""
    return tuple(
        (variable, (len(variable.values) - 1,) if variable.role == "time" else tuple(range(len(variable.values))))
        for variable in cube.form.variables
        if variable.total is None
    )


def _placement(asked: Asked) -> tuple[list[str], list[str]]:
    placement = asked.get("placement") if asked.posted else None
    of = Asked({}, placement if isinstance(placement, Mapping) else {}, posted=True) if asked.posted else asked
    return [code.upper() for code in of.words("stub")], [code.upper() for code in of.words("heading")]


def _placed(chosen: _Chosen, stub: list[str], heading: list[str]) -> tuple[_Chosen, int]:
    """The variables in their places; one that is placed nowhere stands in the stub, or in the heading when it is time."""
    by_code = {variable.code.upper(): (variable, places) for variable, places in chosen}
    named = [code for code in (*stub, *heading) if code != CONTENT.upper()]
    for code in named:
        if code not in by_code or named.count(code) > 1:
            raise Problem(400, "Illegal placement", f"{code[:40]} is not selected, or placed twice")
    rest = [code for code in by_code if code not in named]
    if not named:
        heading = [code for code in rest if by_code[code][0].role == "time"]
        rest = [code for code in rest if code not in heading]
    heading = [code for code in heading if code in by_code]
    order = [*(code for code in stub if code in by_code), *rest, *heading]
    return tuple(by_code[code] for code in order), len(heading)


def as_selection(chosen: _Chosen, language: Language, href: str) -> dict[str, Any]:
    """A selection as it can be posted."""
    return {
        "selection": [
            {"variableCode": variable.code, "valueCodes": [variable.codes[place] for place in places]}
            for variable, places in chosen
        ],
        "language": language,
        "links": [{"rel": "self", "hreflang": language, "href": href}],
    }


def written(extract: Extract, selection: Selection, language: Language) -> bytes | Iterator[bytes]:
    """The answer in its format."""
    if selection.form == "px":
        return px(extract, selection.headings)
    if selection.form == "json-stat2":
        return json_bytes(described(extract, extract.cells(), language))
    return _csv(extract, selection, language)


def _csv(extract: Extract, selection: Selection, language: Language) -> Iterator[bytes]:
    how = next((one for one in _SHOWN if one in selection.params), "usetexts")
    separator = next((sign for one, sign in _SEPARATORS.items() if one in selection.params), ",")
    texts = [
        [_shown(how, value.code, getattr(value.text, language)) for value in variable.values]
        for variable in extract.variables
    ]
    stub = len(texts) - selection.headings
    names = [
        variable.code if how == "usecodes" else getattr(variable.text, language)
        for variable in extract.variables[:stub]
    ]
    across = (
        [" ".join(of) for of in product(*texts[stub:])] if selection.headings else [getattr(extract.contents, language)]
    )
    yield BOM
    if "includetitle" in selection.params:
        yield '"{}"\r\n\r\n'.format(getattr(extract.title, language).replace('"', '""')).encode()
    yield from csv_rows(
        extract, [*names, *across], texts[:stub], headings=selection.headings, separator=separator, decimal="."
    )


def _shown(how: str, code: str, text: str) -> str:
    return {"usecodes": code, "usecodesandtexts": f"{code} {text}"}.get(how, text)
