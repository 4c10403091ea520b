"""What docs/data-root.md tells a newcomer to write is what the program reads."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.publishing.definition import parse_definition
from hjalp_pipeline.storage.codelists import read_collaborations, read_extensions, read_systems
from hjalp_pipeline.storage.extract_contract import CONTRACT
from hjalp_pipeline.storage.root import DataRoot

PAGE = (Path(__file__).parents[2] / "docs" / "data-root.md").read_text(encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """With the code lists of the page."""
    root = DataRoot(tmp_path)
    root.codelists.mkdir(parents=True)
    lists = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    for name, text in zip(("systems", "collaborations", "extensions"), lists, strict=True):
        assert f"`codelists/{name}.csv`" in PAGE
        (root.codelists / f"{name}.csv").write_text(text, encoding="utf-8")
    return root


def test_code_lists(root: DataRoot) -> None:
    systems = read_systems(root)
    assert [(row.komnr, row.system, row.carry_forward) for row in systems] == [
        ("101", "nexus", False),
        ("540", "gammel", True),
        ("540", "nexus", False),
    ]
    assert systems[1].to_quarter == Kvartal(2024, 3)
    assert [row.komnr_medlem for row in read_collaborations(root)] == ["185"]
    assert [row.new_deadline for row in read_extensions(root)] == [date(2025, 1, 28)]


def test_the_register_extract() -> None:
    table = dict(re.findall(r"^\| `(\w+)\.parquet` \| (.*?) \|", PAGE, re.MULTILINE))
    assert {name: re.findall(r"`(\w+)`", columns) for name, columns in table.items()} == {
        name: list(columns) for name, columns in CONTRACT.items()
    }


def test_a_first_definition() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    definition = parse_definition("2024v1", text, Kvartal)
    assert definition.reference_years == (2024,)
    assert definition.protect_against == ()


def test_the_name_of_a_delivery() -> None:
    named = re.search(r"for example `([^`]+)`", PAGE)
    assert named is not None
    assert parse_name("2024K4", named[1])
