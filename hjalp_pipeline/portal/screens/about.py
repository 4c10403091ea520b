"""About: data protection, accessibility, browsers, whom to ask. For everybody, also without a login; reads nothing."""

from starlette.requests import Request
from starlette.responses import HTMLResponse

from hjalp_pipeline.portal.portal import Portal
from hjalp_pipeline.portal.rendering import render


def about(portal: Portal, request: Request) -> HTMLResponse:
    """The page."""
    values = {
        "visit": None,
        "base": "",
        "komnr": "",
        "kommune": "",
        "declaration": None,
        "here": request.url.path,
        "message": "I er logget ud." if "ud" in request.query_params else "",
        "contact": portal.settings.contact,
    }
    return HTMLResponse(render("about", values))
