"""How far the protection of a table is: told to whoever asked, from wherever the work is done."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import TypeVar

#: Called with the step, what is done of it and all there is to do.
Progress = Callable[[str, int, int], None]
K = TypeVar("K")
R = TypeVar("R")
_ASKED: ContextVar[Progress | None] = ContextVar("progress", default=None)


def tell(step: str, done: int, of: int) -> None:
    """Tell who asked, if anybody did."""
    if (progress := _ASKED.get()) is not None:
        progress(step, done, of)


def told_to(progress: Progress | None) -> Callable[[Callable[[K], R]], Callable[[K], R]]:
    """A function of a year (say) whose steps are told, each with the year before it, in whichever thread it runs."""

    def telling(function: Callable[[K], R]) -> Callable[[K], R]:
        @wraps(function)
        def told(year: K) -> R:
            if progress is None:
                return function(year)
            asked = progress
            token = _ASKED.set(lambda step, done, of: asked(f"{year}, {step}", done, of))
            try:
                return function(year)
            finally:
                _ASKED.reset(token)

        return told

    return telling
