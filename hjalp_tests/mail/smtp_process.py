"""A mail server (aiosmtpd) with a port for each way to behave: ``python -m hjalp_tests.mail.smtp_process FOLDER CERT KEY``.

It prints its ports as JSON, keeps what it takes as a Maildir, and ends when its standard input is closed.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from functools import partial
from typing import Any

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult

USER, PASSWORD = "kontor", "en hemmelig saetning"


class NoRecipient(Mailbox):
    async def handle_RCPT(self, *_: Any) -> str:
        return "550 5.1.1 no such user here"


class OneRecipient(Mailbox):
    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, options: Any) -> str:
        if envelope.rcpt_tos:
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"


class Full(Mailbox):
    async def handle_DATA(self, *_: Any) -> str:
        return "452 4.3.1 the disk is full"


class NeverAnswers(Mailbox):
    async def handle_DATA(self, *_: Any) -> str:
        await asyncio.Event().wait()
        return ""


def login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    success = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=success, handled=False)  # the server answers, not this function


async def main(folder: str, certificate: str, key: str) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    secret = {"tls_context": tls, "require_starttls": True}
    ways: dict[str, tuple[Any, Any]] = {
        "plain": (partial(SMTP, Mailbox(folder)), None),
        "starttls": (partial(SMTP, Mailbox(folder), **secret), None),
        "login": (partial(SMTP, Mailbox(folder), **secret, authenticator=login, auth_required=True), None),
        "tls": (partial(SMTP, Mailbox(folder)), tls),
        "no_recipient": (partial(SMTP, NoRecipient(folder)), None),
        "one_recipient": (partial(SMTP, OneRecipient(folder)), None),
        "full": (partial(SMTP, Full(folder)), None),
        "never_answers": (partial(SMTP, NeverAnswers(folder)), None),
    }
    loop = asyncio.get_running_loop()
    servers = {
        way: await loop.create_server(partial(make, hostname="localhost"), "127.0.0.1", 0, ssl=context)
        for way, (make, context) in ways.items()
    }
    print(json.dumps({way: server.sockets[0].getsockname()[1] for way, server in servers.items()}), flush=True)  # noqa: T201 (the test that started the process reads it)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
