"""Quarters and months."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.codelists.periods import Kvartal, Maaned, Period
from hjalp_pipeline.statistics.hjalp.codelists.first import FIRST_KVARTAL

DAYS = [
    # quarter, first day, last day, deadline
    ("2024K1", "2024-01-01", "2024-03-31", "2024-04-14"),
    ("2024K2", "2024-04-01", "2024-06-30", "2024-07-14"),
    ("2024K3", "2024-07-01", "2024-09-30", "2024-10-14"),
    ("2024K4", "2024-10-01", "2024-12-31", "2025-01-14"),
    ("2024M02", "2024-02-01", "2024-02-29", "2024-03-14"),
    ("2024M12", "2024-12-01", "2024-12-31", "2025-01-14"),
]


@pytest.mark.parametrize(("text", "first", "last", "deadline"), DAYS)
def test_days(text: str, first: str, last: str, deadline: str) -> None:
    """First and last day of a period, and its ordinary deadline: the 14th of the month after it."""
    kvartal = Period.parse(text)
    assert [str(day) for day in (kvartal.first_day, kvartal.last_day, kvartal.deadline)] == [first, last, deadline]
    assert str(kvartal) == text


@pytest.mark.parametrize(
    "text",
    ["", "2024", "2024K0", "2024K5", "2024k1", "2024Q1", "24K1", "0000K1", "9999K4", "2024K1 ", "2024K1\n", "٢٠٢٤K1"],
)
def test_other_forms(text: str) -> None:
    with pytest.raises(ValueError, match="not a quarter of the form 2024K4"):
        Kvartal.parse(text)


@pytest.mark.parametrize("text", ["", "2024M00", "2024M13", "2024M1", "0000M01", "9999M12", "2024K1", "2024M01\n"])
def test_other_forms_of_months(text: str) -> None:
    with pytest.raises(ValueError, match="not a month of the form 2024M11"):
        Maaned.parse(text)


def test_any_period_is_read_by_its_form() -> None:
    assert (Period.parse("2024K4"), Period.parse("2024M04")) == (Kvartal(2024, 4), Maaned(2024, 4))
    assert Kvartal(2024, 4) != Maaned(2024, 4)
    assert (Kvartal(2025, 1).in_words, Maaned(2024, 11).in_words) == ("1. kvartal 2025", "november 2024")
    with pytest.raises(ValueError, match="not a period of the form 2024K4 or 2024M11"):
        Period.parse("2024")


@given(st.sampled_from([Kvartal, Maaned]), st.dates(date(1000, 1, 1), date(9000, 1, 1)))
def test_every_day_lies_in_one_period(kind: type[Period], day: date) -> None:
    kvartal = kind.of(day)
    assert kvartal.first_day <= day <= kvartal.last_day
    assert Period.parse(str(kvartal)) == kind.parse(str(kvartal)) == kvartal
    assert kvartal.next().first_day == kvartal.last_day + timedelta(days=1)
    assert kvartal.next().previous() == kvartal.previous().next() == kvartal
    assert kvartal.previous() < kvartal < kvartal.next()


def test_of_the_statistic() -> None:
    assert str(FIRST_KVARTAL) == "2022K3"
    assert [str(kvartal) for kvartal in FIRST_KVARTAL.until(Kvartal(2023, 1))] == ["2022K3", "2022K4", "2023K1"]
    assert FIRST_KVARTAL.until(FIRST_KVARTAL) == (FIRST_KVARTAL,)
