"""Three signs in place of a figure: hidden, does not take part, no population."""

import polars as pl

from hjalp_pipeline.production.quarter.hiding import with_symbols
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC

ROWS = [
    # kommunedk, skjult, HJALP2, population, HJALP3 in tenths, sign in HJALP2, sign in HJALP3
    ("101", False, 7, 70, 100, None, None),
    ("101", False, 0, 0, None, None, "."),
    ("101", True, None, 70, None, "..", ".."),
    ("101", True, None, 0, None, "..", ".."),  # HJALP3 carries the mask of HJALP2 exactly
    ("540", False, None, None, None, "...", "..."),
]


def test_the_first_that_holds() -> None:
    names = ("kommunedk", "skjult", "antal", "folketal", "promille", "in_2", "in_3")
    frame = pl.DataFrame(ROWS, schema=names, orient="row")
    shown = with_symbols(STATISTIC.tables, {"hjalp1": frame, "hjalp2": frame, "hjalp3": frame})
    assert shown["hjalp1"]["symbol"].to_list() == shown["hjalp2"]["symbol"].to_list() == frame["in_2"].to_list()
    assert shown["hjalp3"]["symbol"].to_list() == frame["in_3"].to_list()
    assert shown["hjalp1"].drop("symbol").equals(frame)
