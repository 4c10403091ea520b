"""Checking uploaded files beside the pages: a few at a time, each in a process of its own; what waits survives a restart."""

import json
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import select, update

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.portal.portal_db import UPLOADS, PortalDb
from hjalp_pipeline.portal.portal_place import PortalPlace
from hjalp_pipeline.portal.receipts_read import newest_accepted
from hjalp_pipeline.production.inbox.registered import sender_of
from hjalp_pipeline.storage.codelists import InputError, read_extensions, read_systems
from hjalp_pipeline.storage.root import DataRoot

#: Files checked at a time, and seconds one may take.
AT_A_TIME, LONGEST_CHECK = 2, 1800
WAITING, CHECKED, FAILED, SENT, DISCARDED = "waiting", "checked", "failed", "sent", "discarded"


class Checks:
    """The queue of checks of a portal."""

    def __init__(self, db: PortalDb, place: PortalPlace, roots: Mapping[str, DataRoot]) -> None:
        """Nothing is begun yet."""
        self.db, self.place, self.roots = db, place, roots
        self._pool = ThreadPoolExecutor(AT_A_TIME, "check")

    def begin(self, upload: str) -> None:
        """Check a file as soon as there is room."""
        self._pool.submit(self._check, upload)

    def begin_waiting(self) -> int:
        """Check what waited when the program ended; returns how many."""
        with self.db.reading() as connection:
            waiting = connection.execute(select(UPLOADS.c.id).where(UPLOADS.c.state == WAITING)).scalars().all()
        for upload in waiting:
            self.begin(upload)
        return len(waiting)

    def close(self) -> None:
        """Begin no more; what waits is begun again by the next start."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _check(self, upload: str) -> None:
        with self.db.reading() as connection:
            row = connection.execute(select(UPLOADS).where(UPLOADS.c.id == upload)).mappings().first()
        if row is None or row["state"] != WAITING:
            return
        try:
            found: dict[str, Any] | None = run_check(self._task(dict(row)))
        except (OSError, ValueError, subprocess.SubprocessError, InputError):
            found = None
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
            "before": before
            and {
                "path": str(root.inbox / before.period / before.filename),
                "encoding": encoding_of(
                    systems,
                    row["komnr"],
                    row["system"],
                    before.filename.rpartition(".")[2],
                    Period.parse(before.period),
                ),
            },
        }


def encoding_of(systems: Any, komnr: str, system: str, format_: str, period: Period) -> str:
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
