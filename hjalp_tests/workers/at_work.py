"""What workers are asked to do in the tests: they import this module by its name."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from hjalp_pipeline.workers import how_many
from hjalp_pipeline.workers.pool import Task, side_by_side


class OddError(Exception):
    """Cannot be pickled as it is."""

    def __init__(self, number: int, text: str) -> None:
        super().__init__(text)
        self.number = number


def work(shared: str, number: int) -> tuple[str, int, int]:
    """The number with the process that had it; ``shared`` says what goes wrong at 3 or 4."""
    if shared == "dies" and number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    if shared == "raises" and number in (3, 4):
        raise KeyError(f"number {number}")
    if shared == "odd" and number == 4:
        raise OddError(4, "0101011234")
    return shared, number, os.getpid()


def say_and_wait(fifo: str, _number: int) -> None:
    """Open a fifo for writing, say so, and be at work for ever: whoever reads it sees when the last such process has ended."""
    with Path(fifo).open("wb", buffering=0) as said:
        said.write(b".")
        while True:
            signal.pause()


def for_ever(fifo: str) -> None:
    """Have two workers at work that do not end by themselves, and wait for them."""
    how_many.WORTH_IT = 0
    side_by_side(say_and_wait, fifo, [Task(0, reads=0), Task(1, reads=0)])
