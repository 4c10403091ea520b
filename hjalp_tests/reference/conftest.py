"""Each statistic."""

from __future__ import annotations

import pytest

from hjalp_pipeline.statistic import Statistic, declared
from hjalp_tests.toy.visits import TOY


@pytest.fixture(params=["hjalp", "hand", "toy"])
def statistic(request: pytest.FixtureRequest) -> Statistic:
    """As it is declared."""
    return TOY if request.param == TOY.name else declared(request.param)
