"""About: data protection, accessibility, browsers, whom to ask. For everybody, also without a login; reads nothing."""

from starlette.requests import Request
from starlette.responses import HTMLResponse

from hjalp_pipeline.portal.door_keeping import session_of
from hjalp_pipeline.portal.portal import Portal
from hjalp_pipeline.portal.rendering import render
from hjalp_pipeline.portal.typed_again import nobody
from hjalp_pipeline.portal.visit import Visit


def about(portal: Portal, request: Request) -> HTMLResponse:
    """The page."""
    session = session_of(portal, request)
    around = nobody(request)
    if session is not None:
        around = {**Visit(portal, request, session, portal.root, "", "").around(), "declaration": None, "base": ""}
    if "ud" in request.query_params:
        around["message"] = "I er logget ud." if session is None else ""
    return HTMLResponse(render("about", {**around, "contact": portal.settings.contact}))
