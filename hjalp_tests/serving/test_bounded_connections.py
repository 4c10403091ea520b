"""Who connects and does not ask, asks in drops, does not read or has many connections shuts nobody else out."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

import pytest
import uvicorn

from hjalp_pipeline.serving import bounded_connections
from hjalp_tests.serving.shelf_world import World

ASKED = b"GET /v1/tables HTTP/1.1\r\nhost: x\r\n\r\n"


@contextmanager
def served(world: World, caller: str | None = "everybody") -> Iterator[int]:
    """The application on a port of this machine, with connections that are bounded."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        protocol = bounded_connections.bounded_connections(lambda _: caller)
        config = uvicorn.Config(world.app, log_level="error", lifespan="off", ws="none", http=protocol)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(30)


def connected(port: int, sent: bytes = b"") -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), timeout=30)
    made.sendall(sent)
    return made


def told(one: socket.socket) -> bytes:
    """What comes until the server ends the connection."""
    found = b""
    try:
        while piece := one.recv(65_536):
            found += piece
    except ConnectionResetError:
        pass
    return found


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /v1/tables HTTP/1.1\r\nhost",
        b"\r\n",
        b"POST /v1/data HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{",
    ],
)
def test_a_request_that_does_not_come_whole_is_not_waited_for(
    world: World, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(bounded_connections, "TO_ASK", 0.05)
    with served(world) as port, connected(port, sent) as slow:
        assert b"200 OK" not in told(slow)


def test_a_connection_that_is_kept_is_ended_when_empty_lines_are_all_that_comes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounded_connections, "TO_ASK", 0.05)
    with served(world) as port, connected(port, ASKED) as kept:
        assert b"200 OK" in kept.recv(65_536)
        kept.sendall(b"\r\n")
        told(kept)


def test_a_caller_has_so_many_connections_and_no_more(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_connections, "MOST_OF_ONE", 2)
    with served(world) as port, connected(port, ASKED) as one, connected(port, ASKED) as two:
        assert all(b"200 OK" in held.recv(65_536) for held in (one, two))
        with connected(port) as more:
            assert told(more) == b""
        one.sendall(ASKED)
        assert b"200 OK" in one.recv(65_536)


def test_a_proxy_of_ours_has_as_many_as_it_wants(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_connections, "MOST_OF_ONE", 1)
    with served(world, None) as port, connected(port) as _, urlopen(f"http://127.0.0.1:{port}/v1/tables") as answer:
        assert answer.status == 200
