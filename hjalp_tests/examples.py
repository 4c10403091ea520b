"""A property on a few examples, on every change; on more in a sibling that is marked slow; on all with `HJALP_THOROUGH=1`.

What is drawn (systems, countries, spoilt files) is tried in CI a fifth of the times that show it, always the same ones: a
fault that few of them meet may pass. `HJALP_THOROUGH=1 uv run pytest -m slow` tries all of it: before a version is
released, and after a change to what the drawn things are there to try.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest
from hypothesis import settings

T = TypeVar("T")

THOROUGH = os.environ.get("HJALP_THOROUGH", "0") not in ("", "0")
PART = 5


def times(examples: int) -> int:
    """How many of the examples are tried."""
    return examples if THOROUGH else max(examples // PART, 1)


def some(values: Sequence[T]) -> Sequence[T]:
    """Which of the seeds are tried."""
    return values if THOROUGH else values[::PART]


def often(examples: int, made_of: Callable[[Any], Any], test: Any) -> Any:
    """The slow sibling of a test that hypothesis gives examples, `made_of` the same `given`."""
    sibling = settings(max_examples=times(examples), deadline=None)(made_of(test.hypothesis.inner_test))
    sibling.pytestmark = [*getattr(test, "pytestmark", ()), pytest.mark.slow.mark]
    return sibling
