"""The country the tests of the approval reports look at."""

from pathlib import Path

import pytest

from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.dialogue.approval.made_up import odd_country


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """Run, and nothing reported yet."""
    return odd_country(tmp_path)
