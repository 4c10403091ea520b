"""A data root of version 0.3.1 or older comes to the present layout by renames, and a move that was broken off goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.storage.files import locked
from hjalp_pipeline.storage.relocation import migrate
from hjalp_pipeline.storage.root import OWN, SHARED, DataRoot, DataRootError, is_flat, moving
from hjalp_tests.production.world import hashes


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """Every folder with a file of its own."""
    for name in (*OWN, *SHARED):
        (tmp_path / name).mkdir()
        (tmp_path / name / "fil").write_text(name, encoding="utf-8")
    for name in ("hjalp.duckdb", "removed.csv", "notes.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    return DataRoot(tmp_path)


def check_moved(root: DataRoot) -> None:
    assert hashes(root.folder).keys() == {*(f"{name}/fil" for name in OWN), "hjalp.duckdb", "removed.csv"}
    assert {path.name for path in root.path.iterdir()} == {*SHARED, "hjalp", "notes.txt"}, "what is not ours stays"
    assert [(root.folder / name / "fil").read_text(encoding="utf-8") for name in OWN] == list(OWN)
    assert root.folder.stat().st_mode & 0o777 == 0o755, "readers pass through it to what is published"


def test_folders_are_moved_once(root: DataRoot) -> None:
    assert migrate(root) == sorted([*OWN, "hjalp.duckdb", "removed.csv"])
    check_moved(root)
    assert migrate(root) == []
    check_moved(root)


@pytest.mark.parametrize("stop", range(len(OWN) + 3))
def test_a_move_that_is_broken_off_goes_on(root: DataRoot, monkeypatch: pytest.MonkeyPatch, stop: int) -> None:
    renames = 0
    rename = Path.rename

    def counted(path: Path, target: Path) -> Path:
        nonlocal renames
        renames += 1
        if renames > stop:
            raise KeyboardInterrupt
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", counted)
        with pytest.raises(KeyboardInterrupt):
            migrate(root)
    assert moving(root.path).is_dir()
    assert migrate(root)
    check_moved(root)


def test_nobody_may_be_at_work(root: DataRoot) -> None:
    with locked(root.path / "lake" / "locks" / "2024K4"):
        with pytest.raises(DataRootError, match="something is at work in the data root \\(2024K4\\)"):
            migrate(root)
        assert is_flat(root.path)
    assert migrate(root)


def test_a_new_data_root_has_nothing_to_move(tmp_path: Path) -> None:
    (tmp_path / "registers").mkdir()
    assert migrate(DataRoot(tmp_path)) == []
    assert [path.name for path in tmp_path.iterdir()] == ["registers"]


def test_a_folder_on_another_disk_is_said(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    def other_disk(_path: Path, _target: Path) -> Path:
        raise OSError(18, "Invalid cross-device link")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", other_disk)
        with pytest.raises(DataRootError, match="inbox cannot be moved: Invalid cross-device link"):
            migrate(root)
    assert migrate(root)
    check_moved(root)


def test_a_folder_that_came_back_meanwhile_is_put_together_by_a_person(root: DataRoot) -> None:
    """An upload that went on into the old inbox while the move stood still: neither of the two may be lost."""
    moving(root.path).mkdir()
    (root.path / "inbox").rename(moving(root.path) / "inbox")
    (root.path / "inbox" / "2025K1").mkdir(parents=True)
    with pytest.raises(
        DataRootError, match=r"inbox lies in the data root and in \.hjalp-moving: put what is in the first"
    ):
        migrate(root)
    assert (moving(root.path) / "inbox" / "fil").is_file()
    assert (root.path / "inbox" / "2025K1").is_dir()
    (root.path / "inbox" / "2025K1").rename(moving(root.path) / "inbox" / "2025K1")
    (root.path / "inbox").rmdir()
    assert migrate(root)
    assert (root.inbox / "2025K1").is_dir()


def test_a_folder_of_the_statistic_that_came_up_meanwhile_is_said(root: DataRoot) -> None:
    moving(root.path).mkdir()
    root.folder.mkdir()
    with pytest.raises(DataRootError, match=r"hjalp/ came up while its folders lay in \.hjalp-moving"):
        migrate(root)
    assert (root.path / "inbox" / "fil").is_file()


def test_what_lies_beside_the_folder_of_the_statistic_is_named(root: DataRoot) -> None:
    assert DataRoot(root.path, flat=True).beside == []
    migrate(root)
    assert root.beside == []
    (root.path / "inbox").mkdir()
    assert root.beside == ["inbox"]
    assert DataRoot(root.path, "anden").beside == [], "it was never a folder of another statistic"
