"""What of Dagster's web server is reachable: its pages, and its GraphQL as its own pages ask for it.

Dagster takes a mutation in the address of a GET, and in the address of a POST with any body, so that a picture or a form on a
foreign page is enough. Here GraphQL is a POST of one JSON object, which no page can send to another origin unasked.
"""

import json
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, OperationType, parse
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: First parts of paths that are not served, and why. Everything else Dagster serves is a page, or a file of one.
CLOSED: Mapping[str, str] = {
    "logs": "what runs print is not kept",
    "notebook": "it reads a file the caller names",
    "dagit": "the old name of notebook",
    "dagit_info": "the old name of server_info",
    "download_debug": "a run's whole history in a file made to be passed on; `dagster debug export` makes it too",
    "report_asset_materialization": "it would record as made what no run made",
    "report_asset_check": "as before",
    "report_asset_observation": "as before",
}
#: Pages load nothing from elsewhere and send nothing elsewhere. Scripts and styles are held by Dagster's own policy.
POLICY = (
    "connect-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; media-src 'self'; worker-src 'self' blob:; "
    "manifest-src 'self'; frame-src 'none'"
)
#: Bytes of a GraphQL request; the longest of Dagster's pages is below 100 kB.
_LONGEST = 4 << 20


class Refused(Exception):
    """A request that is not passed on: HTTP status and a sentence."""

    def __init__(self, status: int, why: str) -> None:
        """``why`` is shown to whoever asked."""
        super().__init__(why)
        self.status = status


class DagsterDoor:
    """An ASGI application before Dagster's. ``read_only`` refuses every mutation, as Dagster itself then does."""

    def __init__(self, dagster: ASGIApp, *, read_only: bool) -> None:
        """``dagster``: what ``dagster_webserver`` builds."""
        self._dagster, self._read_only = dagster, read_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, or refuse."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if scope["type"] == "websocket":
            if path == "/graphql":
                await self._dagster(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": "no websocket here"})
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("content-security-policy", POLICY)
            await send(message)

        try:
            if path == "/graphql":
                receive = await self._checked(scope, receive)
            elif scope["method"] not in ("GET", "HEAD"):
                raise Refused(405, "only /graphql takes anything")
            elif path.strip("/").split("/")[0] in CLOSED:
                raise Refused(404, "not served here")
        except Refused as fault:
            allow = {"allow": "POST" if path == "/graphql" else "GET, HEAD"} if fault.status == 405 else None
            await PlainTextResponse(f"Refused: {fault}.\n", fault.status, allow)(scope, receive, send_guarded)
        else:
            await self._dagster(scope, receive, send_guarded)

    async def _checked(self, scope: Scope, receive: Receive) -> Receive:
        """The same request to be read again, when it is a POST of one JSON object that may be executed."""
        if scope["method"] != "POST":
            raise Refused(405, "GraphQL is asked by POST")
        types = [each.split(";")[0].strip().lower() for each in Headers(scope=scope).getlist("content-type")]
        if types != [
            "application/json"
        ]:  # Dagster looks for the word anywhere: `text/plain; application/json` is a form's
            raise Refused(415, "GraphQL is asked with Content-Type: application/json")
        body = await _read(receive)
        asked = _query(body)
        if self._read_only and _mutates(asked):
            raise Refused(403, "this server is read-only")
        return _again(body, receive)


async def _read(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refused(400, "the request was cut off")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > _LONGEST:
            raise Refused(413, "the request is too long")
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that was read, to be read once more."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return again


def _query(body: bytes) -> str:
    """The document of a request, read as Dagster reads it. A list of requests is none."""
    try:
        asked: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "the request is not JSON") from None
    if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
        raise Refused(400, "the request is not a JSON object with a query")
    return str(asked["query"])


def _mutates(query: str) -> bool:
    """Whether a document holds a mutation, whichever of its operations is asked for."""
    try:
        definitions = parse(query).definitions
    except GraphQLError:  # also one that is too deep for the stack here, and may not be too deep for Dagster's
        raise Refused(400, "the query cannot be read") from None
    return any(
        isinstance(each, OperationDefinitionNode) and each.operation is OperationType.MUTATION for each in definitions
    )
