"""The log of what people did: append-only, each row with the hash of the row before it.

Number, hash and time of every row stand in a file beside the database as well: rows that are cut off at either end of the
table are missed there, but for those at its beginning that are past their time.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from hjalp_pipeline.portal.portal_db import LOG, PortalDb
from hjalp_pipeline.storage.files import OWNER

#: How long a row is kept [chosen].
KEPT = timedelta(days=730)
FIRST = "0" * 64
_HASHED = ("number", "at", "person", "cvr", "komnr", "role", "act", "object", "sha256", "result", "previous")


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did. ``object``: a name of the program's, never a text somebody wrote."""

    person: str
    cvr: str
    komnr: str
    role: str
    act: str
    object: str = ""
    sha256: str = ""
    result: str = "ok"


class ActLog:
    """The log of a portal."""

    def __init__(self, db: PortalDb, heads: Path) -> None:
        """``heads``: the file beside the database."""
        self.db, self.heads = db, heads

    def add(self, act: Act, now: datetime | None = None) -> None:
        """Append a row of its own transaction."""
        with self.db.writing() as connection:
            self.add_in(connection, act, now)

    def add_in(self, connection: Connection, act: Act, now: datetime | None = None) -> None:
        """Append a row in a transaction that writes: it stands when what it tells stands."""
        last = connection.execute(select(LOG.c.number, LOG.c.hash).order_by(LOG.c.number.desc()).limit(1)).first()
        number, previous = (last[0] + 1, last[1]) if last else self._after_heads()
        row: dict[str, Any] = {
            "number": number,
            "at": (now or datetime.now(UTC)).isoformat(timespec="milliseconds"),
            "person": act.person[:200],
            "cvr": act.cvr,
            "komnr": act.komnr,
            "role": act.role,
            "act": act.act,
            "object": act.object[:300],
            "sha256": act.sha256,
            "result": act.result[:100],
            "previous": previous,
        }
        row["hash"] = hash_of(row)
        connection.execute(insert(LOG).values(row))
        self._write_head(number, row["hash"], row["at"])

    def remove_old(self, now: datetime) -> int:
        """Remove rows past their time; returns how many. The chain of those kept stays as it is."""
        before = (now - KEPT).isoformat(timespec="milliseconds")
        with self.db.writing() as connection:
            return connection.execute(delete(LOG).where(LOG.c.at < before)).rowcount

    def of_kommune(self, komnr: str, most: int = 200) -> list[dict[str, Any]]:
        """The newest rows about a kommune, newest first."""
        asked = select(LOG).where(LOG.c.komnr == komnr).order_by(LOG.c.number.desc()).limit(most)
        with self.db.reading() as connection:
            return [dict(row) for row in connection.execute(asked).mappings()]

    def faults(self, now: datetime | None = None) -> list[str]:
        """What is wrong with the log, a sentence each; [] when every row is as it was written and none is missing."""
        with self.db.writing() as connection:  # nobody writes a row while rows and heads are compared
            rows = [dict(row) for row in connection.execute(select(LOG).order_by(LOG.c.number)).mappings()]
            heads = self._heads()
        before = ((now or datetime.now(UTC)) - KEPT).isoformat(timespec="milliseconds")
        return list(_faults(rows, heads, before))

    def _write_head(self, number: int, digest: str, at: str) -> None:
        handle = os.open(self.heads, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER)
        try:
            os.write(handle, f"{number};{digest};{at}\n".encode())
        finally:
            os.close(handle)

    def _heads(self) -> dict[int, tuple[str, str]]:
        """By number hash and time as they were written; of two, because a transaction was rolled back, the later."""
        found: dict[int, tuple[str, str]] = {}
        if self.heads.is_file():
            for line in self.heads.read_text(encoding="ascii", errors="replace").splitlines():
                number, digest, at = (*line.split(";"), "", "", "")[:3]
                if number.isdecimal() and len(digest) == len(FIRST):
                    found[int(number)] = digest, at
        return found

    def _after_heads(self) -> tuple[int, str]:
        """Where the chain goes on when the table is empty."""
        heads = self._heads()
        last = max(heads, default=0)
        return last + 1, heads[last][0] if last else FIRST


def hash_of(row: dict[str, Any]) -> str:
    """The hash of a row with that of the row before it."""
    return hashlib.sha256(json.dumps([row[name] for name in _HASHED], ensure_ascii=False).encode()).hexdigest()


def _faults(rows: list[dict[str, Any]], heads: dict[int, tuple[str, str]], before: str) -> Iterator[str]:
    """``before``: rows of earlier moments are past their time."""
    due = [number for number, (_, at) in heads.items() if at >= before]
    first = rows[0]["number"] if rows else min(due, default=max(heads, default=0) + 1)
    early = sorted(number for number in due if number < first)
    if early:
        yield f"rows {early[0]} to {early[-1]} are missing at the beginning"
    previous = heads[first - 1][0] if first - 1 in heads else FIRST
    expected = first
    for row in rows:
        number = row["number"]
        if number != expected:
            yield f"rows {expected} to {number - 1} are missing"
        elif row["previous"] != previous:
            yield f"row {number} does not follow from the one before it"
        if hash_of(row) != row["hash"]:
            yield f"row {number} is not as it was written"
        if number not in heads or heads[number][0] != row["hash"]:
            yield f"row {number} is not the one that log.heads tells"
        previous, expected = row["hash"], number + 1
    last = max(heads, default=0)
    if last >= expected:
        yield f"rows {expected} to {last} are missing at the end"
