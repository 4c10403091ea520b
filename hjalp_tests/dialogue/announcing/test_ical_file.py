"""The calendar file, read back by the library icalendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from hjalp_pipeline.dialogue.announcing.ical_file import Event, ical

AS_OF = datetime(2025, 6, 1, 12, tzinfo=UTC)
SUMMER = datetime.fromisoformat("2025-06-24T08:00:00+02:00")


def read(content: bytes) -> list[dict[str, object]]:
    calendar = Calendar.from_ical(content)
    return [
        {
            "uid": str(event["UID"]),
            "at": event["DTSTART"].dt,
            "title": str(event["SUMMARY"]),
            "text": str(event["DESCRIPTION"]),
            "status": str(event["STATUS"]),
        }
        for event in calendar.walk("VEVENT")
    ]


def test_moments_and_days() -> None:
    events = [
        Event("hjalp-2024v1", SUMMER, "Udlån af hjælpemidler, 2024v1", "Udgivelse", confirmed=True),
        Event("hjalp-2025v1", date(2026, 6, 24), "Udlån; af\nhjælpemidler \\ 2025v1", "", confirmed=False),
    ]
    assert read(ical("Udlån", events, AS_OF)) == [
        {
            "uid": "hjalp-2024v1",
            "at": datetime(2025, 6, 24, 6, tzinfo=UTC),
            "title": "Udlån af hjælpemidler, 2024v1",
            "text": "Udgivelse",
            "status": "CONFIRMED",
        },
        {
            "uid": "hjalp-2025v1",
            "at": date(2026, 6, 24),
            "title": "Udlån; af\nhjælpemidler \\ 2025v1",
            "text": "",
            "status": "TENTATIVE",
        },
    ]


def test_without_events_it_is_a_calendar() -> None:
    assert read(ical("Udlån", [], AS_OF)) == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cf", "Cn", "Co", "Zs"]), max_size=300))
def test_any_text_comes_back_and_no_line_is_too_long(text: str) -> None:
    content = ical(text, [Event("one", SUMMER, text, text, confirmed=True)], AS_OF)
    (event,) = read(content)
    assert (event["title"], event["text"]) == (text, text)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
