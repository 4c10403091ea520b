"""One mutant meets its tests, in a forked process that has the libraries already.

Importing the libraries costs some seconds, many times what most tests cost. The parent imports them and computes nothing with
Polars: its threads start at the first computation, and a process forked after that would wait for ever for threads it lacks.
"""

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import resource
import signal
import sys
import traceback
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from types import CodeType
from typing import Final

import pytest

from bench.mutation.tests import ROOT

#: In this process, without xdist; stops at the first failure. Hypothesis tries the same examples for every mutant.
ARGUMENTS: Final = (
    "-x",
    "-q",
    "--strict-markers",
    "-o",
    "addopts=",
    "-m",
    "not slow",
    "-n",
    "0",
    "-p",
    "no:cacheprovider",
    "-W",
    "ignore::pytest.PytestAssertRewriteWarning",  # some plugins are loaded already
    "--hypothesis-seed=0",
)
PASSED, FAILED, INTERRUPTED = 0, 1, 2
#: All tests of the files are marked slow: none notices.
NO_TESTS: Final = 5
#: Seconds after which a process that no longer computes is ended. On a busy machine that may be anyone: it counts as an error.
PATIENCE: Final = 3600
#: Bytes of addresses: a mutant that never ends may gather without end, and its tests end before the machine does.
MEMORY: Final = 8 << 30


class Outcome(Enum):
    """What became of a mutant. An error is neither: the tests could not be run. Timeout: without end, in time or memory."""

    KILLED = "killed"
    SURVIVED = "survived"
    TIMEOUT = "timeout"
    ERROR = "error"


class _Changed(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, text: str) -> None:
        super().__init__(name, path)
        self._text = text

    def get_code(self, _fullname: str) -> CodeType | None:
        return compile(self._text, self.path, "exec", dont_inherit=True)


class Finder(importlib.abc.MetaPathFinder):
    """Gives the changed text when the module is imported, once entered. The file stays as it is."""

    def __init__(self, module: str, text: str) -> None:
        """``module``: its path."""
        self._path = str(ROOT / module)
        self._name = ".".join(Path(module).with_suffix("").parts)
        self._text = text

    def __enter__(self) -> None:
        sys.meta_path.insert(0, self)

    def __exit__(self, *_fault: object) -> None:
        sys.meta_path.remove(self)

    def find_spec(self, fullname: str, *_rest: object) -> importlib.machinery.ModuleSpec | None:
        """The specification of the changed module, None for all others."""
        if fullname != self._name:
            return None
        loader = _Changed(fullname, self._path, self._text)
        return importlib.util.spec_from_file_location(fullname, self._path, loader=loader)


def load_libraries() -> None:
    """What every child needs; nothing of the program itself."""
    for name in (
        "pytest",
        "hypothesis",
        "polars",
        "pandera.polars",
        "pyarrow.parquet",
        "duckdb",
        "lxml.etree",
        "highspy",
    ):
        importlib.import_module(name)
    if any(name.startswith("hjalp_pipeline") for name in sys.modules):
        raise RuntimeError("the program is loaded already, its mutants would not be")


def meet(module: str, text: str, tests: Sequence[str], seconds: int, log: Path) -> tuple[Outcome, float]:
    """Run test files with ``text`` in place of the module. Returns what became of it and the CPU seconds it took.

    A module that cannot be imported is killed: pytest says "interrupted".
    """
    return run(tests, seconds, log, Finder(module, text))


def run(
    tests: Sequence[str], seconds: int, log: Path, around: contextlib.AbstractContextManager[object]
) -> tuple[Outcome, float]:
    """Run test files within ``around``, in a process of their own."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.alarm(PATIENCE)
        code = 99
        try:
            os.chdir(ROOT)
            with (
                log.open("w", encoding="utf-8") as out,
                contextlib.redirect_stdout(out),
                contextlib.redirect_stderr(out),
                around,
            ):
                code = int(pytest.main([*ARGUMENTS, *tests]))
        except BaseException:  # the parent has to go on
            log.write_text(traceback.format_exc(), encoding="utf-8")
        finally:
            os._exit(code)
    _, status, used = os.wait4(pid, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    spent, code = used.ru_utime + used.ru_stime, os.waitstatus_to_exitcode(status)
    if code == -signal.SIGXCPU or spent >= seconds or used.ru_maxrss * 1024 > MEMORY // 4:
        return Outcome.TIMEOUT, spent
    outcomes = {
        PASSED: Outcome.SURVIVED,
        NO_TESTS: Outcome.SURVIVED,
        FAILED: Outcome.KILLED,
        INTERRUPTED: Outcome.KILLED,
    }
    return outcomes.get(code, Outcome.ERROR), spent
