"""What holds for every answer: pages of every origin may read it, it is packed, nobody asks too often, a proxy may stand before."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from hjalp_pipeline.serving.serve_app import MOST_REQUESTS, Place
from hjalp_pipeline.web.address import AddressError
from hjalp_tests.serving.shelf_world import World, usual
from hjalp_tests.web.asgi import _scope, knock

INFO = "/v1/tableinfo/PROEVE1"


def test_pages_of_every_origin_may_read_and_no_cookie_is_set(world: World) -> None:
    answer = world.get(INFO, [("origin", "https://example.org")])
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    asks_first = [
        ("origin", "https://example.org"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type"),
    ]
    before = world.get("/v1/data", asks_first, method="OPTIONS")
    assert (before.status, before.headers["access-control-allow-origin"]) == (200, "*")
    assert "POST" in before.headers["access-control-allow-methods"]
    assert "DELETE" not in before.headers["access-control-allow-methods"]
    assert knock(world.app, INFO) == "close"


def test_a_long_answer_is_packed_for_whoever_takes_it(world: World) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Any = _scope("http", INFO, [("accept-encoding", "gzip")], "127.0.0.1") | {"method": "GET"}
    asyncio.run(world.app(scope, receive, send))
    headers = dict(sent[0]["headers"])
    assert headers[b"content-encoding"] == b"gzip"
    assert b"Accept-Encoding" in headers[b"vary"]
    packed = b"".join(message.get("body", b"") for message in sent[1:])
    assert gzip.decompress(packed).decode() == world.get(INFO).body


@pytest.mark.slow
def test_who_asks_too_often_waits_and_others_do_not(world: World) -> None:
    statuses = [world.get("/v1/nothing", peer="192.0.2.1").status for _ in range(MOST_REQUESTS + 1)]
    assert statuses == [404] * MOST_REQUESTS + [429]
    wait = world.get("/v1/nothing", peer="192.0.2.1")
    assert (wait.headers["retry-after"], wait.headers["access-control-allow-origin"]) == ("60", "*")
    assert world.get(INFO, peer="192.0.2.2").status == 200
    # without a proxy of ours, nobody says for whom he asks
    assert world.get(INFO, [("x-forwarded-for", "192.0.2.3")], peer="192.0.2.1").status == 429


@pytest.mark.slow
def test_behind_a_proxy_its_path_is_taken_off_and_callers_are_told_apart(tmp_path: Path) -> None:
    world = World(tmp_path, place=Place("https://tal.example.dk/statbank/", frozenset(["10.0.0.1"])))
    world.publish("2024v1", usual())
    for path in (f"/statbank{INFO}", INFO, f"{INFO}/"):
        assert world.get(path).status == 200
    assert world.get(f"/statbanken{INFO}").status == 404
    for peer in ("127.0.0.1", "10.0.0.1"):
        for _ in range(MOST_REQUESTS):
            world.get("/x", [("x-forwarded-for", f"203.0.113.9, 192.0.2.{len(peer)}")], peer=peer)
        assert world.get("/x", [("x-forwarded-for", f"192.0.2.{len(peer)}")], peer=peer).status == 429
        assert world.get(INFO, [("x-forwarded-for", "192.0.2.77")], peer=peer).status == 200


@pytest.mark.parametrize(
    "public", ["tal.example.dk", "ftp://x", "https://", "https://a/b?c", "https://a/<b>", "https://a b", "https://u@a"]
)
def test_a_proxys_address_that_makes_no_sense_is_refused(public: str) -> None:
    with pytest.raises(AddressError, match="--behind-proxy"):
        Place(public)


def test_an_ipv6_network_of_64_bits_is_one_caller_and_so_is_an_ipv4_address_either_way(tmp_path: Path) -> None:
    place = Place("https://tal.example.dk", frozenset(["2001:DB8:0:0::1"]))
    assert place.is_ours("2001:db8::1")
    assert {Place().caller({"client": (f"2001:db8::{number:x}", 1)}) for number in range(9)} == {"2001:db8::/64"}
    assert Place().caller({"client": ("::ffff:192.0.2.1", 1)}) == "192.0.2.1"
    added = [
        (b"x-forwarded-for", b"203.0.113.9"),
        (b"x-forwarded-for", b"198.51.100.7"),
    ]  # the last line is the proxy's
    assert place.caller({"type": "http", "client": ("::1", 1), "headers": added}) == "198.51.100.7"


def test_a_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(AddressError, match="--proxy-address 'proxy'"):
        Place("https://tal.example.dk", frozenset(["proxy"]))


@pytest.mark.parametrize(("path", "form"), [(INFO, "errorTypeCode"), ("/api/v2/tables", "title")])
def test_more_than_are_answered_at_a_time_are_told_so_in_the_form_they_know(
    world: World, monkeypatch: pytest.MonkeyPatch, path: str, form: str
) -> None:
    monkeypatch.setattr("hjalp_pipeline.serving.serve_app.AT_A_TIME", 0)
    busy = world.get(path)
    assert (busy.status, busy.headers["retry-after"], busy.headers["access-control-allow-origin"]) == (503, "1", "*")
    assert form in json.loads(busy.body)
