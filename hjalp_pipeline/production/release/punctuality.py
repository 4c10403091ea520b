"""How late a release came: counted from the day it was announced for when it was made, also when the calendar has moved it since (TP3)."""

import json
from datetime import date, datetime
from pathlib import Path

from hjalp_pipeline.production.release.release_calendar import Days, danish_day, opens_at

#: The concept of SIMS that tells it, in ``quality.json``.
PUNCTUALITY = "S.14.2.1"
_QUALITY = "quality.json"


def announced_when_made(folder: Path) -> date | None:
    """The day a release tells in its quality declaration that it was announced for; None when it tells none."""
    try:
        concepts = json.loads((folder / _QUALITY).read_bytes())["concepts"]
        told = next((one["value"] for one in concepts if one["concept"] == PUNCTUALITY), None)
        return told and date.fromisoformat(told["announced"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def came(folder: Path, days: Days, publish_at: datetime) -> tuple[datetime, int | None]:
    """When a release that is out came, and how many days after the day it was announced for first; None when none was."""
    row = days.row(folder.name)
    at = opens_at(row, publish_at) or publish_at
    announced = announced_when_made(folder) or (row and row.day)
    return at, max((danish_day(at) - announced).days, 0) if announced else None
