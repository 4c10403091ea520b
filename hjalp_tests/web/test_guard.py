"""Who is answered: our own pages and programs on this machine, no page of anybody else."""

from __future__ import annotations

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from hjalp_pipeline.web.address import serve_on
from hjalp_pipeline.web.app import assemble
from hjalp_pipeline.web.guard import Guard, refusal
from hjalp_tests.web.asgi import HOST, Echo, Fields, ask, knock

OWN = f"http://{HOST}"
PUBLIC = "https://hjalp.example.dk"
#: What a browser says of a request that a foreign page made it send.
FOREIGN: list[Fields] = [
    [("Origin", "http://evil.example")],
    [("Origin", "null")],
    [("Origin", "http://127.0.0.1:3001")],
    [("Origin", "https://127.0.0.1:3000")],
    [("Origin", "http://localhost:3000")],  # ours under another name is another origin
    [("Origin", f"{OWN}.evil.example")],
    [("Origin", "")],
    [("Origin", OWN), ("Origin", "http://evil.example")],
    [("Origin", OWN), ("Sec-Fetch-Site", "cross-site")],
    [("Sec-Fetch-Site", "cross-site")],
    [("Sec-Fetch-Site", "same-site")],
    [("Sec-Fetch-Site", "SAME-ORIGIN")],
    [("Sec-Fetch-Site", "same-origin"), ("Sec-Fetch-Site", "cross-site")],
    [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")],
    [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "iframe")],
    [("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "object")],
]
LINK = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")]
HOSTS = [
    "evil.example",
    "evil.example:3000",
    "127.0.0.1",
    "127.0.0.1:3001",
    "localhost.:3000",
    "127.0.0.1:3000.evil.example",
    "0.0.0.0:3000",
    "hjalp.example.dk",
    "",
]


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def app(echo: Echo) -> Guard:
    return Guard(echo, serve_on("127.0.0.1", 3000))


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_foreign_page_is_not_answered(app: Guard, echo: Echo, headers: Fields) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"):
        answer = ask(app, method, "/graphql", headers)
        assert (method, answer.status) == (method, 403)
        assert answer.body.startswith("Refused: it comes from a page of another")
    assert knock(app, "/graphql", headers) == "close"
    assert echo.asked == []


@pytest.mark.parametrize("host", HOSTS)
def test_nor_is_one_that_made_its_own_name_point_here(app: Guard, echo: Echo, host: str) -> None:
    for headers in ([("Host", host)], [("Host", host), ("Origin", f"http://{host}")], [("Host", HOST), ("Host", host)]):
        assert ask(app, "GET", "/", headers).status == 403
        assert ask(app, "POST", "/graphql", headers).status == 403
        assert knock(app, "/graphql", headers) == "close"
    assert (
        ask(app, "GET", "/", [("Host", host), ("X-Forwarded-Host", HOST), ("Forwarded", f"host={HOST}")]).status == 403
    )
    assert echo.asked == []


def test_without_a_name_nobody_is_answered(app: Guard, echo: Echo) -> None:
    assert ask(app, "GET", "/", [("Host", "")]).status == 403
    assert refusal({"type": "http", "method": "GET", "headers": [], "client": ("127.0.0.1", 1)}, serve_on("::1", 1))
    assert echo.asked == []


@pytest.mark.parametrize("host", [HOST, "localhost:3000", "LOCALHOST:3000", "[::1]:3000"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_our_own_pages_are_answered(app: Guard, host: str, method: str) -> None:
    own = [("Host", host), ("Origin", f"http://{host.lower()}"), ("Sec-Fetch-Site", "same-origin")]
    assert ask(app, method, "/graphql", own).status == 200
    assert knock(app, "/graphql", own) == "accept"


def test_a_program_on_this_machine_is_answered(app: Guard) -> None:
    assert ask(app, "GET", "/").status == ask(app, "POST", "/graphql").status == 200
    assert knock(app, "/graphql") == "accept"


def test_a_link_and_the_address_bar_open_a_page_and_send_nothing(app: Guard) -> None:
    assert ask(app, "GET", "/runs", LINK).status == 200
    assert ask(app, "POST", "/runs", LINK).status == 403
    assert ask(app, "GET", "/runs", [("Sec-Fetch-Site", "none")]).status == 200
    assert ask(app, "POST", "/runs", [("Sec-Fetch-Site", "none")]).status == 403
    assert knock(app, "/graphql", LINK) == "close"


def test_the_public_name_only_where_it_is_given(echo: Echo) -> None:
    public = [("Host", "hjalp.example.dk"), ("Origin", PUBLIC), ("Sec-Fetch-Site", "same-origin")]
    assert ask(Guard(echo, serve_on("127.0.0.1", 3000)), "POST", "/", public).status == 403
    app = Guard(echo, serve_on("127.0.0.1", 3000, PUBLIC))
    assert ask(app, "POST", "/", public).status == 200
    assert knock(app, "/graphql", public) == "accept"
    for mixed in (
        [("Host", "hjalp.example.dk"), ("Origin", OWN)],
        [("Host", HOST), ("Origin", PUBLIC)],
        [("Host", "hjalp.example.dk"), ("Origin", "http://hjalp.example.dk")],
        [("Host", "hjalp.example.dk:443"), ("Origin", PUBLIC)],
        [("Host", "www.hjalp.example.dk")],
    ):
        assert ask(app, "POST", "/", mixed).status == 403, mixed


def test_nobody_goes_round_the_proxy(echo: Echo) -> None:
    app = Guard(echo, serve_on("0.0.0.0", 3000, PUBLIC, ["10.0.0.9"]))
    public = [("Host", "hjalp.example.dk"), ("X-Forwarded-For", "127.0.0.1")]
    assert ask(app, "GET", "/", public, peer="10.0.0.9").status == 200
    for peer in ("10.0.0.8", "192.0.2.1", None):
        for headers in (public, [("Host", HOST)]):
            assert ask(app, "GET", "/", headers, peer=peer).status == 403
            assert knock(app, "/graphql", headers, peer=peer) == "close"


@pytest.mark.parametrize(("headers", "status"), [([], 200), ([("Host", "evil.example")], 403)])
def test_every_answer_forbids_frames_sniffing_and_sharing(app: Guard, headers: Fields, status: int) -> None:
    answer = ask(app, "GET", "/", headers)
    assert answer.status == status
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (
        answer.headers["cross-origin-resource-policy"] == answer.headers["cross-origin-opener-policy"] == "same-origin"
    )
    assert "frame-ancestors 'none'" in answer.headers.getlist("content-security-policy")[-1]
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_what_the_page_says_itself_stays(app: Guard) -> None:
    assert "script-src 'nonce-1'" in ask(app, "GET", "/").headers.getlist("content-security-policy")


def test_what_is_mounted_beside_dagster_is_behind_the_same_guard(echo: Echo) -> None:
    beside = [Mount("/office", routes=[Route("/page", lambda _: PlainTextResponse("page"), methods=["GET", "POST"])])]
    app = assemble(echo, serve_on("127.0.0.1", 3000), beside=beside)
    form = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", OWN)]
    assert ask(app, "POST", "/office/page", form).body == "page"
    assert ask(app, "POST", "/office/page", FOREIGN[0]).status == 403
    assert ask(app, "GET", "/runs").body == "echo"
    assert echo.asked == ["http GET /runs "]
