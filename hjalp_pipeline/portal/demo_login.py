"""The login of ``hjalp portal --demo``: a provider on this machine with made-up people of two kommuner, a vendor, the office."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import date
from importlib.util import find_spec
from urllib.request import urlopen

from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.portal_lists import APPROVES, OFFICE, READS, SENDS, Access
from hjalp_pipeline.storage.portal_settings import NSIS, PortalSettings
from hjalp_pipeline.storage.root import STATISTICS

#: CVR numbers of nobody: two kommuner, a vendor, the office.
CVR = {"185": "00000185", "540": "00000540", "leverandør": "00000999", "kontor": "00000001"}
#: Who can log in: id, name, CVR, roles.
PEOPLE = (
    ("taarnby-taster", "Tove Taster", CVR["185"], (SENDS,)),
    ("taarnby-godkender", "Gerda Godkender", CVR["185"], (APPROVES,)),
    ("taarnby-laeser", "Lars Læser", CVR["185"], (READS,)),
    ("soenderborg-taster", "Signe Sender", CVR["540"], (SENDS,)),
    ("soenderborg-godkender", "Gunnar Godkender", CVR["540"], (APPROVES,)),
    ("leverandoer", "Vera Vendor", CVR["leverandør"], (SENDS,)),
    ("kontoret", "Karen Kontor", CVR["kontor"], (OFFICE,)),
)
_STARTS_WITHIN = 30.0


def demo_access() -> Mapping[str, list[Access]]:
    """Who may do what in the demo, in every statistic."""
    first = date(2020, 1, 1)
    rows = [
        Access(CVR[komnr], komnr, role, first, None) for komnr in ("185", "540") for role in (READS, SENDS, APPROVES)
    ]
    rows += [
        Access(CVR["leverandør"], "540", SENDS, first, date(2030, 12, 31)),
        Access(CVR["kontor"], "", OFFICE, first, None),
    ]
    return dict.fromkeys(STATISTICS, rows)


def demo_settings(issuer: str) -> PortalSettings:
    """The settings of the demo; its people may click fast."""
    made_up = "demo"
    return PortalSettings(
        issuer=issuer, client_id="hjalp-demo", secret=made_up, requests_a_minute=600, logins_a_minute=60
    )


@contextlib.contextmanager
def demo_provider() -> Iterator[str]:
    """A provider in a process of its own while the block runs; gives its address, on 127.0.0.1 alone."""
    if find_spec("oidc_provider_mock") is None:
        raise InputError("--demo needs the development group: `uv sync` installs it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    people = [
        json.dumps(
            {"sub": sub, "name": name, "cvr": cvr, "roles": list(roles), NSIS: "Substantial"}, ensure_ascii=False
        )
        for sub, name, cvr, roles in PEOPLE
    ]
    command = [sys.executable, "-m", "hjalp_pipeline.portal.demo_login", str(port), *people]
    process = subprocess.Popen(  # noqa: S603 (our own interpreter and module)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},  # of the provider: it is on this machine alone
    )
    try:
        issuer = f"http://127.0.0.1:{port}"
        _wait(issuer, process)
        yield issuer
    finally:
        process.kill()
        process.communicate()  # which closes the pipe as well


def _wait(issuer: str, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), urlopen(f"{issuer}/.well-known/openid-configuration") as answer:  # noqa: S310
            answer.read()
            return
        time.sleep(0.1)
    raise InputError("the login of the demo did not start")


def _provide(port: int, people: list[str]) -> None:
    """Be the provider; ends when whoever started it ends."""
    import oidc_provider_mock  # type: ignore[import-untyped]  # noqa: PLC0415 (of the development group)

    claims = [json.loads(one) for one in people]
    users = [oidc_provider_mock.User(sub=one.pop("sub"), claims=one) for one in claims]
    with oidc_provider_mock.run_server_in_thread(port=port, user_claims=users):
        sys.stdin.buffer.read()


if __name__ == "__main__":
    _provide(int(sys.argv[1]), sys.argv[2:])
