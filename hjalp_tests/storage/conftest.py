"""A data root of its own for each test."""

from pathlib import Path

import pytest

from hjalp_pipeline.storage.root import DataRoot


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """An empty data root."""
    return DataRoot(tmp_path / "data")
