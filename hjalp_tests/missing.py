"""What a test needs and the machine has not."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(what: str, promised: str) -> NoReturn:
    """Skip, or fail where CI has installed it and says so (``promised``, an environment variable that is 1)."""
    if os.environ.get(promised) == "1":
        pytest.fail(f"{what} is not installed")
    pytest.skip(f"{what} is not installed")
