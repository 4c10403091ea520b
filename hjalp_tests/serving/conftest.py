from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_tests.serving.shelf_world import World, usual


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One release with one table: STED x KONAMS x Tid, of which STED has a total."""
    made = World(tmp_path)
    made.publish("2024v1", usual())
    return made
