"""The mail server of the tests, and settings that point to it."""

from __future__ import annotations

import email
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import trustme

from hjalp_pipeline.storage.mail_settings import Mail
from hjalp_pipeline.storage.root import DataRoot

PROJECT = Path(__file__).resolve().parents[2]
ADDRESS = "https://hjalp.example.dk"


@dataclass(frozen=True)
class Post:
    """Its ports by the way it behaves there, what it has taken, and the certificate to trust."""

    ports: dict[str, int]
    box: Path
    authority: Path

    def mail(self, way: str = "plain", **changes: object) -> Mail:
        """The settings of a port."""
        security = way if way in ("starttls", "tls") else "none"
        given = {"host": "localhost", "port": self.ports[way], "security": security, "address": ADDRESS, **changes}
        return Mail(sender="hjalp@example.dk", **{"recipients": ("kontor@example.dk",), **given})  # type: ignore[arg-type]  # a test changes any key

    def settings(self, root: DataRoot, way: str = "plain") -> None:
        """The same as a file of a data root."""
        mail = self.mail(way)
        root.codelists.mkdir(parents=True, exist_ok=True)
        keys = ("host", "port", "security", "sender", "recipients", "address")
        lines = [f"{key} = {json.dumps(getattr(mail, key))}\n" for key in keys]
        (root.codelists / "settings.toml").write_text("[mail]\n" + "".join(lines), encoding="utf-8")

    def taken(self) -> list[EmailMessage]:
        """What it has taken since it was emptied, oldest first."""
        paths = sorted((self.box / "new").iterdir(), key=lambda path: path.stat().st_mtime_ns)
        return [email.message_from_bytes(path.read_bytes(), policy=default) for path in paths]  # type: ignore[misc]  # the policy gives this kind of message

    def empty(self) -> None:
        """Take everything out."""
        for path in (self.box / "new").iterdir():
            path.unlink()


@contextmanager
def post_office(folder: Path) -> Iterator[Post]:
    """The server as a process, on loopback, with a certificate for `localhost` that was made now."""
    authority = trustme.CA()
    server = authority.issue_cert("localhost")
    for name, pem in (("authority", authority.cert_pem), ("key", server.private_key_pem)):
        pem.write_to_path(str(folder / f"{name}.pem"))
    for pem in server.cert_chain_pems:
        pem.write_to_path(str(folder / "server.pem"), append=True)
    command = [sys.executable, "-m", "hjalp_tests.mail.smtp_process"]
    names = [str(folder / name) for name in ("box", "server.pem", "key.pem")]
    process = subprocess.Popen(
        [*command, *names], cwd=PROJECT, env=dict(os.environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    with process:
        try:
            yield Post(json.loads(process.stdout.readline()), folder / "box", folder / "authority.pem")
        finally:
            process.kill()


@contextmanager
def silent_port() -> Iterator[int]:
    """A port where connections come in and nobody ever says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def dead_port() -> int:
    """A port where nobody listens."""
    with silent_port() as port:
        return port
