"""Which test files come past a mutant's place, and what each costs: found once, with nothing changed.

A test that never executes a statement cannot tell whether it is changed. Asked by test file and not by test, as the tests of a
file share what its fixtures made; each file is asked in a process of its own, so that nothing is remembered from another.
"""

import ast
import hashlib
import json
import sys
import threading
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final

from bench.mutation.child import Outcome, run
from bench.mutation.mutants import source
from bench.mutation.tests import ROOT

#: CPU seconds a test file may take while it is followed.
_LIMIT: Final = 1200
_PROGRAM: Final = str(ROOT / "hjalp_pipeline")


class _Followed:
    """Writes which lines of the program were executed, by module, when it is left."""

    def __init__(self, result: Path) -> None:
        self._result = result
        self._lines: dict[str, set[int]] = {}

    def __enter__(self) -> None:
        threading.settrace(self._called)
        sys.settrace(self._called)

    def __exit__(self, _kind: type[BaseException] | None, _fault: object, _trace: TracebackType | None) -> None:
        sys.settrace(None)
        found = {str(Path(name).relative_to(ROOT)): sorted(lines) for name, lines in self._lines.items()}
        self._result.write_text(json.dumps(found), encoding="utf-8")

    def _called(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        name = frame.f_code.co_filename
        if not name.startswith(_PROGRAM):
            return None
        seen = self._lines.setdefault(name, set())
        seen.add(frame.f_lineno)

        def line(frame: FrameType, _event: str, _argument: Any) -> Any:
            seen.add(frame.f_lineno)
            return line

        return line


class Reach:
    """What each test file executes, kept in a folder until the file changes."""

    def __init__(self, data: Path, log: Path) -> None:
        """``data``: the folder; ``log``: what pytest says of the last run."""
        self._kept, self._result, self._log = data / "reached.json", data / "followed.json", log
        self._found: dict[str, Any] = json.loads(self._kept.read_text()) if self._kept.is_file() else {}

    def past(self, module: str, line: int, tests: Sequence[str], budget: float) -> tuple[list[str], float]:
        """Those of the test files that come past the place, the quickest first, and the CPU seconds they took, followed.

        Only so many as take ``budget`` together, and one at least.
        """
        around = [_statement(module, line), _function(module, line)]
        executed = {test: set(self._of(test)["lines"].get(module, ())) for test in tests}
        for lines in around:  # nobody past the statement: those past its function, in case it leaves no trace
            chosen = [test for test in tests if not executed[test].isdisjoint(lines)]
            if chosen:
                seconds = {test: float(self._of(test)["seconds"]) for test in chosen}
                ordered = sorted(chosen, key=lambda test: seconds[test])
                within = accumulate(seconds[test] for test in ordered)
                kept = [test for test, spent in zip(ordered, within, strict=True) if spent <= budget] or ordered[:1]
                return kept, sum(seconds[test] for test in kept)
        return [], 0.0

    def _of(self, test: str) -> dict[str, Any]:
        state = _state(ROOT / test)
        if self._found.get(test, {}).get("state") != state:
            outcome, seconds = run([test], _LIMIT, self._log, _Followed(self._result))
            if outcome is not Outcome.SURVIVED:
                raise RuntimeError(f"{test} does not pass without a mutant; see {self._log}")
            lines = json.loads(self._result.read_text(encoding="utf-8"))
            self._found[test] = {"state": state, "seconds": seconds, "lines": lines}
            self._kept.write_text(json.dumps(self._found), encoding="utf-8")
        return self._found[test]


def _state(test: Path) -> str:
    """Names what a test file and the files of cases beside it say now."""
    cases = (path for path in sorted(test.parent.iterdir()) if path.is_file() and path.suffix != ".py")
    return hashlib.sha256(b"".join(path.read_bytes() for path in (test, *cases))).hexdigest()[:10]


@cache
def _nodes(module: str) -> tuple[ast.stmt, ...]:
    return tuple(node for node in ast.walk(ast.parse(source(module))) if isinstance(node, ast.stmt))


def _statement(module: str, line: int) -> Iterable[int]:
    """The lines of the innermost statement at this one; of a statement with a body those before the body."""
    node = max((node for node in _nodes(module) if line in _lines(node)), key=lambda node: node.lineno)
    body = getattr(node, "body", None)
    head = range(_lines(node).start, max(body[0].lineno, node.lineno + 1)) if body else _lines(node)
    return head if line in head else (line,)  # `except`, `else` and `case` stand behind the body


def _function(module: str, line: int) -> Iterable[int]:
    """The lines of the function at this one, or of the whole module."""
    functions = [node for node in _nodes(module) if isinstance(node, ast.FunctionDef) and line in _lines(node)]
    if not functions:
        return range(1, len(source(module).splitlines()) + 1)
    return _lines(max(functions, key=lambda node: node.lineno))


def _lines(node: ast.stmt) -> range:
    decorators = [decorator.lineno for decorator in getattr(node, "decorator_list", [])]
    return range(min([node.lineno, *decorators]), (node.end_lineno or node.lineno) + 1)
