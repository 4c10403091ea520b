"""A data root in a bucket: whoever looks sees one state of it, and a command that was too late loses nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hjalp_pipeline.storage.objects import putting
from hjalp_pipeline.storage.objects.bucket import Bucket, ObjectsError
from hjalp_pipeline.storage.objects.fetching import bring, in_order
from hjalp_pipeline.storage.objects.head import CONTENT, read_head
from hjalp_pipeline.storage.objects.putting import LostError, MovingError, clear_away, hand_over
from hjalp_tests.storage.objects.stored import RESULT, Said, bucket, contents, copy_of, put, remove, state_of, write

INBOX = "hjalp/inbox/2025K1/101.csv"


def test_what_one_machine_makes_another_sees_with_modes_times_and_empty_folders(tmp_path: Path) -> None:
    here, there, store = copy_of(tmp_path / "a"), copy_of(tmp_path / "b"), bucket()
    head = bring(here, store, Said())
    write(here, {"hjalp/receipts/a.html": "x", "hjalp/lake/b.json": "{}"})
    (here.data / "hjalp/receipts/a.html").chmod(0o644)
    (here.data / "hjalp/receipts").chmod(0o755)
    (here.data / "hjalp/lake/b.json").chmod(0o600)
    os.utime(here.data / "hjalp/lake/b.json", ns=(1, 1_700_000_000_123_456_789))
    (here.data / "registers").mkdir(0o700)
    hand_over(here, store, head, Said())
    bring(there, store, Said())
    assert there.looked_at() == here.looked_at()
    assert (there.data / "registers").is_dir()


def test_nothing_new_puts_nothing(tmp_path: Path) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    put(here, store, {"a": "1"})
    before = read_head(store)
    assert not hand_over(here, store, before, Said())
    assert read_head(store) == before


def test_what_is_removed_is_removed_there(tmp_path: Path) -> None:
    here, there, store = copy_of(tmp_path / "a"), copy_of(tmp_path / "b"), bucket()
    put(here, store, {"a/b": "1", "c": "2"})
    bring(there, store, Said())
    (here.data / "a/b").unlink()
    (here.data / "a").rmdir()
    hand_over(here, store, read_head(store), Said())
    bring(there, store, Said())
    assert contents(there) == {"c": "2"}
    assert not (there.data / "a").exists()


def test_what_is_of_the_machine_stays_there(tmp_path: Path) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    own = [
        "dagster_home/x",
        "portal/key",
        "hjalp/lake/hashes.json",
        "hjalp/lake/locks/x",
        "hjalp/hjalp.duckdb",
        "a/.lock",
    ]
    put(here, store, {"hjalp/lake/x.json": "1", **dict.fromkeys(own, "0")})
    (here.data / "link").symlink_to("/etc/hostname")
    hand_over(here, store, read_head(store), Said())
    assert state_of(store, tmp_path / "b") == {"hjalp/lake/x.json": "1"}


def test_a_command_that_was_too_late_says_so_and_loses_nothing(tmp_path: Path) -> None:
    one, other, store = copy_of(tmp_path / "a"), copy_of(tmp_path / "b"), bucket()
    put(one, store, {"hjalp/approvals/2025.csv": "header\n", "x": "0"})
    head = bring(other, store, Said())
    put(one, store, {"hjalp/approvals/2025.csv": "header\nfirst\n"})
    write(other, {"hjalp/approvals/2025.csv": "header\nsecond\n", RESULT: "result", "y": "new"})
    said = Said()
    with pytest.raises(LostError, match="changed by another command"):
        hand_over(other, store, head, said)
    assert contents(other) == {"hjalp/approvals/2025.csv": "header\nfirst\n", "x": "0", RESULT: "result"}
    kept = {path.name: path.read_text() for path in other.aside.rglob("*") if path.is_file()}
    assert kept == {"2025.csv": "header\nsecond\n", "y": "new"}
    assert said[0].startswith("another command was sooner: 2 files")
    assert contents(one) == state_of(store, tmp_path / "c")
    hand_over(other, store, read_head(store), Said())
    assert RESULT in state_of(store, tmp_path / "d")


def test_what_a_killed_command_left_goes_with_the_next(tmp_path: Path) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    put(here, store, {"a": "1"})
    write(here, {"b": "made before the kill"})
    put(here, store, {})
    assert state_of(store, tmp_path / "b") == {"a": "1", "b": "made before the kill"}


class KilledError(BaseException):
    pass


def _dies_at(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process ends just before its so many-th put."""
    calls = iter(range(10_000))

    def counted(call):
        def instead(self, *given):
            if next(calls) == number:
                raise KilledError
            return call(self, *given)

        return instead

    for name in ("put", "put_first", "put_over"):
        monkeypatch.setattr(Bucket, name, counted(getattr(Bucket, name)))


@pytest.mark.parametrize("number", range(6))
def test_a_kill_at_any_put_leaves_the_old_state_or_the_new_one(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    old = {"a": "1", "b": "1", "c": "1"}
    new = {"a": "2", "b": "2", "d": "2"}
    put(here, store, old)
    remove(here, "c")
    monkeypatch.setattr(putting, "AT_ONCE", 1)
    killed = False
    with monkeypatch.context() as patch:
        _dies_at(number, patch)
        try:
            put(here, store, new)
        except KilledError:
            killed = True
    assert killed == (number < 3)  # b and d have the content of a; its content, the listing, the head
    assert state_of(store, tmp_path / "b") == (old if killed else new)
    put(here, store, {})
    assert state_of(store, tmp_path / "c") == new


def test_a_kill_while_it_is_brought_here_is_made_good_also_when_more_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there, store = copy_of(tmp_path / "a"), copy_of(tmp_path / "b"), bucket()
    put(here, store, {"a": "1", "b": "1", "e": "1"})
    bring(there, store, Said())
    remove(here, "e")
    put(here, store, {"a": "2", "b": "2", "c": "2"})
    fetch, left = Bucket.fetch, iter((True, True, False))
    monkeypatch.setattr(
        Bucket, "fetch", lambda *given: fetch(*given) if next(left) else (_ for _ in ()).throw(KilledError)
    )
    with pytest.raises(KilledError):
        bring(there, store, Said())
    monkeypatch.setattr(Bucket, "fetch", fetch)
    put(here, store, {"a": "3", "b": "3", "c": "3"})
    said = Said()
    bring(there, store, said)
    assert (contents(there), said) == ({"a": "3", "b": "3", "c": "3"}, [])


def test_a_content_that_was_changed_in_the_bucket_is_not_used(tmp_path: Path) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    put(here, store, {"a": "1"})
    (found,) = store.listed(CONTENT)
    store.put(found.key, b"2")
    with pytest.raises(ObjectsError, match="is not as it was written; a is not brought here"):
        state_of(store, tmp_path / "b")


def test_what_is_handed_in_is_taken_once_and_again_when_it_is_another(tmp_path: Path) -> None:
    here, there, store, said = copy_of(tmp_path / "a"), copy_of(tmp_path / "b"), bucket(), Said()
    put(here, store, {"a": "1"})
    store.put(INBOX, b"first")
    for _ in range(2):
        bring(here, store, said)
    assert contents(here) == {"a": "1", INBOX: "first"}
    bring(there, store, said)
    hand_over(there, store, read_head(store), said)
    bring(here, store, said)  # it has taken the same: nothing is set aside
    assert (said, list(here.aside.glob("*"))) == ([], [])
    store.put(INBOX, b"second")
    put(here, store, {})
    assert state_of(store, tmp_path / "c")[INBOX] == "second"
    assert [one.key for one in store.handed_in()] == [INBOX]
    assert here.data.joinpath(INBOX).stat().st_mode & 0o777 == 0o600


def test_what_is_handed_in_goes_when_its_file_goes(tmp_path: Path) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    store.put(INBOX, b"first")
    put(here, store, {})
    remove(here, INBOX)
    put(here, store, {})
    assert list(store.handed_in()) == []
    clear_away(here, store, Said())
    assert INBOX not in state_of(store, tmp_path / "b")


def test_what_is_no_file_of_a_data_root_is_told_of_and_left(tmp_path: Path) -> None:
    here, store, said = copy_of(tmp_path / "a"), bucket(), Said()
    for key in ("hjalp/.x", "dagster_home/a", "hjalp/inbox", "a", "a/b"):
        store.put(key, b"" if key == "hjalp/inbox" else b"1")
    bring(here, store, said)
    bring(here, store, said)
    assert contents(here) == {"a": "1"}
    assert "a/b" in said[-1]


def test_clearing_away_takes_what_no_file_has(tmp_path: Path) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    put(here, store, {"a": "1", "b": "1"})
    put(here, store, {"a": "2"})
    assert clear_away(here, store, Said()) == 2  # two listings; the content of b stays
    put(here, store, {"b": "2"})
    assert clear_away(here, store, Said()) == 3
    assert state_of(store, tmp_path / "b") == {"a": "2", "b": "2"}


def test_a_file_that_is_changed_while_it_is_put_is_not_put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    call = Bucket.put

    def meanwhile(self, key, content):
        call(self, key, content)
        if isinstance(content, Path):
            content.write_text("another")

    head = bring(here, store, Said())
    write(here, {"a": "1"})
    monkeypatch.setattr(Bucket, "put", meanwhile)
    with pytest.raises(MovingError):
        hand_over(here, store, head, Said())
    assert not read_head(store).known


def test_what_names_files_comes_after_them() -> None:
    assert in_order(["a.json", "a.parquet", "b.json", "c.csv"]) == (["a.parquet", "c.csv"], ["a.json", "b.json"])


def test_a_working_copy_is_of_one_data_root(tmp_path: Path) -> None:
    here = copy_of(tmp_path / "a")
    for _ in range(2):
        here.require_of("s3://one")
    with pytest.raises(ObjectsError, match="is the working copy of s3://one: name another folder for s3://other"):
        here.require_of("s3://other")
