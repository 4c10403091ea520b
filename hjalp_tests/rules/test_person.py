"""Age in whole years (R9)."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.rules.person import alder
from hjalp_tests.rules.made_up import day

AGES = [
    # born, died, age ultimo 2024
    ("1950-01-01", None, 74),
    ("1950-12-31", None, 74),
    ("1951-01-01", None, 73),
    ("2024-12-31", None, 0),
    ("2024-01-01", None, 0),
    ("1915-06-15", None, 109),
    # who died before: the age on the day of death
    ("1950-06-15", "2024-06-14", 73),
    ("1950-06-15", "2024-06-15", 74),
    ("1950-06-15", "2023-06-15", 73),
    ("1950-12-31", "2024-12-30", 73),
    ("1950-12-31", "2024-12-31", 74),  # at ultimo
    ("1950-06-15", "2025-01-01", 74),  # after
    ("1950-06-15", "2030-01-01", 74),
    ("1950-06-15", "1950-06-15", 0),
    # born on 29 February: a year older on 1 March where there is no such day
    ("1944-02-29", None, 80),
    ("1944-02-29", "2024-02-28", 79),
    ("1944-02-29", "2024-02-29", 80),
    ("1944-02-29", "2023-02-28", 78),
    ("1944-02-29", "2023-03-01", 79),
]


@pytest.mark.parametrize(("foed", "doed", "expected"), AGES)
def test_age(foed: str, doed: str | None, expected: int) -> None:
    frame = pl.DataFrame({"foed_dato": [day(foed)], "doddato": pl.Series([day(doed)], dtype=pl.Date)})
    found = frame.select(alder=alder(date(2024, 12, 31)))["alder"]
    assert found.to_list() == [expected]
    assert found.dtype == pl.Int32


@given(st.dates(date(1900, 1, 1), date(2024, 12, 31)), st.none() | st.dates(date(2020, 1, 1), date(2026, 1, 1)))
def test_age_is_the_number_of_birthdays_after_the_first_day(foed: date, doed: date | None) -> None:
    when = date(2024, 12, 31) if doed is None else min(doed, date(2024, 12, 31))
    if when < foed:
        return
    birthdays = sum(
        (foed.month, foed.day) <= (when.month, when.day) or aar < when.year
        for aar in range(foed.year + 1, when.year + 1)
    )
    frame = pl.DataFrame({"foed_dato": [foed], "doddato": pl.Series([doed], dtype=pl.Date)})
    assert frame.select(alder(date(2024, 12, 31))).item() == birthdays
