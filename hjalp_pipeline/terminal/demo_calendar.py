"""The demo's calendar of releases: it has announced those that are out, and the first of the year to come."""

from datetime import timedelta

from hjalp_pipeline.production.release.definition_files import standing_definitions
from hjalp_pipeline.production.release.release_calendar import CALENDAR, danish_day
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.storage.root import DataRoot

#: A year later on the same weekday.
_YEAR = timedelta(weeks=52)


def announce(root: DataRoot) -> None:
    """Write the list, unless there is one. When the releases are made: of one that is made later its day would be a part."""
    out = standing_definitions(root)
    if CALENDAR.stands(root) or not out:
        return
    days = {definition.release: danish_day(definition.publish_at) for definition in out}
    year = max(release[:4] for release in days)
    first = min(day for release, day in days.items() if release[:4] == year)
    rows = [f"{release};{day};ja;" for release, day in days.items()] + [f"{int(year) + 1}v1;{first + _YEAR};nej;"]
    write_bytes(root.file(CALENDAR.place), "\n".join([CALENDAR.header(root.declared), *rows, ""]).encode())
