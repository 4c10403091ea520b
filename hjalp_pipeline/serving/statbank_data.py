"""A table's figures as the StatBank's API gives them: which were asked for, and in which of its formats."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from hjalp_pipeline.publishing.jsonstat import dataset, json_bytes
from hjalp_pipeline.publishing.px import px
from hjalp_pipeline.publishing.table import Language, Variable
from hjalp_pipeline.serving.asked import Asked
from hjalp_pipeline.serving.csv_rows import BOM, csv_rows
from hjalp_pipeline.serving.cube import Cube, Extract
from hjalp_pipeline.serving.served_answer import JSON
from hjalp_pipeline.serving.statbank_errors import (
    missing,
    must_be_chosen,
    no_sums,
    no_time_order,
    no_variable,
    not_offered,
    too_many,
    wrong,
)
from hjalp_pipeline.serving.statbank_selectors import chosen

#: Rows times columns of a format that is not streamed.
MOST_CELLS = 1_000_000
MEDIA = {
    "CSV": "text/csv; charset=utf-8",
    "BULK": "text/csv; charset=utf-8",
    "JSONSTAT": JSON,
    "PX": "text/plain; charset=utf-8",
}
_ELSEWHERE = frozenset(
    ("XLSX", "SDMXCOMPACT", "SDMXGENERIC", "HTML", "HTML5", "HTML5INCLNOTES", "DSTML", "PNG", "AREMOS")
)
_SEPARATORS = {"SEMICOLON": ";", "TAB": "\t", "COMMA": ",", "PIPE": "|"}
_SHOWN = ("DEFAULT", "CODE", "VALUE", "CODEANDVALUE", "VALUEANDCODE")
#: What stands beside variables in a query.
_OPTIONS = frozenset(
    ("lang", "table", "format", "valuepresentation", "timeorder", "delimiter", "variables", "chartsettings")
) | frozenset(("allowvariablesinhead", "allowcodeoverrideincolumnnames", "valuetransformationsettings"))


#: A variable with its place, as the StatBank's console writes it in an address.
_PLACED = re.compile(r"([^() ]+) ?\((head|stub)\)", re.IGNORECASE)


@dataclass(frozen=True)
class _Wanted:
    code: str
    selectors: tuple[str, ...]
    head: bool


@dataclass(frozen=True)
class Order:
    """What is made: the places of values by variable, in the order of columns, the last ``headings`` of them in the heading."""

    form: str
    shown: str
    separator: str
    override: bool
    chosen: tuple[tuple[Variable, tuple[int, ...]], ...]
    headings: int


def read_order(cube: Cube, asked: Asked) -> Order:
    """What is asked of a table; Refused."""
    form = _word(asked, "format", asked.path.get("format", ""))
    if form in _ELSEWHERE:
        raise not_offered(form, ", ".join(MEDIA))
    if form not in MEDIA:
        raise missing("Format ikke angivet, eller ikke gyldigt", "Format not given, or not valid")
    if asked.get("valueTransformationSettings"):
        raise no_sums("valueTransformationSettings")
    time_order = _option(asked, "timeOrder", ("ASCENDING", "DESCENDING"))
    if form == "BULK" and time_order:
        raise no_time_order()
    wanted = _wanted(cube, asked)
    found = [(cube.by_code[one.code], _places(cube, one, time_order)) for one in wanted]
    found += _unnamed(cube, [one.code for one in wanted], streamed=form == "BULK")
    heads = {one.code for one in wanted if one.head}
    found.sort(key=lambda one: one[0].code.upper() in heads)
    across = form == "PX" or (form == "CSV" and asked.flag("allowVariablesInHead"))
    if across and not heads:
        found.sort(key=lambda one: one[0].role == "time")
    cells = cube.cells_of(found) * (len(found) + 1)
    if form != "BULK" and cells > MOST_CELLS:
        raise too_many(cells, MOST_CELLS)
    return Order(
        form,
        _option(asked, "valuePresentation", _SHOWN) or "DEFAULT",
        _SEPARATORS[_option(asked, "delimiter", tuple(_SEPARATORS)) or "SEMICOLON"],
        asked.flag("allowCodeOverrideInColumnNames"),
        tuple(found),
        (len(heads) or 1) if across else 0,
    )


def _word(asked: Asked, name: str, written: str = "") -> str:
    return (written or asked.word(name)).upper()


def _option(asked: Asked, name: str, one_of: Sequence[str]) -> str:
    found = _word(asked, name)
    if found and found not in one_of:
        raise wrong(name, found[:20], ", ".join(one_of))
    return found


def _wanted(cube: Cube, asked: Asked) -> list[_Wanted]:
    """The variables named, in their order, each once: of the body, or of the query."""
    named: dict[str, _Wanted] = {}
    for code, values, placement in _named(asked):
        if code.upper() not in cube.by_code:
            raise no_variable(code[:40])
        selectors = tuple(
            str(value) for value in (values if isinstance(values, list) else [values]) if str(value).strip()
        )
        if not selectors:
            raise must_be_chosen(cube.by_code[code.upper()].code)
        before = named.get(code.upper(), _Wanted(code.upper(), (), head=False))
        head = before.head or placement.lower() == "head"
        named[code.upper()] = _Wanted(code.upper(), before.selectors + selectors, head)
    return list(named.values())


def _named(asked: Asked) -> Iterator[tuple[str, Any, str]]:
    for each in _listed(asked.get("variables")):
        if not isinstance(each, Mapping) or not each.get("code"):
            raise missing("Variabel uden kode", "A variable without a code")
        of = {str(key).lower(): value for key, value in each.items()}
        yield str(of.get("code", "")), of.get("values") or [], str(of.get("placement") or "")
    for name, values in asked.options.items():
        if name.lower() not in _OPTIONS and isinstance(
            values, list
        ):  # a query's: a body's variables stand in their list
            placed = _PLACED.fullmatch(name)
            code, placement = placed.groups() if placed else (name, "")
            yield code, [value for text in values for value in _split(str(text))], placement


def _listed(variables: Any) -> list[Any]:
    return variables if isinstance(variables, list) else []


def _split(text: str) -> list[str]:
    return [part for part in text.split(",") if part.strip()]


def _places(cube: Cube, one: _Wanted, time_order: str) -> tuple[int, ...]:
    variable = cube.by_code[one.code]
    found = chosen(variable, cube.places[variable.code], one.selectors)
    backwards = variable.role == "time" and time_order == "DESCENDING"
    return tuple(reversed(found) if backwards else found)


def _unnamed(cube: Cube, named: Sequence[str], *, streamed: bool) -> list[tuple[Variable, tuple[int, ...]]]:
    """The newest time when none is asked for; what has a total is left out for it, and all else must be named."""
    found: list[tuple[Variable, tuple[int, ...]]] = []
    for code, variable in cube.by_code.items():
        if code in named:
            continue
        if streamed or (variable.role != "time" and variable.total is None):
            raise must_be_chosen(variable.code)
        if variable.role == "time":
            found.append((variable, (len(variable.values) - 1,)))
    return found


def written(extract: Extract, order: Order, language: Language) -> bytes | Iterator[bytes]:
    """The answer in its format."""
    if order.form == "PX":
        return px(extract, order.headings)
    if order.form == "JSONSTAT":
        return json_bytes({"dataset": _first_version(dataset(extract, extract.cells(), language))})
    return _csv(extract, order, language)


def _first_version(found: dict[str, Any]) -> dict[str, Any]:
    """A dataset as JSON-stat 1 has it: what names the dimensions stands among them."""
    dimension = {**found["dimension"], **{name: found[name] for name in ("id", "size", "role")}}
    kept: dict[str, Any] = {
        name: found[name] for name in ("label", "source", "updated", "value", "status") if name in found
    }
    return {"dimension": dimension, **kept}


def _csv(extract: Extract, order: Order, language: Language) -> Iterator[bytes]:
    texts = [
        [_shown(order.shown, value.code, getattr(value.text, language)) for value in one.values]
        for one in extract.variables
    ]
    names = [
        getattr(one.text, language) if order.override and order.shown != "CODE" else one.code.upper()
        for one in extract.variables
    ]
    stub = len(names) - order.headings
    across = [" ".join(of) for of in product(*texts[stub:])] if order.headings else ["INDHOLD"]
    if order.form == "CSV":
        yield BOM
    yield from csv_rows(
        extract,
        [*names[:stub], *across],
        texts[:stub],
        headings=order.headings,
        separator=order.separator,
        decimal="," if language == "da" else ".",
    )


def _shown(how: str, code: str, text: str) -> str:
    return {"CODE": code, "CODEANDVALUE": f"{code} {text}", "VALUEANDCODE": f"{text} {code}"}.get(how, text)
