"""A property on a few examples, on every change; and on many, in a sibling that is marked slow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings


def often(examples: int, made_of: Callable[[Any], Any], test: Any) -> Any:
    """The slow sibling of a test that hypothesis gives examples, `made_of` the same `given`."""
    sibling = settings(max_examples=examples, deadline=None)(made_of(test.hypothesis.inner_test))
    sibling.pytestmark = [*getattr(test, "pytestmark", ()), pytest.mark.slow.mark]
    return sibling
