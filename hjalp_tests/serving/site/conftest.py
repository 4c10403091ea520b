from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.serving.site.site_files import StatisticOut
from hjalp_tests.serving.shelf_world import World
from hjalp_tests.serving.site.site_world import Read, mapped, publish, publish_usual, site, what_is


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two releases that are out, the second a correction, with one small table."""
    made = World(tmp_path / "data")
    publish_usual(made)
    return made


@pytest.fixture
def out(world: World) -> list[StatisticOut]:
    """What of it is out."""
    return what_is(world)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a site that has a table drawn as a map as well: two hundred pages, which take their time."""
    made = World(tmp_path_factory.mktemp("whole"))
    publish_usual(made)
    publish(made, "2023v1", mapped())
    return site(made)


@pytest.fixture(scope="session")
def read(whole: dict[str, bytes]) -> dict[str, Read]:
    """Its pages as they are read back."""
    return {name: Read(content) for name, content in whole.items() if name.endswith(".html")}
