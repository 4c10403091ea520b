"""Files that wait to be checked: the kommuner in turn, none of them holds up another, and nothing waits for ever."""

from __future__ import annotations

import queue
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from hjalp_pipeline.portal import checks
from hjalp_pipeline.portal.check_queue import LONG, CheckQueue, Waiting
from hjalp_pipeline.storage.portal_lists import SENDS
from hjalp_tests.portal.portal_world import World, delivery, make_world

FORM = {"periode": "2025K1", "system": "nexus.csv"}


def order(files: list[Waiting], places: int) -> list[str]:
    """The order in which files are checked one after the other."""
    waiting, found = CheckQueue(places), []
    for one in files:
        waiting.put(one)
    while taken := waiting.take():
        found.append(taken.id)
        waiting.done(taken)
    return found


def test_the_kommuner_take_turns() -> None:
    files = [Waiting(f"a{n}", "a", 1) for n in range(3)] + [Waiting("b0", "b", 1), Waiting("c0", "c", 1)]
    assert order(files, 2) == ["a0", "b0", "c0", "a1", "a2"]


def test_one_kommune_has_one_place_and_long_files_leave_one_free() -> None:
    waiting = CheckQueue(2)
    for one in (Waiting("a0", "a", LONG), Waiting("a1", "a", 1), Waiting("b0", "b", LONG), Waiting("b1", "b", 1)):
        waiting.put(one)
    first = waiting.take()
    second = waiting.take()
    assert first is not None
    assert second is not None
    assert (first.id, second.id) == ("a0", "b1")  # b's long file has to wait, its short one has not
    assert waiting.take() is None
    waiting.done(second)
    assert waiting.take() is None
    waiting.done(first)
    assert [one.id for one in (waiting.take(), waiting.take()) if one] == ["a1", "b0"]


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([1, LONG])), max_size=30),
    st.integers(1, 3),
    st.randoms(use_true_random=False),
)
def test_everything_is_checked_once_whoever_ends_when(files: list[tuple[str, int]], places: int, chance: Any) -> None:
    waiting, running, done = CheckQueue(places), [], []
    for number, (owner, size) in enumerate(files):
        waiting.put(Waiting(str(number), owner, size))
        waiting.put(Waiting(str(number), owner, size))
    while True:
        while one := waiting.take():
            running.append(one)
        assert len(running) <= places
        assert max(Counter(one.owner for one in running).values(), default=0) <= 1
        assert sum(one.size == LONG for one in running) <= max(places - 1, 1)
        if not running:
            break
        ended = running.pop(chance.randrange(len(running)))
        waiting.done(ended)
        done.append(int(ended.id))
    assert sorted(done) == list(range(len(files)))


def states(world: World) -> Counter[str]:
    with world.portal.db.reading() as connection:
        return Counter(connection.execute(text("select state from uploads")).scalars())


def test_a_kommune_is_checked_while_anothers_check_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world(tmp_path)
    begun: queue.Queue[str] = queue.Queue()
    end = threading.Event()

    def run(task: dict[str, Any]) -> dict[str, Any]:
        begun.put(task["komnr"])
        if task["komnr"] == "540":
            assert end.wait(120)
        return {"receipt": {}}

    monkeypatch.setattr(checks, "run_check", run)
    large, small = world.visitor("540", SENDS), world.visitor("185", SENDS)
    for _ in range(4):
        large.upload("/hjalp/540/send", delivery(records=40), **FORM)
    assert begun.get(timeout=120) == "540"
    for _ in range(2):
        small.upload("/hjalp/185/send", delivery("185", records=40), **FORM)
    assert [begun.get(timeout=120) for _ in range(2)] == ["185", "185"]
    assert begun.empty()  # 540 has one place
    assert world.portal.checks.begin_waiting() >= 4  # another round begins nothing twice
    end.set()
    assert [begun.get(timeout=120) for _ in range(3)] == ["540"] * 3
    world.portal.checks._pool.shutdown(wait=True)
    assert begun.empty()
    world.portal.close()


@pytest.mark.parametrize("fault", [RuntimeError, KeyError, MemoryError, OSError])
def test_a_check_that_fails_in_a_way_nobody_foresaw_waits_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], fault: type[Exception]
) -> None:
    world = make_world(tmp_path, monkeypatch)

    def fails(_task: Any) -> Any:
        raise fault("3002501234")

    monkeypatch.setattr(checks, "run_check", fails)
    one = world.visitor("540", SENDS)
    found = one.upload("/hjalp/540/send", delivery(records=40), **FORM)
    assert states(world) == {"failed": 1}
    assert "Kontrollen kunne ikke gennemføres" in one.get(found.headers["location"]).body
    assert "3002501234" not in capsys.readouterr().err
    world.portal.close()


def test_what_the_database_did_not_take_waits_for_the_next_round(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = make_world(tmp_path)
    monkeypatch.setattr(checks, "run_check", lambda _task: {"receipt": {}})
    with monkeypatch.context() as patch:
        patch.setattr(world.portal.checks, "_check", lambda _upload: (_ for _ in ()).throw(TimeoutError))
        world.visitor("540", SENDS).upload("/hjalp/540/send", delivery(records=40), **FORM)
        world.portal.checks._pool.shutdown(wait=True)
    assert states(world) == {"waiting": 1}
    assert "a check is done again: TimeoutError" in capsys.readouterr().err
    again = checks.Checks(world.portal.db, world.portal.place, world.portal.roots)
    assert again.begin_waiting() == 1
    again._pool.shutdown(wait=True)
    assert states(world) == {"checked": 1}
    world.portal.close()
