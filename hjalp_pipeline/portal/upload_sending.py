"""Sending an uploaded file, once: first it is taken down as sent, under the name it will have, then it is moved into the inbox.

Whoever sends or discards it meanwhile is told so by the database. A program that ends in between leaves a file that is sent
and lies here still: the next start, or the next round, moves it.
"""

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select, update

from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.portal.act_log import Act
from hjalp_pipeline.portal.checks import CHECKED, SENT
from hjalp_pipeline.portal.handing_in import free_name, inbox_lock, move_in
from hjalp_pipeline.portal.portal import Portal
from hjalp_pipeline.portal.portal_db import LOG, UPLOADS
from hjalp_pipeline.portal.visit import Visit

_ACT = "sendt"


def send(visit: Visit, upload: Mapping[str, Any]) -> str | None:
    """Send a checked file; period and name it has in the inbox, None when somebody has settled it meanwhile. OSError, and it is
    checked as before, when it cannot be moved.
    """
    portal, root, now = visit.portal, visit.root, visit.portal.now()
    name = DeliveryName(upload["period"], visit.komnr, upload["system"], now.replace(tzinfo=None), upload["format"])
    with inbox_lock(root, portal.place):
        name = free_name(root, name, now)
        thing = f"{name.kvartal}/{name.filename}"
        act = visit.act(_ACT, thing, sha256=upload["sha256"])
        with portal.db.writing() as connection:
            changed = update(UPLOADS).where(UPLOADS.c.id == upload["id"], UPLOADS.c.state == CHECKED)
            if connection.execute(changed.values(state=SENT, filename=thing)).rowcount != 1:
                return None
            portal.log.add_in(connection, act)
        try:
            move_in(root, portal.place.uploads / upload["id"], name.kvartal, name.filename)
        except OSError as fault:
            with portal.db.writing() as connection:
                _take_back(portal, connection, upload["id"], act, fault)
            raise
    return thing


def finish_sending(portal: Portal) -> int:
    """Move into the inbox what is sent and lies here still; returns how many. What cannot be moved is to be sent again."""
    with portal.db.reading() as connection:
        rows = connection.execute(select(UPLOADS).where(UPLOADS.c.state == SENT)).mappings().all()
    return sum(_finish(portal, dict(row)) for row in rows if (portal.place.uploads / row["id"]).exists())


def _finish(portal: Portal, row: Mapping[str, Any]) -> bool:
    root, file = portal.roots[row["statistic"]], portal.place.uploads / row["id"]
    with inbox_lock(root, portal.place):
        with portal.db.reading() as connection:  # it was on its way, and is there or taken back by now
            asked = select(UPLOADS).where(UPLOADS.c.id == row["id"], UPLOADS.c.state == SENT)
            now = connection.execute(asked).mappings().first()
        if now is None or not file.exists():
            return False
        row = dict(now)
        try:
            move_in(root, file, *row["filename"].split("/"))
        except OSError as fault:
            sys.stderr.write(f"a file that was sent cannot be moved into the inbox: {type(fault).__name__}\n")
            with portal.db.writing() as connection:
                _take_back(portal, connection, row["id"], _told(connection, row), fault)
            return False
    return True


def _told(connection: Connection, row: Mapping[str, Any]) -> Act:
    """Who sent it, from the row of the log that was written with it."""
    asked = select(LOG).where(LOG.c.act == _ACT, LOG.c.object == row["filename"], LOG.c.result == "ok")
    found = connection.execute(asked.order_by(LOG.c.number.desc())).mappings().first()
    names = Act.__slots__
    return Act(**{name: found[name] or "" for name in names}) if found else Act("", "", row["komnr"], "", _ACT)


def _take_back(portal: Portal, connection: Connection, upload: str, act: Act, fault: OSError) -> None:
    changed = update(UPLOADS).where(UPLOADS.c.id == upload, UPLOADS.c.state == SENT)
    connection.execute(changed.values(state=CHECKED, filename=None))
    portal.log.add_in(connection, replace(act, result=f"mislykket: {type(fault).__name__}"))
