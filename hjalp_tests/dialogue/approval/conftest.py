"""The country the tests of the approval reports look at."""

from pathlib import Path

import pytest

from hjalp_pipeline.dialogue.approval.reports import write_reports
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.dialogue.approval.made_up import odd_country
from hjalp_tests.production.world import KVARTAL


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """Run, and nothing reported yet."""
    return odd_country(tmp_path)


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """The same with its reports of 2024. Tests look at it and change nothing."""
    root = odd_country(tmp_path_factory.mktemp("reported"))
    write_reports(root, 2024, KVARTAL)
    return root
