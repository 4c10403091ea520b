"""The records of a draft, each sealed with the office's key: opened a page at a time, changed by whoever holds the draft."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from starlette.exceptions import HTTPException

from hjalp_pipeline.portal.drafts import Draft, held_by, still_held
from hjalp_pipeline.portal.portal_db import DRAFT_FAULTS, DRAFT_ROWS, DRAFTS
from hjalp_pipeline.portal.sealing import Seal, SealError, as_bytes
from hjalp_pipeline.portal.visit import OutdatedError, Visit, missing

#: Records that are read at a time.
_BATCH = 500
CHANGED = "Posten er ændret imens, i en anden fane eller af en kollega. Intet er gemt. Åbn den igen fra kladden."
LOCKED = "Kladden kan ikke åbnes: den er låst med en anden nøgle. Kontakt Danmarks Statistik."
Record = dict[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A record of a draft. ``version``: another when it is changed."""

    place: int
    record: Record
    version: str


def sealed_of(visit: Visit, draft: Draft, *, after: int = 0) -> Iterator[tuple[int, bytes]]:
    """Place and sealed text of every record, in order, read some at a time."""
    asked = select(DRAFT_ROWS.c.place, DRAFT_ROWS.c.sealed).where(DRAFT_ROWS.c.draft == draft.id)
    while True:
        with visit.portal.db.reading() as connection:
            rows = connection.execute(
                asked.where(DRAFT_ROWS.c.place > after).order_by(DRAFT_ROWS.c.place).limit(_BATCH)
            ).all()
        yield from ((place, sealed) for place, sealed in rows)
        if len(rows) < _BATCH:
            return
        after = rows[-1][0]


def rows_with(visit: Visit, draft: Draft, words: str, most: int) -> tuple[list[Row], int]:
    """The first records with a value that holds some words, whatever their case and without hyphens, and how many there are."""
    seal, wanted, count = visit.portal.place.key(), _plain(words), 0
    found: list[Row] = []
    # Every record is opened, and few are told apart: a draft may have a hundred thousand.
    written = json.dumps(wanted, ensure_ascii=False)[1:-1]
    for place, sealed in sealed_of(visit, draft):
        content = _unsealed(seal, sealed)
        if written in _plain(content.decode()):
            record: Record = json.loads(content)
            if any(wanted in _plain(value) for value in record.values()):
                count += 1
                if len(found) < most:
                    found.append(Row(place, record, _version(sealed)))
    return found, count


def _plain(text: str) -> str:
    return text.lower().replace("-", "")


def page_of(visit: Visit, draft: Draft, first: int, most: int) -> tuple[list[Row], int]:
    """Some records from a number on (0 is the first), and how many there are."""
    of_draft = DRAFT_ROWS.c.draft == draft.id
    asked = select(DRAFT_ROWS.c.place, DRAFT_ROWS.c.sealed).where(of_draft).order_by(DRAFT_ROWS.c.place)
    with visit.portal.db.reading() as connection:
        rows = connection.execute(asked.offset(first).limit(most)).all()
        count = int(connection.execute(select(func.count()).where(of_draft)).scalar_one())
    seal = visit.portal.place.key()
    return [_opened(seal, place, sealed) for place, sealed in rows], count


def faulty_of(visit: Visit, draft: Draft) -> list[int]:
    """Places of records that were bad in the delivery the draft began with, and are as they were."""
    asked = select(DRAFT_FAULTS.c.place).where(DRAFT_FAULTS.c.draft == draft.id).order_by(DRAFT_FAULTS.c.place)
    with visit.portal.db.reading() as connection:
        return list(connection.execute(asked).scalars())


def row_of(visit: Visit, draft: Draft, place: int) -> Row:
    """One record; 404 when there is none."""
    asked = select(DRAFT_ROWS.c.sealed).where(DRAFT_ROWS.c.draft == draft.id, DRAFT_ROWS.c.place == place)
    with visit.portal.db.reading() as connection:
        content = connection.execute(asked).scalar()
    if content is None:
        raise missing()
    return _opened(visit.portal.place.key(), place, content)


def save_row(visit: Visit, draft: Draft, place: int | None, record: Record, version: str) -> int:
    """Write a record, a new one when ``place`` is None; returns its place. 409 when it was changed meanwhile, in another tab or
    by a colleague. A new one that is what the last one is was sent twice.
    """
    seal = visit.portal.place.key()
    sealed = seal.encrypt(as_bytes(record))
    with visit.portal.db.writing() as connection:
        still_held(visit, connection, draft)
        of_draft = DRAFT_ROWS.c.draft == draft.id
        if place is None:
            newest = select(DRAFT_ROWS.c.place, DRAFT_ROWS.c.sealed).where(of_draft)
            last = connection.execute(newest.order_by(DRAFT_ROWS.c.place.desc()).limit(1)).first()
            if last and _opened(seal, *last).record == record:
                return int(last[0])
            place = (last[0] if last else 0) + 1
            connection.execute(insert(DRAFT_ROWS).values(draft=draft.id, place=place, sealed=sealed))
        else:
            _still_as(connection, draft, place, version)
            of_row = (of_draft, DRAFT_ROWS.c.place == place)
            connection.execute(update(DRAFT_ROWS).where(*of_row).values(sealed=sealed))
            _corrected(connection, draft, place)
        connection.execute(update(DRAFTS).where(DRAFTS.c.id == draft.id).values(held_by(visit)))
        visit.portal.log.add_in(connection, visit.act("post gemt", f"{draft.id} {place}"))
    return place


def remove_row(visit: Visit, draft: Draft, place: int, version: str) -> None:
    """Remove a record from a draft; 409 when it was changed meanwhile."""
    with visit.portal.db.writing() as connection:
        still_held(visit, connection, draft)
        _still_as(connection, draft, place, version)
        connection.execute(delete(DRAFT_ROWS).where(DRAFT_ROWS.c.draft == draft.id, DRAFT_ROWS.c.place == place))
        _corrected(connection, draft, place)
        visit.portal.log.add_in(connection, visit.act("post fjernet", f"{draft.id} {place}"))


def _still_as(connection: Any, draft: Draft, place: int, version: str) -> None:
    of_row = (DRAFT_ROWS.c.draft == draft.id, DRAFT_ROWS.c.place == place)
    now = connection.execute(select(DRAFT_ROWS.c.sealed).where(*of_row)).scalar()
    if now is None or _version(now) != version:
        raise OutdatedError(CHANGED, f"tast/{draft.id}")


def _corrected(connection: Any, draft: Draft, place: int) -> None:
    of_row = (DRAFT_FAULTS.c.draft == draft.id, DRAFT_FAULTS.c.place == place)
    connection.execute(delete(DRAFT_FAULTS).where(*of_row))


def _opened(seal: Seal, place: int, sealed: bytes) -> Row:
    return Row(place, json.loads(_unsealed(seal, sealed)), _version(sealed))


def _unsealed(seal: Seal, sealed: bytes) -> bytes:
    try:
        return seal.decrypt(sealed)
    except SealError:
        raise HTTPException(503, LOCKED) from None


def _version(sealed: bytes) -> str:
    return hashlib.sha256(sealed).hexdigest()[:16]
