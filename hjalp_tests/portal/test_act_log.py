"""The log of acts: what is added stands in a chain, and whatever is done to it behind its back is found."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hjalp_pipeline.portal.act_log import FIRST, KEPT, Act, ActLog, hash_of
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
    assert [row["number"] for row in log.of_kommune("540", "")] == [5, 4, 3, 2, 1]


TAMPERED: dict[str, Callable[[ActLog], object]] = {
    "a field is changed": lambda log: sql(log, "update log set person = 'q' where number = 3"),
    "a row is removed": lambda log: sql(log, "delete from log where number = 3"),
    "the end is cut off": lambda log: sql(log, "delete from log where number >= 4"),
    "the beginning is cut off": lambda log: sql(log, "delete from log where number <= 2"),
    "the end is cut off and written over": lambda log: (
        sql(log, "delete from log where number >= 4"),
        [log.add(Act("p", "12345678", "540", "leser", "set"), NOW) for _ in range(2)],
    ),
    "the name is changed": lambda log: sql(log, "update log set name = 'Q' where number = 5"),
    "the statistic is removed": lambda log: sql(log, "update log set statistic = null, name = null where number = 5"),
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
    assert [row["number"] for row in log.of_kommune("540", "")] == [8]
    assert log.faults(NOW + 3 * KEPT) == []


def test_what_is_rolled_back_leaves_no_fault(log: ActLog) -> None:
    with contextlib.suppress(RuntimeError), log.db.writing() as connection:
        log.add_in(connection, Act("p", "12345678", "540", "leser", "set"), NOW)
        raise RuntimeError
    assert len(log.of_kommune("540", "")) == 5
    log.add(Act("p", "12345678", "540", "leser", "set"), NOW)
    assert log.faults() == []


class Killed(BaseException):
    """The program ends here."""


def test_killed_before_the_row_stands(log: ActLog) -> None:
    with contextlib.suppress(Killed), log.db.writing() as connection:
        log.add_in(connection, Act("p", "12345678", "540", "leser", "set"), NOW)
        raise Killed
    assert log.faults(NOW) == []
    log.settle()
    log.add(Act("p", "12345678", "540", "leser", "set again"), NOW)
    assert (log.faults(NOW), log.of_kommune("540", "")[0]["number"]) == ([], 6)


def test_killed_after_the_row_stands(log: ActLog, monkeypatch: pytest.MonkeyPatch) -> None:
    write = log._write_head

    def dies(row: Any, begun: str = "") -> None:
        if not begun:
            raise Killed
        write(row, begun)

    with monkeypatch.context() as patch, contextlib.suppress(Killed):
        patch.setattr(log, "_write_head", dies)
        log.add(Act("p", "12345678", "540", "leser", "set"), NOW)
    assert (log.faults(NOW), len(log.of_kommune("540", ""))) == ([], 6)
    log.settle()
    sql(log, "delete from log where number = 6")
    assert log.faults(NOW) == ["rows 6 to 6 are missing at the end"]


def test_a_line_that_was_cut_off_costs_no_other(log: ActLog) -> None:
    with log.heads.open("a") as file:
        file.write("?6;abc")  # the power went
    log.add(Act("p", "12345678", "540", "leser", "set"), NOW)
    assert log.faults(NOW) == []


def test_a_row_forged_before_it_was_said_to_stand_is_found(log: ActLog) -> None:
    log.heads.write_text(log.heads.read_text().rpartition("\n5;")[0])
    with log.db.reading() as connection:
        row = dict(connection.execute(text("select * from log where number = 5")).mappings().one())
    forged = hash_of({**row, "result": "afvist"})
    sql(log, f"update log set result = 'afvist', hash = '{forged}' where number = 5")
    log.settle()
    assert log.faults(NOW) == ["row 5 is not the one that log.heads tells"]


def test_a_kommune_sees_what_was_done_about_one_statistic(log: ActLog) -> None:
    log.add(Act("p", "12345678", "540", "leser", "set", name="Tove", statistic="hand"), NOW)
    assert [row["name"] for row in log.of_kommune("540", "hand")] == ["Tove"]
    assert len(log.of_kommune("540", "")) == 5
    assert log.of_kommune("540", "", act="sendt", object="2025K1/2")[0]["number"] == 3


def test_a_log_of_an_earlier_version_goes_on(tmp_path: Path) -> None:
    """Its rows have neither name nor statistic, and a hash without them."""
    db = PortalDb(f"sqlite:///{tmp_path / 'portal.db'}")
    row = dict.fromkeys(("person", "cvr", "komnr", "role", "act", "object", "sha256", "result"), "x")
    row |= {"komnr": "540", "at": NOW.isoformat(timespec="milliseconds"), "previous": FIRST}
    hashed = hash_of({**row, "number": 1, "name": None, "statistic": None})
    with db.writing() as connection:
        for name in ("name", "statistic"):
            connection.execute(text(f"alter table log drop column {name}"))
        names = ", ".join((*row, "number", "hash"))
        values = ", ".join(f":{name}" for name in (*row, "number", "hash"))
        connection.execute(text(f"insert into log ({names}) values ({values})"), {**row, "number": 1, "hash": hashed})
    db.close()
    (tmp_path / "log.heads").write_text(f"1;{hashed};{row['at']}\n")
    again = PortalDb(f"sqlite:///{tmp_path / 'portal.db'}")
    log = ActLog(again, tmp_path / "log.heads")
    log.settle()
    log.add(Act("p", "12345678", "540", "leser", "set", name="Tove", statistic="hjalp"), NOW)
    assert log.faults(NOW) == []
    assert [found["name"] for found in log.of_kommune("540", "hjalp")] == ["Tove", None]
    again.close()
