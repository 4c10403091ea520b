"""A data root that was copied, restored, moved, or lies under an odd name, is as current as it was."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest

from hjalp_pipeline.production.analysts import make_catalog, mend_catalog
from hjalp_pipeline.production.inbox import gate as production_gate
from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.storage import hashes, registers
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, changing_system, deliver, delivery, run, write_world
from hjalp_tests.production.world import hashes as content

pytestmark = pytest.mark.slow

ODD = ("a[bc]", "x=5", "q?", "s*", "it's {here} ø")


def statuses(root: DataRoot) -> dict[str, int]:
    found = [row.status for row in gate(root, KVARTAL)]
    return {status: found.count(status) for status in sorted(set(found))}


def made(path: Path) -> DataRoot:
    """A quarter of three kommuner, one of them with two systems, and its release."""
    root = write_world(path, changing_system("yes"))
    deliver(root, delivery("101", 20), delivery("155", 12))
    run(root)
    make_release(root, "2024v1")
    make_catalog(root)
    return root


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    return made(tmp_path_factory.mktemp("whole") / "data")


@pytest.mark.parametrize("options", [["-a"], ["-r"], ["-rp"]])
def test_a_copy_is_current_and_looks_once(
    whole: DataRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    before = statuses(whole)
    assert before["delivered"] == 3
    assert "stale" not in before
    subprocess.run(["cp", *options, str(whole.path), str(tmp_path / "copy")], check=True)
    root = DataRoot(tmp_path / "copy")
    read: list[Path] = []

    def counted(path: Path) -> str:
        read.append(path)
        return sha256(path)

    sha256 = hashes.sha256
    monkeypatch.setattr(hashes, "sha256", counted)
    assert statuses(root) == before
    assert len([path for path in read if path.is_relative_to(root.inbox)]) == 4
    assert len(read) == len(set(read)), "each file once"
    looked = len(read)
    assert statuses(root) == before
    assert len(read) == looked
    monkeypatch.setattr(registers, "_build", lambda *_: pytest.fail("the register is the same"))
    raw, quarter = run(root)
    assert (raw.changed, quarter.chain.computed) == ([], [])
    assert not make_release(root, "2024v1").made
    assert content(root.releases) == content(whole.releases)


def test_another_content_of_the_same_size_is_stale(whole: DataRoot, tmp_path: Path) -> None:
    root = DataRoot(shutil.copytree(whole.path, tmp_path / "copy"))
    path = next((root.inbox / KVARTAL).glob("101_*"))
    times = path.stat()
    text = path.read_bytes()
    path.write_bytes(text.replace(b"101-1;", b"101-x;"))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    (row,) = (row for row in gate(root, KVARTAL) if row.komnr == "101")
    assert (row.status, row.needs) == ("stale", "raw")


def test_somebody_who_may_only_read_sees_it_too(
    whole: DataRoot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = DataRoot(shutil.copytree(whole.path, tmp_path / "copy"))
    before = content(root.path)

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(hashes, "write_sealed", refused)
    assert statuses(root) == statuses(whole)
    assert content(root.path) == before


def test_the_catalogue_of_a_moved_root_is_made_anew(whole: DataRoot, tmp_path: Path) -> None:
    root = DataRoot(shutil.copytree(whole.path, tmp_path / "moved"))
    assert not mend_catalog(whole)
    assert mend_catalog(root)
    assert not mend_catalog(root)
    with duckdb.connect(str(root.catalog), read_only=True) as connection:
        texts = " ".join(
            sql for (sql,) in connection.sql("select sql from duckdb_views() where not internal").fetchall()
        )
    assert str(whole.path) not in texts
    assert str(root.path) in texts


@pytest.mark.parametrize("name", ODD)
def test_a_root_under_an_odd_name(whole: DataRoot, tmp_path: Path, name: str) -> None:
    decoys = [tmp_path / decoy for decoy in ("ab", "ac", "qz", "sss")]
    for decoy in decoys:  # what a pattern would match instead
        shutil.copytree(whole.path / "registers", decoy / "registers")
    root = made(tmp_path / name)
    assert content(root.releases) == content(whole.releases)
    with duckdb.connect(str(root.catalog), read_only=True) as connection:
        for view in ("ledger", "released.hjalp1", "working.udlaan", "working.hjalp1", "leverancer"):
            with duckdb.connect(str(whole.catalog), read_only=True) as other:
                wanted = other.sql(f"select * from {view} order by all").fetchall()
            assert connection.sql(f"select * from {view} order by all").fetchall() == wanted
    assert [row.komnr for row in production_gate.gate(root, KVARTAL) if row.needs] == []
