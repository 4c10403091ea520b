"""The log of what people did: append-only, each row with the hash of the row before it.

Number, hash and time of every row stand in a file beside the database as well: rows that are cut off at either end of the
table, or written over, are found there, but for those at its beginning that are past their time. A line stands there twice:
before the row is committed, with a question mark, and after it. So a program that is killed in between is not taken for
somebody who removed a row: what was only begun may be there or not.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypedDict, cast

from sqlalchemy import Connection, delete, insert, or_, select

from hjalp_pipeline.portal.portal_db import LOG, PortalDb, after_commit
from hjalp_pipeline.storage.files import OWNER

#: How long a row is kept [chosen].
KEPT = timedelta(days=730)
FIRST = "0" * 64
_HASHED = ("number", "at", "person", "cvr", "komnr", "role", "act", "object", "sha256", "result", "previous")
#: Columns that rows of an earlier version have not.
_LATER = ("name", "statistic")
_BEGUN = "?"


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did. ``object``: a name of the program's, never a text somebody wrote; ``name``: of the person."""

    person: str
    cvr: str
    komnr: str
    role: str
    act: str
    object: str = ""
    sha256: str = ""
    result: str = "ok"
    name: str = ""
    statistic: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What the file beside the database tells of a row. ``stands``: it was committed, not only begun."""

    digest: str
    at: str
    stands: bool


class Row(TypedDict):
    """A row of the log: an act with its number and time, the hash of the row before it and its own; the last two are null in old rows."""

    number: int
    at: str
    person: str
    cvr: str
    komnr: str
    role: str
    act: str
    object: str
    sha256: str
    result: str
    previous: str
    hash: str
    name: str | None
    statistic: str | None


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
            "name": act.name[:200],
            "statistic": act.statistic,
        }
        row["hash"] = hash_of(row)
        connection.execute(insert(LOG).values(row))
        self._write_head(row, _BEGUN)
        after_commit(connection, partial(self._write_head, row))

    def settle(self) -> None:
        """Say of rows whose program ended just after it committed them that they stand; to be called before the first is added."""
        with self.db.writing() as connection:
            begun = {number: head.digest for number, head in self._heads().items() if not head.stands}
            for row in connection.execute(select(LOG).where(LOG.c.number.in_(begun))).mappings():
                if row["hash"] == begun[row["number"]]:
                    self._write_head(dict(row))

    def remove_old(self, now: datetime) -> int:
        """Remove rows past their time; returns how many. The chain of those kept stays as it is."""
        before = (now - KEPT).isoformat(timespec="milliseconds")
        with self.db.writing() as connection:
            return connection.execute(delete(LOG).where(LOG.c.at < before)).rowcount

    def of_kommune(self, komnr: str, statistic: str, most: int = 200, **wanted: str) -> list[Row]:
        """The newest rows about a kommune's data of a statistic, newest first. ``wanted``: columns with a value."""
        asked = select(LOG).where(LOG.c.komnr == komnr, or_(LOG.c.statistic == statistic, LOG.c.statistic.is_(None)))
        asked = asked.filter_by(**wanted).order_by(LOG.c.number.desc()).limit(most)
        with self.db.reading() as connection:
            return [cast("Row", dict(row)) for row in connection.execute(asked).mappings()]

    def faults(self, now: datetime | None = None) -> list[str]:
        """What is wrong with the log, a sentence each; [] when every row is as it was written and none is missing."""
        with self.db.writing() as connection:  # nobody writes a row while rows and heads are compared
            rows = [dict(row) for row in connection.execute(select(LOG).order_by(LOG.c.number)).mappings()]
            heads = self._heads()
        before = ((now or datetime.now(UTC)) - KEPT).isoformat(timespec="milliseconds")
        return list(_faults(rows, heads, before))

    def _write_head(self, row: Mapping[str, Any], begun: str = "") -> None:
        """A line begins on a new one, whatever became of the one before. What is begun is on the disk before its row is."""
        handle = os.open(self.heads, os.O_WRONLY | os.O_CREAT | os.O_APPEND, OWNER)
        try:
            os.write(handle, f"\n{begun}{row['number']};{row['hash']};{row['at']}\n".encode())
            if begun:
                os.fsync(handle)
        finally:
            os.close(handle)

    def _heads(self) -> dict[int, Head]:
        """By number what was written first of those that stand; without one, what was begun last."""
        found: dict[int, Head] = {}
        if self.heads.is_file():
            for line in self.heads.read_text(encoding="ascii", errors="replace").splitlines():
                number, digest, at = (*line.removeprefix(_BEGUN).split(";"), "", "", "")[:3]
                if number.isdecimal() and len(digest) == len(FIRST):
                    head = Head(digest, at, not line.startswith(_BEGUN))
                    if int(number) not in found or not found[int(number)].stands:
                        found[int(number)] = head
        return found

    def _after_heads(self) -> tuple[int, str]:
        """Where the chain goes on when the table is empty."""
        standing = {number: head for number, head in self._heads().items() if head.stands}
        last = max(standing, default=0)
        return last + 1, standing[last].digest if last else FIRST


def hash_of(row: Mapping[str, Any]) -> str:
    """The hash of a row with that of the row before it."""
    names = _HASHED if all(row[name] is None for name in _LATER) else _HASHED + _LATER
    return hashlib.sha256(json.dumps([row[name] for name in names], ensure_ascii=False).encode()).hexdigest()


def _faults(rows: list[dict[str, Any]], heads: dict[int, Head], before: str) -> Iterator[str]:
    """``before``: rows of earlier moments are past their time."""
    standing = [number for number, head in heads.items() if head.stands]
    due = [number for number in standing if heads[number].at >= before]
    first = rows[0]["number"] if rows else min(due, default=max(standing, default=0) + 1)
    early = sorted(number for number in due if number < first)
    if early:
        yield f"rows {early[0]} to {early[-1]} are missing at the beginning"
    previous = heads[first - 1].digest if first - 1 in heads else FIRST
    expected = first
    for row in rows:
        number = row["number"]
        if number != expected:
            yield f"rows {expected} to {number - 1} are missing"
        elif row["previous"] != previous:
            yield f"row {number} does not follow from the one before it"
        if hash_of(row) != row["hash"]:
            yield f"row {number} is not as it was written"
        if number not in heads or heads[number].digest != row["hash"]:
            yield f"row {number} is not the one that log.heads tells"
        previous, expected = row["hash"], number + 1
    last = max(standing, default=0)
    if last >= expected:
        yield f"rows {expected} to {last} are missing at the end"
