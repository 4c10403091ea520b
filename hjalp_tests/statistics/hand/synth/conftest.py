"""One small made-up country for all tests of the package."""

from dataclasses import replace

import polars as pl
import pytest

from hjalp_tests.sharing import SHARING
from hjalp_tests.statistics.hand.synth.made import Made, make

SCALE = 0.02


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("services")
    made, _ = SHARING.run(root, f"services {SCALE}", lambda: make(root, SCALE, 3))
    return replace(made, root=root)


@pytest.fixture(scope="session")
def newest(country: Made) -> pl.DataFrame:
    """All records in force in the month of the newest release, as text."""
    return country.delivered("2025M01")
