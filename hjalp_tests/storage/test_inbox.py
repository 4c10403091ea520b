"""The inbox is listed and hashed, never touched."""

import os
from pathlib import Path

import pytest

from hjalp_pipeline.storage import files, inbox
from hjalp_pipeline.storage.inbox import HashIndex, InboxFile, list_inbox
from hjalp_pipeline.storage.root import DataRoot


def put(root: DataRoot, place: str, content: str = "x") -> Path:
    path = root.inbox / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def names(listed: list[InboxFile]) -> list[str]:
    return [f"{file.folder}/{file.filename}" for file in listed]


def test_listing(root: DataRoot) -> None:
    assert list_inbox(root) == []
    for place in ("2024K4/b.csv", "2024K4/a.xml", "2024K3/c.csv", "andet/d.csv"):
        put(root, place)
    for hidden in ("2024K4/.a.csv.tmp", ".upload/e.csv", "top.csv", "2024K4/folder/f.csv"):
        put(root, hidden)
    assert names(list_inbox(root)) == ["2024K3/c.csv", "2024K4/a.xml", "2024K4/b.csv"]
    assert inbox.stray_entries(root) == ["andet", "top.csv"]  # in no quarter's folder: named, never read
    assert names(list_inbox(root, "2024K4")) == ["2024K4/a.xml", "2024K4/b.csv"]
    assert list_inbox(root, "2025K1") == []


def test_what_tells_a_changed_file(root: DataRoot) -> None:
    path = put(root, "2024K4/a.csv", "abc")
    (file,) = list_inbox(root)
    assert (file.path, file.folder, file.filename) == (path, "2024K4", "a.csv")
    assert file.mark.split()[:2] == ["3", str(path.stat().st_mtime_ns)]


def test_a_name_that_is_not_utf8_can_be_written_down(root: DataRoot) -> None:
    folder = root.inbox / "2024K4"
    folder.mkdir(parents=True)
    (Path(os.fsdecode(os.fsencode(folder) + b"/540_s\xf8nderborg.csv"))).write_text("x")
    (file,) = list_inbox(root)
    assert file.filename == "540_s\\xf8nderborg.csv"
    assert HashIndex(root).sha256(file)


def test_what_another_run_has_hashed_meanwhile_is_kept(root: DataRoot) -> None:
    put(root, "2024K4/a.csv", "abc")
    put(root, "2024K4/b.csv", "abcd")
    first, second = list_inbox(root)
    ours, theirs = HashIndex(root), HashIndex(root)
    ours.sha256(first)
    theirs.sha256(second)
    ours.save()
    theirs.save()
    assert HashIndex(root).known(first)
    assert HashIndex(root).known(second)


def test_an_unchanged_file_is_read_once(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(path: Path) -> str:
        read.append(path.name)
        return files.sha256(path)

    monkeypatch.setattr(inbox, "sha256", counted)
    put(root, "2024K4/a.csv", "abc")
    (file,) = list_inbox(root)
    index = HashIndex(root)
    assert index.known(file) is None
    digest = index.sha256(file)
    assert digest.startswith("ba7816bf")
    assert index.known(file) == index.sha256(file) == digest
    index.save()
    assert HashIndex(root).sha256(file) == digest
    assert read == ["a.csv"]


@pytest.mark.parametrize("how", ["size", "time", "same date"])
def test_a_changed_file_is_read_again(root: DataRoot, how: str) -> None:
    path = put(root, "2024K4/a.csv", "abc")
    (file,) = list_inbox(root)
    index = HashIndex(root)
    before, then = index.sha256(file), path.stat().st_mtime_ns
    index.save()
    path.write_text("abcd" if how == "size" else "abd")
    if how == "same date":  # as cp -p and rsync -t leave it: the change time tells
        os.utime(path, ns=(then, then))
    (changed,) = list_inbox(root)
    again = HashIndex(root)
    assert again.known(changed) != before
    assert again.sha256(changed) != before


def test_the_index_is_written_only_when_something_is_new(root: DataRoot) -> None:
    put(root, "2024K4/a.csv")
    (file,) = list_inbox(root)
    HashIndex(root).save()
    assert not root.lake.exists()
    index = HashIndex(root)
    index.sha256(file)
    index.save()
    written = root.lake / "leverancer" / "index.json"
    before = written.stat().st_mtime_ns
    index.save()
    unchanged = HashIndex(root)
    unchanged.sha256(file)
    unchanged.save()
    assert written.stat().st_mtime_ns == before


def test_the_inbox_is_never_touched(root: DataRoot) -> None:
    path = put(root, "2024K4/a.csv", "abc")
    before = (path.stat().st_mtime_ns, path.read_bytes())
    index = HashIndex(root)
    index.sha256(list_inbox(root)[0])
    index.save()
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    assert [file.name for file in root.inbox.rglob("*")] == ["2024K4", "a.csv"]
