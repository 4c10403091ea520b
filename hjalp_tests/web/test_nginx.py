"""`deploy/nginx.conf`, with ports and files of the test: a real nginx before a real Dagster behind the guard."""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from hjalp_pipeline.defs.local import prepare_home
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.web.address import serve_on
from hjalp_tests.web.running import PROJECT, dagster_alone, delete, free_port, past_run, program

CONF = PROJECT / "deploy" / "nginx.conf"
WORKS, LOOKS = "hjalp.example.dk", "tal.example.dk"


@contextlib.contextmanager
def nginx(folder: Path, port: int, works: int, looks: int) -> Iterator[ssl.SSLContext]:
    """nginx with the file as it stands in deploy, but for what differs from machine to machine; how to trust it."""
    names = f"DNS:{WORKS},DNS:{LOOKS}"
    subprocess.run(
        [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hjalp",
         "-addext", f"subjectAltName={names}", "-keyout", folder / "hjalp.key", "-out", folder / "hjalp.crt"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    for file, user in (("hjalp.users", "works"), ("hjalp.viewers", "looks")):
        (folder / file).write_text(f"{user}:{{PLAIN}}secret\n")
    text = CONF.read_text(encoding="utf-8")
    for old, new in (
        ("listen 443 ", f"listen 127.0.0.1:{port} "),
        ("http://127.0.0.1:3000", f"http://127.0.0.1:{works}"),
        ("http://127.0.0.1:3001", f"http://127.0.0.1:{looks}"),
        ("/etc/nginx/hjalp.", f"{folder}/hjalp."),
    ):
        assert old in text
        text = text.replace(old, new)
    temporary = "".join(
        f"{kind}_temp_path {folder}/tmp;\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""  # its workers read the files of the test
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/pid; events {{}}\nhttp {{ access_log off;\n{temporary}{text}}}\n"
    )
    process = subprocess.Popen([program("nginx"), "-p", folder, "-c", folder / "nginx.conf", "-e", folder / "errors"])
    try:
        trust = ssl.create_default_context(cafile=str(folder / "hjalp.crt"))
        while process.poll() is None:
            with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                break
        assert process.poll() is None, (folder / "errors").read_text()
        yield trust
    finally:
        process.terminate()
        process.wait(30)


class Outside:
    """A browser on another machine."""

    def __init__(self, port: int, trust: ssl.SSLContext) -> None:
        self.port, self.trust = port, trust

    def line(self, name: str) -> ssl.SSLSocket:
        return self.trust.wrap_socket(socket.create_connection(("127.0.0.1", self.port)), server_hostname=name)

    def ask(
        self, name: str, user: str | None, method: str, target: str, body: str | None = None, **headers: str
    ) -> int:
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.trust)
        connection.sock = self.line(name)
        fields = {"Host": f"{name}:{self.port}", "Content-Type": "application/json"} | login(user)
        connection.request(method, target, body, fields | headers)
        with contextlib.closing(connection):
            return connection.getresponse().status

    def websocket(self, name: str, user: str | None, origin: str) -> str:
        url = f"wss://{name}:{self.port}/graphql"
        with connect(
            url,
            sock=socket.create_connection(("127.0.0.1", self.port)),
            ssl=self.trust,
            origin=Origin(origin),
            subprotocols=[Subprotocol("graphql-ws")],
            additional_headers=login(user),
        ) as line:
            line.send('{"type": "connection_init"}')
            return str(line.recv())


def login(user: str | None) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:secret".encode()).decode()} if user else {}


@pytest.mark.slow
def test_the_file_in_deploy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("HJALP_DATA", "")
    prepare_home(DataRoot(tmp_path / "root"))
    program("nginx")
    port, works, looks = free_port(), free_port(), free_port()
    own = {name: f"https://{name}:{port}" for name in (WORKS, LOOKS)}
    with (
        dg.DagsterInstance.get() as instance,
        dagster_alone(instance, serve_on("127.0.0.1", works, own[WORKS])),
        dagster_alone(instance, serve_on("127.0.0.1", looks, own[LOOKS]), read_only=True),
        nginx(tmp_path, port, works, looks) as trust,
    ):
        outside = Outside(port, trust)
        kept, gone = past_run(instance), past_run(instance)

        # Nobody without a login, nobody with the other login, no page, no websocket.
        for name, user in ((WORKS, None), (WORKS, "looks"), (LOOKS, None), (LOOKS, "works")):
            assert outside.ask(name, user, "GET", "/") == 401
            assert outside.ask(name, user, "POST", "/graphql", json.dumps({"query": delete(kept)})) == 401
            with pytest.raises(InvalidStatus, match="401"):
                outside.websocket(name, user, own[name])
        with pytest.raises(ssl.SSLError):
            outside.line("evil.example")

        # With it the pages, the websocket and the changes.
        for name, user in ((WORKS, "works"), (LOOKS, "looks")):
            assert outside.ask(name, user, "GET", "/runs") == 200
            assert "connection_ack" in outside.websocket(name, user, own[name])
        assert outside.ask(LOOKS, "looks", "POST", "/graphql", json.dumps({"query": delete(gone)})) == 403
        asked = json.dumps({"query": delete(gone)})
        assert outside.ask(WORKS, "works", "POST", "/graphql", asked, Origin=own[WORKS]) == 200
        assert instance.get_run_by_id(gone) is None

        # A page of another origin in the browser of somebody who is logged in.
        asked = json.dumps({"query": delete(kept)})
        for origin in ("https://evil.example", own[LOOKS], "null"):
            assert outside.ask(WORKS, "works", "POST", "/graphql", asked, Origin=origin) == 403
            with pytest.raises(InvalidStatus, match="403"):
                outside.websocket(WORKS, "works", origin)
        assert outside.ask(WORKS, "works", "GET", f"/graphql?query={kept}") == 405
        assert outside.ask(WORKS, "works", "GET", "/", Host="evil.example") in (403, 421)
        assert instance.get_run_by_id(kept) is not None
