"""A copy of the package to change."""

import shutil
from pathlib import Path

import pytest

from hjalp_tests.change.copying import ROOT


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, with the tests it is tried by beside it."""
    for folder in ("hjalp_pipeline", "sql"):
        # With what Python has compiled: only what a recipe edits is compiled again, by each process that imports it.
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "dagster.yaml", tmp_path)
    (tmp_path / "hjalp_tests").symlink_to(ROOT / "hjalp_tests")
    return tmp_path
