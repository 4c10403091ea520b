"""What is read back of a table's files is the table that was written."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from hjalp_pipeline.publishing.jsonstat import jsonstat
from hjalp_pipeline.publishing.px import px
from hjalp_pipeline.publishing.table import PublishedTable, TableForm, Text
from hjalp_pipeline.serving.px_reader import NotRead, read_cube
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_tests.publishing.made_up import SYMBOLS, TID, table

SIGNS = {symbol.text.da: symbol.text for symbol in SYMBOLS}
NEXT = datetime(2026, 6, 24, 8, tzinfo=DANISH_TIME)


@pytest.mark.parametrize(
    "made",
    [
        table(),
        table(decimals=1, aggregation=True, stock=False, next_update=NEXT),
        table(notes=(), symbols=SYMBOLS[:1], cells=[1] * 12),
        table(title=Text("Æ: a; b = c", "A: b; c = d"), notes=(Text("x" * 700 + "; (y)", "z = ;"),)),
    ],
)
def test_a_table_comes_back(made: PublishedTable) -> None:
    cube = read_cube(px(made), jsonstat(made), SIGNS)
    for field in fields(TableForm):
        assert getattr(cube.form, field.name) == getattr(made, field.name), field.name
    everything = [(variable, range(len(variable.values))) for variable in cube.form.variables]
    assert cube.extract(everything).cells() == made.cells()
    assert px(cube.extract(everything)) == px(made)
    assert jsonstat(cube.extract(everything)) == jsonstat(made)


def test_what_a_sign_means_is_what_its_own_table_says() -> None:
    """One sign means another thing in another table of the statistic."""
    other = {"Noget andet": Text("Noget andet", "Something else")} | SIGNS
    assert read_cube(px(table()), jsonstat(table()), other).form.symbols == SYMBOLS
    unknown = read_cube(px(table()), jsonstat(table()), {}).form.symbols
    assert [symbol.text for symbol in unknown] == [Text(one.text.da, one.text.da) for one in SYMBOLS]


def test_a_part_is_in_the_order_asked_for_and_a_total_stands_for_what_is_left_out() -> None:
    cube = read_cube(px(table()), jsonstat(table()), SIGNS)
    sted, koen, tid = cube.form.variables
    part = cube.extract([(tid, [1, 0]), (koen, [1])])
    assert part.cells() == [1234567 if False else 10, ".."]
    assert [variable.code for variable in part.variables] == ["Tid", "KONAMS"]
    assert np.array_equal(part.signs, [[0], [1]])
    with pytest.raises(ValueError, match="KONAMS has no total"):
        cube.extract([(tid, [0])])
    assert cube.extract([(sted, [2]), (koen, [0]), (tid, [0])]).cells() == [5]
    assert TID.codes == tid.codes


def test_another_file_is_told_without_a_figure(tmp_path: Path) -> None:
    good, dataset = px(table()), jsonstat(table())
    for broken in (b"", good[:-40], good.replace(b"1234567", b"12x4567"), good.replace(b'"492"', b""), b"\xff" + good):
        with pytest.raises(NotRead) as told:
            read_cube(broken, dataset, SIGNS)
        assert "12" not in str(told.value)
    with pytest.raises(NotRead):
        read_cube(good, b"[]", SIGNS)
