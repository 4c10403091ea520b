"""`kill -9` at every write of an upload and of its way into the inbox: the file is there whole, or not at all."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from hjalp_pipeline.portal.sessions import Person, Sessions
from hjalp_pipeline.portal.upload_sending import finish_sending
from hjalp_pipeline.storage.files import sweep
from hjalp_pipeline.storage.portal_lists import SENDS
from hjalp_tests.portal.portal_running import demo_root, portal_process
from hjalp_tests.portal.portal_world import delivery, make_world, multipart

pytestmark = pytest.mark.slow
RECORDS, FORM = 60, {"periode": "2025K1", "system": "nexus.csv"}


def upload_and_die(folder: Path, at: int) -> None:
    """In a process of its own: upload a file and send it, and be killed at the ``at``-th thing done to the disk."""
    done = [0]

    def count(event: str, arguments: tuple[object, ...]) -> None:
        watched = event.startswith(("os.", "sqlite3.")) or (event == "open" and arguments[1] not in ("r", "rb"))
        if watched and str(folder) in str(arguments[0]):
            done[0] += 1
            if done[0] == at:
                os.kill(os.getpid(), signal.SIGKILL)

    patch = pytest.MonkeyPatch()
    world = make_world(folder, patch)
    from hjalp_pipeline.portal import upload_stream

    patch.setattr(upload_stream, "_BLOCK", 2048)  # every few thousand bytes are a write of their own
    flush = os.fsync

    def fsync(handle: int) -> None:
        count("os.fsync", (str(folder), None))
        flush(handle)

    patch.setattr(os, "fsync", fsync)
    sys.addaudithook(count)
    one = world.visitor("540", SENDS)
    done[0] = 0
    location = one.upload("/hjalp/540/send", delivery(records=RECORDS), pieces=4, **FORM).headers["location"]
    one.post(location, goer="send")
    (folder / "through").touch()


def looked_at(folder: Path) -> None:
    """What is true whenever it was killed."""
    whole = delivery(records=RECORDS)
    for path in (folder / "hjalp" / "inbox" / "2025K1").glob("[!.]*"):
        assert path.read_bytes() == whole
    for path in (folder / "portal" / "uploads").glob("[!.]*"):
        assert path.read_bytes() == whole
    sweep(folder / "portal" / "uploads")
    assert list((folder / "portal" / "uploads").glob(".*")) == []
    from hjalp_pipeline.portal.act_log import ActLog
    from hjalp_pipeline.portal.portal_db import PortalDb

    db = PortalDb(f"sqlite:///{folder / 'portal' / 'portal.db'}")
    log = ActLog(db, folder / "portal" / "log.heads")
    assert log.faults() == []
    db.close()
    started_again(folder)


def started_again(folder: Path) -> None:
    """What the next start makes of it: what is sent is in the inbox, what is not is not, and the log tells so."""
    world = make_world(folder)
    finish_sending(world.portal)
    with world.portal.db.reading() as connection:
        rows = connection.execute(text("select state, filename from uploads")).all()
    sent = {filename for state, filename in rows if state == "sent"}
    inbox = world.root.inbox
    assert {f"2025K1/{path.name}" for path in inbox.glob("2025K1/[!.]*")} == sent
    told = [row["object"] for row in world.portal.log.of_kommune("540", "hjalp", act="sendt")]
    assert sorted(told) == sorted(sent)
    assert world.portal.log.faults() == []
    world.portal.close()


def test_killed_at_every_write(tmp_path: Path) -> None:
    # Each is a fork of a process that has imported everything and done nothing: that took most of the time.
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    deaths = 0
    for at in range(1, 200):
        folder = tmp_path / str(at)
        folder.mkdir()
        done = processes.Process(target=upload_and_die, args=(folder, at))
        done.start()
        done.join()
        looked_at(folder)
        if done.exitcode == 0:
            assert (folder / "through").exists()
            assert len(list((folder / "hjalp" / "inbox" / "2025K1").iterdir())) == 1
            break
        assert done.exitcode == -signal.SIGKILL
        deaths += 1
    assert deaths > 15


def high_water(pid: int) -> int:
    """The most memory a process has had, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) >> 10


def test_half_a_gigabyte_in_150_mib(tmp_path: Path) -> None:
    import http.client

    from hjalp_pipeline.portal.portal_db import PortalDb

    size, block = 500 << 20, 1 << 20
    with portal_process(demo_root(tmp_path)) as (address, process):
        db = PortalDb(f"sqlite:///{tmp_path / 'portal' / 'portal.db'}")
        sessions = Sessions(db, lambda: datetime.now(UTC))
        cookie = sessions.begin(Person("s", "S", "00000540", frozenset({SENDS})))
        session = sessions.of(cookie)
        assert session is not None
        path = "/hjalp/540/proev"
        around = multipart({"token": session.form_token(path), "periode": "2024K4", "system": "nexus.csv"}, b"\x00")
        head, tail = around.split(b"\x00")
        page = http.client.HTTPConnection(address.removeprefix("http://"), timeout=600)
        for name in ("oversigt", "send", "krav", "godkend/2024", "tast"):
            page.request("GET", f"/hjalp/540/{name}", headers={"Cookie": f"hjalp-session={cookie}"})
            answer = page.getresponse()
            assert (answer.status, answer.read() != b"") == (200, True)
        page.close()
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=600)
        connection.putrequest("POST", path)
        for name, value in {
            "Cookie": f"hjalp-session={cookie}",
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "multipart/form-data; boundary=xyz",
            "Content-Length": str(len(head) + size + len(tail)),
        }.items():
            connection.putheader(name, value)
        connection.endheaders(head)
        for _ in range(size // block):
            connection.send(bytes(block))
        connection.send(tail)
        answer = connection.getresponse()
        assert answer.status == 303
        answer.read()
        connection.close()
        after = high_water(process.pid)
        db.close()
    assert after < 150  # all of it: libraries, pages and the upload
