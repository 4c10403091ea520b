"""What workers are asked to do in the tests: they import this module by its name."""

from __future__ import annotations

import os
import signal


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
