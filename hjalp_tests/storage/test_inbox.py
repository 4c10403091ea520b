"""The inbox is listed and hashed, never touched."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hjalp_pipeline.storage import inbox
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
    with inbox.open_file(file) as opened:
        assert opened.read() == b"x"


def test_what_another_run_has_hashed_meanwhile_is_kept(root: DataRoot) -> None:
    put(root, "2024K4/a.csv", "abc")
    put(root, "2024K4/b.csv", "abcd")
    first, second = list_inbox(root)
    ours, theirs = HashIndex(root), HashIndex(root)
    ours.remember(first, first.mark, "1")
    theirs.remember(second, second.mark, "2")
    ours.save()
    theirs.save()
    assert HashIndex(root).known(first) == "1"
    assert HashIndex(root).known(second) == "2"


@pytest.mark.parametrize("how", ["size", "time", "same date"])
def test_a_changed_file_is_not_known_by_its_old_content(root: DataRoot, how: str) -> None:
    path = put(root, "2024K4/a.csv", "abc")
    (file,) = list_inbox(root)
    index = HashIndex(root)
    then = path.stat().st_mtime_ns
    index.remember(file, file.mark, "old")
    index.save()
    assert HashIndex(root).known(file) == "old"
    path.write_text("abcd" if how == "size" else "abd")
    if how == "same date":  # as cp -p and rsync -t leave it: the change time tells
        os.utime(path, ns=(then, then))
    (changed,) = list_inbox(root)
    assert HashIndex(root).known(changed) != "old"


def test_the_index_is_written_only_when_something_is_new(root: DataRoot) -> None:
    put(root, "2024K4/a.csv")
    (file,) = list_inbox(root)
    HashIndex(root).save()
    assert not root.lake.exists()
    index = HashIndex(root)
    index.remember(file, file.mark, "x")
    index.save()
    written = root.lake / "leverancer" / "index.json"
    before = written.stat().st_mtime_ns
    index.save()
    HashIndex(root).save()
    assert written.stat().st_mtime_ns == before


def test_nothing_but_files_is_listed_and_no_link_is_followed(root: DataRoot, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("secret")
    put(root, "2024K4/a.csv")
    folder = root.inbox / "2024K4"
    (folder / "540_nexus_20250110T081500.csv").symlink_to(secret)
    (folder / "540_nexus_20250110T081501.csv").symlink_to(tmp_path / "nowhere")
    (folder / "540_nexus_20250110T081502.csv").mkdir()
    os.mkfifo(folder / "540_nexus_20250110T081503.csv")
    (root.inbox / "2025K1").symlink_to(folder)
    (root.inbox / "2025K2").symlink_to(root.inbox)  # a loop
    (root.inbox / "2025K3").write_text("a file with a quarter's name")
    assert names(list_inbox(root)) == ["2024K4/a.csv"]
    assert [str(quarter) for quarter in inbox.period_folders(root)] == ["2024K4"]
    assert inbox.stray_entries(root) == ["2025K1 (a link: not followed)", "2025K2 (a link: not followed)", "2025K3"]
    assert inbox.passed_over(root, "2024K4") == [
        "540_nexus_20250110T081500.csv (a link: not followed)",
        "540_nexus_20250110T081501.csv (a link: not followed)",
        "540_nexus_20250110T081502.csv (a folder)",
        "540_nexus_20250110T081503.csv (no file)",
    ]


def test_a_file_that_the_disk_does_not_tell_of_is_listed_as_never_read(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root, "2024K4/a.csv")
    put(root, "2024K4/b.csv")
    really = os.scandir

    class Entry:
        """One of a folder, of which nothing is told."""

        def __init__(self, entry: os.DirEntry[str]) -> None:
            self.name, self.path = entry.name, entry.path

        def stat(self, **_: bool) -> os.stat_result:
            raise OSError(5, "Input/output error")

    @contextlib.contextmanager
    def listed(path: Path) -> Iterator[list[Any]]:
        with really(path) as entries:
            yield [Entry(one) if one.name == "b.csv" else one for one in entries]

    monkeypatch.setattr(os, "scandir", listed)
    a, b = list_inbox(root)
    assert (a.filename, b.filename) == ("a.csv", "b.csv")
    index = inbox.HashIndex(root)
    index.remember(b, "4 1 1 1", "x")
    assert index.known(b) is None
    assert inbox.passed_over(root, "2024K4") == ["b.csv (cannot be looked at)"]


def test_a_folder_that_goes_while_it_is_listed_is_empty(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    put(root, "2024K4/a.csv")

    def gone(path: Path) -> None:
        raise FileNotFoundError(2, "No such file or directory", str(path))

    monkeypatch.setattr(os, "scandir", gone)
    assert list_inbox(root) == []


@pytest.mark.parametrize("becomes", ["link", "fifo", "linked folder", "gone"])
def test_a_file_that_became_something_else_since_it_was_listed_is_not_opened(
    root: DataRoot, tmp_path: Path, becomes: str
) -> None:
    secret = tmp_path / "elsewhere" / "a.csv"
    secret.parent.mkdir()
    secret.write_text("secret")
    path = put(root, "2024K4/a.csv")
    (file,) = list_inbox(root)
    path.unlink()
    if becomes == "link":
        path.symlink_to(secret)
    elif becomes == "fifo":
        os.mkfifo(path)
    elif becomes == "linked folder":
        path.parent.rmdir()
        path.parent.symlink_to(secret.parent)
    with pytest.raises(OSError, match=r"\[Errno"):
        inbox.open_file(file)


def test_the_inbox_is_never_touched(root: DataRoot) -> None:
    path = put(root, "2024K4/a.csv", "abc")
    before = (path.stat().st_mtime_ns, path.read_bytes())
    with inbox.open_file(list_inbox(root)[0]) as opened:
        opened.read()
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    assert [file.name for file in root.inbox.rglob("*")] == ["2024K4", "a.csv"]
