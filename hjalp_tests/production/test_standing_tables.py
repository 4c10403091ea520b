"""Tables of a quarter are counted again when, and only when, something they are counted from is another."""

from pathlib import Path
from typing import Any

import pytest

from hjalp_pipeline.production.quarter import quarter_tables as tables
from hjalp_tests.production.world import KVARTAL, TABLES, run, write_world


def counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the quarters counted from now on."""
    counted: list[str] = []
    count = tables.count_tables

    def spy(*inputs: Any, where: str, **given: Any) -> object:
        counted.append(where)
        return count(*inputs, where=where, **given)

    monkeypatch.setattr(tables, "count_tables", spy)
    return counted


def test_unchanged_tables_are_read_and_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path)
    run(root)
    counted = counting(monkeypatch)
    before = {name: root.lake / "tables" / name / f"{KVARTAL}.parquet" for name in TABLES}
    bytes_before = {name: path.read_bytes() for name, path in before.items()}
    found = tables.tables_of_quarter(root, KVARTAL)
    assert counted == []
    assert {name: path.read_bytes() for name, path in before.items()} == bytes_before
    assert found["hjalp1"].height == 99 * 2


def test_an_approval_withdrawn_counts_them_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path)
    run(root)
    counted = counting(monkeypatch)
    file = next(root.approvals.glob("*.csv"))
    with file.open("a", encoding="utf-8") as rows:
        rows.write("2025-04-01T09:00:00+02:00;2024;101;K1;afvist;afdelingen;\n")
    tables.tables_of_quarter(root, KVARTAL)
    assert counted == [KVARTAL]


def test_a_table_someone_has_touched_is_counted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_world(tmp_path)
    run(root)
    path = root.lake / "tables" / "hjalp2" / f"{KVARTAL}.parquet"
    right = path.read_bytes()
    path.write_bytes(b"not a table")
    counted = counting(monkeypatch)
    tables.tables_of_quarter(root, KVARTAL)
    assert counted == [KVARTAL]
    assert path.read_bytes() == right
