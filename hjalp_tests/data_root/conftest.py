"""An empty data root of each statistic."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline import statistic
from hjalp_pipeline.data_root.empty_root import begin
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.toy.visits import TOY


@pytest.fixture(params=["hjalp", "toy"])
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataRoot:
    """As `hjalp init` makes it."""
    monkeypatch.setitem(statistic.OTHERS, TOY.name, TOY)
    begin(tmp_path, request.param)
    return DataRoot(tmp_path, request.param)
