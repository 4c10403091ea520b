"""The addresses of the StatBank's API, as api.statbank.dk has them: subjects, tables, tableinfo and data, GET and POST."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from hjalp_pipeline.publishing.jsonstat import json_bytes
from hjalp_pipeline.publishing.table import Language
from hjalp_pipeline.serving.asked import Asked, NotUnderstood, TooLong, read_asked
from hjalp_pipeline.serving.published_shelf import Damaged, Publisher, Shelf, Table
from hjalp_pipeline.serving.served_answer import TEXT_JSON, answer
from hjalp_pipeline.serving.statbank_data import MEDIA, read_order, written
from hjalp_pipeline.serving.statbank_errors import (
    Refused,
    empty,
    missing,
    no_table,
    not_now,
    not_offered,
    too_long,
    wrong,
)
from hjalp_pipeline.serving.statbank_metadata import subjects, table_info, tables

PREFIX = "/v1"
_Answers = Callable[[Request, Shelf, Asked, Language], Response]


def statbank_routes(publisher: Publisher) -> list[BaseRoute]:
    """Every address, with what it names in the path or in its options."""

    def told_subjects(request: Request, shelf: Shelf, asked: Asked, language: Language) -> Response:
        found = subjects(shelf, asked, language)
        return answer(request, lambda: json_bytes(found), TEXT_JSON, shelf.stamp)

    def told_tables(request: Request, shelf: Shelf, asked: Asked, language: Language) -> Response:
        found = tables(shelf, asked, language, publisher.now())
        stamp = None if asked.word("pastdays") else shelf.stamp
        return answer(request, lambda: json_bytes(found), TEXT_JSON, stamp)

    def told_info(request: Request, shelf: Shelf, asked: Asked, language: Language) -> Response:
        table = _table(shelf, asked)
        form = table.cube.form
        return answer(request, lambda: json_bytes(table_info(form, language)), TEXT_JSON, table.stamp, form.updated)

    def told_data(request: Request, shelf: Shelf, asked: Asked, language: Language) -> Response:
        table = _table(shelf, asked)
        order = read_order(table.cube, asked)

        def make() -> object:
            return written(table.cube.extract(order.chosen), order, language)

        return answer(request, make, MEDIA[order.form], table.stamp, table.cube.form.updated)  # type: ignore[arg-type]  # it is what written gives

    doors: dict[str, _Answers] = {
        "subjects": told_subjects,
        "subjects/{subjects}": told_subjects,
        "tables": told_tables,
        "tableinfo": _json_only(told_info),
        "tableinfo/{table}": _json_only(told_info),
        "data": told_data,
        "data/{table}": told_data,
        "data/{table}/{format}": told_data,
    }
    return [
        Route(f"{PREFIX}/{path}", _door(publisher, answers), methods=["GET", "POST"]) for path, answers in doors.items()
    ]


def _json_only(answers: _Answers) -> _Answers:
    def checked(request: Request, shelf: Shelf, asked: Asked, language: Language) -> Response:
        if asked.word("format").upper() not in ("", "JSON"):
            raise not_offered(asked.word("format")[:20], "JSON")
        return answers(request, shelf, asked, language)

    return checked


def _door(publisher: Publisher, answers: _Answers) -> Callable[[Request], object]:
    async def door(request: Request) -> Response:
        language: Language = "da"
        try:
            asked = await read_asked(request)
            if asked.posted and not asked.options and "table" not in asked.path and "subjects" not in request.url.path:
                raise empty()
            language = _language(asked)
            return await run_in_threadpool(lambda: answers(request, publisher.shelf(), asked, language))
        except Refused as fault:
            return refusal(fault, language)
        except NotUnderstood:
            return refusal(empty(), language)
        except TooLong:
            return refusal(too_long(), language)
        except Damaged:
            return refusal(not_now(), language)

    return door


def refusal(fault: Refused, language: Language = "da") -> Response:
    """What is sent instead of an answer."""
    return JSONResponse(fault.body(language), fault.status, headers={"cache-control": "no-store"})


def _language(asked: Asked) -> Language:
    word = asked.word("lang").lower() or "da"
    if word not in ("da", "en"):
        raise wrong("lang", word[:20], "da, en")
    return "en" if word == "en" else "da"


def _table(shelf: Shelf, asked: Asked) -> Table:
    name = asked.path.get("table") or asked.word("table")
    if not name:
        raise missing("Tabel ikke angivet", "Table not given")
    found = shelf.table(name)
    if found is None:
        raise no_table()
    return found
