"""docs/data-root.md is made of what the readers read by, and what it tells a newcomer to write is what they read."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from hjalp_pipeline.data_root import definition_example
from hjalp_pipeline.data_root.data_root_page import data_root_page
from hjalp_pipeline.data_root.folders import CODE_LISTS, FOLDERS, OF_THE_PROGRAM, REGISTER_FILES
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.publishing.definition import parse_definition
from hjalp_pipeline.statistic import declared
from hjalp_pipeline.storage.extract_contract import CONTRACT
from hjalp_pipeline.storage.root import OWN, SHARED, DataRoot

PAGE = Path(__file__).parents[2] / "docs" / "data-root.md"


def test_the_page_is_what_the_description_makes() -> None:
    made = data_root_page(declared("hjalp"))
    assert PAGE.read_text(encoding="utf-8") == made, (
        "python -m hjalp_pipeline.data_root.data_root_page > docs/data-root.md"
    )


def test_no_folder_and_no_file_of_an_extract_is_left_out() -> None:
    assert sorted([*(one.name for one in FOLDERS), *OF_THE_PROGRAM]) == sorted((*OWN, *SHARED))
    assert [one.name for one in FOLDERS if one.shared] == ["registers"]
    assert list(REGISTER_FILES) == list(CONTRACT)


def test_its_examples_are_what_the_program_reads(root: DataRoot) -> None:
    page = data_root_page(root.declared)
    headers = [text.splitlines()[0] for text in re.findall(r"```csv\n(.*?)```", page, re.DOTALL)]
    assert headers == [one.header(root.declared) for one in CODE_LISTS]
    (definition,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert parse_definition("2024v1", definition, root.declared.definition, root.declared.period).protect_against == ()
    named = re.search(r"for example `([^`/]+)/([^`]+)`", page)
    assert named is not None
    assert parse_name(named[1], named[2], period=root.declared.period)


def test_every_column_and_key_is_explained(root: DataRoot) -> None:
    for one in CODE_LISTS:
        assert all(column.means for _, column in one.columns(root.declared)), one.name
    keys = [row[-1] for row in definition_example.keys(root.declared)]
    assert all(keys)
    assert len(keys) == len(fields(root.declared.definition)) - 1
