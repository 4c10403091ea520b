"""The last hour before a deadline: 98 kommuner upload at once, and somebody reads pages meanwhile.

``uv run python -m bench.portal_load [--records 20000]`` starts the web dialogue and, beside it, a bare Starlette page, both as
processes of their own. It prints how many files were received and checked, and how long a page took, also as a multiple of the
bare page in the same minute: this machine may have other things to do.
"""

import argparse
import http.client
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.portal.portal_db import PortalDb
from hjalp_pipeline.portal.sessions import Person, Sessions
from hjalp_pipeline.storage.portal_lists import READS, SENDS
from hjalp_tests.portal.portal_running import demo_root, portal_process
from hjalp_tests.portal.portal_world import cvr_of, delivery, multipart
from hjalp_tests.web.running import free_port

BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
app = Starlette(routes=[Route("/", lambda request: HTMLResponse("<p>Hej</p>" * 500))])
uvicorn.run(app, port=int(sys.argv[1]), log_level="error")
"""
#: Requests that tell how long a page takes while nothing else is done.
QUIET = 30


def ask(address: str, path: str, cookie: str = "", body: bytes | None = None) -> tuple[int, float]:
    """Status and seconds of one request."""
    connection = http.client.HTTPConnection(address, timeout=900)
    headers = {"Cookie": f"hjalp-session={cookie}", "Sec-Fetch-Site": "same-origin"}
    if body is not None:
        headers["Content-Type"] = "multipart/form-data; boundary=xyz"
    begun = time.perf_counter()
    try:
        connection.request("GET" if body is None else "POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    return answer.status, time.perf_counter() - begun


@contextmanager
def bare_page() -> Iterator[str]:
    """A page of Starlette alone; gives its address."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", BARE, str(port)])  # noqa: S603 (our own interpreter and text)
    try:
        for _ in range(300):
            try:
                ask(f"127.0.0.1:{port}", "/")
                break
            except OSError:
                time.sleep(0.1)
        yield f"127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def measured(
    asking: Callable[[], tuple[int, float]], bare: Callable[[], tuple[int, float]], until: Callable[[int], bool]
):  # type: ignore[no-untyped-def]
    """Seconds of pages and of the bare page, in turn."""
    pages, bares = [], []
    while not until(len(pages)):
        status, seconds = asking()
        if status != 200:
            raise SystemExit(f"a page was answered with {status}")
        pages.append(seconds)
        bares.append(bare()[1])
        time.sleep(0.05)
    return pages, bares


def told(what: str, pages: list[float], bares: list[float]) -> None:
    """One line."""
    page, bare = statistics.median(pages), statistics.median(bares)
    worst = sorted(pages)[int(len(pages) * 0.95)]
    sys.stdout.write(
        f"{what}: median page {page * 1000:.0f} ms, 95 % {worst * 1000:.0f} ms, {page / bare:.1f} x a bare page ({len(pages)} pages)"
        "\n"
    )


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--records", type=int, default=20_000, help="records of a file (default: 20000, 1.2 MB)")
    records = asked.parse_args().records
    with tempfile.TemporaryDirectory() as folder:
        root = demo_root(Path(folder))
        rows = [f"{cvr_of(komnr)};{komnr};{role};2020-01-01;" for komnr in KOMNR for role in (READS, SENDS)]
        access = "\n".join(["cvr;komnr;role;from_date;to_date", *rows]) + "\n"
        (root.codelists / "portal_access.csv").write_text(access)
        with portal_process(root) as (address, _), bare_page() as bare:
            measure(Path(folder), address.removeprefix("http://"), bare, records)


def measure(folder: Path, address: str, bare: str, records: int) -> None:
    """Quiet pages, then pages while 98 kommuner upload, then until everything is checked."""
    db = PortalDb(f"sqlite:///{folder / 'portal' / 'portal.db'}")
    sessions = Sessions(db, lambda: datetime.now(UTC))
    cookies = {komnr: sessions.begin(Person(komnr, komnr, cvr_of(komnr), frozenset({READS, SENDS}))) for komnr in KOMNR}
    readers = [sessions.begin(Person("r", "r", cvr_of(komnr), frozenset({READS}))) for komnr in KOMNR]
    place = [0]

    def page() -> tuple[int, float]:
        place[0] += 1
        number = place[0] % len(KOMNR)
        return ask(address, f"/hjalp/{KOMNR[number]}/oversigt", readers[number])

    told("quiet", *measured(page, lambda: ask(bare, "/"), lambda count: count >= QUIET))
    statuses: list[int] = []

    def upload(komnr: str) -> None:
        session = sessions.of(cookies[komnr])
        if session is None:
            raise SystemExit("a session is gone")
        path = f"/hjalp/{komnr}/send"
        fields = {"token": session.form_token(path), "periode": "2025K1", "system": "nexus.csv"}
        statuses.append(ask(address, path, cookies[komnr], multipart(fields, delivery(komnr, records)))[0])

    begun = time.perf_counter()
    threads = [threading.Thread(target=upload, args=(komnr,)) for komnr in KOMNR]
    for thread in threads:
        thread.start()

    def checked() -> int:
        with db.reading() as connection:
            return int(connection.execute(text("select count(*) from uploads where state = 'checked'")).scalar() or 0)

    pages, bares = measured(page, lambda: ask(bare, "/"), lambda _: checked() == len(KOMNR))
    done = time.perf_counter() - begun
    for thread in threads:
        thread.join()
    told("98 uploads at once", pages, bares)
    sys.stdout.write(f"received {statuses.count(303)} of {len(KOMNR)}, all checked after {done:.0f} s\n")
    db.close()


if __name__ == "__main__":
    main()
