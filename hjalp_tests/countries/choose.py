"""Where the choices come from: hypothesis or `random.Random`."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Chooser(Protocol):
    """Makes the choices."""

    def one(self, options: Sequence[T]) -> T:
        """One of them (the first is the simplest)."""
        ...

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        ...


class RandomChooser:
    """Choices by `random.Random`."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one(self, options: Sequence[T]) -> T:
        return self.random.choice(options)

    def number(self, low: int, high: int) -> int:
        return self.random.randint(low, high)


class DrawChooser:
    """Choices by hypothesis."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw

    def one(self, options: Sequence[T]) -> T:
        chosen: T = options[self.draw(st.integers(0, len(options) - 1))]
        return chosen

    def number(self, low: int, high: int) -> int:
        number: int = self.draw(st.integers(low, high))
        return number
