"""The addresses of PxWebApi 2 (``/api/v2``): config, tables, metadata, default selection and data."""

from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hjalp_pipeline.publishing.jsonstat import json_bytes
from hjalp_pipeline.publishing.table import Language
from hjalp_pipeline.serving.asked import Asked, NotUnderstood, TooLong, read_asked
from hjalp_pipeline.serving.published_shelf import Damaged, Publisher, Shelf, Table
from hjalp_pipeline.serving.pxweb_data import MEDIA, as_selection, default_selection, read_selection, written
from hjalp_pipeline.serving.pxweb_metadata import config, listed, metadata, table_response
from hjalp_pipeline.serving.pxweb_problems import Problem, no_table, problem, wrong
from hjalp_pipeline.serving.served_answer import JSON, answer

PREFIX = "/api/v2"
_Answers = Callable[[Request, Shelf, Asked, Language], Response]


def pxweb_routes(publisher: Publisher, base_of: Callable[[Request], str], calls: int, seconds: int) -> list[BaseRoute]:
    """Every address. ``base_of``: what links begin with; ``calls`` in ``seconds`` are what a caller may make."""

    def told_config(request: Request, _shelf: Shelf, _asked: Asked, _language: Language) -> Response:
        return answer(request, lambda: json_bytes(config(calls, seconds)), JSON, "config")

    def told_tables(request: Request, shelf: Shelf, asked: Asked, language: Language) -> Response:
        found = listed(shelf, asked, language, base_of(request) + PREFIX, publisher.now())
        stamp = None if asked.word("pastDays") else shelf.stamp
        return answer(request, lambda: json_bytes(found), JSON, stamp)

    def of_table(make: Callable[[Table, Language, str], object]) -> _Answers:
        def told(request: Request, shelf: Shelf, asked: Asked, language: Language) -> Response:
            table = _table(shelf, asked)
            base = base_of(request) + PREFIX
            return answer(
                request, lambda: json_bytes(make(table, language, base)), JSON, table.stamp, table.cube.form.updated
            )

        return told

    def told_data(request: Request, shelf: Shelf, asked: Asked, language: Language) -> Response:
        table = _table(shelf, asked)
        selection = read_selection(table.cube, asked)
        return answer(
            request,
            lambda: written(table.cube.extract(selection.chosen), selection, language),
            MEDIA[selection.form],
            table.stamp,
            table.cube.form.updated,
        )

    def default(table: Table, language: Language, base: str) -> object:
        address = f"{base}/tables/{table.id}/defaultselection?lang={language}"
        return as_selection(default_selection(table.cube), language, address)

    doors: dict[str, _Answers] = {
        "/config": told_config,
        "/tables": told_tables,
        "/tables/{table}": of_table(lambda table, language, base: table_response(table.cube.form, language, base)),
        "/tables/{table}/metadata": of_table(lambda table, language, base: metadata(table.cube.form, language, base)),
        "/tables/{table}/defaultselection": of_table(default),
        "/tables/{table}/data": told_data,
    }
    return [
        Route(
            f"{PREFIX}{path}",
            _door(publisher, answers),
            methods=["GET", "POST"] if path.endswith("}/data") else ["GET"],
        )
        for path, answers in doors.items()
    ]


def _door(publisher: Publisher, answers: _Answers) -> Callable[[Request], object]:
    async def door(request: Request) -> Response:
        try:
            asked = await read_asked(request)
            language = _language(asked)
            return await run_in_threadpool(lambda: answers(request, publisher.shelf(), asked, language))
        except Problem as fault:
            return problem(fault)
        except NotUnderstood:
            return problem(Problem(400, "Bad Request", "the body is no JSON object"))
        except TooLong:
            return problem(Problem(413, "Payload Too Large"))
        except Damaged:
            return problem(Problem(503, "Service Unavailable", "the table cannot be delivered at the moment"))

    return door


def _language(asked: Asked) -> Language:
    word = asked.word("lang").lower() or "da"
    if word not in ("da", "en"):
        raise wrong("lang", word, "da, en")
    return "en" if word == "en" else "da"


def _table(shelf: Shelf, asked: Asked) -> Table:
    found = shelf.table(asked.path["table"])
    if found is None:
        raise no_table()
    return found
