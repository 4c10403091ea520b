"""`python -m hjalp_tests.faults [STRIDE]`: tries every kind of fault and writes `docs/reliability.md`.

STRIDE as `HJALP_FAULTS` (16 as in CI: some minutes; 1: one call of every kind, hours; 0: every call, days).
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from hjalp_tests.faults.page import MODULES, PAGE, SPOILT, Count, counts, page, sampling
from hjalp_tests.faults.tally import FILE
from hjalp_tests.faults.test_fuzz import FEW, MANY

_FUZZED = re.compile(r"test_fuzz\.py::(test_a_few|test_many)\[(\w+)\]")
_FILES = {"test_a_few": FEW, "test_many": MANY}


class Modules:
    """Counts the tests of a module, or the files that they try, and those that fail."""

    def __init__(self) -> None:
        self.found = dict.fromkeys([*SPOILT, *MODULES], Count(0, 0))

    def pytest_runtest_logreport(self, report: Any) -> None:
        fuzzed = _FUZZED.search(report.nodeid)
        if report.when == "call" and fuzzed:
            self._add(f"spoilt {fuzzed[2]}", _FILES[fuzzed[1]], report.failed)
        for kind, (module, _what) in MODULES.items():
            if report.when == "call" and report.nodeid.startswith(module):
                self._add(kind, 1, report.failed)

    def _add(self, kind: str, tried: int, lost: int) -> None:
        before = self.found[kind]
        self.found[kind] = Count(before.tried + tried, before.lost + lost)


def main(stride: str) -> int:
    """Run everything with one kind of moment of every so many; the exit code of pytest."""
    os.environ["HJALP_FAULTS"] = stride
    with tempfile.TemporaryDirectory() as folder:
        tally = Path(folder) / "tally"
        tally.touch()
        os.environ[FILE] = str(tally)
        modules = Modules()
        places = ["hjalp_tests/faults", *(module for module, _what in MODULES.values())]
        code = pytest.main([*places, "-m", "", "-q"], plugins=[modules])
        found = counts(tally.read_text(encoding="utf-8").splitlines()) | modules.found
    PAGE.write_text(page(found, sampling(int(stride))), encoding="utf-8")
    sys.stdout.write(json.dumps(found) + f"\n{PAGE}\n")
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "16"))
