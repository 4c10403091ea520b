"""`docs/reliability.md` tells of the faults that the suite tries, and of no others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hjalp_tests.faults.inject import FAULTS
from hjalp_tests.faults.page import COUNTED, KINDS, MODULES, PAGE, Count, counts, kinds_of, page
from hjalp_tests.faults.tally import FILE, tallied

SUITE = Path(__file__).parent


def test_the_page_is_of_this_suite() -> None:
    told = kinds_of(PAGE.read_text(encoding="utf-8"))
    assert list(told) == list(KINDS)
    assert all(count.tried > 0 for count in told.values())
    assert all(count.lost == 0 for count in told.values())
    assert PAGE.read_text(encoding="utf-8").startswith(page(told, "").partition("| fault |")[0])


def test_every_kind_is_tried_by_a_test() -> None:
    source = "".join(
        path.read_text(encoding="utf-8") for path in SUITE.glob("test_*.py") if path.name != "test_page.py"
    )
    for kind in COUNTED.keys() - FAULTS.keys():
        assert f'"{kind}"' in source, kind
    assert FAULTS.keys() <= COUNTED.keys()
    for module, _what in MODULES.values():
        assert (SUITE.parents[1] / module).exists(), module


def try_three() -> None:
    with tallied("full") as tally:
        for what in ("the first", "the second", "the third"):
            with tally.attempt(what):
                assert what != "the second"


def test_what_is_lost_is_counted_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FILE, str(tmp_path / "tally"))
    with pytest.raises(AssertionError, match="the second"):
        try_three()
    with tallied("full") as tally, tally.attempt("one more"):
        pass
    lines = (tmp_path / "tally").read_text().splitlines()
    assert [json.loads(line)["lost"] for line in lines] == [1, 0]
    assert counts(lines) == {"full": Count(4, 1)}


def test_nothing_tried_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(FILE, raising=False)
    with pytest.raises(AssertionError, match="nothing was tried"), tallied("full"):
        pass


def test_what_is_written_can_be_read() -> None:
    found = {kind: Count(1000 + number, number) for number, kind in enumerate(KINDS)}
    assert kinds_of(page(found, "x")) == found
