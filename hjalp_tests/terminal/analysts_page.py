"""The questions of ``docs/analysts.md``. The page with the answers anew: ``python -m hjalp_tests.terminal.analysts_page DATA_ROOT``."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from pathlib import Path

from hjalp_pipeline.cli import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "analysts.md"
_QUESTION = re.compile(r"^## (\d+)\. (.*?)$.*?^```sql\n(.*?)^```\n\n^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def questions(page: str) -> dict[int, tuple[str, str]]:
    """The select and the answer of each question, by its number."""
    return {int(found[1]): (found[3], found[4]) for found in _QUESTION.finditer(page)}


def answer(sql: str) -> str:
    """What ``hjalp query`` prints, without blanks at the end of a line."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        code = main(["query", sql, "--rows", "0"])
    assert code == 0, sql
    return "".join(f"{line.rstrip()}\n" for line in printed.getvalue().splitlines())


def answered(page: str) -> str:
    """The page with every answer as it is now."""

    def again(found: re.Match[str]) -> str:
        begin, end = found.span(4)
        return page[found.start() : begin] + answer(found[3]) + page[end : found.end()]

    return _QUESTION.sub(again, page)


if __name__ == "__main__":
    os.environ["HJALP_DATA"] = sys.argv[1]
    PAGE.write_text(answered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
