"""Moments as a release definition writes them: in a year that can be meant, with the offset of Danish time (R13)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_DANISH_TIME = ZoneInfo("Europe/Copenhagen")


def likely(moment: datetime) -> datetime:
    """The moment; ValueError in a year that nobody means."""
    if not 1900 < moment.year < 9999:  # a day away from either end of the calendar, no zone can be applied
        raise ValueError("is not in a year anybody means")
    return moment


def danish(moment: datetime) -> datetime:
    """The moment; ValueError unless its offset is that of Danish time: +02:00 in winter would open an hour early."""
    danish = moment.astimezone(_DANISH_TIME)
    if moment.utcoffset() not in (danish.utcoffset(), timedelta(0)):
        raise ValueError(f"has not the offset of Danish time on that day ({danish:%z})")
    return moment
