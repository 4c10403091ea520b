"""A change made behind the program's back is seen, or means nothing to whoever reads the file."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.hashes import Hashes, mark
from hjalp_pipeline.storage.lake_version import check_layout
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.sealed import (
    SEAL,
    is_broken,
    read_sealed,
    read_sealed_parquet,
    write_sealed,
    write_sealed_parquet,
)

FRAME = pl.DataFrame({"kvartal": ["2024K3"] * 20 + ["2024K4"] * 20, "rows": list(range(40))})
WANTED = sum(range(20, 40))


def counted(path: Path) -> set[int | None]:
    """What readers that skip what they need not read make of a file; nothing when they refuse it."""
    found: set[int | None] = set()
    try:
        rows = duckdb.sql(f"select sum(rows)::bigint from read_parquet('{path}') where kvartal = '2024K4'").fetchall()
        found |= {number for (number,) in rows}
    except duckdb.Error:
        pass
    with contextlib.suppress(pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException):
        found.add(
            pl.scan_parquet(path).filter(pl.col("kvartal") == "2024K4").select(pl.col("rows").sum()).collect().item()
        )
    return found


def test_every_bit_of_a_small_frame(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_sealed_parquet(path, FRAME)
    whole = read_sealed_parquet(path)
    assert whole is not None
    assert whole.equals(FRAME)
    assert counted(path) == {WANTED}
    content, seen = path.read_bytes(), 0
    for place in range(0, len(content), 3):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        frame = read_sealed_parquet(path)
        if frame is None:
            seen += 1
            continue
        assert frame.equals(FRAME), place
        assert counted(path) <= {WANTED}, place
    assert seen > 50


def test_json_of_an_earlier_version_cannot_tell(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    write_sealed(path, {"a": 1})
    assert not is_broken(path)
    assert read_sealed(path) == {"a": 1}
    path.write_text(path.read_text().replace("1", "2", 1))
    assert is_broken(path)
    path.write_text('{"a": 1')
    assert is_broken(path)
    path.write_text(json.dumps({"a": 1}))
    assert not is_broken(path)
    assert SEAL not in path.read_text()


#: Neither JSON nor a file that says which: half a character, deeper than anything is written.
SPOILT = [b'{"a": "\\ud800"}', b'{"a": "\\ud800", "hjalp:sha256": "x"}', b"[" * 100_000, b"\xff"]


@pytest.mark.parametrize("content", SPOILT)
def test_whatever_stands_there_counts_as_never_made(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    assert read_sealed(path) is None
    assert read_sealed(path, strict=True) is None
    assert is_broken(path) == (content != SPOILT[0])  # of an earlier version: it has no hash


def test_what_the_disk_does_not_give_counts_as_never_made_unless_it_must_be_known(tmp_path: Path) -> None:
    assert read_sealed(tmp_path) is None
    assert is_broken(tmp_path)
    with pytest.raises(IsADirectoryError):
        read_sealed(tmp_path, strict=True)


def test_hashes_that_were_changed_are_forgotten(tmp_path: Path) -> None:
    file, memory = tmp_path / "a.csv", tmp_path / "hashes.json"
    file.write_text("x")
    hashes = Hashes(memory, tmp_path / "lock")
    digest = hashes.digest("a.csv", file)
    hashes.save()
    assert Hashes(memory, tmp_path / "lock").known("a.csv", file, mark(file.stat())) == digest
    for text in (memory.read_text().replace(digest, digest[::-1]), memory.read_text()[:40]):
        memory.write_text(text)
        assert Hashes(memory, tmp_path / "lock").digest("a.csv", file) == digest


@pytest.mark.parametrize("text", ["{", "[1]", '{"layout": null}', '{"layou": 2}'])
def test_a_layout_that_cannot_be_read_is_a_sentence(tmp_path: Path, text: str) -> None:
    root = DataRoot(tmp_path)
    root.lake.mkdir(parents=True)
    (root.lake / "layout.json").write_text(text)
    with pytest.raises(InputError, match=r"lake/layout.json is not as it was written: .*made again"):
        check_layout(root)
