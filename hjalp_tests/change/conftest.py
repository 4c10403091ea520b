"""A copy of the package to change."""

import shutil
from pathlib import Path

import pytest

from hjalp_tests.change.copying import ROOT


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the package, with the tests it is tried by beside it."""
    for folder in ("hjalp_pipeline", "sql"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "dagster.yaml", tmp_path)
    (tmp_path / "hjalp_tests").symlink_to(ROOT / "hjalp_tests")
    return tmp_path
