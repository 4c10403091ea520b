"""What every answer of the web dialogue carries, beside what the guard adds; and what a fault of ours may say aloud."""

import sys
import traceback

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: No script, style or picture from elsewhere, and none inside a page.
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
_KEPT = "public, max-age=86400"


class PortalHeaders:
    """An ASGI application before another. ``secure``: browsers reach it by https alone."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        """``app``: the pages."""
        self._app, self._secure = app, secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, and add to the answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["content-security-policy"] = POLICY
                headers["permissions-policy"] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
                fixed = scope["path"].startswith("/static/") and message["status"] == 200
                headers["cache-control"] = _KEPT if fixed else "no-store"
                if self._secure:
                    headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class Contained:
    """An ASGI application before another: a fault nobody foresaw is told by its kind and place alone, never by its message,
    which may quote a record.
    """

    def __init__(self, app: ASGIApp) -> None:
        """``app``: answers with a page of its own before it raises."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        try:
            await self._app(scope, receive, send)
        except Exception as fault:
            if scope["type"] != "http":
                raise
            places = traceback.extract_tb(fault.__traceback__)
            place = f"{places[-1].name}, line {places[-1].lineno}" if places else "somewhere"
            own = next((one for one in reversed(places) if "hjalp_pipeline" in one.filename), None)
            at = f" ({own.name}, line {own.lineno})" if own else ""
            sys.stderr.write(f"fault in the web dialogue: {type(fault).__name__} in {place}{at}\n")
