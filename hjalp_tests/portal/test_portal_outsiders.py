"""People who try what no form of ours sends: other paths, methods, headers, names and texts. Nothing of it does or tells anything."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.requests import Request

from hjalp_pipeline.portal.login import LoginRefused, asker, person_of
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.portal_lists import APPROVES, OFFICE, READS, SENDS
from hjalp_pipeline.storage.portal_settings import NSIS
from hjalp_pipeline.web.rate_limits import RateLimit
from hjalp_tests.portal.portal_world import PNR, World, delivery, multipart
from hjalp_tests.web.asgi import ask

BASE = "/hjalp/540"
FORM = {"periode": "2025K1", "system": "nexus.csv"}
OTHERS = "185_nexus_20250110T081500.csv"
PATHS = (
    "/static/%00",
    "/static/../portal_db.py",
    "/static/%2e%2e/portal_db.py",
    "/static/..%2f..%2fcli.py",
    "/static/fonts",
    f"{BASE}/send/%00",
    f"{BASE}/godkend/%00",
    f"{BASE}/krav/%00",
    f"{BASE}/krav/fil/../../pyproject.toml",
    f"{BASE}/krav/fil/%2fetc%2fpasswd.csv",
    f"{BASE}/kvitteringer/2024K4/%00",
    f"{BASE}/kvitteringer/2024K4/{OTHERS}",
    f"{BASE}/kvitteringer/2024K4/..%2f2024K4%2f{OTHERS}/hent",
    f"{BASE}/kvitteringer/..%2f2024K4/{OTHERS}",
    f"{BASE}/kvitteringer/*/{OTHERS}",
    f"{BASE}/godkend/2024/hent/..%2f185.html",
    f"{BASE}/godkend/2024/hent/html%00",
    f"{BASE}/tast/%00/post/%00",
    f"{BASE}/%ff%fe",
    "/hjalp/%EF%BC%95%EF%BC%94%EF%BC%90/oversigt",  # 540 in wide digits
    "/hjalp/%00/oversigt",
    "/hjalp//540/oversigt",
    "//elsewhere.example/oversigt",
    "/kontor/hjalp/koer",
    "/hand/540/oversigt",
)


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leads_anywhere_else(world: World, path: str) -> None:
    answer = world.visitor("540", READS, SENDS, APPROVES).get(path)
    assert (answer.status, "elsewhere" in answer.body) == (404, False)


def test_what_is_anothers_and_what_is_nobodys_look_the_same(world: World) -> None:
    """So nobody learns who has delivered when."""
    one = world.visitor("540", READS)
    there = one.get(f"/hjalp/185/kvitteringer/2024K4/{OTHERS}")
    for path in (
        f"/hjalp/185/kvitteringer/2024K4/{OTHERS.replace('2025', '2099')}",
        "/hjalp/185/godkend/2099",
        "/hjalp/999/oversigt",
    ):
        nowhere = one.get(path)
        assert (nowhere.status, nowhere.body, dict(nowhere.headers)) == (404, there.body, dict(there.headers))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"])
def test_no_other_method(world: World, method: str) -> None:
    one = world.visitor("540", READS, SENDS, APPROVES)
    for path in (f"{BASE}/oversigt", f"{BASE}/godkend/2024/svar", "/logud", "/static/portal.css"):
        answer = ask(world.app, method, path, one.headers, b"token=x")
        assert answer.status in (403, 405), path
    assert world.portal.sessions.of(one.cookie) is not None


def test_a_request_that_only_asks_what_is_there_does_nothing(world: World) -> None:
    one = world.visitor("540", READS, SENDS)
    assert (
        ask(world.app, "HEAD", f"{BASE}/kvitteringer/2024K4/540_nexus_20250110T081500.csv/traek", one.headers).status
        == 405
    )
    assert ask(world.app, "GET", "/logud", one.headers).status == 405
    assert world.portal.sessions.of(one.cookie) is not None


@pytest.mark.parametrize("cookie", ["x" * 100_000, "\xff\xfe", "", "a; hjalp-session=b", '"', "%00"])
def test_no_cookie_but_ours_is_a_login(world: World, cookie: str) -> None:
    given = [("cookie", f"hjalp-session={cookie}"), ("sec-fetch-site", "same-origin")]
    answer = ask(world.app, "GET", f"{BASE}/oversigt", given)
    assert (answer.status, answer.headers["location"]) == (303, f"/login?til={BASE}/oversigt")


@pytest.mark.parametrize("boundary", ["", '""', "xyz; boundary=abc", "x" * 5000, "--xyz"])
def test_a_form_that_is_cut_otherwise_than_it_says(world: World, boundary: str) -> None:
    one, path = world.visitor("540", SENDS), f"{BASE}/send"
    body = multipart({"token": one.token(path), **FORM}, delivery(records=40))
    kind = ("content-type", f"multipart/form-data; boundary={boundary}")
    answer = ask(world.app, "POST", path, [*one.headers, kind], body)
    assert answer.status == 400
    assert list(world.portal.place.uploads.iterdir()) == []


def test_a_field_said_twice_is_no_way_round_what_is_checked(world: World) -> None:
    """The last one counts, for whoever checks it as for whoever uses it."""
    one, path = world.visitor("540", APPROVES), f"{BASE}/godkend/2024/svar"
    kind = ("content-type", "application/x-www-form-urlencoded")
    body = f"token={one.token(path)}&hvad=K1&svar=godkendt&svar=afvist&grund=fint&grund={PNR}".encode()
    assert ask(world.app, "POST", path, [*one.headers, kind], body).status == 400
    body = f"token={one.token(path)}&token=x&hvad=K1&svar=godkendt".encode()
    assert ask(world.app, "POST", path, [*one.headers, kind], body).status == 403
    assert read_approvals(world.root) == []


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\n=1"])
def test_no_text_is_a_formula_where_the_office_opens_the_list(world: World, start: str) -> None:
    """Decisions and extensions are files that people open in a spreadsheet."""
    one = world.visitor("540", READS, SENDS, APPROVES)
    forms = {
        f"{BASE}/godkend/2024/svar": {"hvad": "K1", "svar": "afvist", "grund": start},
        f"{BASE}/udsaettelse/bed": {"periode": "2025K1", "til": "2025-05-01", "grund": start},
        f"{BASE}/spoerg/send": {"om": "Andet", "tekst": start},
        f"{BASE}/jeres-data/fuldmagt": {"cvr": "12345678", "hvem": start, "til": "2025-12-31"},
    }
    for path, fields in forms.items():
        told = one.post(path, **fields)
        assert (told.status, "bogstav eller et tal" in told.body) == (400, True), path
    assert read_approvals(world.root) == []
    claims = {"sub": "p", "name": f"{start.strip()} x", "cvr": "12345678", NSIS: "Substantial"}
    assert re.match("[1S]", person_of(claims, NSIS).name)


@pytest.mark.parametrize("given", [{"sub": PNR}, {"sub": "cpr:300250-1234"}, {"name": f"Tove {PNR}"}], ids=str)
def test_a_provider_that_tells_a_person_number_lets_nobody_in(given: dict[str, str]) -> None:
    claims = {"sub": "8d9c0101-7012-4a3b-9c1d-010170123456", "name": "Tove", "cvr": "12345678", NSIS: "Substantial"}
    assert person_of(claims, NSIS).name == "Tove"
    with pytest.raises(LoginRefused, match="personnummer"):
        person_of({**claims, **given}, NSIS)


def _from(peer: str, *forwarded: str) -> Request:
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    return Request({"type": "http", "client": (peer, 1), "headers": headers})


def test_logins_of_one_asker_are_counted_together_whatever_he_writes() -> None:
    own = [
        asker(_from("127.0.0.1", "198.51.100.7")),
        asker(_from("127.0.0.1", "10.0.0.1, 198.51.100.7")),
        asker(_from("127.0.0.1", "10.0.0.2", "198.51.100.7")),  # a proxy that adds a line of its own
        asker(_from("127.0.0.1", "::ffff:198.51.100.7")),
    ]
    assert set(own) == {"198.51.100.7"}
    many = {asker(_from("127.0.0.1", f"2001:db8:1:2::{number:x}")) for number in range(50)}
    assert many == {"2001:db8:1:2::/64"}
    assert asker(_from("127.0.0.1", "2001:db8:1:3::1")) not in many
    assert asker(_from("192.0.2.1")) == "192.0.2.1"
    assert asker(_from("127.0.0.1", "not an address")) == "not an address"


def test_whoever_asks_from_many_places_is_forgotten_and_costs_no_memory() -> None:
    limit = RateLimit(1, lambda: 0.0)
    for number in range(30_000):
        limit.admits(str(number))
    assert len(limit._seen) <= 10_001


def test_a_session_has_what_its_organisation_has_today(world: World) -> None:
    """A role that is taken away is gone at the next click, not at the next login."""
    one = world.visitor("540", SENDS)
    assert one.get(f"{BASE}/send").status == 200
    world.portal.demo = {"hjalp": []}
    assert one.get(f"{BASE}/send").status == 404
    assert one.post(f"{BASE}/tast", **FORM).status == 404
    assert "ikke adgang" in one.get("/").body


def test_the_office_does_nothing_for_a_kommune_and_a_kommune_nothing_for_the_office(world: World) -> None:
    office, one = world.office(), world.visitor("540", READS, SENDS, APPROVES, OFFICE)
    one.post(f"{BASE}/udsaettelse/bed", periode="2025K1", til="2025-05-01", grund="Skift")
    with world.portal.db.reading() as connection:
        asked = connection.execute(text("select id from requests")).scalar_one()
    path = f"/kontor/hjalp/koer/{asked}"
    assert one.post(path, goer="giv").status == 404  # also not with the office's role in the login
    for own in (f"{BASE}/oversigt", f"{BASE}/jeres-data", f"{BASE}/godkend/2024"):
        assert office.get(own).status == 404
    assert office.post(f"{BASE}/godkend/2024/svar", hvad="K1", svar="godkendt").status == 404
    assert (read_approvals(world.root), list(Path(world.root.codelists).glob("extensions.csv"))) == ([], [])


def test_a_file_without_its_header_tells_nobody_a_person_number(world: World) -> None:
    """Its first record stands where the names of the columns should."""
    one = world.visitor("540", SENDS)
    path = one.upload(f"{BASE}/send", delivery(records=40).split(b"\n", 1)[1], **FORM).headers["location"]
    page = one.get(path).body
    assert ("KOLONNER" in page, PNR in page) == (True, False)
    with world.portal.db.reading() as connection:
        assert PNR not in str(connection.execute(text("select * from uploads")).all())


def test_a_telephone_number_with_its_country_is_no_person_number(world: World) -> None:
    one = world.visitor("540", READS)
    for number in ("+45 39 17 31 40", "+4539173140", "0045 39173140"):
        assert one.post(f"{BASE}/spoerg/send", om="Andet", tekst="Ring", telefon=number).status == 303
    for number in (PNR, "30 02 50 12 34", "+45 3002501234"):
        assert one.post(f"{BASE}/spoerg/send", om="Andet", tekst="Ring", telefon=number).status == 400
    assert world.office().get("/kontor/hjalp/koer").body.count("Telefon 39") == 3
