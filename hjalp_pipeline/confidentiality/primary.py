"""Primary suppression: cells with too few observations (seed 8.10, R11)."""

import polars as pl

#: Fewer than this many observations are hidden; a true zero is always shown [chosen].
THRESHOLD = 3


def hidden_counts(column: str) -> pl.Expr:
    """Boolean: the count is above zero and below the threshold; null (no figure) is not hidden."""
    return pl.col(column).is_between(1, THRESHOLD - 1).fill_null(value=False)
