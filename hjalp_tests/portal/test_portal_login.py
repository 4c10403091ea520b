"""Logging in at a real OpenID provider in a process of its own: what works, and what is swapped, replayed, too late, too weak."""

from __future__ import annotations

import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from hjalp_pipeline.portal.demo_login import CVR, demo_provider
from hjalp_pipeline.portal.login import LoginRefused, person_of
from hjalp_pipeline.storage.portal_settings import NSIS
from hjalp_tests.portal.portal_world import World, make_world
from hjalp_tests.web.asgi import Answer, ask

GOOD: dict[str, Any] = {"sub": "p", "name": "Tove", "cvr": "12345678", "roles": ["leser", "konge"], NSIS: "Substantial"}
FROM_PROVIDER = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document")]


def test_who_somebody_is() -> None:
    person = person_of(GOOD, NSIS)
    assert (person.id, person.cvr, person.roles) == ("p", "12345678", {"leser"})
    assert person_of({**GOOD, "roles": "indberetter godkender"}, NSIS).roles == {"indberetter", "godkender"}


@pytest.mark.parametrize(
    "claims", [{NSIS: "Low"}, {NSIS: None}, {"cvr": ""}, {"cvr": "1234567"}, {"cvr": "1234567x"}, {"sub": ""}], ids=str
)
def test_who_is_not_let_in(claims: dict[str, Any]) -> None:
    with pytest.raises(LoginRefused):
        person_of({**GOOD, **claims}, NSIS)


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with demo_provider() as address:
        yield address


@pytest.fixture
def world(tmp_path: Path, provider: str) -> Iterator[World]:
    found = make_world(tmp_path, issuer=provider, logins_a_minute=1000)
    yield found
    found.portal.close()


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def begin(world: World) -> tuple[str, str]:
    """The provider's address for a login, and the cookie of the browser that began it."""
    answer = ask(world.app, "GET", "/login?til=/hjalp/540/oversigt", [("sec-fetch-site", "none")])
    assert answer.status == 302
    return answer.headers["location"], answer.headers["set-cookie"].split(";")[0]


def at_provider(address: str, who: str) -> str:
    """Log in there; where the browser is sent back to."""
    opener = urllib.request.build_opener(_Stay)
    try:
        opener.open(address, urllib.parse.urlencode({"sub": who}).encode())
    except urllib.error.HTTPError as answer:
        place = urlsplit(answer.headers["location"])
        return f"{place.path}?{place.query}"
    raise AssertionError("not sent back")


def back(world: World, path: str, cookie: str) -> Answer:
    return ask(world.app, "GET", path, [("cookie", cookie), *FROM_PROVIDER])


@pytest.mark.slow
def test_a_login_and_what_is_asked_of_the_provider(world: World) -> None:
    address, cookie = begin(world)
    asked = parse_qs(urlsplit(address).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert asked["nonce"][0] != asked["state"][0]
    answer = back(world, at_provider(address, "soenderborg-taster"), cookie)
    assert (answer.status, answer.headers["location"]) == (303, "/hjalp/540/oversigt")
    session = next(value for value in answer.headers.getlist("set-cookie") if "session" in value)
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    found = world.portal.sessions.of(session.split(";")[0].partition("=")[2])
    assert found is not None
    assert (found.person.cvr, found.person.roles) == (CVR["540"], {"indberetter"})


@pytest.mark.slow
def test_state_swapped_replayed_late_or_weak(world: World) -> None:
    address, cookie = begin(world)
    other_address, _ = begin(world)
    mine, theirs = at_provider(address, "soenderborg-taster"), at_provider(other_address, "taarnby-taster")
    assert back(world, theirs, cookie).status == 400  # another browser's login
    assert back(world, mine, cookie).status == 400  # and by that mine is used up
    assert back(world, theirs, "").status == 400
    address, cookie = begin(world)
    third = at_provider(address, "soenderborg-taster")
    state = parse_qs(urlsplit(third).query)["state"][0]
    code = parse_qs(urlsplit(theirs).query)["code"][0]
    assert (
        back(world, f"/login/retur?code={code}&state={state}", cookie).status == 400
    )  # another's code: its nonce is another
    address, cookie = begin(world)
    fine = at_provider(address, "soenderborg-taster")
    assert back(world, fine, cookie).status == 303
    assert back(world, fine, cookie).status == 400  # replayed
    address, cookie = begin(world)
    late = at_provider(address, "soenderborg-taster")
    world.clock.pass_(minutes=11)
    assert back(world, late, cookie).status == 400
    address, cookie = begin(world)
    weak = back(world, at_provider(address, "somebody without a level"), cookie)
    assert weak.status == 400
    assert "ikke sikkert nok" in weak.body
    assert back(world, "/login/retur?error=access_denied&state=x", begin(world)[1]).status == 400
    assert world.portal.log.faults() == []


@pytest.mark.slow
def test_too_many_logins_and_places_that_are_not_ours(tmp_path: Path, provider: str) -> None:
    world = make_world(tmp_path, issuer=provider, logins_a_minute=3)
    answer = ask(world.app, "GET", "/login?til=https://elsewhere.example/", [("sec-fetch-site", "none")])
    cookie = answer.headers["set-cookie"].split(";")[0]
    done = back(world, at_provider(answer.headers["location"], "soenderborg-taster"), cookie)
    assert done.headers["location"] == "/"
    statuses = [ask(world.app, "GET", "/login", [("sec-fetch-site", "none")]).status for _ in range(3)]
    assert statuses == [302, 302, 429]
    world.portal.close()


def test_a_provider_that_does_not_answer(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    assert ask(world.app, "GET", "/login", [("sec-fetch-site", "none")]).status == 503
    world.portal.close()
