"""One request to an ASGI application, without a server: what a browser or a program would have sent, and what it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = "127.0.0.1:3000"
Fields = Sequence[tuple[str, str]]


@dataclass
class Answer:
    status: int
    headers: Headers
    body: str


@dataclass
class Echo:
    """An application that says what it was given; ``asked`` is what got through."""

    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        message = await receive()
        self.asked.append(
            f"{scope['type']} {scope.get('method', '')} {scope['path']} {message.get('body', b'').decode()}"
        )
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        headers = [(b"access-control-allow-origin", b"*"), (b"content-security-policy", b"script-src 'nonce-1'")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"echo"})


def _scope(kind: str, target: str, headers: Fields, peer: str | None) -> dict[str, Any]:
    path, _, query = target.partition("?")
    if not any(name.lower() == "host" for name, _ in headers):
        headers = [("Host", HOST), *headers]
    return {
        "type": kind,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers],
        "client": (peer, 50000) if peer else None,
        "scheme": "ws" if kind == "websocket" else "http",
        "http_version": "1.1",
        "subprotocols": [],
        "state": {},
    }


def ask(
    app: ASGIApp,
    method: str,
    target: str,
    headers: Fields = (),
    body: bytes | Sequence[bytes] = b"",
    peer: str | None = "127.0.0.1",
) -> Answer:
    """The answer to one HTTP request; a body in several pieces is sent as such."""
    pieces = [body] if isinstance(body, bytes) else list(body)
    incoming: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
        for number, piece in enumerate(pieces, start=1)
    ]
    sent: list[Message] = []

    answered = asyncio.Event()

    async def receive() -> Message:
        if incoming:
            return incoming.pop(0)
        await answered.wait()  # who has sent everything waits for the answer
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            answered.set()

    asyncio.run(app(_scope("http", target, headers, peer) | {"method": method}, receive, send))  # type: ignore[arg-type]
    start = next(message for message in sent if message["type"] == "http.response.start")
    text = b"".join(message.get("body", b"") for message in sent if message["type"] == "http.response.body").decode()
    return Answer(start["status"], Headers(raw=list(start["headers"])), text)


def knock(app: ASGIApp, target: str, headers: Fields = (), peer: str | None = "127.0.0.1") -> str:
    """What the opening of a websocket is answered: ``accept`` or ``close``."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"} if not sent else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(app(_scope("websocket", target, headers, peer), receive, send))  # type: ignore[arg-type]
    return str(sent[0]["type"]).removeprefix("websocket.")
