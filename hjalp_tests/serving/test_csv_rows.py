"""A long answer is made in blocks, each when the one before it has been taken: the whole never lies in memory."""

from __future__ import annotations

import pytest

from hjalp_pipeline.publishing.jsonstat import jsonstat
from hjalp_pipeline.publishing.px import px
from hjalp_pipeline.serving import csv_rows
from hjalp_pipeline.serving.cube import Extract
from hjalp_pipeline.serving.px_reader import read_cube
from hjalp_tests.publishing.made_up import CELLS, table

TEXTS = [["a", "b", "c"], ["x", 'y "z"'], ["2023", "2024"]]


def everything() -> Extract:
    cube = read_cube(px(table()), jsonstat(table()), {})
    return cube.extract([(variable, range(len(variable.values))) for variable in cube.form.variables])


@pytest.mark.parametrize(("headings", "block"), [(0, 100), (0, 5), (0, 1), (1, 5), (1, 1), (2, 3), (3, 1)])
def test_blocks_are_the_whole_in_their_order(monkeypatch: pytest.MonkeyPatch, headings: int, block: int) -> None:
    monkeypatch.setattr(csv_rows, "_BLOCK", block)
    across = [1, 2, 4, 12][headings]
    header = ["h"] * (3 - headings + across)
    blocks = list(csv_rows.csv_rows(everything(), header, TEXTS[: 3 - headings], headings=headings))
    rows = b"".join(blocks).decode().split("\r\n")[:-1]
    assert rows[0] == ";".join(header)
    assert len(rows) == 1 + 12 // across
    assert [cell for row in rows[1:] for cell in row.split(";")[3 - headings :]] == [str(cell) for cell in CELLS]
    assert max(piece.count(b"\r\n") for piece in blocks[1:]) == min(12 // across, max(1, block // across))


def test_a_block_is_made_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_BLOCK", 2)
    made: list[int] = []
    whole = csv_rows._shown
    monkeypatch.setattr(csv_rows, "_shown", lambda *args: (made.append(1), whole(*args))[1])
    rows = csv_rows.csv_rows(everything(), ["h"] * 4, TEXTS)
    assert [next(rows), made] == [b"h;h;h;h\r\n", []]
    assert next(rows).startswith(b"a;x;2023;0\r\na;x;2024;1234567")
    assert made == [1]


def test_what_needs_quotes_has_them_and_signs_stand_for_figures() -> None:
    text = b"".join(csv_rows.csv_rows(everything(), ["h"] * 4, TEXTS)).decode()
    assert 'a;"y ""z""";2023;..\r\n' in text
    assert "b;x;2023;11\r\n" in text
