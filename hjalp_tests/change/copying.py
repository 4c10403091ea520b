"""What the recipes' tests share: the page, and how a copy of the package is run and edited."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "change.md").read_text(encoding="utf-8")


def run(copy: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)


def quarter(copy: Path) -> dict[str, Any]:
    done = run(copy, "-m", "hjalp_tests.change.quarter", str(copy / "data"))
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["package"] == str(copy / "hjalp_pipeline"), "the copy ran, not the package itself"
    assert (found["broken"], found["unbalanced"]) == ([], [])
    return found


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{before} in {path.name}"
    path.write_text(text.replace(before, after), encoding="utf-8")


def add_to_person(copy: Path, rule: str) -> None:
    """A rule at the end of ``rules/persons.py``."""
    person = copy / "hjalp_pipeline" / "statistics" / "hjalp" / "rules" / "persons.py"
    edit(
        person,
        "from hjalp_pipeline.rules.rule import Rule\n",
        "from hjalp_pipeline.rules.rule import Code, Context, Rule\nfrom hjalp_pipeline.rules.step import reason\n"
        "import polars as pl\n",
    )
    with person.open("a", encoding="utf-8") as file:
        file.write("\n\n" + rule)


def list_rule(copy: Path, name: str) -> None:
    listed = copy / "hjalp_pipeline" / "statistics" / "hjalp" / "rules" / "rule_list.py"
    edit(listed, "persons.SEX_AND_BIRTH", f"persons.SEX_AND_BIRTH, persons.{name}")
