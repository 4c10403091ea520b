"""The web dialogue on a small data root of its own, and someone who may send."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hjalp_pipeline.storage.portal_lists import SENDS
from hjalp_tests.portal.portal_world import Visitor, World, make_world


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    found = make_world(tmp_path, monkeypatch)
    yield found
    found.portal.close()


@pytest.fixture
def sender(world: World) -> Visitor:
    return world.visitor("540", SENDS)
