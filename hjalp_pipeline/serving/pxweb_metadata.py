"""Configuration, tables and a table's metadata, as PxWebApi 2 tells them (PxAPI-2.yml)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from hjalp_pipeline import __version__
from hjalp_pipeline.publishing.jsonstat import CONTENT, dataset
from hjalp_pipeline.publishing.table import LANGUAGES, Language, TableForm, Variable
from hjalp_pipeline.serving.asked import Asked
from hjalp_pipeline.serving.published_shelf import Shelf
from hjalp_pipeline.serving.pxweb_problems import Problem, wrong

#: Figures of one answer.
MOST_CELLS = 1_000_000
#: Tables of a page, unless another number is asked for.
_PAGE, _MOST_OF_PAGE = 20, 10_000
#: Longer ago than anything is.
_MOST_DAYS = 99_999
FORMATS = ("json-stat2", "csv", "px")


def config(calls: int, seconds: int) -> dict[str, Any]:
    """What the API is and how much it gives; ``calls`` in ``seconds``."""
    return {
        "apiVersion": "2.0.0",
        "appVersion": __version__,
        "languages": [{"id": "da", "label": "Dansk"}, {"id": "en", "label": "English"}],
        "defaultLanguage": "da",
        "maxDataCells": MOST_CELLS,
        "maxCallsPerTimeWindow": calls,
        "timeWindow": seconds,
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "sourceReferences": [
            {"language": "da", "text": "Kilde: Danmarks Statistik"},
            {"language": "en", "text": "Source: Statistics Denmark"},
        ],
        "defaultDataFormat": FORMATS[0],
        "dataFormats": list(FORMATS),
        "features": [{"id": "CORS", "params": [{"key": "enabled", "value": "True"}]}],
    }


def listed(shelf: Shelf, asked: Asked, language: Language, base: str, now: datetime) -> dict[str, Any]:
    """A page of the tables that are out. Problem."""
    words = set(asked.word("query").lower().split())
    days = _number(asked, "pastDays", 0)
    forms = [table.cube.form for table in shelf.tables.values()]
    found = [
        form
        for form in forms
        if _has(words, _searched(form, language))
        and (not days or form.updated >= now - timedelta(days=min(days, _MOST_DAYS)))
    ]
    size = min(_number(asked, "pageSize", _PAGE), _MOST_OF_PAGE)
    page, pages = _number(asked, "pageNumber", 1), max(1, ceil(len(found) / size))
    if page > pages:
        raise Problem(404, "Non-existent page", f"there are {pages} pages")
    here = found[(page - 1) * size : page * size]
    return {
        "language": language,
        "tables": [_short(form, language, base) for form in here],
        "page": {
            "pageNumber": page,
            "pageSize": size,
            "totalElements": len(found),
            "totalPages": pages,
            "links": [
                _link(rel, language, f"{base}/tables?lang={language}&pagesize={size}&pageNumber={number}")
                for rel, number in (("self", page), ("next", page + 1), ("previous", page - 1), ("last", pages))
                if 1 <= number <= pages
            ],
        },
        "links": [_link("self", language, f"{base}/tables?lang={language}")],
    }


def _number(asked: Asked, name: str, default: int) -> int:
    word = asked.word(name)
    if not word:
        return default
    if not (word.isascii() and word.isdigit() and len(word) <= 6 and int(word)):
        raise wrong(name, word, "a whole number of 1 or more")
    return int(word)


def _has(words: Iterable[str], text: str) -> bool:
    return all(word in text for word in words)


def _searched(form: TableForm, language: Language) -> str:
    variables = (getattr(variable.text, language) for variable in form.variables)
    return " ".join((form.id, getattr(form.title, language), getattr(form.subject_area, language), *variables)).lower()


def table_response(form: TableForm, language: Language, base: str) -> dict[str, Any]:
    """A table by itself."""
    return {"language": language, **_short(form, language, base)}


def _short(form: TableForm, language: Language, base: str) -> dict[str, Any]:
    times = form.time.codes
    address = f"{base}/tables/{form.id}"
    return {
        "id": form.id,
        "label": getattr(form.title, language),
        "description": getattr(form.contents, language),
        "updated": _utc(form.updated),
        "firstPeriod": times[0],
        "lastPeriod": times[-1],
        "category": "public",
        "variableNames": [getattr(variable.text, language) for variable in form.variables],
        "discontinued": False,
        "source": getattr(form.source, language),
        "subjectCode": form.subject_code,
        "timeUnit": "Quarterly" if form.by_quarter else "Annual",
        "paths": [[{"id": form.subject_code, "label": getattr(form.subject_area, language)}]],
        "links": [
            _link("self", language, f"{address}?lang={language}"),
            *(_link("alternate", other, f"{address}?lang={other}") for other in LANGUAGES if other != language),
            _link("metadata", language, f"{address}/metadata?lang={language}"),
            _link("data", language, f"{address}/data?lang={language}&outputFormat={FORMATS[0]}"),
        ],
    }


def _link(rel: str, language: Language, href: str) -> dict[str, str]:
    return {"rel": rel, "hreflang": language, "href": href}


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def metadata(form: TableForm, language: Language, base: str) -> dict[str, Any]:
    """A table's texts, variables and codes: the dataset of ``described`` without a figure."""
    found = described(form, (), language)
    return found | {"value": [], "href": f"{base}/tables/{form.id}/metadata?lang={language}"}


def described(form: TableForm, cells: Sequence[int | str], language: Language) -> dict[str, Any]:
    """A dataset with what PxWebApi 2 says beside it in its extensions."""
    found = dataset(form, cells, language)
    for variable in form.variables:
        found["dimension"][variable.code]["extension"] = _elimination(variable)
    kind = "Stock" if form.stock else "Flow"
    found["dimension"][CONTENT]["extension"] = {
        "elimination": True,
        "eliminationValueCode": form.id,
        "refperiod": {form.id: getattr(form.publication.refperiod, language)},
        "measuringType": {form.id: kind},
        "show": "value",
        "codelists": [],
    }
    stub = [variable.code for variable in form.variables if variable.role != "time"]
    found["extension"]["px"] |= {
        "matrix": form.id,
        "contents": getattr(form.contents, language),
        "description": getattr(form.title, language),
        "stub": stub,
        "heading": [form.time.code],
        "subject-code": form.subject_code,
        "subject-area": getattr(form.subject_area, language),
        "official-statistics": form.publication.official_statistics,
        "copyright": True,
        "link": getattr(form.publication.link, language),
        "updateFrequency": form.publication.update_frequency,
    }
    found["extension"] |= {
        "firstPeriod": form.time.codes[0],
        "lastPeriod": form.time.codes[-1],
        "discontinued": False,
        "contact": [{"raw": getattr(form.publication.contact, language)}],
    }
    if form.next_update is not None:
        found["extension"]["px"]["nextUpdate"] = _utc(form.next_update)
    return found


def _elimination(variable: Variable) -> dict[str, Any]:
    total = {} if variable.total is None else {"eliminationValueCode": variable.total}
    return {"elimination": variable.total is not None, **total, "show": "value", "codelists": []}
