"""Who is answered. A page of anybody's, open in the browser of whoever runs this, can send requests here: none is heard.

A server on 127.0.0.1 without a login takes its caller for its owner. Three things tell a foreign page from ours, and a page can
forge none of them: ``Host`` (a name of the page's own that was made to point here, DNS rebinding), ``Origin`` and
``Sec-Fetch-Site``. Browsers send one of the last two with everything but a plain GET; what sends neither is no browser.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hjalp_pipeline.web.address import Address

#: On everything: not framed, not embedded, not sniffed, not shared with another origin, its address told to nobody.
HEADERS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
FRAMING = "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
_SAFE = ("GET", "HEAD")


class Guard:
    """An ASGI application before another: foreign requests and websockets are refused, answers carry ``HEADERS``."""

    def __init__(self, app: ASGIApp, address: Address) -> None:
        """``address``: the names we answer to."""
        self._app, self._address = app, address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse with a sentence (HTTP 403; a websocket is not opened)."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        why = refusal(scope, self._address)
        if scope["type"] == "websocket":
            if why is None:
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": why})
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _set_headers(MutableHeaders(scope=message))
            await send(message)

        app = self._app if why is None else PlainTextResponse(f"Refused: {why}.\n", 403)
        await app(scope, receive, send_guarded)


def refusal(scope: Scope, address: Address) -> str | None:
    """Why a request or the opening of a websocket is refused; None when it is ours."""
    headers = Headers(scope=scope)
    peer, hosts = scope.get("client"), headers.getlist("host")
    if not address.admits(peer[0] if peer else None):
        return "this server is reached through its proxy (--proxy-address)"
    if len(hosts) != 1 or hosts[0].lower() not in address.origins:
        return "the server is not called that (Host); a proxy's name is given with --behind-proxy"
    if any(origin != address.origins[hosts[0].lower()] for origin in headers.getlist("origin")):
        return "it comes from a page of another origin (Origin)"
    sites = headers.getlist("sec-fetch-site")
    if scope["type"] == "http" and scope["method"] in _SAFE:
        if all(site in ("same-origin", "none") for site in sites) or _is_followed_link(headers):
            return None
    elif all(site == "same-origin" for site in sites):
        return None
    return "it comes from a page of another site (Sec-Fetch-Site)"


def _is_followed_link(headers: Headers) -> bool:
    """A link in a letter may lead here, into a window of its own; a frame, an image or a script may not."""
    return headers.getlist("sec-fetch-mode") == ["navigate"] and headers.getlist("sec-fetch-dest") == ["document"]


def _set_headers(headers: MutableHeaders) -> None:
    for name in [name for name in headers if name.startswith("access-control-")]:
        del headers[name]
    for name, value in HEADERS.items():
        headers[name] = value
    headers.append("content-security-policy", FRAMING)  # beside the page's own: both hold
