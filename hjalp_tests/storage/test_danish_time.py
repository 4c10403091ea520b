"""Points in time as people write them are Danish time, unless they say another."""

from datetime import UTC, datetime, timedelta

from hjalp_pipeline.storage.danish_time import danish_time


def test_danish_time() -> None:
    assert danish_time("2025-06-24T08:00:00").utcoffset() == timedelta(hours=2)
    assert danish_time("2025-01-24T08:00:00").utcoffset() == timedelta(hours=1)
    assert danish_time("2025-06-24T08:00:00+00:00") == datetime(2025, 6, 24, 8, tzinfo=UTC)
    assert danish_time("2025-06-24T08:00:00Z") == datetime(2025, 6, 24, 8, tzinfo=UTC)
