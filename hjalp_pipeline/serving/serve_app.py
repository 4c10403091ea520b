"""The application: both APIs and the files for machines, open to pages of every origin, and what is done before any of them is asked."""

import re
import sys
import traceback
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hjalp_pipeline.serving.machine_files import PREFIX as FOR_MACHINES
from hjalp_pipeline.serving.machine_routes import machine_routes
from hjalp_pipeline.serving.published_shelf import Publisher
from hjalp_pipeline.serving.pxweb_api import PREFIX, pxweb_routes
from hjalp_pipeline.serving.pxweb_problems import Problem, problem
from hjalp_pipeline.serving.statbank_api import refusal, statbank_routes
from hjalp_pipeline.serving.statbank_errors import no_function, no_method, our_fault, too_many_at_a_time, too_often
from hjalp_pipeline.web.address import AddressError, counted_together, is_loopback, plain, proxy_addresses
from hjalp_pipeline.web.rate_limits import WINDOW, RateLimit

#: Requests an address may make in a minute.
MOST_REQUESTS = 300
#: Requests that are answered at a time.
AT_A_TIME = 100
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:[0-9]{1,5})?")


@dataclass(frozen=True)
class Place:
    """Where callers find us: ``public`` is what they see of a proxy (``https://NAME`` or with a path), empty without one.

    ``proxies``: peers, beside this machine, that say for whom they ask.
    """

    public: str = ""
    proxies: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """AddressError unless ``public`` is an origin, with or without a path, and ``proxies`` are addresses."""
        object.__setattr__(self, "proxies", proxy_addresses(self.proxies))
        parts = urlsplit(self.public)
        fits = (
            parts.scheme in ("http", "https") and _HOST.fullmatch(parts.netloc) and not (parts.query or parts.fragment)
        )
        if self.public and not (fits and re.fullmatch(r"(/[A-Za-z0-9._~-]+)*/?", parts.path)):
            raise AddressError(
                f"--behind-proxy {self.public!r} is not of the form https://tal.example.dk or https://example.dk/tal"
            )

    @property
    def path(self) -> str:
        """The path below which a proxy shows us."""
        return urlsplit(self.public).path.rstrip("/")

    def base(self, request: Request) -> str:
        """What links in an answer begin with."""
        if self.public:
            return self.public.rstrip("/")
        host = request.headers.get("host", "")
        return f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else ""

    def caller(self, scope: Scope) -> str:
        """Who asks: the peer, or the one the proxy says last when the peer is our proxy."""
        peer = scope["client"][0] if scope.get("client") else ""
        if self.is_ours(peer):
            told = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))  # a proxy may add a line of its own
            peer = told.rpartition(",")[2].strip() or peer
        return counted_together(peer)

    def is_ours(self, peer: str) -> bool:
        """Whether a peer is a proxy of ours, which says for whom it asks."""
        return bool(self.public) and (is_loopback(peer) or plain(peer) in self.proxies)


def serve_app(publisher: Publisher, place: Place | None = None) -> ASGIApp:
    """The whole application: no state but what is remembered of the last minute's requests."""
    place = place or Place()
    routes = [
        *statbank_routes(publisher),
        *pxweb_routes(publisher, place.base, MOST_REQUESTS, int(WINDOW)),
        *machine_routes(publisher, place.base),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _http, Exception: _http})
    app.router.redirect_slashes = False
    opened = CORSMiddleware(
        _Contained(GZipMiddleware(app, minimum_size=500, compresslevel=1)),
        allow_origins=["*"],
        allow_methods=["GET", "POST", "HEAD"],
        allow_headers=["*"],
        expose_headers=["ETag", "Last-Modified", "Retry-After"],
    )
    return _Door(opened, place, RateLimit(MOST_REQUESTS))


async def _http(request: Request, fault: Exception) -> Response:
    return _told(request.url.path, fault.status_code if isinstance(fault, HTTPException) else 500)


def _told(path: str, status: int) -> Response:
    """What no function of either API says, in the form of the one that was asked."""
    if path.startswith((PREFIX, FOR_MACHINES)):
        return problem(Problem(status, HTTPStatus(status).phrase))
    return refusal({404: no_function, 405: no_method, 429: too_often, 503: too_many_at_a_time}.get(status, our_fault)())


class _Door:
    """Who asks too often is told to wait; the proxy's path and a slash at the end are taken off."""

    def __init__(self, app: ASGIApp, place: Place, limit: RateLimit) -> None:
        self._app, self._place, self._limit = app, place, limit
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            elif scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008})
            return

        async def send_plain(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-content-type-options"] = "nosniff"
                headers["content-security-policy"] = "default-src 'none'; frame-ancestors 'none'"
                headers["cross-origin-resource-policy"] = "cross-origin"
            await send(message)

        if not self._limit.admits(self._place.caller(scope)):
            await self._wait(scope, 429, WINDOW)(scope, receive, send_plain)
            return
        if self._under_way >= AT_A_TIME:
            await self._wait(scope, 503, 1)(scope, receive, send_plain)
            return
        self._under_way += 1
        try:
            await self._app({**scope, "path": self._path(scope)}, receive, send_plain)
        finally:
            self._under_way -= 1

    def _wait(self, scope: Scope, status: int, seconds: float) -> Response:
        told = _told(self._path(scope), status)
        told.headers["retry-after"] = f"{seconds:.0f}"
        told.headers["access-control-allow-origin"] = "*"
        return told

    def _path(self, scope: Scope) -> str:
        path = str(scope["path"])
        if self._place.path and (path + "/").startswith(self._place.path + "/"):
            path = path[len(self._place.path) :]
        return path.rstrip("/") or "/"


class _Contained:
    """A fault nobody foresaw is told by its kind and place alone: its message may hold a path. The application has answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        whole = False

        async def send_seen(message: Message) -> None:
            nonlocal whole
            whole = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        try:
            await self._app(scope, receive, send_seen)
        except Exception as fault:
            places = traceback.extract_tb(fault.__traceback__)
            own = next((one for one in reversed(places) if "hjalp_pipeline" in one.filename), None)
            at = f"{own.name}, line {own.lineno}" if own else "somewhere"
            sys.stderr.write(f"fault in serving: {type(fault).__name__} in {at}\n")
            if not whole:  # the connection is broken off: half an answer must not look like one
                raise ConnectionAbortedError from None
