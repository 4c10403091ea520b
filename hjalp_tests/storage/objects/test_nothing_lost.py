"""What happens beside the commands takes nothing back: caches that are cleaned, heads that go, objects that are put again, clocks."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import obstore
import pytest

from hjalp_pipeline.storage.objects import bucket as buckets
from hjalp_pipeline.storage.objects import putting
from hjalp_pipeline.storage.objects.bucket import Bucket, Found, ObjectsError, TakenError
from hjalp_pipeline.storage.objects.fetching import bring
from hjalp_pipeline.storage.objects.head import CONTENT, LISTINGS, read_head
from hjalp_pipeline.storage.objects.putting import LostError, clear_away, hand_over
from hjalp_pipeline.storage.objects.turn import Pace, turn
from hjalp_pipeline.storage.root import DataRootError
from hjalp_pipeline.terminal import at_hand as commands
from hjalp_pipeline.terminal.at_hand import at_hand
from hjalp_tests.storage.objects.stored import Said, bucket, contents, copy_of, put, remove, state_of, write

INBOX = "hjalp/inbox/2025K1/101.csv"
APPROVALS = "hjalp/approvals/2025.csv"
LONG_AGO = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
HEAD = ".hjalp/head.json"


def test_what_has_gone_from_the_working_copy_was_removed_by_no_command(tmp_path: Path) -> None:
    here, store, said = copy_of(tmp_path / "a"), bucket(), Said()
    store.put(INBOX, b"first")
    put(here, store, {"a": "1", "b": "1"})
    (here.data / INBOX).unlink()
    (here.data / "a").unlink()
    head = bring(here, store, said)
    hand_over(here, store, head, said)
    assert state_of(store, tmp_path / "b") == {"a": "1", "b": "1", INBOX: "first"}
    assert [one.key for one in store.handed_in()] == [INBOX]
    assert said[0].startswith("2 files had gone from ")
    (here.data / "a").unlink()
    put(copy_of(tmp_path / "b"), store, {"b": "2"})
    bring(here, store, said)
    assert (contents(here), len(said)) == ({"a": "1", "b": "2", INBOX: "first"}, 1)


def test_what_a_killed_command_removed_is_removed(tmp_path: Path) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    put(here, store, {"a": "1", "b": "1"})
    remove(here, "a")
    put(here, store, {})
    assert state_of(store, tmp_path / "b") == {"b": "1"}


def test_a_folder_that_became_a_link_is_not_taken_as_removed(tmp_path: Path) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    put(here, store, {"registers/a": "1"})
    (here.data / "registers").rename(tmp_path / "elsewhere")
    (here.data / "registers").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ObjectsError, match="registers is a link"):
        bring(here, store, Said())


def test_nothing_is_written_behind_a_link(tmp_path: Path) -> None:
    here, store, said = copy_of(tmp_path / "a"), bucket(), Said()
    (tmp_path / "elsewhere").mkdir()
    (here.data / "hjalp").symlink_to(tmp_path / "elsewhere")
    store.put(INBOX, b"first")
    bring(here, store, said)
    assert (list((tmp_path / "elsewhere").iterdir()), len(said)) == ([], 1)


@pytest.mark.parametrize("listings_too", [False, True])
def test_a_head_that_has_gone_empties_no_working_copy(listings_too: bool, tmp_path: Path) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    put(here, store, {"a": "1"})
    store.delete([HEAD])
    if listings_too:
        store.delete([one.key for one in store.listed(LISTINGS)])
    with pytest.raises(ObjectsError, match=r"head.json has gone|holds no data root any more"):
        bring(here, store, Said())
    assert contents(here) == {"a": "1"}


def test_where_the_head_has_gone_nobody_begins_anew(tmp_path: Path) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    store.put(INBOX, b"first")
    put(here, store, {"a": "1"})
    store.delete([HEAD])
    with pytest.raises(ObjectsError, match="put it back"):
        put(copy_of(tmp_path / "b"), store, {})
    assert [one.key for one in store.handed_in()] == [INBOX]


def test_a_first_command_that_was_killed_before_its_head_is_none_that_has_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "put_over", lambda *_given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            put(here, store, {"a": "1"})
    assert state_of(store, tmp_path / "b") == {}
    put(here, store, {})
    assert state_of(store, tmp_path / "c") == {"a": "1"}


def _listed_as(patch: pytest.MonkeyPatch, etag: str, later: int) -> None:
    """As a storage lists that makes the mark of the bytes alone, or a bucket that was copied into another one."""
    listed = Bucket.handed_in

    def instead(self: Bucket) -> Iterator[Found]:
        for one in listed(self):
            yield replace(one, etag=etag, put_at=one.put_at + datetime.timedelta(seconds=later))

    patch.setattr(Bucket, "handed_in", instead)


def test_a_delivery_that_is_put_again_after_its_file_went_is_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    with monkeypatch.context() as patch:
        _listed_as(patch, '"of its bytes"', 0)
        store.put(INBOX, b"first")
        put(here, store, {})
        remove(here, INBOX)
        put(here, store, {})
    assert list(store.handed_in()) == []
    with monkeypatch.context() as patch:
        _listed_as(patch, '"of its bytes"', 100)
        store.put(INBOX, b"first")
        put(here, store, {})
    assert [one.key for one in store.handed_in()] == [INBOX]
    assert state_of(store, tmp_path / "b") == {INBOX: "first"}


def test_objects_that_get_other_marks_take_nothing_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    store.put(APPROVALS, b"header\n")
    put(here, store, {})
    put(here, store, {APPROVALS: "header\nfirst\n"})
    _listed_as(monkeypatch, '"another-2"', 100)
    put(here, store, {})
    assert state_of(store, tmp_path / "b") == {APPROVALS: "header\nfirst\n"}


def test_what_was_taken_and_changed_is_set_aside_too(tmp_path: Path) -> None:
    one, other, store = copy_of(tmp_path / "a"), copy_of(tmp_path / "b"), bucket()
    store.put(APPROVALS, b"header\n")
    head = bring(other, store, Said())
    put(one, store, {APPROVALS: "header\nfirst\n"})
    write(other, {APPROVALS: "header\nsecond\n"})
    with pytest.raises(LostError):
        hand_over(other, store, head, Said())
    assert [path.read_text() for path in other.aside.rglob("*.csv")] == ["header\nsecond\n"]


def test_an_object_that_goes_while_it_is_read_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    store.put(INBOX, b"first")
    listed = Bucket.handed_in
    marker = Found("hjalp/inbox/old.zip", 0, '"0"', datetime.datetime.now(datetime.UTC))
    monkeypatch.setattr(Bucket, "handed_in", lambda self: iter([marker, *listed(self)]))
    bring(here, store, Said())
    assert contents(here) == {INBOX: "first"}


def test_clearing_away_asks_no_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another command comes between the new head and the end, and what keeps the contents it puts has a slow clock."""
    here, there, store = copy_of(tmp_path / "a"), copy_of(tmp_path / "b"), bucket()
    put(here, store, {"a": "1"})
    call, found = putting._put, buckets._found

    def meanwhile(*given, **named):
        made = call(*given, **named)
        monkeypatch.setattr(putting, "_put", call)
        put(there, store, {"b": "made meanwhile"})
        return made

    monkeypatch.setattr(putting, "_put", meanwhile)

    def slow(meta):
        return replace(found(meta), put_at=LONG_AGO) if CONTENT in meta["path"] else found(meta)

    monkeypatch.setattr(buckets, "_found", slow)
    clear_away(here, store, Said())
    monkeypatch.undo()
    assert state_of(store, tmp_path / "c") == {"a": "1", "b": "made meanwhile"}


def test_a_file_of_1970_is_carried(tmp_path: Path) -> None:
    here, store = copy_of(tmp_path / "a"), bucket()
    head = bring(here, store, Said())
    write(here, {"a": "1"})
    os.utime(here.data / "a", ns=(0, 0))
    hand_over(here, store, head, Said())
    assert state_of(store, tmp_path / "b") == {"a": "1"}


def test_a_folder_with_something_else_is_no_working_copy(tmp_path: Path) -> None:
    here = copy_of(tmp_path / "a")
    write(here, {"hjalp/inbox/x": "1"})
    with pytest.raises(ObjectsError, match="is no working copy"):
        here.require_of("s3://one")


def test_a_message_tells_no_token_and_no_cpr_number(tmp_path: Path) -> None:
    answer = "Generic S3 error: GET http://h/b in 5ms - Server returned 400: <Error><Code>Slow</Code><Token-0>secret</Token-0>"
    with pytest.raises(ObjectsError) as told, buckets._told("the bucket"):
        raise obstore.exceptions.BaseError(answer)
    assert "secret" not in str(told.value)
    with pytest.raises(ObjectsError, match="refuses the credentials"), buckets._told("the bucket"):
        raise obstore.exceptions.BaseError("400: <Code>ExpiredToken</Code><Token-0>secret</Token-0>")
    with pytest.raises(ObjectsError) as told, buckets._told("the bucket"):
        raise obstore.exceptions.BaseError('invalid path: Path "inbox//010190-1234.csv" contained empty path segment')
    assert "1234" not in str(told.value)
    store, said = bucket(), Said()
    store.put("dagster_home/010190-1234.csv", b"1")
    bring(copy_of(tmp_path / "a"), store, said)
    assert len(said) == 1
    assert "1234" not in said[0]


def test_a_storage_that_does_not_know_its_own_marks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    store, pace = bucket(), Pace(60, 60, 0.001)
    with turn(store, "a", "run", Said(), pace):
        pass
    monkeypatch.setattr(Bucket, "put_over", lambda *_given: (_ for _ in ()).throw(TakenError))
    with pytest.raises(ObjectsError, match="does not know again in If-Match"), turn(store, "a", "run", Said(), pace):
        pass


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """A bucket that commands reach, with the working copy ``a``."""
    store = bucket()
    monkeypatch.setattr(Bucket, "at", lambda _address: store)
    monkeypatch.setenv("HJALP_DATA", "s3://b/p")
    monkeypatch.setenv("HJALP_WORKING_COPY", str(tmp_path / "a"))
    with at_hand("demo"):
        _note("made")
    return store


def _note(what: str) -> None:
    (Path(os.environ["HJALP_DATA"]) / what).write_text(what)


def test_nobody_works_beside_pages_that_are_not_up(
    office: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may still wait for its turn, and the state that comes then would take the place of what was made."""
    monkeypatch.setattr(commands, "_require_something", lambda *_given: _beside())

    def _beside() -> None:
        monkeypatch.setenv("HJALP_DATA", "s3://b/p")
        with pytest.raises(DataRootError, match="is not up yet"), at_hand("approve"):
            pass

    with at_hand("ui"):
        pass
    assert set(state_of(office, tmp_path / "b")) == {"made"}


def test_what_outlives_the_pages_is_put_by_itself(office: Bucket, tmp_path: Path) -> None:
    pages, beside = at_hand("ui"), at_hand("approve")
    pages.__enter__()
    os.environ["HJALP_DATA"] = "s3://b/p"
    beside.__enter__()
    _note("before")
    pages.__exit__(None, None, None)
    os.environ["HJALP_DATA"] = str(tmp_path / "a" / "data")
    _note("after")
    beside.__exit__(None, None, None)
    assert set(state_of(office, tmp_path / "b")) == {"made", "before", "after"}


def test_only_what_removes_for_good_clears_the_bucket(office: Bucket) -> None:
    def kept(*, clears: bool) -> int:
        with at_hand("prune", clears=clears):
            _note(f"made {clears}")
        return len(list(office.listed(LISTINGS)))

    assert kept(clears=False) == 2
    assert kept(clears=True) == 1
    assert read_head(office).known
