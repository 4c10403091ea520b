"""Which releases stand, what of them has changed, and which of them open when their time has come."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hjalp_pipeline.production.release.embargo import Standing, due, open_due, open_modes, set_modes, standing_releases
from hjalp_pipeline.production.release.manifest import copy_path
from hjalp_pipeline.production.release.standing import changed_releases, release_faults
from hjalp_pipeline.storage.root import DataRoot

OPENS = datetime(2025, 6, 24, 6, tzinfo=UTC)


def release(root: DataRoot, name: str, *, publish_at: str | None = OPENS.isoformat()) -> Path:
    """A folder of a release with one table and one file of microdata, closed."""
    folder = root.releases / name
    files = {"HJALP1.csv": b"figures", "microdata/GENHJALP.parquet": b"rows"}
    for file, content in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_bytes(content)
    outputs = {file: hashlib.sha256(content).hexdigest() for file, content in files.items()}
    told = {"outputs": outputs} | ({} if publish_at is None else {"publish_at": publish_at})
    (folder / "manifest.json").write_text(json.dumps(told))
    set_modes(folder, embargoed=True)
    return folder


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """Between two releases what is none, and two whose manifest does not tell their time."""
    root = DataRoot(tmp_path)
    for name in ("2024v1", "2024v4", "2024x", "udkast"):
        release(root, name)
    release(root, "2024v2", publish_at=None)
    release(root, "2024v3", publish_at="i morgen")
    return root


def test_releases_are_folders_of_that_name_with_a_time(root: DataRoot) -> None:
    assert standing_releases(root) == [Standing(name, OPENS, opened=False) for name in ("2024v1", "2024v4")]


@pytest.mark.parametrize("mode", [0o710, 0o704, 0o701])
def test_a_folder_that_anybody_else_may_use_is_open(root: DataRoot, mode: int) -> None:
    (root.releases / "2024v1").chmod(mode)
    assert [one.opened for one in standing_releases(root)] == [True, False]


def test_due_from_the_very_moment_until_it_is_open() -> None:
    closed, opened = Standing("2024v1", OPENS, opened=False), Standing("2024v2", OPENS, opened=True)
    assert due([closed, opened], OPENS) == ["2024v1"]
    assert due([closed, opened], OPENS - timedelta(microseconds=1)) == []


def test_a_changed_release_stays_closed_and_keeps_no_other_waiting(root: DataRoot) -> None:
    (root.releases / "2024v1" / "HJALP1.csv").write_bytes(b"others")
    opened, refused = open_due(root, OPENS)
    assert [one.release for one in opened] == ["2024v4"]
    assert ["releases/2024v1/HJALP1.csv is not as it was published" in str(fault) for fault in refused] == [True]
    assert [one.opened for one in standing_releases(root)] == [False, True]


def test_what_is_private_stays_with_the_owner(root: DataRoot) -> None:
    open_due(root, OPENS)
    folder = root.releases / "2024v1"
    modes = {path.relative_to(folder).as_posix(): path.stat().st_mode & 0o777 for path in folder.rglob("*")}
    assert modes == {
        "HJALP1.csv": 0o644,
        "manifest.json": 0o600,
        "microdata": 0o700,
        "microdata/GENHJALP.parquet": 0o600,
    }
    assert open_modes(folder, embargoed=False) == []
    assert open_modes(folder, embargoed=True) == [(folder, 0o755), (folder / "HJALP1.csv", 0o644)]


def test_a_mode_is_told_where_it_lets_others_do_more(root: DataRoot) -> None:
    open_due(root, OPENS)
    folder = root.releases / "2024v1"
    (folder / "HJALP1.csv").chmod(0o600)  # less is no fault
    (folder / "manifest.json").chmod(0o602)
    assert open_modes(folder, embargoed=False) == [(folder / "manifest.json", 0o602)]


def test_a_changed_release_is_named_and_what_is_no_release_is_not(root: DataRoot) -> None:
    assert changed_releases(root) == []
    for name in ("2024v4", "udkast"):
        (root.releases / name / "HJALP1.csv").write_bytes(b"others")
    assert changed_releases(root) == ["releases/2024v4/HJALP1.csv is not as it was published"]


@pytest.mark.parametrize(("definition", "told"), [("a", True), ("b", False)])
def test_the_copy_that_was_kept_counts_where_it_is_of_the_same_definition(
    root: DataRoot, definition: str, told: bool
) -> None:
    path = root.releases / "2024v1" / "manifest.json"
    manifest = json.loads(path.read_text())
    path.write_text(json.dumps({**manifest, "pins": {"definition": "a"}}))
    copy = copy_path(root, "2024v1")
    copy.parent.mkdir(parents=True)
    copy.write_text(json.dumps({**manifest, "pins": {"definition": definition}, "more": 1}))
    kept = "releases/2024v1/manifest.json is not the one that was kept in lake/udgivelser/manifester/"
    assert release_faults(root, "2024v1") == ([kept] if told else [])
