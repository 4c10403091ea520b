"""Announced, in force, historic: what a version is on a day, and the versions of the paragraphs' value set."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjalp_pipeline.codelists.shipped_lists import read_codelist
from hjalp_pipeline.codelists.validity import Status, Validity, latest_announcement
from hjalp_pipeline.codelists.value_sets import value_sets_of
from hjalp_pipeline.statistics.hjalp.codelists.lov_navn import LOV_NAVN, listed
from hjalp_pipeline.statistics.hjalp.codelists.paragraphs import PARAGRAPHS, Paragraph

days = st.dates(date(2022, 7, 1), date(2040, 12, 31))
#: Month and day on which requirements may change.
CHANGE_DAYS = ((1, 1), (7, 1))
change_days = st.builds(lambda aar, part: date(aar, *part), st.integers(2022, 2035), st.sampled_from(CHANGE_DAYS))


def paragraph(code: str, first: date, last: date | None = None) -> Paragraph:
    return Paragraph(code, "Loven", "1", "Tekst", first, last)


@pytest.mark.parametrize(
    ("first_day", "latest"),
    [(date(2025, 7, 1), date(2025, 1, 1)), (date(2026, 1, 1), date(2025, 7, 1)), (date(2025, 12, 1), date(2025, 6, 1))],
)
def test_six_months_ahead(first_day: date, latest: date) -> None:
    assert latest_announcement(first_day) == latest


def test_status_by_day() -> None:
    validity = Validity(date(2024, 12, 1), date(2025, 7, 1), date(2025, 12, 31))
    by_day = {
        date(2024, 11, 30): None,
        date(2024, 12, 1): "varslet",
        date(2025, 6, 30): "varslet",
        date(2025, 7, 1): "gaeldende",
        date(2025, 12, 31): "gaeldende",
        date(2026, 1, 1): "historisk",
    }
    assert {day: validity.status(day) for day in by_day} == by_day


def test_without_a_known_announcement_the_last_day_allowed_counts() -> None:
    validity = Validity(None, date(2025, 7, 1), None)
    assert [validity.status(day) for day in (date(2024, 12, 31), date(2025, 1, 1))] == [None, Status.VARSLET]


def test_the_value_set_of_the_aeldrelov_is_a_version_of_its_own() -> None:
    first, second, *_later = LOV_NAVN.versions
    assert {p.code for p in second.codes} - {p.code for p in first.codes} == {"AEL_10"}
    assert {p.code for p in first.codes} <= {p.code for p in second.codes}
    statuses = {
        date(2024, 12, 31): ("gaeldende", None),
        date(2025, 3, 1): ("gaeldende", "varslet"),
        date(2025, 6, 30): ("gaeldende", "varslet"),
        date(2025, 7, 1): ("historisk", "gaeldende"),
    }
    assert {day: (first.validity.status(day), second.validity.status(day)) for day in statuses} == statuses


def test_the_shipped_value_sets_keep_the_rules() -> None:
    """On 1 January or 1 July, and announced six months ahead where the day of the announcement is known."""
    for values in LOV_NAVN.versions:
        first = values.validity.first_day
        assert (first.month, first.day) in CHANGE_DAYS
        assert values.validity.announced is None or values.validity.announced <= latest_announcement(first)
        assert values.source, "value_sets.csv says where every version is from"
    announced = [
        row["in_force_from"]
        for row in read_codelist("value_sets.csv", package="hjalp_pipeline.statistics.hjalp.codelists")
    ]
    assert announced == [str(values.validity.first_day) for values in LOV_NAVN.versions], (
        "a row for each version and no other"
    )
    codes = {p.code for values in LOV_NAVN.versions for p in values.codes}
    assert codes == {p.code for p in PARAGRAPHS}


@given(day=days)
def test_exactly_one_shipped_value_set_is_current_every_day(day: date) -> None:
    assert [values.validity.status(day) for values in LOV_NAVN.versions].count(Status.GAELDENDE) == 1


@pytest.mark.slow
@given(firsts=st.lists(change_days, min_size=1, max_size=5), ends=st.data(), day=days)
def test_every_code_is_in_the_current_version_exactly_while_it_may_be_used(
    firsts: list[date], ends: st.DataObject, day: date
) -> None:
    codes = []
    for number, first in enumerate(firsts):
        last = ends.draw(st.none() | change_days.filter(lambda end, first=first: end > first))
        codes.append(paragraph(str(number), first, last - timedelta(days=1) if last else None))
    versions = value_sets_of(map(listed, codes), {})
    assert [values.version for values in versions] == list(range(1, len(versions) + 1))
    current = [values for values in versions if values.validity.status(day) is Status.GAELDENDE]
    assert len(current) == (day >= min(firsts))
    inside = {code.code for values in current for code in values.codes}
    assert inside == {c.code for c in codes if c.from_date <= day and (c.to_date is None or day <= c.to_date)}
    for values in versions:
        assert values.validity.known_from <= latest_announcement(values.validity.first_day)
