"""One small made-up country for all tests of the package."""

import polars as pl
import pytest

from hjalp_tests.statistics.hand.synth.made import Made, make

SCALE = 0.02


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("services"), SCALE, 3)


@pytest.fixture(scope="session")
def newest(country: Made) -> pl.DataFrame:
    """All records in force in the month of the newest release, as text."""
    return country.delivered("2025M01")
