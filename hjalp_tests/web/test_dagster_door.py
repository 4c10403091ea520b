"""What of Dagster's web server is reachable."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from hjalp_pipeline.web.dagster_door import CLOSED, DagsterDoor
from hjalp_tests.web.asgi import Echo, Fields, ask, knock

JSON: Fields = [("Content-Type", "application/json")]
QUERY = "query Version { version }"
MUTATION = "mutation Gone { deletePipelineRun(runId: 1) { __typename } }"
#: Every route Dagster has, and what becomes of it. A route that a later version adds fails the test until it is decided.
ROUTES = {
    "/server_info": "versions",
    "/graphql": "POST of a JSON object, and the websocket",
    "/": "page",
    "/{path:path}": "page",
    "/_next": "files of pages",
    "/vendor": "files of pages",
    "/404.html": "files of pages",
    "/Dagster_world.mp4": "files of pages",
    "/csp-header.txt": "files of pages",
    "/favicon-run-failed.svg": "files of pages",
    "/favicon-run-pending.svg": "files of pages",
    "/favicon-run-success.svg": "files of pages",
    "/favicon.ico": "files of pages",
    "/favicon.png": "files of pages",
    "/favicon.svg": "files of pages",
    "/index.html": "files of pages",
    "/manifest.json": "files of pages",
    "/robots.txt": "files of pages",
    "/dagit_info": "closed",
    "/logs/{path:path}": "closed",
    "/notebook": "closed",
    "/dagit/notebook": "closed",
    "/download_debug/{run_id:str}": "closed",
    "/report_asset_materialization/{asset_key:path}": "closed",
    "/report_asset_check/{asset_key:path}": "closed",
    "/report_asset_observation/{asset_key:path}": "closed",
}


def graphql(query: Any, **more: Any) -> bytes:
    return json.dumps({"query": query, **more}).encode()


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def door(echo: Echo) -> DagsterDoor:
    return DagsterDoor(echo, read_only=False)


@pytest.fixture
def viewer(echo: Echo) -> DagsterDoor:
    return DagsterDoor(echo, read_only=True)


def test_every_route_of_dagster_is_decided() -> None:
    def path(route: BaseRoute) -> str:
        assert isinstance(route, (Route, Mount, WebSocketRoute))
        return route.path

    from dagster_webserver.webserver import DagsterWebserver

    found = {path(route) for route in DagsterWebserver(None).build_routes()}  # type: ignore[var-annotated]
    assert found == set(ROUTES)
    closed = {route.split("/")[1] for route, fate in ROUTES.items() if fate == "closed"}
    assert closed == set(CLOSED)


@pytest.mark.parametrize("first", sorted(CLOSED))
def test_what_is_closed(door: DagsterDoor, echo: Echo, first: str) -> None:
    for target in (f"/{first}", f"/{first}/a/b?path=/etc/passwd", f"//{first}/a", f"/%{ord(first[0]):x}{first[1:]}/a"):
        assert ask(door, "GET", target).status == 404
        assert ask(door, "POST", target, JSON, b"{}").status == 405
    assert echo.asked == []


@pytest.mark.parametrize("target", ["/", "/runs/abc", "/_next/static/a.js", "/server_info", "/assets/logs", "/logs2"])
def test_pages_and_their_files_are_open_for_reading(door: DagsterDoor, target: str) -> None:
    assert ask(door, "GET", target).status == ask(door, "HEAD", target).status == 200
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
        answer = ask(door, method, target)
        assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD")


def test_pages_load_and_send_nothing_elsewhere(door: DagsterDoor) -> None:
    policies = ask(door, "GET", "/").headers.getlist("content-security-policy")
    assert any("connect-src 'self'" in each and "img-src 'self' data: blob:" in each for each in policies)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("headers", [[], [("Accept", "text/html")], JSON], ids=str)
def test_graphql_is_asked_by_post(door: DagsterDoor, echo: Echo, method: str, headers: Fields) -> None:
    queries = (f"query={QUERY}", f"query={MUTATION}", "query=%6Dutation%7Ba%7D", "extensions=%7B%7D")
    for path, query in itertools.product(("/graphql", "/%67raphql", "/graphql?"), queries):
        mark = "" if path.endswith("?") else "?"
        answer = ask(door, method, f"{path}{mark}{query}", headers, graphql(MUTATION))
        assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert echo.asked == []


def test_a_slash_more_is_a_page_and_takes_nothing(door: DagsterDoor, echo: Echo) -> None:
    for target in ("/graphql/", "//graphql", "/graphql/x"):
        assert ask(door, "POST", f"{target}?query={MUTATION}", JSON, graphql(MUTATION)).status == 405
        assert knock(door, target) == "close"
    assert echo.asked == []


@pytest.mark.parametrize(
    "types",
    [
        [],
        ["text/plain"],
        ["text/plain;charset=UTF-8"],
        ["text/plain; application/json"],  # a browser sends it unasked, Dagster takes it for JSON
        ["text/plain, application/json"],
        ["multipart/form-data; boundary=application/json"],
        ["application/x-www-form-urlencoded"],
        ["application/graphql"],
        ["application/json-seq"],
        ["text/plain", "application/json"],
        ["application/json", "text/plain"],
        [""],
    ],
    ids=str,
)
def test_nothing_that_a_form_can_send(door: DagsterDoor, echo: Echo, types: list[str]) -> None:
    headers = [("Content-Type", each) for each in types]
    assert ask(door, "POST", f"/graphql?query={MUTATION}", headers, graphql(MUTATION)).status == 415
    assert echo.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" + graphql(MUTATION) + b"]",  # a batch
        b"[]",
        b'"query"',
        b"null",
        graphql(None),
        graphql([MUTATION]),
        json.dumps({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "00"}}}).encode(),
        b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
    ids=lambda body: repr(body[:30]),
)
def test_a_request_is_one_object_with_a_query(door: DagsterDoor, echo: Echo, body: bytes) -> None:
    answer = ask(door, "POST", f"/graphql?query={MUTATION}", JSON, body)
    assert (answer.status, echo.asked) == (400, [])


def test_a_body_without_end_is_cut_off(door: DagsterDoor, echo: Echo) -> None:
    assert ask(door, "POST", "/graphql", JSON, [b" " * (1 << 20)] * 5).status == 413
    assert echo.asked == []


def test_the_operator_asks_and_changes(door: DagsterDoor, echo: Echo) -> None:
    for query in (QUERY, MUTATION, "not graphql"):
        body = graphql(query)
        for types in ("application/json", "application/json; charset=utf-8", "Application/JSON"):
            assert ask(door, "POST", "/graphql", [("Content-Type", types)], [body[:9], body[9:]]).status == 200
            assert echo.asked.pop() == f"http POST /graphql {body.decode()}"
    assert knock(door, "/graphql") == "accept"


@pytest.mark.parametrize(
    "query",
    [
        MUTATION,
        "mutation { a }",
        "\ufeff # c\n mutation{a}",
        f"{QUERY} {MUTATION}",
        f"{MUTATION} {QUERY}",
        "fragment F on Q { a } mutation M { ...F }",
        "query A { a } subscription B { b } mutation C { c }",
    ],
)
def test_a_viewer_changes_nothing(viewer: DagsterDoor, echo: Echo, query: str) -> None:
    for more in ({}, {"operationName": "Version"}, {"variables": {"a": 1}}):
        answer = ask(viewer, "POST", "/graphql", JSON, graphql(query, **more))
        assert (answer.status, answer.body) == (403, "Refused: this server is read-only.\n")
    assert ask(
        viewer, "POST", "/graphql", JSON, b'{"query": "{a}", "query": ' + json.dumps(query).encode() + b"}"
    ).status
    assert echo.asked == []


@pytest.mark.parametrize("depth", [190, 900, 2000, 50_000])
def test_a_viewer_hides_nothing_in_depth(viewer: DagsterDoor, echo: Echo, depth: int) -> None:
    deep = "mutation " + "{a" * depth + "}" * depth
    assert ask(viewer, "POST", "/graphql", JSON, graphql(deep)).status in (400, 403)
    assert echo.asked == []


@pytest.mark.parametrize("query", [QUERY, "{ mutation }", 'query { a(text: "mutation { b }") } # mutation'])
def test_a_viewer_asks(viewer: DagsterDoor, echo: Echo, query: str) -> None:
    assert ask(viewer, "POST", "/graphql", JSON, graphql(query)).status == 200
    assert len(echo.asked) == 1
