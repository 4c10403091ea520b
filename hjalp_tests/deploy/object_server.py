"""Object storage as a process of its own on the loopback (moto's server), with one empty bucket, and one that refuses everybody."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from hjalp_tests.deploy.services import absent, answers, process, until
from hjalp_tests.web.running import free_port

BUCKET = "hjalp"


def settings(endpoint: str, copy: Path, data: str = f"s3://{BUCKET}/kontor") -> dict[str, str]:
    """The environment of a command on a working copy of its own."""
    return {
        "HJALP_DATA": data,
        "HJALP_WORKING_COPY": str(copy),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "made-up",
        "AWS_SECRET_ACCESS_KEY": "made-up",
        "AWS_REGION": "eu-north-1",
    }


@contextlib.contextmanager
def object_server(folder: Path) -> Iterator[str]:
    """The server's endpoint."""
    if importlib.util.find_spec("moto") is None:
        absent("moto (uv sync --group objects)")
    port = free_port()
    command = (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port))
    with process(*command, environment=os.environ, log=folder / "objects.log") as server:
        until(lambda: answers(port), server)
        endpoint = f"http://127.0.0.1:{port}"
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/{BUCKET}", method="PUT")).close()
        yield endpoint


class _Refuses(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<Error><Code>InvalidAccessKeyId</Code><Message>no</Message></Error>"
        self.send_response(403)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_POST = do_GET

    def log_message(self, *_given: object) -> None:
        """Nothing."""


@contextlib.contextmanager
def refusing() -> Iterator[str]:
    """The endpoint of a server that knows no credentials."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Refuses)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
