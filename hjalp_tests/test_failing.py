"""A test that fails says first which rule or promise is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

_FAILS = '''"""R99: nothing is five."""

import pytest


@pytest.mark.parametrize("number", [4])
def test_four(number):
    assert number == 5


def test_six():
    """R98: six is no five.

    More of it.
    """
    assert 6 == 5
'''


@pytest.mark.slow
def test_the_first_line_and_the_summary_name_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "1")  # else the summary is as wide as a terminal
    module = tmp_path / "test_made_to_fail.py"
    module.write_text(_FAILS, encoding="utf-8")
    (tmp_path / "conftest.py").write_text("from hjalp_tests.conftest import pytest_runtest_makereport\n", "utf-8")
    assert pytest.main([str(module), "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.strip(" _") for line in lines if line.startswith("_") and ": " in line] == [
        "test_four[4]: R99: nothing is five.",
        "test_six: R98: six is no five.",
    ]
    assert [line.partition("::")[2] for line in lines if line.startswith("FAILED")] == [
        "test_four[4] - R99: nothing is five. assert 4 == 5",
        "test_six - R98: six is no five. assert 6 == 5",
    ]
