"""Drafts of a delivery that is typed in: every record sealed with the office's key, one person at a time, shared in the kommune."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, update
from starlette.exceptions import HTTPException

from hjalp_pipeline.portal.portal_db import DRAFT_ROWS, DRAFTS
from hjalp_pipeline.portal.visit import Visit, missing

#: After so long without a change a colleague can take a draft over.
HELD = timedelta(minutes=30)
TAKEN = "En kollega arbejder i kladden lige nu. I kan overtage den, når der er gået 30 minutter uden ændringer."
Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A record of a draft. ``version``: another when it is changed."""

    place: int
    record: Record
    version: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as the database has it, with who holds it now."""

    values: Mapping[str, Any]
    mine: bool
    free: bool

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.values["id"])


def drafts_of(visit: Visit) -> list[Draft]:
    """The drafts of the kommune, newest first."""
    asked = select(DRAFTS).where(DRAFTS.c.komnr == visit.komnr, DRAFTS.c.statistic == visit.root.statistic)
    with visit.portal.db.reading() as connection:
        rows = connection.execute(asked.order_by(DRAFTS.c.begun.desc())).mappings().all()
    return [_draft(visit, dict(row)) for row in rows]


def draft_of(visit: Visit, draft: str) -> Draft:
    """A draft of the kommune; 404 for any other."""
    found = [one for one in drafts_of(visit) if one.id == draft]
    if not found:
        raise missing()
    return found[0]


def _draft(visit: Visit, row: Mapping[str, Any]) -> Draft:
    holder, since = row["holder"], row["held_since"]
    idle = since is None or visit.portal.now() - datetime.fromisoformat(since) > HELD
    return Draft(row, holder == visit.person.id, holder is None or idle)


def begin_draft(visit: Visit, chosen: Mapping[str, str], from_file: str, records: Iterator[Record]) -> str:
    """A new draft that holds records already; returns its id. 409 when there is one for the same period and system."""
    draft, key = uuid4().hex, visit.portal.place.key()
    same = [one for one in drafts_of(visit) if all(one.values[name] == chosen[name] for name in ("period", "system"))]
    if same:
        raise HTTPException(409, "Der er allerede en kladde for den periode og det system. Åbn den i stedet.")
    sealed = [
        {"draft": draft, "place": place, "sealed": key.encrypt(json.dumps(record).encode())}
        for place, record in enumerate(records, start=1)
    ]
    with visit.portal.db.writing() as connection:
        values = {
            "id": draft,
            "statistic": visit.root.statistic,
            "komnr": visit.komnr,
            **chosen,
            "from_file": from_file,
        }
        connection.execute(insert(DRAFTS).values({**values, "begun": visit.portal.now().isoformat(), **_held(visit)}))
        if sealed:
            connection.execute(insert(DRAFT_ROWS), sealed)
        visit.portal.log.add_in(connection, visit.act("kladde begyndt", draft))
    return draft


def _held(visit: Visit) -> dict[str, str]:
    return {
        "holder": visit.person.id, "holder_name": visit.person.name, "held_since": visit.portal.now().isoformat()
    }  # fmt: skip


def hold(visit: Visit, draft: Draft) -> None:
    """Be the one who works in a draft; 409 while a colleague does."""
    before = (
        DRAFTS.c.holder.is_(None) if draft.values["holder"] is None else DRAFTS.c.holder == draft.values["holder"],
        DRAFTS.c.held_since.is_(None)
        if draft.values["held_since"] is None
        else DRAFTS.c.held_since == draft.values["held_since"],
    )
    if not (draft.mine or draft.free):
        raise HTTPException(409, TAKEN)
    with visit.portal.db.writing() as connection:
        wanted = update(DRAFTS).where(DRAFTS.c.id == draft.id, *(() if draft.mine else before))
        if connection.execute(wanted.values(_held(visit))).rowcount != 1:
            raise HTTPException(409, TAKEN)
        if not draft.mine:
            visit.portal.log.add_in(connection, visit.act("kladde overtaget", draft.id))


def rows_of(visit: Visit, draft: Draft) -> Iterator[Row]:
    """Every record of a draft, opened, in order."""
    key = visit.portal.place.key()
    asked = select(DRAFT_ROWS.c.place, DRAFT_ROWS.c.sealed).where(DRAFT_ROWS.c.draft == draft.id)
    with visit.portal.db.reading() as connection:
        sealed = connection.execute(asked.order_by(DRAFT_ROWS.c.place)).all()
    for place, content in sealed:
        yield Row(place, json.loads(key.decrypt(content)), _version(content))


def row_of(visit: Visit, draft: Draft, place: int) -> Row:
    """One record; 404 when there is none."""
    asked = select(DRAFT_ROWS.c.sealed).where(DRAFT_ROWS.c.draft == draft.id, DRAFT_ROWS.c.place == place)
    with visit.portal.db.reading() as connection:
        content = connection.execute(asked).scalar()
    if content is None:
        raise missing()
    return Row(place, json.loads(visit.portal.place.key().decrypt(content)), _version(content))


def save_row(visit: Visit, draft: Draft, place: int | None, record: Record, version: str) -> int:
    """Write a record, a new one when ``place`` is None; returns its place. 409 when it was changed meanwhile, in another tab or
    by a colleague.
    """
    sealed = visit.portal.place.key().encrypt(json.dumps(record).encode())
    with visit.portal.db.writing() as connection:
        _still_held(visit, connection, draft)
        of_draft = DRAFT_ROWS.c.draft == draft.id
        if place is None:
            place = int(connection.execute(select(func.max(DRAFT_ROWS.c.place)).where(of_draft)).scalar() or 0) + 1
            connection.execute(insert(DRAFT_ROWS).values(draft=draft.id, place=place, sealed=sealed))
        else:
            of_row = (of_draft, DRAFT_ROWS.c.place == place)
            now = connection.execute(select(DRAFT_ROWS.c.sealed).where(*of_row)).scalar()
            if now is None or _version(now) != version:
                raise HTTPException(409, "Posten er ændret imens, i en anden fane eller af en kollega. Genindlæs den.")
            connection.execute(update(DRAFT_ROWS).where(*of_row).values(sealed=sealed))
        connection.execute(update(DRAFTS).where(DRAFTS.c.id == draft.id).values(_held(visit)))
        visit.portal.log.add_in(connection, visit.act("post gemt", f"{draft.id} {place}"))
    return place


def remove_row(visit: Visit, draft: Draft, place: int) -> None:
    """Remove a record from a draft."""
    with visit.portal.db.writing() as connection:
        _still_held(visit, connection, draft)
        connection.execute(delete(DRAFT_ROWS).where(DRAFT_ROWS.c.draft == draft.id, DRAFT_ROWS.c.place == place))
        visit.portal.log.add_in(connection, visit.act("post fjernet", f"{draft.id} {place}"))


def end_draft(visit: Visit, draft: Draft, act: str) -> None:
    """Remove a draft with all it holds."""
    with visit.portal.db.writing() as connection:
        _still_held(visit, connection, draft)
        connection.execute(delete(DRAFT_ROWS).where(DRAFT_ROWS.c.draft == draft.id))
        connection.execute(delete(DRAFTS).where(DRAFTS.c.id == draft.id))
        visit.portal.log.add_in(connection, visit.act(act, draft.id))


def _still_held(visit: Visit, connection: Any, draft: Draft) -> None:
    if connection.execute(select(DRAFTS.c.holder).where(DRAFTS.c.id == draft.id)).scalar() != visit.person.id:
        raise HTTPException(409, TAKEN)


def _version(sealed: bytes) -> str:
    return hashlib.sha256(sealed).hexdigest()[:16]
