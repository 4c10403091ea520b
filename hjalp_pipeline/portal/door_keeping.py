"""Before every page: who asks, whether they may, how often, and whether a form is ours."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.portal.portal import Portal
from hjalp_pipeline.portal.sessions import Session
from hjalp_pipeline.portal.typed_again import OLD, given_back, logged_out
from hjalp_pipeline.portal.visit import Door, Handler, OutdatedError, RoleError, Visit, missing
from hjalp_pipeline.storage.portal_lists import OFFICE

#: Bytes of a form without a file.
LONGEST_FORM = 256 << 10
_MOST_FIELDS = 300
Endpoint = Callable[[Request], Awaitable[Response]]


def session_of(portal: Portal, request: Request) -> Session | None:
    """The session of a request; 429 when it asks too often."""
    session = portal.sessions.of(request.cookies.get(portal.cookie("session")))
    if session and not portal.requests.admits(session.key):
        raise HTTPException(429, "Der er kommet for mange forespørgsler på et minut. Vent lidt, og prøv igen.")
    return session


def visit_of(portal: Portal, request: Request, role: str) -> Visit | None:
    """The visit to a page that needs a role; None without a login. 404 when it is not theirs."""
    session = session_of(portal, request)
    if session is None:
        return None
    statistic, komnr = request.path_params.get("statistic", ""), request.path_params.get("komnr", "")
    if statistic not in portal.roots or (role != OFFICE and komnr not in NAVN):
        raise missing()
    visit = Visit(portal, request, session, portal.roots[statistic], komnr if role != OFFICE else "", role)
    if not visit.may(role):
        if (
            request.method != "GET"
            or role == OFFICE
            or not visit.portal.rights.of(session.person, statistic, visit.today).get(komnr)
        ):
            raise missing()
        raise RoleError(visit)
    return visit


def is_ours(visit: Visit, token: str) -> bool:
    """Whether a form was made by us, for this session and this address; the log tells when not."""
    if visit.session.owns_form(token, visit.request.url.path):
        return True
    visit.log("formular", result="afvist")
    return False


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a form without a file, 400 for anything else."""
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/x-www-form-urlencoded":
        raise HTTPException(400, "Formularen kan ikke læses.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            raise HTTPException(413, "Formularen er for lang.")
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise HTTPException(400, "Formularen kan ikke læses.") from None
    return dict(fields)


def to_login(request: Request) -> Response:
    """Lead to the login, and back to the page afterwards."""
    return RedirectResponse(f"/login?til={quote(request.url.path)}", 303)


def endpoint(portal: Portal, door: Door) -> Endpoint:
    """What answers at a door."""

    def shown(request: Request, handler: Handler) -> Response:
        visit = visit_of(portal, request, door.role)
        return to_login(request) if visit is None else handler(visit)

    def taken(request: Request, handler: Handler, form: dict[str, str]) -> Response:
        token, visit = form.pop("token", ""), visit_of(portal, request, door.role)
        if visit is None:
            return logged_out(request, form)
        if not is_ours(visit, token):
            return given_back(request, form, OLD, 403, visit.around())
        visit.form = form
        try:
            return handler(visit)
        except HTTPException as fault:
            if fault.status_code not in (400, 409, 429):
                raise
            instead = f"{visit.base}/{fault.instead}" if isinstance(fault, OutdatedError) else ""
            return given_back(request, form, fault.detail, fault.status_code, visit.around(), instead=instead)

    async def at_the_door(request: Request) -> Response:
        handler = door.post if request.method == "POST" else door.get
        if handler is None:
            raise HTTPException(405, "Siden tager ikke imod det.")
        if request.method == "POST":
            return await run_in_threadpool(taken, request, handler, await form_of(request))
        return await run_in_threadpool(shown, request, handler)

    return at_the_door


def route(portal: Portal, door: Door) -> Route:
    """A door as a route."""
    before = "/kontor/{statistic}" if door.role == OFFICE else "/{statistic}/{komnr}"
    methods: list[Any] = [name for name, handler in (("GET", door.get), ("POST", door.post)) if handler]
    return Route(f"{before}/{door.path}", endpoint(portal, door), methods=methods)
