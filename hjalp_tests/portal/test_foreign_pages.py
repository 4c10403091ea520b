"""A browser with a login here, and a page of another origin open in it: nothing the page sends does anything, or is shown in it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from sqlalchemy import text

from hjalp_pipeline.portal.portal_app import SCREENS
from hjalp_pipeline.storage.portal_lists import APPROVES, READS, SENDS
from hjalp_tests.portal.portal_world import Visitor, World, delivery, multipart
from hjalp_tests.web.asgi import ask

FORM_KIND = ("content-type", "application/x-www-form-urlencoded")
FILE_KIND = ("content-type", "multipart/form-data; boundary=xyz")
FOREIGN = {
    "another site": [("sec-fetch-site", "cross-site")],
    "a neighbour": [("sec-fetch-site", "same-site")],
    "typed in, which no form is": [("sec-fetch-site", "none")],
    "another origin": [("origin", "https://elsewhere.example")],
    "another port": [("origin", "http://127.0.0.1:3001")],
    "no origin": [("origin", "null")],
    "two origins": [("origin", "http://127.0.0.1:3000"), ("origin", "https://elsewhere.example")],
    "another name for us": [("host", "elsewhere.example"), ("sec-fetch-site", "same-origin")],
}
#: Where forms go, with everything each of them would need to do what it does.
FIELDS = {
    "periode": "2025K1",
    "system": "nexus.csv",
    "goer": "send",
    "tekst": "x",
    "om": "Andet",
    "hvad": "K1",
    "svar": "godkendt",
}


def forms(world: World, one: Visitor) -> list[str]:
    """Every address of a kommune that takes a form, with what is in it."""
    upload = one.upload("/hjalp/540/send", delivery(records=40), periode="2025K1", system="nexus.csv").headers[
        "location"
    ]
    draft = one.post("/hjalp/540/tast", periode="2025K1", system="nexus.csv").headers["location"].split("?")[0]
    named = {
        "{upload}": upload.rpartition("/")[2],
        "{draft}": draft.rpartition("/")[2],
        "{place}": "1",
        "{aar}": "2024",
    }
    named |= {"{period}": "2024K4", "{filename}": "540_nexus_20250110T081500.csv"}
    paths = []
    for screen in SCREENS[:-1]:
        for door in screen.DOORS:
            path = f"/hjalp/540/{door.path}"
            for name, value in named.items():
                path = path.replace(name, value)
            if door.post:
                assert "{" not in path
                paths.append(path)
    return paths


def state(world: World) -> dict[str, object]:
    """Everything a form could change."""
    with world.portal.db.reading() as connection:
        found: dict[str, object] = {
            name: connection.execute(text(f"select * from {name}")).all()
            for name in ("uploads", "drafts", "draft_rows", "requests", "log")
        }
    for path in (world.root.path / "hjalp").rglob("*"):
        if path.is_file():
            found[str(path)] = path.read_bytes()
    return found


@pytest.mark.parametrize("which", FOREIGN)
def test_no_form_of_another_origin_is_heard(world: World, which: str) -> None:
    one = world.visitor("540", READS, SENDS, APPROVES)
    cookie = one.headers[:1]
    paths = forms(world, one)
    assert len(paths) > 9
    before = state(world)
    for path in paths:
        body = urlencode({"token": one.token(path), **FIELDS}).encode()  # even with a token that somebody let out
        answer = ask(world.app, "POST", path, [*cookie, *FOREIGN[which], FORM_KIND], body)
        assert answer.status == 403, path
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    for path in ("/hjalp/540/send", "/hjalp/540/proev"):
        body = multipart({"token": one.token(path), **FIELDS}, delivery())
        assert ask(world.app, "POST", path, [*cookie, *FOREIGN[which], FILE_KIND], body).status == 403
    body = urlencode({"token": one.token("/logud")}).encode()
    assert ask(world.app, "POST", "/logud", [*cookie, *FOREIGN[which], FORM_KIND], body).status == 403
    assert world.portal.sessions.of(one.cookie) is not None
    assert state(world) == before


@pytest.mark.parametrize("asked", ["iframe", "image", "script", "empty", "object", "embed"])
def test_no_page_is_shown_inside_another(world: World, asked: str) -> None:
    one = world.visitor("540", READS)
    mode = "navigate" if asked in ("iframe", "object", "embed") else "no-cors"
    headers = [*one.headers[:1], ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", mode), ("sec-fetch-dest", asked)]
    assert ask(world.app, "GET", "/hjalp/540/oversigt", headers).status == 403
    followed = [*one.headers[:1], ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]
    assert ask(world.app, "GET", "/hjalp/540/oversigt", [*followed, ("sec-fetch-dest", "document")]).status == 200


def test_what_every_answer_says_to_the_browser(world: World) -> None:
    one = world.visitor("540", READS, SENDS)
    answers = [
        one.get("/hjalp/540/oversigt"),
        one.get("/hjalp/540/nowhere"),
        one.get("/hjalp/999/oversigt"),
        one.post("/hjalp/540/spoerg/send", token="x", tekst="x"),
        one.post("/hjalp/540/spoerg/send", om="Andet", tekst="x"),
        ask(world.app, "GET", "/hjalp/540/oversigt", [("sec-fetch-site", "none")]),
        ask(world.app, "GET", "/", [("host", "elsewhere.example")]),
        one.get("/hjalp/540/kvitteringer/2024K4/540_nexus_20250110T081500.csv/hent"),
        one.get("/hjalp/540/godkend/2024/hent/html"),
    ]
    assert [answer.status for answer in answers] == [200, 404, 404, 403, 303, 303, 403, 200, 200]
    for answer in answers:
        policies = ", ".join(answer.headers.getlist("content-security-policy"))
        assert "frame-ancestors 'none'" in policies
        assert "form-action 'self'" in policies
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"
        assert answer.headers["cross-origin-opener-policy"] == "same-origin"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    for answer in [*answers[:6], *answers[7:]]:
        assert answer.headers["cache-control"] == "no-store"  # nothing is left for whoever sits down after a logout


def test_logging_out_leaves_no_page_behind(world: World) -> None:
    one = world.visitor("540", READS)
    for token in ("", one.token("/om"), world.visitor("540", READS).token("/logud")):  # a form of another session, say
        assert "I er ikke logget ud" in one.post("/logud", token).body
        assert one.get("/hjalp/540/oversigt").status == 200
    out = one.post("/logud")
    assert (out.status, out.headers["location"]) == (303, "/om?ud")
    assert out.headers["clear-site-data"] == '"cache"'
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert one.get("/hjalp/540/oversigt").headers["location"] == "/login?til=/hjalp/540/oversigt"
    assert one.post("/logud", "").headers["location"] == "/om?ud"  # a second click


@pytest.mark.parametrize("period", ["9999K4", "0000K1", "9998K4", "0001K1", "K1", "2025M01", "%00", "٢٠٢٥K1"])
def test_a_period_of_any_form_is_an_answer_and_no_fault(world: World, period: str) -> None:
    (world.root.inbox / "9999K4").mkdir()  # somebody with a door of his own can make such a folder
    one, office = world.visitor("540", READS, SENDS, APPROVES), world.office()
    for path in ("/hjalp/540/oversigt", f"/hjalp/540/send?periode={period}"):
        assert one.get(path).status == 200
    assert one.get(f"/hjalp/540/kvitteringer/{period}/540_nexus_20250110T081500.csv").status == 404
    assert office.get(f"/kontor/hjalp/koer?periode={period}").status == 200
    fields = {"periode": period, "system": "nexus.csv", "til": "2025-05-01", "grund": "x"}
    for path in ("/hjalp/540/udsaettelse/bed", "/hjalp/540/tast"):
        assert one.post(path, **fields).status == 400, path
    assert one.upload("/hjalp/540/send", delivery(), periode=period, system="nexus.csv").status == 400
