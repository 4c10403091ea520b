"""What kommuner ask of the office: more time, a mandate, a question. Asked once, answered once, each with a line in the log."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, func, insert, select, update
from starlette.exceptions import HTTPException

from hjalp_pipeline.dialogue.approval.cpr_like import holds_cpr
from hjalp_pipeline.portal.portal_db import REQUESTS
from hjalp_pipeline.portal.visit import Visit, missing

TIME, MANDATE, QUESTION = "tid", "fuldmagt", "spoergsmaal"
GIVEN, REFUSED, ANSWERED = "givet", "afslaaet", "besvaret"
#: What may wait for the office of a kommune at a time, and what a page shows.
MOST_OPEN, MOST_SHOWN = 20, 500
_FORMULA = ("=", "+", "-", "@")
HOLDS_CPR = "Teksten ligner noget med et personnummer. Skriv den uden."


def checked_text(visit: Visit, name: str, *, needed: bool = True) -> str:
    """A text of a form; 400 when it is empty, or holds something like a CPR number."""
    text = visit.wanted(name)
    if needed and not text:
        raise HTTPException(400, "Skriv noget i feltet.")
    if text.startswith(_FORMULA):  # lists are opened in spreadsheets, which would reckon with it
        raise HTTPException(400, "Begynd teksten med et bogstav eller et tal.")
    if holds_cpr(text):
        visit.log("tekst", result="afvist: ligner et personnummer")
        raise HTTPException(400, HOLDS_CPR)
    return text


def ask(visit: Visit, kind: str, about: str, text: str, details: Mapping[str, str] | None = None) -> str:
    """Put something into the office's queue; returns its id. 429 when too much of the kommune waits there."""
    row = {
        "id": uuid4().hex,
        "kind": kind,
        "statistic": visit.root.statistic,
        "komnr": visit.komnr,
        "about": about[:200],
        "asked": text,
        "details": json.dumps(dict(details or {})),
        "person": visit.person.id,
        "name": visit.person.name,
        "at": visit.portal.now().isoformat(),
    }
    waiting = select(func.count()).where(
        REQUESTS.c.statistic == visit.root.statistic, REQUESTS.c.komnr == visit.komnr, REQUESTS.c.outcome.is_(None)
    )
    with visit.portal.db.writing() as connection:
        if connection.execute(waiting).scalar_one() >= MOST_OPEN:
            raise HTTPException(
                429, f"{MOST_OPEN} ønsker og spørgsmål fra jer venter på svar. Prøv igen, når vi har svaret."
            )
        connection.execute(insert(REQUESTS).values(row))
        visit.portal.log.add_in(connection, visit.act(f"{kind} spurgt", row["id"]))
    return str(row["id"])


def asked_by(visit: Visit, *kinds: str) -> list[dict[str, Any]]:
    """What a kommune has asked, newest first."""
    of_kommune = REQUESTS.c.komnr == visit.komnr
    return _rows(visit, of_kommune, REQUESTS.c.kind.in_(kinds))


def queue(visit: Visit) -> list[dict[str, Any]]:
    """What waits for an answer of the office, oldest first; at most ``MOST_SHOWN``."""
    return _rows(visit, REQUESTS.c.outcome.is_(None), oldest_first=True)


def request_of(visit: Visit, request: str) -> dict[str, Any]:
    """Something that waits for the office; 404 for anything else."""
    found = _rows(visit, REQUESTS.c.id == request, REQUESTS.c.outcome.is_(None))
    if not found:
        raise missing()
    return found[0]


def answer(
    visit: Visit, row: Mapping[str, Any], outcome: str, text: str, grant: Callable[[], None] = lambda: None
) -> bool:
    """Take down the office's answer; False, and nothing is done, when somebody has answered meanwhile.

    ``grant``: writes what is granted, between the answer and its commit: what it refuses is not answered, and a program that
    ends in between leaves a request that waits, to be granted once more, which changes nothing.
    """
    values = {
        "outcome": outcome,
        "answer": text,
        "answered_by": visit.person.name,
        "answered_at": visit.portal.now().isoformat(),
    }
    with visit.portal.db.writing() as connection:
        changed = update(REQUESTS).where(REQUESTS.c.id == row["id"], REQUESTS.c.outcome.is_(None))
        done = connection.execute(changed.values(values)).rowcount == 1
        if done:
            act = visit.act(f"{row['kind']} {outcome}", row["id"])
            visit.portal.log.add_in(connection, replace(act, komnr=row["komnr"]))
            grant()
    return done


def _rows(visit: Visit, *conditions: Any, oldest_first: bool = False) -> list[dict[str, Any]]:
    asked = select(REQUESTS).where(REQUESTS.c.statistic == visit.root.statistic, *conditions)
    order: ColumnElement[Any] = REQUESTS.c.at if oldest_first else REQUESTS.c.at.desc()
    with visit.portal.db.reading() as connection:
        rows = connection.execute(asked.order_by(order).limit(MOST_SHOWN)).mappings().all()
    return [{**row, "details": json.loads(row["details"])} for row in rows]
