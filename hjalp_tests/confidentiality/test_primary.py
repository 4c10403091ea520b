"""Primary suppression: fewer than 3 observations, but a true zero is shown."""

import polars as pl
import pytest

from hjalp_pipeline.confidentiality.primary import hidden_counts


@pytest.mark.parametrize(
    ("count", "hidden"), [(None, False), (0, False), (1, True), (2, True), (3, False), (1000, False)]
)
def test_threshold(count: int | None, hidden: bool) -> None:
    frame = pl.DataFrame({"antal": [count]}, schema={"antal": pl.Int64})
    assert frame.select(hidden_counts("antal")).item() is hidden
