"""One command at a time changes a data root in a bucket; one that was killed keeps nobody waiting for ever."""

from __future__ import annotations

import threading

import pytest

from hjalp_pipeline.storage.objects.bucket import Bucket, ObjectsError
from hjalp_pipeline.storage.objects.turn import Pace, turn
from hjalp_tests.storage.objects.stored import Said, bucket

FAST = Pace(beat=0.02, over=0.3, look=0.02)
SLEEPS = Pace(beat=60, over=0.1, look=0.02)


def test_the_second_waits_for_the_first_however_long_it_takes() -> None:
    store, said, order = bucket(), Said(), list[str]()

    def second() -> None:
        with turn(store, "b", "run", said, FAST):
            order.append("second")

    with turn(store, "a", "release", said, FAST):
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.6)  # twice the time after which a turn without a sign is over
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]
    assert [one.startswith("waits for `hjalp release` on ") for one in said] == [True]


def test_a_turn_without_a_sign_of_life_is_over() -> None:
    store = bucket()
    with turn(store, "a", "run", Said(), SLEEPS), turn(store, "b", "run", Said(), SLEEPS):
        pass


def test_a_copy_knows_its_own_turn_again_at_once() -> None:
    store = bucket()
    with turn(store, "a", "run", Said(), Pace(60, 60, 60)), turn(store, "a", "run", Said(), Pace(60, 60, 60)):
        pass


def test_the_pages_are_not_waited_for() -> None:
    store = bucket()
    with turn(store, "a", "ui", Said(), FAST):
        threading.Event().wait(0.1)
        with pytest.raises(ObjectsError, match="ask for the run on its pages"), turn(store, "b", "run", Said(), FAST):
            pass


def test_a_storage_that_keeps_no_condition_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bucket, "put_over", lambda self, key, content, _etag: self.put(key, content) or "1")
    with (
        pytest.raises(ObjectsError, match="does not keep the condition If-Match"),
        turn(bucket(), "a", "run", Said(), FAST),
    ):
        pass
