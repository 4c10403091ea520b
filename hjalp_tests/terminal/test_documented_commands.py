"""Every command that README, docs and the READMEs of a data root tell somebody to type is one that hjalp understands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from hjalp_pipeline.cli import _COMMANDS
from hjalp_pipeline.data_root.folders import first_files
from hjalp_pipeline.statistic import declared
from hjalp_pipeline.storage.root import STATISTICS
from hjalp_pipeline.terminal.parser import parser

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
#: What comes behind the command in a line, or stands for what a person fills in.
_BEHIND = re.compile(r"\s(#|\||>|&&|2>).*")


def commands(text: str) -> list[str]:
    """What is to be typed: inline, or a line of a block."""
    blocks = re.findall(r"```(?:\w*)\n(.*?)```", text, re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    typed = (re.sub(r"^(?:uv run (?:--\S+ )?)", "", found) for found in (*lines, *spans))
    return sorted({_BEHIND.sub("", one).strip() for one in typed if re.match(r"hjalp [a-z]", one)})


def written(page: Path | str) -> list[str]:
    if isinstance(page, Path):
        return commands(page.read_text(encoding="utf-8"))
    return [one for text in first_files(declared(page)).values() for one in commands(text)]


def understood(command: str) -> bool:
    """Whether the parser takes it; what stands in brackets may be left out, so it is tried with it."""
    plain = re.sub(r"[\[\]]", "", command).replace("...", "x").replace("{name}", "hand")
    options = shlex.split(plain)[1:]
    if options[0] not in _COMMANDS:
        return False
    if len(options) == 1:
        return True  # it is spoken of, not typed
    return any(parsed([*options, *spoken]) for spoken in ([], ["x"]))  # `hjalp release --propose` is spoken of


def parsed(options: list[str]) -> bool:
    try:
        parser().parse_args(options)
    except SystemExit:
        return False
    return True


@pytest.mark.parametrize("page", [*PAGES, *STATISTICS], ids=lambda page: getattr(page, "name", page))
def test_every_command_is_understood(page: Path | str) -> None:
    assert [one for one in written(page) if not understood(one)] == []


def test_every_command_there_is_stands_in_the_list_of_commands() -> None:
    listed = {one.split()[1] for one in written(ROOT / "docs" / "commands.md")}
    assert listed == set(_COMMANDS)


def test_the_search_finds_what_is_typed_and_what_is_wrong() -> None:
    text = "Then `hjalp run --quarter 2025K1`.\n```\nuv run hjalp ui   # there\n```\n`hjalp` and `hjalp.duckdb`, `hjalp remind --dte x`"
    assert commands(text) == ["hjalp remind --dte x", "hjalp run --quarter 2025K1", "hjalp ui"]
    assert [one for one in commands(text) if not understood(one)] == ["hjalp remind --dte x"]
