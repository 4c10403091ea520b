"""Work in a process of its own: it tells, waits where all meet, and its faults and its death are faults here."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hjalp_pipeline.workers.aside import Aside, Side


def work(how: str, side: Side) -> int:
    """In the other process."""
    side.tell("begun", how)
    if how == "killed at once":
        os.kill(os.getpid(), signal.SIGKILL)
    side.meet(os.getpid())
    side.tell("met", how)
    if how == "a fault":
        raise ValueError("540 is wrong")
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    return 17


@contextmanager
def begun(how: str, told: list[tuple[str, str]]) -> Iterator[Aside[str, int]]:
    aside = Aside(work, how, lambda *what: told.append(what), "hand")
    try:
        yield aside
    finally:
        aside.end()


def test_it_tells_waits_and_gives_its_result() -> None:
    told: list[tuple[str, str]] = []
    with begun("well", told) as aside:
        assert aside.met() != os.getpid()
        assert told == [("begun", "well")], "it went on before all had met"
        aside.go()
        assert aside.result() == 17
        assert told == [("begun", "well"), ("met", "well")]


@pytest.mark.parametrize(
    ("how", "fault", "words"),
    [
        ("a fault", ValueError, "540 is wrong"),
        ("killed", ChildProcessError, "the process at work on hand was ended from outside"),
    ],
)
def test_a_fault_and_a_death_are_raised_here(how: str, fault: type[Exception], words: str) -> None:
    with begun(how, []) as aside:
        aside.met()
        aside.go()
        with pytest.raises(fault, match=words) as raised:
            aside.result()
        assert (how == "killed") == (raised.value.__cause__ is None), "where in the other process it arose"


class Unreadable:
    """Cannot be read where it comes to."""

    def __reduce__(self) -> tuple[type[int], tuple[str]]:
        return int, ("no number",)


def tells_what_cannot_be_read(_given: str, side: Side) -> None:
    side.tell(Unreadable())
    side.meet(None)


def test_nobody_waits_when_what_was_told_cannot_be_read() -> None:
    aside = Aside(tells_what_cannot_be_read, "", lambda *_what: None, "hand")
    with pytest.raises(ValueError, match="no number"):
        aside.met()
    with pytest.raises(ValueError, match="no number"):
        aside.result()
    aside.end()


def test_nobody_waits_when_what_was_told_cannot_be_said() -> None:
    def told(*_what: str) -> None:
        raise BrokenPipeError("nobody reads what is said")

    aside = Aside(work, "well", told, "hand")
    for wait in (aside.met, aside.result):
        with pytest.raises(BrokenPipeError, match="nobody reads"):
            wait()
    aside.end()


def test_nobody_waits_for_what_died_before_all_met() -> None:
    with begun("killed at once", []) as aside:
        with pytest.raises(ChildProcessError):
            aside.met()
        aside.go()
        with pytest.raises(ChildProcessError):
            aside.result()


def test_it_is_ended_wherever_it_is() -> None:
    with begun("well", []) as aside:
        pid = aside.met()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
