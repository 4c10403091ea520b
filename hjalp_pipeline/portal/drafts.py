"""Drafts of a delivery that is typed in: one person at a time, shared in the kommune."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count, islice
from subprocess import SubprocessError
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, insert, select, update
from starlette.exceptions import HTTPException

from hjalp_pipeline.portal.portal_db import DRAFT_FAULTS, DRAFT_ROWS, DRAFTS, PortalDb
from hjalp_pipeline.portal.typed_records import BAD
from hjalp_pipeline.portal.visit import Visit, missing

#: Records written in a transaction.
_BATCH = 1000
#: After so long without a change a colleague can take a draft over.
HELD = timedelta(minutes=30)
UNREAD = "Den forrige leverance kan ikke læses lige nu. Prøv igen om lidt, eller kontakt Danmarks Statistik."
TAKEN = "En kollega arbejder i kladden lige nu. I kan overtage den, når der er gået 30 minutter uden ændringer."


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


def begin_draft(visit: Visit, chosen: Mapping[str, str], from_file: str, records: Iterator[tuple[str, str]]) -> str:
    """A new draft that holds sealed records already, as ``draft_child.sealed_records`` gives them; returns its id. 409 when there
    is one for the same period and system, also one that a colleague began meanwhile; 503 when the records cannot be read.
    """
    draft, db, places = uuid4().hex, visit.portal.db, count(1)
    with db.reading() as connection:
        _alone(visit, connection, chosen)
    values = {"id": draft, "statistic": visit.root.statistic, "komnr": visit.komnr, **chosen, "from_file": from_file}
    try:
        while some := list(islice(records, _BATCH)):  # nobody waits for a large draft: it is written in pieces
            rows = [(mark, {"draft": draft, "place": next(places)}, token.encode()) for mark, token in some]
            with db.writing() as connection:
                connection.execute(insert(DRAFT_ROWS), [{**where, "sealed": sealed} for _, where, sealed in rows])
                if bad := [where for mark, where, _ in rows if mark == BAD]:
                    connection.execute(insert(DRAFT_FAULTS), bad)
        with db.writing() as connection:
            _alone(visit, connection, chosen)
            begun = visit.portal.now().isoformat()
            connection.execute(insert(DRAFTS).values({**values, "begun": begun, **held_by(visit)}))
            visit.portal.log.add_in(connection, visit.act("kladde begyndt", draft))
    except BaseException as fault:
        forget_unfinished(db, draft)
        if isinstance(fault, OSError | SubprocessError):
            raise HTTPException(503, UNREAD) from fault
        raise
    return draft


def _alone(visit: Visit, connection: Any, chosen: Mapping[str, str]) -> None:
    same = select(DRAFTS.c.id).where(
        DRAFTS.c.komnr == visit.komnr,
        DRAFTS.c.statistic == visit.root.statistic,
        DRAFTS.c.period == chosen["period"],
        DRAFTS.c.system == chosen["system"],
    )
    if connection.execute(same).first():
        raise HTTPException(409, "Der er allerede en kladde for den periode og det system. Åbn den i stedet.")


def forget_unfinished(db: PortalDb, draft: str = "") -> None:
    """Remove records without a draft: of one that was not begun, or, at the start, of all."""
    with db.writing() as connection:
        for table in (DRAFT_ROWS, DRAFT_FAULTS):
            which = table.c.draft == draft if draft else table.c.draft.not_in(select(DRAFTS.c.id))
            connection.execute(delete(table).where(which))


def held_by(visit: Visit) -> dict[str, str]:
    """That somebody works in a draft, as its columns have it."""
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
        if connection.execute(wanted.values(held_by(visit))).rowcount != 1:
            raise HTTPException(409, TAKEN)
        if not draft.mine:
            visit.portal.log.add_in(connection, visit.act("kladde overtaget", draft.id))


def end_draft(visit: Visit, draft: Draft, act: str) -> None:
    """Remove a draft with all it holds."""
    with visit.portal.db.writing() as connection:
        still_held(visit, connection, draft)
        for table in (DRAFT_ROWS, DRAFT_FAULTS):
            connection.execute(delete(table).where(table.c.draft == draft.id))
        connection.execute(delete(DRAFTS).where(DRAFTS.c.id == draft.id))
        visit.portal.log.add_in(connection, visit.act(act, draft.id))


def still_held(visit: Visit, connection: Any, draft: Draft) -> None:
    """409 unless somebody works in a draft still."""
    if connection.execute(select(DRAFTS.c.holder).where(DRAFTS.c.id == draft.id)).scalar() != visit.person.id:
        raise HTTPException(409, TAKEN)
