"""What the disk refuses is one sentence with the file and the reason, whoever says it in whatever words."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from hjalp_pipeline import cli
from hjalp_pipeline.production.disk import disk_sentence
from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.quarter.quarter_run import refresh_quarter
from hjalp_pipeline.production.quarter.quarter_tables import suppressed_of_quarter, tables_of_quarter
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal import commands
from hjalp_tests.production.world import KVARTAL, hashes, run, write_world

CPR_NAME = "0101609001.csv"


def told(fault: BaseException) -> str | None:
    return disk_sentence(fault, DataRoot(Path("/data")))


def test_what_the_system_says() -> None:
    full = OSError(errno.ENOSPC, "No space left on device", "/data/lake/ledger/2024K4.parquet")
    assert told(full) == "lake/ledger/2024K4.parquet: the disk is full"
    temporary = OSError(errno.ENOSPC, "No space left on device", f"/data/lake/ledger/.{'0' * 32}.tmp")
    assert told(temporary) == "lake/ledger: the disk is full"
    assert told(OSError(errno.EROFS, "Read-only file system")) == "a file of the data root: the disk can only be read"
    assert told(PermissionError(errno.EACCES, "Permission denied", "/data")) == "the data root: no permission"
    assert told(FileNotFoundError(errno.ENOENT, "No such file", "/data/registers/2025-04-04/dod.parquet")) == (
        "registers/2025-04-04/dod.parquet: it is missing"
    )


def test_what_libraries_say() -> None:
    polars = pl.exceptions.ComputeError("parquet: underlying IO error: No space left on device (os error 28)")
    assert told(polars) == "a file of the data root: the disk is full"
    assert told(FileNotFoundError("No such file (os error 2): /data/lake/x.parquet")) == "lake/x.parquet: it is missing"
    assert told(sqlite3.OperationalError("attempt to write a readonly database")) == (
        "dagster_home: the disk can only be read"
    )
    for damaged in ("database disk image is malformed", "file is not a database"):
        assert told(sqlite3.DatabaseError(damaged)) == (
            "dagster_home: it is damaged: put it back from a copy, or move it away"
        )


@pytest.mark.parametrize(
    ("flag", "free", "why"),
    [
        (os.ST_RDONLY, 0, "the disk can only be read"),
        (0, 0, "the disk is full"),
        (os.ST_NOSUID, 1, "no permission"),
    ],
)
def test_what_sqlite_does_not_tell_is_seen(monkeypatch: pytest.MonkeyPatch, flag: int, free: int, why: str) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _path: SimpleNamespace(f_flag=flag, f_bavail=free))
    assert told(sqlite3.OperationalError("unable to open database file")) == f"dagster_home: {why}"
    assert told(sqlite3.DatabaseError("database disk image is malformed")) == (
        "dagster_home: it is damaged: put it back from a copy, or move it away"
    )


def test_a_cause_counts_and_nothing_else_does() -> None:
    outer = RuntimeError("something failed")
    outer.__cause__ = OSError(errno.EIO, "Input/output error", "/data/inbox/a.csv")
    assert told(outer) == "inbox/a.csv: the disk gives errors"
    assert told(ValueError("No space left on device")) is None
    assert told(OSError("anything")) is None


def test_a_name_that_looks_like_a_person_is_masked() -> None:
    sentence = told(PermissionError(errno.EACCES, "Permission denied", f"/data/inbox/2024K4/{CPR_NAME}"))
    assert sentence is not None
    assert "0101609001" not in sentence


def test_the_command_line_says_it_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "dagster_home" / "x"))

    monkeypatch.setattr(commands, "run_job", full)
    assert cli.main(["run", "--quarter", KVARTAL]) == 1
    assert capsys.readouterr().err == "dagster_home/x: the disk is full\n"


@pytest.mark.slow
def test_somebody_who_may_only_read_sees_the_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write_world(tmp_path)
    run(root)
    before = hashes(root.folder)
    locks = sorted((root.lake / "locks").iterdir())
    monkeypatch.setenv("HJALP_DATA", str(root.path))
    monkeypatch.setattr(os, "access", lambda _place, mode: not mode & os.W_OK)
    assert cli.main(["status", "--quarter", KVARTAL]) == 0
    assert "delivered" in capsys.readouterr().out
    assert {name for name in hashes(root.folder) if before.get(name) != hashes(root.folder)[name]} <= {
        "lake/hashes.json"
    }
    assert sorted((root.lake / "locks").iterdir()) == locks or not os.access(root.lake, os.W_OK)


@pytest.mark.slow
def test_delivered_is_said_when_the_tables_stand(tmp_path: Path) -> None:
    root = write_world(tmp_path)

    def said() -> set[tuple[str, str | None]]:
        return {(row.status, row.needs) for row in gate(root, KVARTAL) if row.newest_delivery}

    refresh_raw(root, KVARTAL)
    assert said() == {("stale", "chain")}
    refresh_quarter(root, KVARTAL)
    assert said() == {("stale", "tables")}
    tables_of_quarter(root, KVARTAL)
    assert said() == {("stale", "tables")}
    suppressed_of_quarter(root, KVARTAL)
    assert said() == {("delivered", None)}
    (root.lake / "tables" / "hjalp2" / f"{KVARTAL}.parquet").unlink()
    assert said() == {("stale", "tables")}
    run(root)
    assert said() == {("delivered", None)}
