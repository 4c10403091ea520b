"""The application: every page's addresses, what is served as a file, and what is said when something is wrong."""

import contextlib
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from hjalp_pipeline.portal.door_keeping import route
from hjalp_pipeline.portal.drafts import forget_unfinished
from hjalp_pipeline.portal.login import Login
from hjalp_pipeline.portal.page_parts import report_css
from hjalp_pipeline.portal.portal import Portal
from hjalp_pipeline.portal.portal_headers import Contained, PortalHeaders
from hjalp_pipeline.portal.rendering import render
from hjalp_pipeline.portal.screens import (
    about,
    approving,
    front,
    held_data,
    more_time,
    office_queues,
    own_overview,
    questions,
    receipt_list,
    requirements,
    send_file,
    test_channel,
    type_in,
)
from hjalp_pipeline.portal.typed_again import nobody
from hjalp_pipeline.portal.upload_door import upload_route
from hjalp_pipeline.portal.upload_sending import finish_sending
from hjalp_pipeline.portal.upload_store import forget_old
from hjalp_pipeline.portal.visit import RoleError
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.files import sweep
from hjalp_pipeline.web.address import Address
from hjalp_pipeline.web.guard import Guard

SCREENS = (
    own_overview, send_file, type_in, receipt_list, approving, more_time, questions, held_data, requirements, test_channel,
    office_queues,
)  # fmt: skip
_HEADINGS = {
    400: "Det kan vi ikke bruge",
    403: "Siden kræver en anden rolle",
    404: "Siden findes ikke",
    413: "For stor",
    429: "For mange forespørgsler",
    503: "Siden kan ikke vises nu",
}
#: Seconds between two clean-ups.
_CLEAN_UP = 3600.0


def portal_routes(portal: Portal) -> list[BaseRoute]:
    """Every address, those of a file's form before those of the pages."""

    async def front_page(request: Request) -> Response:
        return await run_in_threadpool(front.first_page, portal, request)

    async def about_page(request: Request) -> Response:
        return await run_in_threadpool(about.about, portal, request)

    async def report_style(_request: Request) -> Response:
        return Response(report_css(), media_type="text/css")

    return [
        Route("/", front_page),
        Route("/om", about_page),
        *Login(portal).routes(),
        Route("/static/report.css", report_style),
        Mount("/static", StaticFiles(directory=Path(str(files("hjalp_pipeline.portal"))) / "static")),
        *(route(portal, door) for door in office_queues.DOORS),
        upload_route(portal, "send", test=False),
        upload_route(portal, "proev", test=True),
        *(route(portal, door) for screen in SCREENS[:-1] for door in screen.DOORS),
    ]


def _told(request: Request, status: int, text: str, around: Mapping[str, Any] | None = None) -> Response:
    values = {**(around or nobody(request)), "heading": _HEADINGS.get(status, "Noget gik galt"), "text": text}
    return HTMLResponse(render("fault", values), status)


async def _http(request: Request, fault: Exception) -> Response:
    if not isinstance(fault, HTTPException):
        raise fault
    own = fault.detail if any(char in fault.detail for char in ".:") else "Gå tilbage, og prøv igen."
    return _told(request, fault.status_code, own, fault.visit.around() if isinstance(fault, RoleError) else None)


async def _input(request: Request, _fault: Exception) -> Response:
    return _told(request, 503, "En af kontorets lister har en fejl. Vi retter den. Prøv igen om lidt.")


async def _any(request: Request, _fault: Exception) -> Response:
    return _told(request, 500, "Det er vores fejl. Prøv igen om lidt, eller kontakt Danmarks Statistik.")


def _steps(portal: Portal) -> tuple[Callable[[], object], ...]:
    """What is done at the start and every hour: first what a program that ended left half done."""
    return (
        partial(finish_sending, portal),
        portal.checks.begin_waiting,
        partial(sweep, portal.place.uploads),
        partial(forget_old, portal),
        portal.sessions.forget_old,
        lambda: portal.log.remove_old(portal.now()),
    )


def portal_app(portal: Portal, address: Address) -> ASGIApp:
    """The whole application behind the guard: nobody is answered who does not call it by its name, or comes from elsewhere."""

    @contextlib.asynccontextmanager
    async def running(_app: Starlette) -> AsyncIterator[None]:
        ended = threading.Event()

        def clean_up() -> None:
            while True:
                for step in _steps(portal):
                    try:
                        step()
                    except (
                        Exception
                    ) as fault:  # a locked database, say: the next round does it, and the other steps now
                        sys.stderr.write(f"cleaning up is tried again: {type(fault).__name__}\n")
                if ended.wait(_CLEAN_UP):
                    return

        forget_unfinished(portal.db)
        cleaning = threading.Thread(target=clean_up, daemon=True)
        cleaning.start()
        yield
        ended.set()
        cleaning.join(5)
        portal.close()

    app = Starlette(
        routes=portal_routes(portal),
        lifespan=running,
        exception_handlers={HTTPException: _http, InputError: _input, Exception: _any},
    )
    return Guard(PortalHeaders(Contained(app), secure=portal.secure), address)
