"""Work on several years at the same time."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from hjalp_pipeline.workers import how_many

T = TypeVar("T")
R = TypeVar("R")


def each(function: Callable[[T], R], years: Sequence[T]) -> list[R]:
    """The function of every year, side by side: the solver leaves the interpreter free, and years do not meet."""
    with ThreadPoolExecutor(max_workers=max(1, min(len(years), how_many.wanted()))) as pool:
        return list(pool.map(function, years))
