"""Whoever runs a job in this process hears what it says of how far it is, beside the run's log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_HEARS: ContextVar[Callable[[str], None] | None] = ContextVar("hears", default=None)


@contextmanager
def heard_by(listener: Callable[[str], None]) -> Iterator[None]:
    """What jobs that run in here say goes to the listener, too, a line each."""
    token = _HEARS.set(listener)
    try:
        yield
    finally:
        _HEARS.reset(token)


def saying(log: Callable[[str], None]) -> Callable[[str], None]:
    """Says a line to the log, and to whoever listens now, also when it is said from another thread."""
    listener = _HEARS.get()

    def say(line: str) -> None:
        log(line)
        if listener is not None:
            listener(line)

    return say
