"""`hjalp portal --demo` as people start it, on a data root that says it is a demo's; and a Chromium before it."""

from __future__ import annotations

import contextlib
import http.client
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.portal.portal_world import REPORT, delivery, make_world
from hjalp_tests.web.running import PROJECT, absent, free_port, program

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parents[1] / "pages" / "axe" / "node_modules" / "axe-core" / "axe.min.js"


def demo_root(folder: Path) -> DataRoot:
    """What a demo leaves, as far as the portal reads it: two kommuner with a delivery and a report of last year."""
    world = make_world(folder)
    world.portal.close()
    shutil.rmtree(folder / "portal")
    (folder / "demo.json").write_text("{}")
    year = datetime.now(UTC).year - 1
    root = DataRoot(folder, "hjalp")
    (root.approvals / "reports" / str(year)).mkdir(parents=True)
    for komnr in ("185", "540"):
        (root.approvals / "reports" / str(year) / f"{komnr}.html").write_text(REPORT, encoding="utf-8")
    return root


@contextlib.contextmanager
def portal_process(
    root: DataRoot, *options: str, port: int | None = None
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The portal with the demo's login, when it answers; its address and its process."""
    port = port or free_port()
    command = [sys.executable, "-m", "hjalp_pipeline.cli", "portal", "--demo", "--port", str(port), *options]
    process = subprocess.Popen(
        command, cwd=PROJECT, env=os.environ | {"HJALP_DATA": str(root.path)}, stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 120
        while not _answers(port):
            assert process.poll() is None, "the portal has ended"
            assert time.monotonic() < until, "the portal does not answer"
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/om")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    if importlib.util.find_spec("playwright") is None:
        absent("playwright")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=FLAGS)
        yield browser
        browser.close()


def log_in(browser: Browser, address: str, who: str, *, width: int = 1280, javascript: bool = True) -> Page:
    """Somebody's browser, logged in as one of the made-up people."""
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=javascript)
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}/login")
    page.locator(f'button[value="{who}"]').click()
    page.wait_for_url(f"{address}/**")
    return page


def violations(page: Page) -> list[str]:
    """What axe-core says of the page as it is drawn, contrast too."""
    if not AXE.is_file():
        absent("axe-core (npm install --prefix hjalp_tests/pages/axe)")
    page.evaluate(AXE.read_text(encoding="utf-8"))  # by the debugger: the page's policy lets no script in
    found = page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        ".then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).slice(0, 3).join(', ')))"
    )
    return list(found)


def deadline_far() -> str:
    return (datetime.now(UTC).date() + timedelta(days=60)).isoformat()


def workbook(path: Path, *, bad: bool) -> Path:
    """A workbook as the web tool writes it, one with dates that do not exist."""
    import xlsxwriter

    rows = [
        line.split(";")
        for line in delivery(records=30, issued="2024-02-31" if bad else "2024-02-01").decode().splitlines()
    ]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows[:-1]):
            for column, value in enumerate(row):
                sheet.write_string(place, column, value)
    return path
