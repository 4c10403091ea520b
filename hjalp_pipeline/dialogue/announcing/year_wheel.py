"""What the office has before it in the twelve months from a day on: deadlines, approvals, releases; and that as a wheel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from math import cos, pi, sin

from hjalp_pipeline.codelists.periods import MONTHS
from hjalp_pipeline.dialogue.reminders.day_lists import read_approval_deadlines
from hjalp_pipeline.production.release.definition_files import planned_definitions
from hjalp_pipeline.production.release.release_calendar import danish_day, read_calendar
from hjalp_pipeline.storage.root import DataRoot

_COLOURS = {"frist": "#b45309", "godkendelse": "#14663b", "udgivelse": "#0f4c81"}


@dataclass(frozen=True, order=True)
class Before:
    """Something with a day: ``kind`` is one of frist, godkendelse and udgivelse."""

    day: date
    kind: str
    text: str


@dataclass(frozen=True)
class Month:
    """A month and what lies in it."""

    aar: int
    nr: int
    before: tuple[Before, ...]

    @property
    def name(self) -> str:
        """``juni 2025``."""
        return f"{MONTHS[self.nr - 1]} {self.aar}"


def year_wheel(root: DataRoot, today: date) -> tuple[Month, ...]:
    """The month of a day and the eleven after it."""
    first = today.year * 12 + today.month - 1
    found = sorted(_everything(root, today))
    months = [divmod(number, 12) for number in range(first, first + 12)]
    return tuple(
        Month(aar, nr + 1, tuple(one for one in found if (one.day.year, one.day.month) == (aar, nr + 1)))
        for aar, nr in months
    )


def _everything(root: DataRoot, today: date) -> list[Before]:
    periods = root.declared.periods(today.replace(year=today.year + 1, day=1))
    found = [Before(period.deadline, "frist", f"Frist for leverance for {period.in_words}") for period in periods]
    found += [
        Before(day, "godkendelse", f"Frist for godkendelse af {aar}") for aar, day in read_approval_deadlines(root)
    ]
    rows = read_calendar(root)
    for row in rows:
        sure = "" if row.confirmed else ", dagen er ikke bekræftet"
        found.append(Before(row.day, "udgivelse", f"Udgivelse {row.release}{sure}"))
    for definition in planned_definitions(root):
        if definition.release not in {row.release for row in rows}:
            text = f"Udgivelse {definition.release}, ikke i kalenderen"
            found.append(Before(danish_day(definition.publish_at), "udgivelse", text))
        until = danish_day(definition.approvals_until)
        found.append(Before(until, "godkendelse", f"Sidste dag for godkendelser til {definition.release}"))
    return found


def wheel_svg(months: Sequence[Month]) -> str:
    """The months around a circle, clockwise from the top, with a dot for everything in them. What they are stands beside it."""
    shapes = ['<circle cx="160" cy="160" r="92" fill="none" stroke="#d9dfe5" stroke-width="2"/>']
    for place, month in enumerate(months):
        angle = 2 * pi * (place + 0.5) / 12 - pi / 2
        x, y = 160 + 64 * cos(angle), 160 + 64 * sin(angle)
        shapes.append(
            f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="middle">{escape(MONTHS[month.nr - 1][:3])}</text>'
        )
        for number, one in enumerate(month.before):
            radius = 104 + 13 * (number // 3)
            turned = angle + (number % 3 - 1) * 0.13
            x, y = 160 + radius * cos(turned), 160 + radius * sin(turned)
            shapes.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{_COLOURS[one.kind]}"/>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 320" width="320" height="320" role="img" '
        f'aria-label="Årshjul" font-family="sans-serif" font-size="12">{"".join(shapes)}</svg>'
    )
