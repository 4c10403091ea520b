"""`docs/reliability.md`: which faults were tried, how often, and what was lost, in the order of this list."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from hjalp_tests.faults.fuzz import FORMATS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"

#: Kinds that the tests count one by one (`tally.tallied`).
COUNTED: Mapping[str, str] = {
    "full": "the disk is full (ENOSPC) at one write, fsync, rename, mkdir, chmod or unlink of a quarter or a release",
    "broken": "the disk gives errors (EIO) at one of them",
    "closed": "no permission (EACCES) at one of them",
    "read-only": "the disk can only be read (EROFS) at one of them",
    "dies": "the process ends, as by `kill -9`, just before one of them",
    "changed": "a file of each kind in a data root is changed by one bit",
    "cut off": "such a file loses its second half",
    "replaced by a link": "such a file is replaced by a link to another one",
    "removed": "such a file is removed",
    "two at once": "two commands at the same time on one data root",
    "searched: files": "files of a data root searched for every CPR number and free text, after every command and fault",
    "searched: events": "events of Dagster searched for the same, and for counts of 1 and 2",
}
#: Kinds of which every test of a module is one fault.
MODULES: Mapping[str, tuple[str, str]] = {
    "restored": ("hjalp_tests/production/test_restored.py", "a data root copied, restored or moved"),
    "earlier version": ("hjalp_tests/upgrade", "the data root of an earlier version, and of a later one"),
}
#: Kinds of which every test of the fuzzers tries many files.
SPOILT: Mapping[str, str] = {
    f"spoilt {form}": f"a delivery in {form} spoilt at random; the outcome is held against a second reader"
    for form in FORMATS
}
KINDS: Mapping[str, str] = {**COUNTED, **SPOILT, **{kind: what for kind, (_, what) in MODULES.items()}}

_HEAD = """# What was broken on purpose, and what was lost

Written by `uv run python -m hjalp_tests.faults` (the suite `hjalp_tests/faults/` and its neighbours); do not edit. *Lost* counts the
attempts after which a file was half made or other bytes stood, an error was no sentence, a change went unnoticed, or something was
found where it may not be. After each fault the same command is run again, and must give the bytes it gives when nothing goes wrong.

| fault | what is done | tried | lost |
| --- | --- | ---: | ---: |
"""
_TAIL = """
{sampling}

A fault that the disk gives is raised where Python asks for it; what SQLite, DuckDB and Polars write inside one call goes wrong as a
whole. Power that fails (flushed data that are lost) and memory that runs out are not tried.
"""


def sampling(stride: int) -> str:
    """Which of all moments and files were tried, at one of every so many (0: every single call)."""
    if stride == 0:
        return "Every single call was made to fail, and every kind of file tampered with."
    if stride == 1:
        return "One call of every kind of call and file was made to fail, and every kind of file tampered with."
    files = max(1, stride // 4)
    return f"""Of the kinds of call and file every {stride}th was made to fail, of the kinds of file every {files}th tampered with,
other ones for each fault. `uv run python -m hjalp_tests.faults 1` tries one of every kind, `0` every single call; they take hours."""


class Count(NamedTuple):
    """How often a kind was tried, and how often something was lost."""

    tried: int
    lost: int


def counts(lines: Iterable[str]) -> dict[str, Count]:
    """The sums of a tally file by kind."""
    found: dict[str, Count] = {}
    for line in map(json.loads, lines):
        before = found.get(line["kind"], Count(0, 0))
        found[line["kind"]] = Count(before.tried + line["tried"], before.lost + line["lost"])
    return found


def page(found: Mapping[str, Count], sampling: str) -> str:
    """The page; KeyError when a kind was not tried."""
    rows = [f"| {kind} | {what} | {found[kind].tried:,} | {found[kind].lost:,} |" for kind, what in KINDS.items()]
    return _HEAD + "\n".join(rows) + "\n" + _TAIL.format(sampling=sampling)


def kinds_of(text: str) -> dict[str, Count]:
    """What a page says."""
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")][2:]
    return {row[0]: Count(int(row[2].replace(",", "")), int(row[3].replace(",", ""))) for row in rows}
