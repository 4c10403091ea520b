"""The figures of the approval reports against services counted day by day."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.statistics.hand.approval import day_sums as maal
from hjalp_pipeline.statistics.hand.approval.service_rows import full_time

AAR = 2016
SCHEMA = {
    "person": pl.UInt32,
    "komnr_statbank": pl.String,
    "modt_ydelse_kode": pl.String,
    "ydelse_start": pl.Date,
    "begynder": pl.Date,
    "ydelse_slut": pl.Date,
    "maalgruppe": pl.String,
}
Service = tuple[int, str, str, date, date, date | None, str | None]
days = st.dates(date(2014, 11, 1), date(2017, 2, 1))


@st.composite
def services(draw: st.DrawFn) -> Service:
    start, late, length = draw(days), draw(st.sampled_from([0, 0, 40])), draw(st.none() | st.integers(0, 300))
    begins = start + timedelta(late)
    end = None if length is None else begins + timedelta(length)
    code, groups = draw(st.sampled_from(["30013", "31202"])), draw(st.sampled_from([None, "9.9", "1.1.2", "9 2.1"]))
    return draw(st.integers(1, 3)), "101", code, start, begins, end, groups


def day_by_day(rows: list[Service]) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    persons, of_year = set(), set()
    for number, (person, _, kode, start, begins, end, groups) in enumerate(rows):
        without = not any(code.split(".")[0] in "234" or code.startswith("1.") for code in (groups or "").split())
        day = begins
        while day <= min(end or date.max, date(AAR, 12, 31)):
            quarter = str(Kvartal.of(day))
            for place in (kode, ""):
                if day.year >= AAR - 1:
                    found[maal.DAGE, quarter, place] += 1
                    persons.add((quarter, place, person))
                    of_year.add((str(day.year), place, number, without))
                    found[maal.BEGYNDT, quarter, place] += day == start
                    found[maal.SLUTTET, quarter, place] += day == end
            day += timedelta(1)
    found.update((maal.PERSONER, quarter, place) for quarter, place, _ in persons)
    found.update((maal.YDELSER, year, place) for year, place, _, _ in of_year)
    found.update((maal.UDEN_GRUPPE, year, place) for year, place, _, without in of_year if without)
    return +found


@pytest.mark.slow
@given(st.lists(services(), max_size=6))
def test_against_days_counted_one_by_one(rows: list[Service]) -> None:
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    told = maal.count(frame, "101", AAR).figures.filter(pl.col("antal") > 0)
    assert {row[1:4]: row[4] for row in told.iter_rows()} == day_by_day(rows)


def test_full_time_services_are_rounded_half_away_from_zero() -> None:
    quarter = Kvartal(2024, 4)  # 92 days
    assert [full_time(n, quarter) for n in (0, 4, 5, 92, 138)] == [0.0, 0.0, 0.1, 1.0, 1.5]
    assert full_time(9, Kvartal(2025, 1)) == 0.1  # exactly a tenth of 90 days
    assert full_time(22, Kvartal(2016, 1)) == 0.2, "91 days: 0.2417"
