"""Releases that hide by the first safe pattern there is, in slow tests that ask for something else than how few cells are hidden.

Half of a small release's time goes into a pattern of fewer cells and the proof that there is none. A module that is marked
`first_pattern` does without, in its own process and in those it forks (`forking.py`): what is hidden is as safe, and is
checked as always. With `HJALP_THOROUGH=1` its releases search like any other.
"""

from __future__ import annotations

import functools
import os
import sys
from typing import Any

import pytest

from hjalp_tests.examples import THOROUGH

#: Whether it is so in this process, now.
VARIABLE = "HJALP_TESTS_FIRST_PATTERN"
_CALLER = "hjalp_pipeline.production.release.keyed_year"


def install() -> None:
    """Put a function that asks in the place of the one that finds patterns, where that is loaded."""
    caller: Any = sys.modules.get(_CALLER)
    if caller is None:
        return
    find = caller.find_pattern

    @functools.wraps(find)
    def find_pattern(years: Any, units: int, **options: Any) -> Any:
        return find(years, 1 if os.environ.get(VARIABLE) else units, **options)

    caller.find_pattern = find_pattern


def choose(item: pytest.Item) -> None:
    """For the test that runs next."""
    if item.get_closest_marker("slow") and item.get_closest_marker("first_pattern") and not THOROUGH:
        os.environ[VARIABLE] = "1"
    else:
        os.environ.pop(VARIABLE, None)
