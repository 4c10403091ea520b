"""Points in time as people and this program write them."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

DANISH_TIME = ZoneInfo("Europe/Copenhagen")


#: ISO 8601 as people and this program write it: neither week dates nor the basic form.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)


def danish_time(text: str) -> datetime:
    """An ISO 8601 point in time; one without zone is Danish time."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(f"{text!r} is not a point in time (2025-05-20T09:30)")
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=DANISH_TIME)
