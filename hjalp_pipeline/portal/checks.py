"""Checking uploaded files beside the pages: a few at a time, each in a process of its own; what waits survives a restart."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import ColumnElement, select, update

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.portal.check_queue import CheckQueue, Waiting
from hjalp_pipeline.portal.portal_db import UPLOADS, PortalDb
from hjalp_pipeline.portal.portal_place import PortalPlace
from hjalp_pipeline.portal.receipts_read import Received, newest_accepted
from hjalp_pipeline.production.inbox.registered import sender_of
from hjalp_pipeline.rules.systems import SystemRow
from hjalp_pipeline.storage.codelists import read_extensions, read_systems
from hjalp_pipeline.storage.root import DataRoot

#: Files checked at a time, and seconds one may take.
AT_A_TIME, LONGEST_CHECK = 2, 1800
WAITING, CHECKED, FAILED, SENT, DISCARDED = "waiting", "checked", "failed", "sent", "discarded"


class Checks:
    """The checks of a portal. What waits stands in the database: this is who is next."""

    def __init__(self, db: PortalDb, place: PortalPlace, roots: Mapping[str, DataRoot]) -> None:
        """Nothing is begun yet."""
        self.db, self.place, self.roots = db, place, roots
        self._queue = CheckQueue(AT_A_TIME)
        self._pool = ThreadPoolExecutor(AT_A_TIME, "check")

    def begin(self, upload: str) -> None:
        """Check a file as soon as it is its turn."""
        self._begin(UPLOADS.c.id == upload)

    def begin_waiting(self) -> int:
        """Check what waits in the database, as after a restart; returns how many. What is under way is not begun twice."""
        return self._begin(UPLOADS.c.state == WAITING)

    def close(self) -> None:
        """Begin no more; what waits is begun again by the next start."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _begin(self, which: ColumnElement[bool]) -> int:
        asked = select(UPLOADS.c.id, UPLOADS.c.statistic, UPLOADS.c.komnr, UPLOADS.c.bytes).where(which)
        with self.db.reading() as connection:
            rows = connection.execute(asked.order_by(UPLOADS.c.at)).all()
        for upload, statistic, komnr, size in rows:
            self._queue.put(Waiting(upload, f"{statistic} {komnr}", size))
            self._next()
        return len(rows)

    def _next(self) -> None:
        with contextlib.suppress(RuntimeError):  # the program ends
            self._pool.submit(self._work)

    def _work(self) -> None:
        one = self._queue.take()
        if one is None:
            return
        try:
            self._check(one.id)
        except Exception as fault:  # the database, say: it waits still, and the next round checks it
            sys.stderr.write(f"a check is done again: {type(fault).__name__}\n")
        finally:
            self._queue.done(one)
            for _ in range(AT_A_TIME):  # more than one may have waited for this one
                self._next()

    def _check(self, upload: str) -> None:
        with self.db.reading() as connection:
            row = connection.execute(select(UPLOADS).where(UPLOADS.c.id == upload)).mappings().first()
        if row is None or row["state"] != WAITING:
            return
        found: dict[str, Any] | None = None
        try:
            found = run_check(self._task(dict(row)))
        except Exception as fault:  # whatever it is, nobody waits for it: the page says that it is our fault
            sys.stderr.write(f"a check came to no end: {type(fault).__name__}\n")
        if row["test"]:  # nothing of it is used: only what was found is kept, for 30 days
            (self.place.uploads / upload).unlink(missing_ok=True)
        state = CHECKED if found else FAILED
        with self.db.writing() as connection:
            changed = update(UPLOADS).where(UPLOADS.c.id == upload, UPLOADS.c.state == WAITING)
            connection.execute(changed.values(state=state, result=json.dumps(found) if found else None))

    def _task(self, row: Mapping[str, Any]) -> dict[str, Any]:
        root = self.roots[row["statistic"]]
        task = {name: row[name] for name in ("statistic", "period", "komnr", "system", "format")}
        systems = read_systems(root)
        period = Period.parse(row["period"])
        deadline = next(
            (one.new_deadline for one in read_extensions(root) if (one.komnr, one.period) == (row["komnr"], period)),
            period.deadline,
        )
        before = newest_accepted(root, row["komnr"], row["system"])
        return {
            **task,
            "path": str(self.place.uploads / row["id"]),
            "encoding": encoding_of(systems, row["komnr"], row["system"], row["format"], period),
            "deadline": deadline.isoformat(),
            "contact": "Danmarks Statistik",
            "before": before and task_of(root, before, systems),
        }


def task_of(root: DataRoot, one: Received, systems: Sequence[SystemRow]) -> dict[str, str]:
    """What a process is told of a delivery in the inbox that it is to read."""
    period = Period.parse(one.period)
    return {
        "statistic": root.statistic,
        "period": one.period,
        "filename": one.filename,
        "folder": str(root.inbox / one.period),
        "encoding": encoding_of(systems, one.name.komnr, one.name.system, one.name.format, period),
    }


def encoding_of(systems: Sequence[SystemRow], komnr: str, system: str, format_: str, period: Period) -> str:
    """What a sender's csv files are written in; of other formats any, they say it themselves."""
    from datetime import datetime  # noqa: PLC0415

    name = DeliveryName(str(period), komnr, system, datetime.min, format_)  # noqa: DTZ901
    row = sender_of(systems, name)
    return (row.encoding if row else "") or "utf-8"


def run_check(task: Mapping[str, Any]) -> dict[str, Any]:
    """Check one file in a process of its own; SubprocessError when it came to no end, ValueError when it told nothing."""
    command = [sys.executable, "-m", "hjalp_pipeline.portal.check_child"]
    done = subprocess.run(  # noqa: S603 (our own interpreter and module)
        command, input=json.dumps(task).encode(), capture_output=True, timeout=LONGEST_CHECK, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
