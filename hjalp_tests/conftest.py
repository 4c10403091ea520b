"""What all tests share: one hypothesis profile, small because the floors are tested on every change; what is made once."""

from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

from hjalp_tests.sharing import SHARING

# No deadline: the first example of a test pays for what is compiled or imported on the way.
settings.register_profile("hjalp", deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hjalp")


def pytest_collection_finish() -> None:
    """Every module of the tests is loaded now."""
    SHARING.install()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Before its fixtures are made: whether a test shares what others have made."""
    SHARING.on = SHARING.takes_part(item)
    try:
        return (yield)
    finally:
        SHARING.on = False


def pytest_unconfigure() -> None:
    SHARING.clear()
