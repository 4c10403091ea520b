"""What is odd is counted and never removed."""

from datetime import date

import polars as pl
import pytest

from hjalp_pipeline.rules.counted_oddities import count_oddities
from hjalp_pipeline.statistics.hand.rules.oddities import ODDITIES

FAULTLESS: dict[str, object] = {"ydelse_start": date(2024, 1, 1), "maalgruppe": "1.2.1 2", "betalingskommune": "101"}
CASES = [
    ("ydelse_start", date(2025, 2, 10), None),
    ("ydelse_start", date(2025, 2, 11), "STARTET_FREMTID"),
    ("maalgruppe", None, None),
    ("maalgruppe", "1.2.1.2.2", None),
    ("maalgruppe", "1.2.1 1.2.9", "MAALGRUPPE_UKENDT"),
    ("maalgruppe", "1", "MAALGRUPPE_UKENDT"),
    ("betalingskommune", None, None),
    ("betalingskommune", "411", "BETALING_UKENDT"),
]


@pytest.mark.parametrize(("column", "value", "oddity"), CASES)
def test_cases(column: str, value: object, oddity: str | None) -> None:
    schema = {"ydelse_start": pl.Date, "maalgruppe": pl.String, "betalingskommune": pl.String}
    rows = pl.DataFrame([FAULTLESS | {column: value}], schema=schema)
    assert count_oddities(rows, date(2025, 2, 10), ODDITIES) == ({oddity: 1} if oddity else {})
