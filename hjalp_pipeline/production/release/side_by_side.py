"""Work on several years at the same time."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def each(function: Callable[[T], R], years: Sequence[T]) -> list[R]:
    """The function of every year, side by side: the solver leaves the interpreter free, and years do not meet."""
    with ThreadPoolExecutor(max_workers=max(1, min(len(years), os.cpu_count() or 1))) as pool:
        return list(pool.map(function, years))
