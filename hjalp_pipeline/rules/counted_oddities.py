"""What is odd but not wrong: counted per kommune and shown, and never a reason to remove a row (seed 3.6, 5.3)."""

from collections.abc import Iterable
from datetime import date

import polars as pl

from hjalp_pipeline.rules.rule import Rule


def count_oddities(frame: pl.DataFrame, received: date, oddities: Iterable[Rule]) -> dict[str, int]:
    """Rows of a delivery by oddity, zeros left out, ordered by code; ``received`` is the day it was received.

    An oddity's function takes that day and gives which rows are odd (Boolean expression).
    """
    counted = [rule.function(received).sum().alias(name) for rule in oddities for name in rule.names]
    counts = frame.select(counted).row(0, named=True) if counted else {}
    return {code: int(rows) for code, rows in sorted(counts.items()) if rows}
