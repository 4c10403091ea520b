"""Tables that hide what follows from others are told beside the audit: whose cells, or which of their own."""

import polars as pl

from hjalp_pipeline.production.release.following import following
from hjalp_pipeline.statistics.hand.declaration import STATISTIC as HAND
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC as HJALP


def test_a_shared_mask_is_told_by_the_table_it_is_of() -> None:
    assert following(HJALP.tables, {}) == [{"table": "HJALP3", "hides_as": "HJALP2"}]


def test_a_mask_of_its_own_is_told_cell_by_cell() -> None:
    """Every table of the second statistic is protected itself or told here (H11)."""
    masked = {
        spec.name: pl.DataFrame(
            {key: [f"{key}2", f"{key}1", f"{key}3"] for key in spec.keys} | {"skjult": [True, True, False]}
        )
        for spec in HAND.tables
        if spec.mask
    }
    found = {one["table"]: one for one in following(HAND.tables, masked)}
    linked = {spec.id for pair in HAND.linked for spec in pair}
    assert {*found, *linked} == {spec.id for spec in HAND.tables}
    assert found["HAND01"] == {"table": "HAND01", "hides_as": "HAND07"}
    of = HAND.table("hand05").keys
    assert found["HAND05"]["cells"] == [["HAND05", *(f"{key}{nr}" for key in of)] for nr in (1, 2)]
