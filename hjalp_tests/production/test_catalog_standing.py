"""The analysts' database is written anew where it would show something else, and only there."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.production import analysts
from hjalp_pipeline.storage.catalog import Relation, Rows, Select
from hjalp_pipeline.storage.root import DataRoot

GIVEN = Relation("given_list", "A list", {"code": "A code"}, Rows(pl.DataFrame({"code": ["a", "b"]})))
OTHERS = [
    [Relation("given_list", "A list", {"code": "A code"}, Rows(pl.DataFrame({"code": ["a", "c"]})))],
    [Relation("given_list", "Another comment", {"code": "A code"}, GIVEN.source)],
    [Relation("given_list", "A list", {"code": "Another code"}, GIVEN.source)],
    [GIVEN, Relation("first", "Some", {}, Select("select * from given_list limit 1"))],
]


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Relation]:
    """What the database of the data root at ``tmp_path`` shows."""
    found = [GIVEN]
    monkeypatch.setattr(analysts, "relations", lambda _root: found)
    analysts.make_catalog(DataRoot(tmp_path))
    return found


def _made(root: DataRoot) -> int:
    """Which file the database is: a new one has another number while the old one is held."""
    before = root.catalog.open("rb")
    try:
        number = root.catalog.stat().st_ino
        analysts.make_catalog(root)
        return root.catalog.stat().st_ino - number
    finally:
        before.close()


@pytest.mark.usefixtures("shown")
def test_what_would_be_the_same_stands(tmp_path: Path) -> None:
    assert not _made(DataRoot(tmp_path))


@pytest.mark.parametrize("others", OTHERS)
def test_it_is_written_anew_when_anything_of_it_is_new(
    tmp_path: Path, shown: list[Relation], others: list[Relation]
) -> None:
    shown[:] = others
    assert _made(DataRoot(tmp_path))
    assert not _made(DataRoot(tmp_path))


@pytest.mark.usefixtures("shown")
def test_one_that_somebody_changed_or_removed_is_written_anew(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    whole = root.catalog.read_bytes()
    root.catalog.write_bytes(whole[:-1])
    assert _made(root)
    root.catalog.unlink()
    analysts.make_catalog(root)
    assert root.catalog.stat().st_size == len(whole)
