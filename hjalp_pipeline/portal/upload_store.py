"""Uploaded files as the database has them: begun, found again by the kommune they are of, sent, discarded, forgotten."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from hjalp_pipeline.portal.checks import CHECKED, DISCARDED, FAILED, SENT, WAITING
from hjalp_pipeline.portal.portal import Portal
from hjalp_pipeline.portal.portal_db import UPLOADS
from hjalp_pipeline.portal.upload_stream import Taken
from hjalp_pipeline.portal.visit import Visit, missing

#: How long a file waits for *send*, and how long what the test channel found is kept.
UNDECIDED, TESTED = timedelta(hours=24), timedelta(days=30)


def add_upload(visit: Visit, taken: Taken, chosen: Mapping[str, str], *, test: bool) -> None:
    """Take down an uploaded file with the act in the log, and begin to check it. ``chosen``: period, system, format."""
    portal = visit.portal
    row = {
        "id": taken.id,
        "statistic": visit.root.statistic,
        "komnr": visit.komnr,
        **chosen,
        "test": test,
        "person": visit.person.id,
        "name": visit.person.name,
        "at": portal.now().isoformat(),
        "sha256": taken.sha256,
        "bytes": taken.size,
        "state": WAITING,
    }
    with portal.db.writing() as connection:
        connection.execute(insert(UPLOADS).values(row))
        portal.log.add_in(connection, visit.act("proevefil" if test else "fil lagt op", taken.id, sha256=taken.sha256))
    portal.checks.begin(taken.id)


def upload_of(visit: Visit, upload: str, *, test: bool) -> dict[str, Any]:
    """An upload of this kommune, with what the check found under ``found``; 404 for any other. ``test``: of the test channel."""
    asked = select(UPLOADS).where(
        UPLOADS.c.id == upload,
        UPLOADS.c.test == test,
        UPLOADS.c.komnr == visit.komnr,
        UPLOADS.c.statistic == visit.root.statistic,
    )
    with visit.portal.db.reading() as connection:
        row = connection.execute(asked).mappings().first()
    if row is None:
        raise missing()
    return {**row, "found": json.loads(row["result"]) if row["result"] else None}


def uploads_of(visit: Visit, *, test: bool) -> list[dict[str, Any]]:
    """The uploads of the kommune that are not sent, newest first; of the test channel all."""
    asked = select(UPLOADS).where(
        UPLOADS.c.komnr == visit.komnr, UPLOADS.c.statistic == visit.root.statistic, UPLOADS.c.test == test
    )
    if not test:
        asked = asked.where(UPLOADS.c.state.in_((WAITING, CHECKED, FAILED)))
    with visit.portal.db.reading() as connection:
        found = connection.execute(asked.order_by(UPLOADS.c.at.desc()).limit(50)).mappings().all()
    return [{**row, "found": json.loads(row["result"]) if row["result"] else None} for row in found]


def lying(visit: Visit, *, test: bool) -> int:
    """How many files of the kommune lie here: that wait, are checked, or could not be; of the test channel those that wait."""
    states = (WAITING,) if test else (WAITING, CHECKED, FAILED)  # a file that was tried is removed at once
    asked = select(func.count()).where(
        UPLOADS.c.komnr == visit.komnr,
        UPLOADS.c.statistic == visit.root.statistic,
        UPLOADS.c.test == test,
        UPLOADS.c.state.in_(states),
    )
    with visit.portal.db.reading() as connection:
        return int(connection.execute(asked).scalar_one())


def discard(visit: Visit, upload: Mapping[str, Any]) -> bool:
    """Discard a file that is not sent; False when somebody has settled it meanwhile."""
    undecided = UPLOADS.c.state.in_((CHECKED, FAILED, WAITING))
    with visit.portal.db.writing() as connection:
        changed = update(UPLOADS).where(UPLOADS.c.id == upload["id"], undecided).values(state=DISCARDED)
        done = connection.execute(changed).rowcount == 1
        if done:
            visit.portal.log.add_in(connection, visit.act("fil kasseret", upload["id"], sha256=upload["sha256"]))
    if done:
        (visit.portal.place.uploads / upload["id"]).unlink(missing_ok=True)
    return done


def forget_old(portal: Portal) -> None:
    """Discard what nobody has sent for a day, wipe the test channel, and remove files that no row tells of."""
    now: datetime = portal.now()
    undecided = (now - UNDECIDED).isoformat()
    with portal.db.writing() as connection:
        still = UPLOADS.c.state.in_((CHECKED, FAILED))
        connection.execute(
            update(UPLOADS).where(still, UPLOADS.c.test.is_(False), UPLOADS.c.at < undecided).values(state=DISCARDED)
        )
        tested = (now - TESTED).isoformat()
        connection.execute(delete(UPLOADS).where(UPLOADS.c.test.is_(True), UPLOADS.c.at < tested))
        # What is sent and lies here still is on its way into the inbox.
        kept = UPLOADS.c.state.in_((WAITING, CHECKED, FAILED, SENT))
        wanted = set(connection.execute(select(UPLOADS.c.id).where(kept)).scalars())
    for path in portal.place.uploads.iterdir():
        try:
            young = now.timestamp() - path.lstat().st_mtime < UNDECIDED.total_seconds() / 24
        except FileNotFoundError:  # sent or discarded meanwhile
            continue
        if path.name not in wanted and not path.name.startswith(".") and not young:
            path.unlink(missing_ok=True)
