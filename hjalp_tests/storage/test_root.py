"""Where things lie below the data root."""

import os
from pathlib import Path

import pytest

from hjalp_pipeline.storage.root import (
    OWN,
    PROJECT,
    SHARED,
    DataRoot,
    DataRootError,
    is_flat,
    misplaced,
    moving,
    require_place,
)


def test_folders(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    assert [getattr(root, name) for name in OWN] == [tmp_path / "hjalp" / name for name in OWN]
    assert [getattr(root, name) for name in SHARED] == [tmp_path / name for name in SHARED]
    assert root.catalog == tmp_path / "hjalp" / "hjalp.duckdb"
    assert list(tmp_path.iterdir()) == [], "naming a folder makes nothing"


def test_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    assert DataRoot.from_environment().path == tmp_path.resolve()
    monkeypatch.setenv("HJALP_DATA", "")
    assert DataRoot.from_environment().path == (PROJECT / "data").resolve()
    monkeypatch.delenv("HJALP_DATA")
    assert DataRoot.from_environment().path == (PROJECT / "data").resolve()


def test_another_statistic_shares_registers_and_instance(tmp_path: Path) -> None:
    first, second = DataRoot(tmp_path), DataRoot(tmp_path, "anden")
    assert [getattr(first, name) for name in SHARED] == [getattr(second, name) for name in SHARED]
    assert all(getattr(first, name) != getattr(second, name) for name in (*OWN, "catalog"))


@pytest.mark.parametrize("flat", [False, True])
def test_a_file_has_the_same_name_in_either_layout(tmp_path: Path, flat: bool) -> None:
    root = DataRoot(tmp_path, flat=flat)
    for name in ("inbox/2024K4/101_nexus_20250102T081500.csv", "registers/2025-04-04/dod.parquet", "removed.csv"):
        assert root.name(root.file(name)) == name
    assert root.name(root.inbox / "2024K4") == "inbox/2024K4"
    assert root.name(root.registers / "2025-04-04") == "registers/2025-04-04"


def test_the_layout_of_version_0_3_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    assert not DataRoot.from_environment().flat, "an empty folder"
    (tmp_path / "registers").mkdir()
    assert not DataRoot.from_environment().flat, "registers lie there in either layout"
    (tmp_path / "inbox").mkdir()
    assert DataRoot.from_environment().inbox == tmp_path / "inbox"
    assert not DataRoot.from_environment("anden").flat, "only the first statistic is as old as that"
    (tmp_path / "hjalp").mkdir()
    assert not is_flat(tmp_path)


def test_a_move_that_was_broken_off_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    moving(tmp_path).mkdir()
    with pytest.raises(DataRootError, match="run `hjalp migrate` to its end"):
        DataRoot.from_environment()


def test_a_folder_inside_a_data_root_or_around_one_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the statistic's own folder is taken for a data root of version 0.3, and one above for an empty one."""
    root = tmp_path / "up" / "data"
    for name in ("registers", "hjalp/inbox/2024K4", "hjalp/codelists"):
        (root / name).mkdir(parents=True)
    assert misplaced(root) is None
    for deep in ("hjalp", "hjalp/inbox", "hjalp/new", "registers", "registers/2025-04-04"):
        assert misplaced(root / deep) == f"lies inside the data root {root}: that is the folder to name"
    assert misplaced(tmp_path / "up") == f"is no data root, but holds one: {root} is the folder to name"
    for path in (root / "hjalp", tmp_path / "up"):
        monkeypatch.setenv("HJALP_DATA", str(path))
        with pytest.raises(
            DataRootError, match=rf"{path.name} \(HJALP_DATA\) .*{root} is|{root}: that is the folder to name$"
        ):
            DataRoot.from_environment()
    (root / "registers").rmdir()
    assert misplaced(root) is None
    assert misplaced(root / "hjalp") is not None, "also before there are registers"
    assert misplaced(root / "notes") is None, "what is no part of it may be one itself"
    assert misplaced(tmp_path) is None, "two levels up nobody looks"


def test_what_is_a_data_root_of_its_own_is_not_misplaced(tmp_path: Path) -> None:
    flat = tmp_path / "hjalp"
    for name in ("inbox", "registers", "dagster_home"):
        (flat / name).mkdir(parents=True)
    assert misplaced(flat) is None, "one of version 0.3 that is called as the statistic"
    (tmp_path / "dagster_home").mkdir()
    assert misplaced(flat) is None
    alone = tmp_path / "elsewhere" / "hjalp"
    (alone / "inbox").mkdir(parents=True)
    (tmp_path / "elsewhere" / "data").mkdir()
    assert misplaced(tmp_path / "elsewhere" / "data") is None, "an empty folder beside anything"
    assert misplaced(tmp_path / "new") is None


def test_a_data_root_that_may_not_be_entered_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    require_place()
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path)
    with pytest.raises(DataRootError, match=r"\(HJALP_DATA\) may not be entered by this account"):
        require_place()

    def closed(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_dir", closed)
    assert misplaced(tmp_path / "data") is None
