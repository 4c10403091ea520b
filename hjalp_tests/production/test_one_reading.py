"""What is hashed is what is read: a file that is replaced, or still being written, never has its rows stored under another's hash."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from hjalp_pipeline.delivery.intake import Intake, Steps
from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.production.inbox import delivery_reader as intake
from hjalp_pipeline.production.inbox.delivery_reader import GROWING, UnreadableError
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.storage.codelists import read_systems
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, deliver, delivery, write_world


def _inbox(root: DataRoot, **told: Callable[..., object]) -> Inbox:
    return Inbox(Lake(root), read_systems(root), **told)  # type: ignore[arg-type]  # each test tells another of the three


def _of(listing: Inbox, komnr: str) -> tuple[intake.InboxFile, DeliveryName | None]:
    return next(entry for entry in listing.files(KVARTAL) if entry[1] is not None and entry[1].komnr == komnr)


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    made = write_world(tmp_path)
    deliver(made, delivery("540", 5, day=9))
    return made


def _while_reading(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    really_read = intake.reading_of

    def read(opened: BinaryIO, name: DeliveryName, encoding: str, layouts: Layouts) -> Steps[Intake]:
        happens()
        return really_read(opened, name, encoding, layouts)

    monkeypatch.setattr(intake, "reading_of", read)


@pytest.mark.parametrize("how", ["renamed over", "appended to", "written over with its old date"])
def test_a_file_replaced_while_it_is_read_waits(root: DataRoot, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    listing = _inbox(root)
    file, name = _of(listing, "540")
    other = file.path.read_bytes().replace(b"SEL_112", b"SEL_113")
    then = file.path.stat().st_mtime_ns

    def replace() -> None:
        if how == "renamed over":
            (root.path / "other").write_bytes(other)
            (root.path / "other").replace(file.path)
        elif how == "appended to":
            with file.path.open("ab") as more:
                more.write(b"\n")
        else:
            file.path.write_bytes(other)
            os.utime(file.path, ns=(then, then))

    with monkeypatch.context() as patch:
        _while_reading(patch, replace)
        with pytest.raises(UnreadableError, match="still being written"):
            listing.read(file, name)
    assert not list((root.lake / "leverancer").rglob("*.parquet"))
    assert not root.receipts.exists()
    again = _inbox(root)
    found = again.read(*_of(again, "540"))
    assert found.accepted
    assert found.sha256 == sha256(file.path)


def test_a_file_that_grew_since_it_was_listed_waits_while_it_is_young(root: DataRoot) -> None:
    listing = _inbox(root)
    file, name = _of(listing, "540")
    with file.path.open("ab") as more:
        more.write(b"\n")
    written = file.path.stat().st_mtime
    with pytest.raises(UnreadableError, match=GROWING):
        _inbox(root, now=lambda: written + 29).read(file, name)
    found = _inbox(root, now=lambda: written + 30).read(file, name)
    assert found.sha256 == sha256(file.path)


def test_a_typed_copy_that_is_gone_is_made_again_of_the_same_content_only(root: DataRoot) -> None:
    listing = _inbox(root)
    found = listing.read(*_of(listing, "540"))
    copy = Lake(root).typed_path(found.key)
    before = copy.read_bytes()
    copy.unlink()
    assert listing.with_copy(found).sha256 == found.sha256
    assert copy.read_bytes() == before
    copy.unlink()
    with found.file.path.open("ab") as more:
        more.write(b"\n")
    later = found.file.path.stat().st_mtime + 30
    with pytest.raises(UnreadableError, match="its content has changed"):
        _inbox(root, now=lambda: later).with_copy(found)
    assert not copy.exists()


def test_a_young_file_that_stands_still_is_read(root: DataRoot) -> None:
    listing = _inbox(root, now=lambda: 0.0)
    assert listing.read(*_of(listing, "540")).accepted


def test_a_change_that_only_the_system_sees_is_enough(root: DataRoot) -> None:
    """The stat is injected: the same file, another change time at the second look."""
    looks = iter([0, 1])

    def stat(handle: int) -> os.stat_result:
        found = os.fstat(handle)
        later = found.st_ctime_ns + next(looks)
        return os.stat_result(
            found[:10], {"st_mtime_ns": found.st_mtime_ns, "st_ctime_ns": later, "st_mtime": found.st_mtime}
        )

    listing = _inbox(root, stat=stat)
    with pytest.raises(UnreadableError, match="still being written"):
        listing.read(*_of(listing, "540"))


def test_links_and_unreadable_files_are_nobody_elses_business(root: DataRoot) -> None:
    listing = _inbox(root)
    file, name = _of(listing, "540")
    kept = file.path.read_bytes()
    file.path.unlink()
    file.path.symlink_to("/etc/hostname")
    with pytest.raises(UnreadableError, match="OSError"):
        listing.read(file, name)
    file.path.unlink()
    file.path.write_bytes(kept)
    listing = _inbox(root)
    assert listing.read(*_of(listing, "540")).accepted


def test_a_young_file_that_would_be_rejected_is_looked_at_again(root: DataRoot) -> None:
    """An upload that stands still for a moment: what has come so far looks like a file that was cut off."""
    waited: list[float] = []
    file, _ = _of(_inbox(root), "540")
    whole = file.path.read_bytes()
    written = file.path.stat().st_mtime

    def read(*, after: float, arrives: bytes) -> intake.Delivery:
        def pause(seconds: float) -> None:
            waited.append(seconds)
            with file.path.open("ab") as more:
                more.write(arrives)

        listing = _inbox(root, now=lambda: written + after, pause=pause)
        return listing.read(*_of(listing, "540"))

    file.path.write_bytes(whole[:-20])
    os.utime(file.path, (written, written))
    with pytest.raises(UnreadableError, match=GROWING):
        read(after=1, arrives=whole[-20:])
    assert not root.receipts.exists()
    os.utime(file.path, (written, written))
    assert read(after=1, arrives=b"").accepted  # what is accepted is whole: nothing to wait for
    assert waited == [0.3]
    file.path.write_bytes(whole[:-20])
    os.utime(file.path, (written, written))
    assert read(after=30, arrives=b"").verdict.code == "ANTAL"
    assert waited == [0.3]
