"""A world that more than one module looks at."""

from __future__ import annotations

import pytest

from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.test_pins import redelivered
from hjalp_tests.production.world import delivery


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """2024v1 and 2024v2 after everything has changed that may; two kommuner have re-delivered. Nothing is changed in it."""
    root, _ = redelivered(tmp_path_factory.mktemp("revision"), delivery("101", 33, day=9))
    return root
