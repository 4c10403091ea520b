"""A small data root with a portal on it: two kommuner that have delivered, people of theirs, a vendor, the office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.types import ASGIApp

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.portal import checks, draft_child, draft_sending
from hjalp_pipeline.portal.check_child import check
from hjalp_pipeline.portal.portal import Portal
from hjalp_pipeline.portal.portal_app import portal_app
from hjalp_pipeline.portal.sessions import Person
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.storage.codelists import read_systems
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.portal_lists import APPROVES, OFFICE, READS, SENDS, Access
from hjalp_pipeline.storage.portal_settings import PortalSettings
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.web.address import serve_on
from hjalp_tests.web.asgi import Answer, ask

NOW = datetime(2025, 4, 10, 9, 0, tzinfo=UTC)
HEADER = "udlaan_id;komnr_indberetter;komnr_betaling;pnr;hminr;hmiiso;hminavn;udleveringsdato;indleveringsdato;lov_navn;lov_tekst"
#: No person has a number of 30 February.
PNR = "3002501234"
REPORT = """<!DOCTYPE html><html><head><style>b{}</style></head><body><main>
<section class="verdict"><strong>Svar</strong></section>
<section><h2>Sådan svarer I</h2><p>gammelt</p></section>
<section><h2>Tal</h2><p onclick="x()" style="color:red">Udlån 74</p><script>alert(1)</script><i style="background:#0f4c81"></i></section>
<section><h2>Det beder vi jer se efter</h2><p>EN_DAG</p></section></main></body></html>"""


def line(number: int, komnr: str = "540", issued: str = "2024-02-01", pnr: str = PNR) -> str:
    return f"N-{number};{komnr};;{pnr};123456;122203;Kørestol;{issued};;SEL_112;"


def delivery(komnr: str = "540", records: int = 3, **fields: str) -> bytes:
    lines = [line(number, komnr, **fields) for number in range(1, records + 1)]
    return ("\n".join([HEADER, *lines, f"SLUT;{records}"]) + "\n").encode()


@dataclass
class Clock:
    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Visitor:
    """Somebody's browser: a session, and what it sends."""

    portal: Portal
    app: ASGIApp
    cookie: str

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [("cookie", f"{self.portal.cookie('session')}={self.cookie}"), ("sec-fetch-site", "same-origin")]

    def get(self, path: str) -> Answer:
        return ask(self.app, "GET", path, self.headers)

    def token(self, path: str) -> str:
        session = self.portal.sessions.of(self.cookie)
        assert session is not None
        return session.form_token(path)

    def post(self, path: str, token: str | None = None, **fields: str) -> Answer:
        body = urlencode({"token": self.token(path) if token is None else token, **fields}).encode()
        kind = ("content-type", "application/x-www-form-urlencoded")
        return ask(self.app, "POST", path, [*self.headers, kind], body)

    def upload(self, path: str, content: bytes, *, pieces: int = 1, token: str | None = None, **fields: str) -> Answer:
        given = {"token": self.token(path) if token is None else token, **fields}
        body = multipart(given, content)
        step = max(len(body) // pieces, 1)
        parts = [body[start : start + step] for start in range(0, len(body), step)]
        return ask(
            self.app, "POST", path, [*self.headers, ("content-type", "multipart/form-data; boundary=xyz")], parts
        )


def multipart(fields: dict[str, str], content: bytes, filename: str = "../../3002501234.csv") -> bytes:
    parts = b"".join(
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    )
    head = f'--xyz\r\nContent-Disposition: form-data; name="fil"; filename="{filename}"\r\n\r\n'.encode()
    return parts + head + content + b"\r\n--xyz--\r\n"


@dataclass
class World:
    portal: Portal
    app: ASGIApp
    clock: Clock

    @property
    def root(self) -> DataRoot:
        return self.portal.roots["hjalp"]

    def visitor(self, komnr: str, *roles: str, name: str = "") -> Visitor:
        person = Person(f"{name or 'p'}-{komnr}-{'-'.join(roles)}", f"Person {komnr}", cvr_of(komnr), frozenset(roles))
        return Visitor(self.portal, self.app, self.portal.sessions.begin(person))

    def office(self) -> Visitor:
        person = Person("kontor", "Karen Kontor", cvr_of(""), frozenset({OFFICE}))
        return Visitor(self.portal, self.app, self.portal.sessions.begin(person))

    def run_intake(self) -> None:
        """What the sensor's run does with new files: a verdict and a receipt for each."""
        inbox = Inbox(Lake(self.root), read_systems(self.root), now=lambda: 2e9)
        for file, name in inbox.files():
            inbox.read(file, name)
        inbox.save()


def cvr_of(komnr: str) -> str:
    return f"00000{komnr or '001'}"


def access(kommuner: Iterable[str]) -> list[Access]:
    first = date(2020, 1, 1)
    own = [Access(cvr_of(komnr), komnr, role, first, None) for komnr in kommuner for role in (READS, SENDS, APPROVES)]
    return [*own, Access(cvr_of(""), "", OFFICE, first, None)]


def make_world(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch | None = None,
    *,
    kommuner: Iterable[str] = ("185", "540"),
    statistics: tuple[str, ...] = ("hjalp",),
    **settings: Any,
) -> World:
    root = DataRoot(tmp_path, "hjalp")
    for folder in (
        root.inbox / "2024K4",
        root.codelists,
        root.releases,
        root.approvals / "reports" / "2024",
        root.receipts,
    ):
        folder.mkdir(parents=True, exist_ok=True)
    rows = [f"{komnr};nexus;L;csv;utf-8;2024K4;;\n{komnr};dialog;L;xlsx;;2024K4;;" for komnr in KOMNR]
    systems = "komnr;system;leverandoer;format;encoding;from_quarter;to_quarter;carry_forward\n"
    (root.codelists / "systems.csv").write_text(systems + "\n".join(rows) + "\n", encoding="utf-8")
    for komnr in kommuner:
        (root.inbox / "2024K4" / f"{komnr}_nexus_20250110T081500.csv").write_bytes(delivery(komnr))
        (root.approvals / "reports" / "2024" / f"{komnr}.html").write_text(REPORT, encoding="utf-8")
    clock = Clock()
    given = {
        "issuer": "http://127.0.0.1:1",
        "client_id": "test",
        "secret": "made up",
        "requests_a_minute": 10_000,
        **settings,
    }
    portal = Portal(
        DataRoot(tmp_path),
        PortalSettings(**given),
        "http://127.0.0.1:3000",
        statistics=statistics,
        demo=dict.fromkeys(statistics, access(KOMNR)),
        now=clock,
    )
    if monkeypatch is not None:  # checked at once, in this process
        monkeypatch.setattr(checks, "run_check", check)
        monkeypatch.setattr(draft_sending, "read_in_child", draft_child.sealed_records)
        monkeypatch.setattr(draft_sending, "write_in_child", draft_child.written)
        monkeypatch.setattr(portal.checks, "begin", portal.checks._check)
    world = World(portal, portal_app(portal, serve_on("127.0.0.1", 3000)), clock)
    world.run_intake()
    return world
