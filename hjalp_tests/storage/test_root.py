"""Where things lie below the data root."""

from pathlib import Path

import pytest

from hjalp_pipeline.storage.root import PROJECT, DataRoot


def test_folders(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    names = ("inbox", "codelists", "registers", "approvals", "releases", "receipts", "lake", "dagster_home")
    assert [getattr(root, name) for name in names] == [tmp_path / name for name in names]
    assert root.catalog == tmp_path / "hjalp.duckdb"
    assert list(tmp_path.iterdir()) == [], "naming a folder makes nothing"


def test_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    assert DataRoot.from_environment().path == tmp_path.resolve()
    monkeypatch.setenv("HJALP_DATA", "")
    assert DataRoot.from_environment().path == (PROJECT / "data").resolve()
    monkeypatch.delenv("HJALP_DATA")
    assert DataRoot.from_environment().path == (PROJECT / "data").resolve()
