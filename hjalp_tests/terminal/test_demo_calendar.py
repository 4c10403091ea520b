"""The demo's releases are announced once they are made, so their bytes know nothing of it."""

from datetime import UTC, date, datetime
from pathlib import Path

from hjalp_pipeline.dialogue.announcing.calendar_files import calendar_lines, write_calendar
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.demo_calendar import announce
from hjalp_tests.dialogue.announcing.test_calendar_files import came_out, defined


def test_releases_that_are_out_and_the_next_year(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    root.codelists.mkdir(parents=True)
    announce(root)
    assert list(root.codelists.iterdir()) == []
    for release, at in (("2024v1", "2025-06-24T08:00:00+02:00"), ("2024v2", "2025-11-14T08:00:00+01:00")):
        defined(root, release, at)
        came_out(root, release, at)
    announce(root)
    lines = calendar_lines(root, datetime(2025, 12, 1, tzinfo=UTC))
    assert [(line.release, line.at.date(), line.confirmed, line.came) for line in lines] == [
        ("2024v1", date(2025, 6, 24), True, date(2025, 6, 24)),
        ("2024v2", date(2025, 11, 14), True, date(2025, 11, 14)),
        ("2025v1", date(2026, 6, 23), False, None),
    ]
    assert "2025v1" in write_calendar(root, date(2025, 12, 1))[1].read_text(encoding="utf-8")
    (root.codelists / "calendar.csv").write_text("release;date;confirmed;number\n", encoding="utf-8")
    announce(root)
    assert calendar_lines(root, datetime(2025, 12, 1, tzinfo=UTC)) == []
