"""A page of somebody else, open in the operator's Chromium, tries everything a page can do. Without the guard it succeeds."""

from __future__ import annotations

import contextlib
import http.server
import importlib.util
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg
import pytest

from hjalp_pipeline.defs.local import prepare_home
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.web.running import absent, dagster_alone, delete, free_port, hjalp_ui, past_run, program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: No look-ups of its own, and a name of the attacker's that points to this machine.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP *.example 127.0.0.1",
]
FRAME = "const frame = document.createElement('iframe'); frame.name = name; document.body.append(frame); "
FORM = (
    FRAME + "const form = document.body.appendChild(document.createElement('form')); form.target = name; "
    "const field = form.appendChild(document.createElement('input')); field.name = 'query'; field.value = mutation; "
)
#: What the page tries, each with a run of its own to delete. ``asked`` carries the mutation in the address.
ATTACKS = {
    "image": "new Image().src = asked",
    "script": "document.head.appendChild(document.createElement('script')).src = asked",
    "style": "const it = document.createElement('link'); it.rel = 'stylesheet'; it.href = asked; document.head.append(it)",
    "video": "document.body.appendChild(document.createElement('video')).src = asked",
    "events": "new EventSource(asked)",
    "fetch GET": "fetch(asked, {mode: 'no-cors', credentials: 'include'}).catch(() => 0)",
    "fetch GET, escaped path": "fetch(asked.replace('graphql', '%67raphql'), {mode: 'no-cors'}).catch(() => 0)",
    "fetch HEAD": "fetch(asked, {mode: 'no-cors', method: 'HEAD'}).catch(() => 0)",
    "fetch POST": "fetch(asked, {mode: 'no-cors', method: 'POST', body: 'x'}).catch(() => 0)",
    "fetch POST, JSON called text": "fetch(base + '/graphql', {mode: 'no-cors', method: 'POST', body: json, "
    "headers: {'Content-Type': 'text/plain; application/json'}}).catch(() => 0)",
    "fetch POST, JSON": "fetch(base + '/graphql', {method: 'POST', body: json, "
    "headers: {'Content-Type': 'application/json'}}).catch(() => 0)",
    "beacon": "navigator.sendBeacon(asked, 'x')",
    "form": FORM + "form.method = 'POST'; form.action = asked; form.submit()",
    "form, multipart": FORM
    + "form.method = 'POST'; form.enctype = 'multipart/form-data'; form.action = asked; form.submit()",
    "form, text": FORM + "form.method = 'POST'; form.enctype = 'text/plain'; form.action = asked; form.submit()",
}
#: What Dagster alone does not hear. It is tried as well: a later version may, or another browser let it through.
UNHEARD = {"fetch HEAD", "fetch POST, JSON"}
WEBSOCKET = """base => new Promise(done => {
    const line = new WebSocket(base.replace('http', 'ws') + '/graphql', 'graphql-ws');
    line.onopen = () => line.send('{"type": "connection_init"}');
    line.onmessage = message => done(message.data);
    line.onerror = () => done('refused');
})"""
READ = "at => fetch(at).then(answer => answer.text()).catch(() => 'refused')"
FRAMED = """base => new Promise(done => {
    const frame = document.createElement('iframe'); frame.src = base + '/runs';
    frame.onload = () => done('loaded'); document.body.append(frame);
})"""
SAME_ORIGIN = """([target, json]) => fetch(target, {method: 'POST', body: json, headers: {'Content-Type': 'application/json'}})
    .then(answer => answer.status)"""


@pytest.fixture
def browser() -> Iterator[Browser]:
    if importlib.util.find_spec("playwright") is None:
        absent("playwright (uv sync --group browser)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program("chromium"), args=FLAGS)
        yield found
        found.close()


def new_page(browser: Browser) -> Page:
    page = browser.new_page()
    page.set_default_timeout(300_000)
    return page


@contextlib.contextmanager
def attacker() -> Iterator[int]:
    """A web server with an empty page; the port."""

    class Blank(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Win a voyage</title><body>")

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Blank) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def survivors(page: Page, base: str, instance: dg.DagsterInstance) -> set[str]:
    """Let the page try everything at ``base``; the attacks whose run is still there."""
    runs = {name: past_run(instance) for name in ATTACKS}
    for name, script in ATTACKS.items():
        values = {"base": base, "name": name, "mutation": delete(runs[name])}
        with page.context.expect_event("request", lambda sent: sent.url.startswith(base)) as sent:
            page.evaluate(
                "({base, name, mutation}) => { const asked = base + '/graphql?query=' + encodeURIComponent(mutation), "
                f"json = JSON.stringify({{query: mutation}}); {script} }}",
                values,
            )
        sent.value.response()  # it was answered, or the browser did not let it out
    return {name for name, run_id in runs.items() if instance.get_run_by_id(run_id) is not None}


def navigated(page: Page, target: str, mutation: str) -> None:
    """Leave for the target, as a link, and as a form that takes the whole window."""
    page.goto(f"{target}?query={mutation}")
    page.goto("about:blank")
    page.set_content(
        f"<form method=POST enctype=text/plain></form><script>f = document.forms[0]; f.action = `{target}`</script>"
    )
    with page.expect_request(lambda sent: sent.url.startswith(target)) as sent:
        page.evaluate("mutation => { f.action += '?query=' + encodeURIComponent(mutation); f.submit() }", mutation)
    assert sent.value.response()


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("HJALP_DATA", "")
    prepare_home(DataRoot(tmp_path / "root"))
    with dg.DagsterInstance.get() as found:
        yield found


@pytest.mark.slow
def test_without_the_guard_the_page_does_it_all(browser: Browser, instance: dg.DagsterInstance) -> None:
    """The attacks are real: otherwise the next test would show nothing."""
    with attacker() as port, dagster_alone(instance) as victim:
        page = new_page(browser)
        page.goto(f"http://127.0.0.1:{port}/")
        base = f"http://127.0.0.1:{victim}"
        assert survivors(page, base, instance) == UNHEARD
        assert "connection_ack" in page.evaluate(WEBSOCKET, base)
        rebound = past_run(instance)
        page.goto(f"http://evil.example:{victim}/server_info")
        assert page.evaluate(SAME_ORIGIN, ["/graphql", f'{{"query": {quoted(delete(rebound))}}}']) == 200
        assert instance.get_run_by_id(rebound) is None
        page.close()


@pytest.mark.slow
def test_the_guard_hears_none_of_it_and_serves_the_operator(
    browser: Browser, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    victim = free_port()
    base = f"http://127.0.0.1:{victim}"
    with attacker() as port, hjalp_ui(DataRoot(tmp_path / "root"), victim):
        for origin in (f"http://127.0.0.1:{port}/", f"http://localhost:{port}/", f"http://win.example:{port}/"):
            page = new_page(browser)
            page.goto(origin)
            assert survivors(page, base, instance) == set(ATTACKS), origin
            assert page.evaluate(WEBSOCKET, base) == "refused"
            for place in ("/server_info", "/kontor/hjalp/", "/kontor/hand/", "/kontor/hand/reminders/overblik.html"):
                assert page.evaluate(READ, base + place) == "refused", place
            page.evaluate(FRAMED, base)
            assert [frame.url for frame in page.frames if frame.url.startswith(base)] == []
            page.close()
        navigates(browser, base, instance)
        rebinds(browser, victim, instance)
        operates(browser, base, instance)


def quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def navigates(browser: Browser, base: str, instance: dg.DagsterInstance) -> None:
    kept = past_run(instance)
    page = new_page(browser)
    navigated(page, f"{base}/graphql", delete(kept))
    assert instance.get_run_by_id(kept) is not None
    page.close()


def rebinds(browser: Browser, victim: int, instance: dg.DagsterInstance) -> None:
    """The attacker's own name points to this machine: for the browser the page and we are one origin."""
    kept = past_run(instance)
    page = new_page(browser)
    answer = page.goto(f"http://evil.example:{victim}/")
    assert answer is not None
    assert answer.status == 403
    assert page.evaluate(SAME_ORIGIN, ["/graphql", f'{{"query": {quoted(delete(kept))}}}']) == 403
    assert page.evaluate(WEBSOCKET, f"http://evil.example:{victim}") == "refused"
    assert instance.get_run_by_id(kept) is not None
    page.close()


def operates(browser: Browser, base: str, instance: dg.DagsterInstance) -> None:
    """Dagster's own pages work as before: they load, show a run, keep their websocket and change what they are asked to."""
    run_id = past_run(instance)
    page = new_page(browser)
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{base}/runs")
    page.get_by_text(run_id[:8]).first.wait_for()
    for place in ("overview", "assets", "jobs", "automation", "deployment/locations", f"runs/{run_id}"):
        with page.expect_response(f"{base}/graphql*") as answer:
            page.goto(f"{base}/{place}")
        assert answer.value.status == 200, place
    assert faults == []
    assert "connection_ack" in page.evaluate(WEBSOCKET, base)
    assert page.evaluate(SAME_ORIGIN, ["/graphql", f'{{"query": {quoted(delete(run_id))}}}']) == 200
    assert instance.get_run_by_id(run_id) is None
    page.close()
