"""Pages where something is running: htmx asks whether it is done, nothing else of it is used, and whoever wants it still has it still."""

from __future__ import annotations

import pytest

from hjalp_pipeline.storage.portal_lists import READS, SENDS
from hjalp_tests.portal.portal_world import Visitor, World, delivery
from hjalp_tests.web.asgi import Answer, ask

BASE = "/hjalp/540"
FORM = {"periode": "2025K1", "system": "nexus.csv"}


def asked(one: Visitor, path: str) -> Answer:
    return ask(one.app, "GET", path, [*one.headers, ("hx-request", "true")])


def asks(page: str) -> bool:
    """Whether a page asks again; what it holds for that is all of it or nothing."""
    found = {what in page for what in ("/static/htmx.min.js", "hx-get=", "http-equiv")}
    assert len(found) == 1
    return found.pop()


@pytest.mark.parametrize("channel", ["send", "proev"])
def test_a_page_that_waits_for_a_check(world: World, monkeypatch: pytest.MonkeyPatch, channel: str) -> None:
    one = world.visitor("540", SENDS)
    with monkeypatch.context() as later:
        later.setattr(world.portal.checks, "begin", lambda _upload: None)
        path = one.upload(f"{BASE}/{channel}", delivery(records=40), **FORM).headers["location"]
    page = one.get(path).body
    assert asks(page)
    assert page.count("<script") == 1
    assert "<noscript><meta http-equiv" in page  # it is no page that renews itself where there are scripts (WCAG, F41)
    assert not asks(one.get(f"{path}?stille=ja").body)
    assert (asked(one, path).status, asked(one, path).body) == (204, "")
    world.portal.checks._check(path.rpartition("/")[2])
    done = asked(one, path)
    assert (done.status, done.headers["hx-refresh"], done.body) == (200, "true", "")
    assert not asks(one.get(path).body)
    stranger = world.visitor("185", SENDS)
    assert (asked(stranger, path).status, "hx-refresh" in asked(stranger, path).headers) == (404, False)


def test_a_receipt_that_is_being_written(world: World) -> None:
    one = world.visitor("540", SENDS)
    path = one.upload(f"{BASE}/send", delivery(records=40), **FORM).headers["location"]
    receipt = one.post(path, goer="send").headers["location"].split("?")[0]
    assert asks(one.get(receipt).body)
    assert asked(one, receipt).status == 204
    world.run_intake()
    assert asked(one, receipt).headers["hx-refresh"] == "true"
    assert not asks(one.get(receipt).body)
    assert "Kvittering for 1. kvartal 2025" in one.get(receipt).body


def test_the_script_is_served_with_its_licence(world: World) -> None:
    one = world.visitor("540", READS)
    assert one.get("/static/htmx.min.js").body.startswith("var htmx=")
    assert "Zero-Clause BSD" in one.get("/static/LICENSE-htmx.md").body
