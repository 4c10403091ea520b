"""``releases/kalender.html`` and ``.ics``, for everybody, and ``reminders/aarshjul.html``, for the office."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from hjalp_pipeline.dialogue.announcing.ical_file import Event, ical
from hjalp_pipeline.dialogue.announcing.year_wheel import wheel_svg, year_wheel
from hjalp_pipeline.pages.template import template
from hjalp_pipeline.production.release.definition_files import planned_definitions
from hjalp_pipeline.production.release.embargo import standing_releases
from hjalp_pipeline.production.release.punctuality import announced_when_made
from hjalp_pipeline.production.release.release_calendar import danish_day, opens_at, read_calendar
from hjalp_pipeline.publishing.definition_sense import PUBLISHED_AT
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.files import ALL, OWNER, write_bytes
from hjalp_pipeline.storage.root import DataRoot


class Line(NamedTuple):
    """A release in the calendar: the moment it is announced for, whether that is confirmed, the day it came out, if it has, and the
    day it was announced for when it was made, if it tells that.
    """

    release: str
    at: datetime
    confirmed: bool
    came: date | None
    first: date | None = None

    @property
    def late(self) -> int:
        """Days it came out after the day it was announced for first."""
        return (self.came - (self.first or danish_day(self.at))).days if self.came else 0


def calendar_lines(root: DataRoot, as_of: datetime) -> list[Line]:
    """The calendar's rows. A moment is 08:00 Danish time, or what the release's definition says of the same day."""
    moments = {definition.release: definition.publish_at for definition in planned_definitions(root)}
    rows = read_calendar(root)
    announced = {row.release: row for row in rows}
    came = {
        one.release: danish_day(opens_at(announced.get(one.release), one.publish_at) or one.publish_at)
        for one in standing_releases(root)
        if one.opened and one.publish_at <= as_of
    }
    lines = []
    for row in rows:
        own = moments.get(row.release)
        at = own if own and danish_day(own) == row.day else datetime.combine(row.day, PUBLISHED_AT, DANISH_TIME)
        first = announced_when_made(root.releases / row.release) if row.release in came else None
        lines.append(Line(row.release, at, row.confirmed, came.get(row.release), first))
    return lines


def write_calendar(root: DataRoot, today: date) -> list[Path]:
    """Write the three files as they are on a day."""
    as_of = datetime.combine(today, time(12), UTC)
    lines, months = calendar_lines(root, as_of), year_wheel(root, today)
    statistic = root.declared.layouts.declaration.statistic
    page = template("hjalp_pipeline.dialogue.announcing", "kalender.html.j2").render(
        statistic=statistic, lines=lines, today=today
    )
    wheel = template("hjalp_pipeline.dialogue.announcing", "aarshjul.html.j2").render(
        statistic=statistic,
        months=months,
        today=today,
        picture=Markup(wheel_svg(months)),  # noqa: S704 (an SVG of the program's own, escaped)
    )
    written = {
        root.releases / "kalender.html": (page.encode(), ALL),
        root.releases / "kalender.ics": (ical(statistic, _events(root.statistic, statistic, lines), as_of), ALL),
        root.reminders / "aarshjul.html": (wheel.encode(), OWNER),
    }
    for path, (content, mode) in written.items():
        write_bytes(path, content, mode)
    return list(written)


def _events(name: str, statistic: str, lines: Sequence[Line]) -> list[Event]:
    """A release whose day is not confirmed is on a day; one that is, at its moment."""
    return [
        Event(
            f"{name}-{line.release}",
            line.at if line.confirmed else danish_day(line.at),
            f"{statistic}, {line.release}",
            "Udgivelse" if line.confirmed else "Udgivelse; dagen er ikke bekræftet",
            line.confirmed,
        )
        for line in lines
    ]
