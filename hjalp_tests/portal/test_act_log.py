"""The log of acts: what is added stands in a chain, and whatever is done to it behind its back is found."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from hjalp_pipeline.portal.act_log import KEPT, Act, ActLog
from hjalp_pipeline.portal.portal_db import PortalDb

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[ActLog]:
    db = PortalDb(f"sqlite:///{tmp_path / 'portal.db'}")
    found = ActLog(db, tmp_path / "log.heads")
    for number in range(5):
        found.add(Act("p", "12345678", "540", "indberetter", "sendt", f"2025K1/{number}"), NOW)
    yield found
    db.close()


def sql(log: ActLog, statement: str) -> None:
    with log.db.writing() as connection:
        connection.execute(text(statement))


def test_the_log_is_whole(log: ActLog) -> None:
    assert log.faults() == []
    assert [row["number"] for row in log.of_kommune("540")] == [5, 4, 3, 2, 1]


TAMPERED: dict[str, Callable[[ActLog], None]] = {
    "a field is changed": lambda log: sql(log, "update log set person = 'q' where number = 3"),
    "a row is removed": lambda log: sql(log, "delete from log where number = 3"),
    "the end is cut off": lambda log: sql(log, "delete from log where number >= 4"),
    "the beginning is cut off": lambda log: sql(log, "delete from log where number <= 2"),
    "all is removed": lambda log: sql(log, "delete from log"),
    "the time is changed": lambda log: sql(log, "update log set at = '2026-01-01T00:00:00.000+00:00' where number = 5"),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_tampering_is_found(log: ActLog, what: str) -> None:
    assert log.faults(NOW) == []
    TAMPERED[what](log)
    assert log.faults(NOW) != []


def test_a_row_made_anew_with_a_right_hash_is_found_by_the_heads(log: ActLog) -> None:
    """Who can write the table can compute hashes, but the file beside it tells another."""
    from hjalp_pipeline.portal.act_log import hash_of

    with log.db.reading() as connection:
        row = dict(connection.execute(text("select * from log where number = 5")).mappings().one())
    forged = hash_of({**row, "result": "afvist"})
    sql(log, f"update log set result = 'afvist', hash = '{forged}' where number = 5")
    assert log.faults() == ["row 5 is not the one that log.heads tells"]


def test_old_rows_go_and_the_rest_is_still_a_chain(log: ActLog) -> None:
    log.add(Act("p", "12345678", "540", "leser", "set"), NOW + KEPT)
    later = NOW + KEPT + timedelta(days=1)
    assert log.remove_old(later) == 5
    assert log.faults(later) == []
    assert log.faults(NOW) == ["rows 1 to 5 are missing at the beginning"]  # they were not past their time then
    log.add(Act("p", "12345678", "540", "leser", "set"), NOW + KEPT)
    assert log.faults(later) == []
    assert log.remove_old(NOW + 3 * KEPT) == 2
    log.add(Act("p", "12345678", "540", "leser", "set"), NOW + 3 * KEPT)
    assert [row["number"] for row in log.of_kommune("540")] == [8]
    assert log.faults(NOW + 3 * KEPT) == []


def test_what_is_rolled_back_leaves_no_fault(log: ActLog) -> None:
    with contextlib.suppress(RuntimeError), log.db.writing() as connection:
        log.add_in(connection, Act("p", "12345678", "540", "leser", "set"), NOW)
        raise RuntimeError
    assert len(log.of_kommune("540")) == 5
    log.add(Act("p", "12345678", "540", "leser", "set"), NOW)
    assert log.faults() == []
