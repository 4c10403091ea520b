"""The log of what people did: append-only, each row with the hash of the row before it.

The hash of every row stands in a file beside the database as well: rows that are cut off at the end of the table are missed
there, and the chain can begin later once old rows are removed.
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
        self._write_head(number, row["hash"])

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

    def faults(self) -> list[str]:
        """What is wrong with the log, a sentence each; [] when every row is as it was written and none is missing."""
        with self.db.reading() as connection:
            rows = [dict(row) for row in connection.execute(select(LOG).order_by(LOG.c.number)).mappings()]
        return list(_faults(rows, self._heads()))

    def _write_head(self, number: int, digest: str) -> None:
        handle = os.open(self.heads, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER)
        try:
            os.write(handle, f"{number};{digest}\n".encode())
        finally:
            os.close(handle)

    def _heads(self) -> dict[int, str]:
        """By number the hash as it was written; of two, because a transaction was rolled back, the later."""
        found: dict[int, str] = {}
        if self.heads.is_file():
            for line in self.heads.read_text(encoding="ascii", errors="replace").splitlines():
                number, _, digest = line.partition(";")
                if number.isdecimal() and len(digest) == len(FIRST):
                    found[int(number)] = digest
        return found

    def _after_heads(self) -> tuple[int, str]:
        """Where the chain goes on when the table is empty."""
        heads = self._heads()
        last = max(heads, default=0)
        return last + 1, heads.get(last, FIRST)


def hash_of(row: dict[str, Any]) -> str:
    """The hash of a row with that of the row before it."""
    return hashlib.sha256(json.dumps([row[name] for name in _HASHED], ensure_ascii=False).encode()).hexdigest()


def _faults(rows: list[dict[str, Any]], heads: dict[int, str]) -> Iterator[str]:
    first = rows[0]["number"] if rows else 1
    previous = heads.get(first - 1, FIRST)
    expected = first
    for row in rows:
        number = row["number"]
        if number != expected:
            yield f"rows {expected} to {number - 1} are missing"
        elif row["previous"] != previous:
            yield f"row {number} does not follow from the one before it"
        if hash_of(row) != row["hash"]:
            yield f"row {number} is not as it was written"
        if heads.get(number) != row["hash"]:
            yield f"row {number} is not the one that log.heads tells"
        previous, expected = row["hash"], number + 1
    last = max(heads, default=0)
    if last >= expected:
        yield f"rows {expected} to {last} are missing at the end"
