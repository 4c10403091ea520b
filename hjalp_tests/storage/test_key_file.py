"""The office's key as a file: made once, for its owner alone, refused when others may read it, and never told."""

import os
from pathlib import Path

import pytest

from hjalp_pipeline.storage.key_file import KEY_FILE, KeyFileError, make_key, read_key
from hjalp_pipeline.storage.root import DataRoot


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    return DataRoot(tmp_path)


def test_a_key_is_made_once_for_its_owner_alone(root: DataRoot) -> None:
    assert read_key(root) is None
    made, path = make_key(root), root.folder / KEY_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match=f"^{KEY_FILE} is there and stays"):
        make_key(root)
    assert path.read_bytes() == before
    assert read_key(root) == made


def test_no_key_is_made_that_would_change_nothing(tmp_path: Path) -> None:
    root = DataRoot(tmp_path, "hand")
    with pytest.raises(KeyFileError, match="it would change nothing"):
        make_key(root)
    path = root.folder / KEY_FILE
    assert not path.exists()
    path.parent.mkdir(parents=True)
    path.write_text("ab" * 32, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(
        KeyFileError, match=f"^{KEY_FILE} changes nothing, for no table of hand has totals; .*: remove it$"
    ):
        read_key(root)


def test_two_keys_are_different(tmp_path: Path) -> None:
    assert make_key(DataRoot(tmp_path / "a")) != make_key(DataRoot(tmp_path / "b"))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o611])
def test_a_key_that_others_may_read_is_refused(root: DataRoot, mode: int) -> None:
    make_key(root)
    (root.folder / KEY_FILE).chmod(mode)
    with pytest.raises(KeyFileError, match=f"^{KEY_FILE} may be read by others than its owner: chmod 600"):
        read_key(root)


@pytest.mark.parametrize("text", ["", "ab", "zz" * 32, "ab" * 33, "æ" * 32])
def test_what_is_no_key_is_refused_and_not_told(root: DataRoot, text: str) -> None:
    make_key(root)
    path = root.folder / KEY_FILE
    path.write_text(text, encoding="utf-8")
    with pytest.raises(KeyFileError) as told:
        read_key(root)
    assert str(told.value).startswith(f"{KEY_FILE} is not a key")
    assert not text or text not in str(told.value)


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_a_key_is_a_file_and_nothing_that_leads_elsewhere(root: DataRoot, kind: str) -> None:
    path = root.folder / KEY_FILE
    path.parent.mkdir(parents=True)
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(root.path / "elsewhere")
    else:
        os.mkfifo(path, 0o600)
    with pytest.raises(KeyFileError, match=f"^{KEY_FILE} "):
        read_key(root)
    with pytest.raises(KeyFileError, match="is there and stays"):
        make_key(root)
