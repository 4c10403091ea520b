"""The recipe *add a statistic*: a declaration, its selects and its name."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hjalp_tests.change.copying import PAGE, ROOT, edit
from hjalp_tests.toy.world import MONTH, write_toy

pytestmark = pytest.mark.slow


def hjalp(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(copy), "HJALP_DATA": str(copy / "data")}
    command = [sys.executable, "-m", "hjalp_pipeline.cli", *arguments, "--statistic", "toy"]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


def test_add_a_statistic(copy: Path) -> None:
    wing = copy / "hjalp_pipeline" / "statistics" / "toy"
    wing.mkdir()
    (wing / "__init__.py").touch()
    folder = ROOT / "hjalp_tests" / "toy"
    toy = (
        (folder / "visits.py").read_text(encoding="utf-8").replace("hjalp_tests.toy.", "hjalp_pipeline.statistics.toy.")
    )
    (wing / "declaration.py").write_text(
        toy.replace("\nTOY = Statistic(", "\nSTATISTIC = Statistic("), encoding="utf-8"
    )
    for name in ("toy1.sql", "documents.py", "besoeg.html.j2"):
        shutil.copy(folder / name, wing)
    edit(
        copy / "hjalp_pipeline" / "storage" / "root.py",
        'STATISTICS = ("hjalp", "hand")',
        'STATISTICS = ("hjalp", "hand", "toy")',
    )
    assert "`STATISTICS`" in PAGE
    assert f"hjalp run --period {MONTH} --statistic" in PAGE
    root = write_toy(copy / "data")
    ran = hjalp(copy, "run", "--period", MONTH)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    assert "SLUT_FOER_START" in ran.stdout
    released = hjalp(copy, "release", "2024v1")
    assert (released.returncode, released.stderr) == (0, ""), released.stdout
    assert "2024: 2 of 98 kommuner take part" in released.stdout
    assert (root.releases / "2024v1" / "TOY1.px").is_file()
    status = hjalp(copy, "status", "--period", MONTH, "--json")
    assert status.stdout.count('"delivered"') >= 3
    refused = hjalp(copy, "run", "--period", "2024K4")
    assert (refused.returncode, refused.stderr.strip()) == (2, "not a month of the form 2024M11: '2024K4'")
