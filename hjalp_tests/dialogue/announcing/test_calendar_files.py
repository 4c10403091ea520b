"""The calendar's pages of a data root: what is announced, confirmed, late, and what the office has before it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from hjalp_pipeline.dialogue.announcing.calendar_files import calendar_lines, write_calendar
from hjalp_pipeline.dialogue.announcing.year_wheel import year_wheel
from hjalp_pipeline.production.release.punctuality import came
from hjalp_pipeline.production.release.release_calendar import read_days
from hjalp_pipeline.storage.root import DataRoot

DEFINITION = (
    'reference_years = [2024]\nquarter = "2025K1"\nregisters = "2025-04-04"\npublish_at = {at}\n'
    "approvals_until = 2025-06-20T12:00:00+02:00\n"
)
CALENDAR = (
    "release;date;confirmed;number\n2025v1;2026-06-24;nej;\n2024v1;2025-06-24;ja;195\n2024v2;2025-11-14;ja;\n"
    "2024v3;2025-12-18;ja;\n"
)
QUARTERS = ("2. kvartal 2025", "3. kvartal 2025", "4. kvartal 2025", "1. kvartal 2026")


def defined(root: DataRoot, release: str, at: str) -> None:
    root.releases.mkdir(parents=True, exist_ok=True)
    (root.releases / f"{release}.toml").write_text(DEFINITION.format(at=at), encoding="utf-8")


def came_out(root: DataRoot, release: str, at: str) -> None:
    folder = root.releases / release
    folder.mkdir(parents=True)
    folder.chmod(0o755)
    (folder / "manifest.json").write_text(json.dumps({"publish_at": at}))


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    """2024v1 came out three days late, 2024v2 is defined for another hour than eight, 2024v4 is in no calendar."""
    root = DataRoot(tmp_path)
    root.codelists.mkdir(parents=True)
    (root.codelists / "calendar.csv").write_text(CALENDAR, encoding="utf-8")
    (root.codelists / "approval_deadlines.csv").write_text("aar;deadline\n2024;2025-06-13\n", encoding="utf-8")
    defined(root, "2024v1", "2025-06-27T08:00:00+02:00")
    came_out(root, "2024v1", "2025-06-27T08:00:00+02:00")
    defined(root, "2024v2", "2025-11-14T10:00:00+01:00\npublish_at_reason = 'Efter aftale.'")
    defined(root, "2024v4", "2026-02-02T08:00:00+01:00")
    return root


def test_lines(root: DataRoot) -> None:
    lines = calendar_lines(root, datetime(2025, 7, 1, tzinfo=UTC))
    assert [(line.release, line.at.isoformat(), line.confirmed, line.late) for line in lines] == [
        ("2024v1", "2025-06-24T08:00:00+02:00", True, 3),
        ("2024v2", "2025-11-14T10:00:00+01:00", True, 0),
        ("2024v3", "2025-12-18T08:00:00+01:00", True, 0),
        ("2025v1", "2026-06-24T08:00:00+02:00", False, 0),
    ]
    assert lines[0].came == date(2025, 6, 27)


def test_one_that_was_made_and_then_postponed_is_late_by_its_first_day(root: DataRoot) -> None:
    """Its quality declaration was written before, and stays as it was published."""
    told = {"concepts": [{"concept": "S.14.2.1", "value": {"announced": "2025-06-24", "days": 3}}]}
    (root.releases / "2024v1" / "quality.json").write_text(json.dumps(told), encoding="utf-8")
    path = root.codelists / "calendar.csv"
    path.write_text(CALENDAR.replace("2025-06-24", "2025-07-04"), encoding="utf-8")
    line = next(one for one in calendar_lines(root, datetime(2025, 7, 8, tzinfo=UTC)) if one.release == "2024v1")
    assert (line.at.date(), line.came, line.late) == (date(2025, 7, 4), date(2025, 7, 4), 10)
    days = read_days(root)
    assert came(root.releases / "2024v1", days, datetime(2025, 6, 27, 6, tzinfo=UTC))[1] == 10
    (root.releases / "2024v1" / "quality.json").write_text("{}", encoding="utf-8")
    assert came(root.releases / "2024v1", days, datetime(2025, 6, 27, 6, tzinfo=UTC))[1] == 0


def test_a_release_has_not_come_out_before_its_time_nor_while_it_is_closed(root: DataRoot) -> None:
    assert calendar_lines(root, datetime(2025, 6, 26, tzinfo=UTC))[0].came is None
    (root.releases / "2024v1").chmod(0o700)
    assert calendar_lines(root, datetime(2025, 7, 1, tzinfo=UTC))[0].came is None


def test_files(root: DataRoot) -> None:
    written = write_calendar(root, date(2025, 7, 1))
    assert [(root.name(path), path.stat().st_mode & 0o777) for path in written] == [
        ("releases/kalender.html", 0o644),
        ("releases/kalender.ics", 0o644),
        ("reminders/aarshjul.html", 0o600),
    ]
    page, wheel = (path.read_text(encoding="utf-8") for path in (written[0], written[2]))
    assert "24.06.2025 kl. 08.00" in page
    assert "27.06.2025, 3 dage efter" in page
    assert "24.06.2026 kl." not in page  # not confirmed: a day alone
    events = Calendar.from_ical(written[1].read_bytes()).walk("VEVENT")
    assert [str(event["UID"]) for event in events] == ["hjalp-2024v1", "hjalp-2024v2", "hjalp-2024v3", "hjalp-2025v1"]
    assert events[1]["DTSTART"].dt == datetime(2025, 11, 14, 9, tzinfo=UTC)
    assert events[3]["DTSTART"].dt == date(2026, 6, 24)
    assert "Udgivelse 2024v4, ikke i kalenderen" in wheel
    before = [path.read_bytes() for path in written]
    assert [path.read_bytes() for path in write_calendar(root, date(2025, 7, 1))] == before


def test_the_year_from_a_month_on(root: DataRoot) -> None:
    months = year_wheel(root, date(2025, 6, 30))
    assert [month.name for month in months][::11] == ["juni 2025", "maj 2026"]
    assert [(one.day.day, one.text) for one in months[0].before] == [
        (13, "Frist for godkendelse af 2024"),
        (20, "Sidste dag for godkendelser til 2024v1"),
        (20, "Sidste dag for godkendelser til 2024v2"),
        (20, "Sidste dag for godkendelser til 2024v4"),
        (24, "Udgivelse 2024v1"),
    ]
    deadlines = [one.text for month in months for one in month.before if one.kind == "frist"]
    assert deadlines == [f"Frist for leverance for {quarter}" for quarter in QUARTERS]


def test_without_a_calendar_nothing_is_announced(tmp_path: Path) -> None:
    pages = write_calendar(DataRoot(tmp_path), date(2025, 7, 1))
    assert "Ingen udgivelse er annonceret." in pages[0].read_text(encoding="utf-8")
