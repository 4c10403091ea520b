"""From when to when a requirement holds, and what it is called meanwhile: announced, in force, historic (seed 002).

The executive order changes each 1 January and 1 July and promises to announce a change at least six months ahead.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    """What a version is on a day, in the words of the executive order."""

    VARSLET = "varslet"
    GAELDENDE = "gaeldende"
    HISTORISK = "historisk"


def latest_announcement(first_day: date) -> date:
    """The last day on which a change of ``first_day`` (the first of a month) may be announced: six months before."""
    return first_day.replace(year=first_day.year - (first_day.month <= 6), month=(first_day.month + 5) % 12 + 1)


@dataclass(frozen=True, slots=True)
class Validity:
    """The days ``first_day``..``last_day`` (None: still) of a version, and when it was announced (None: not known)."""

    announced: date | None
    first_day: date
    last_day: date | None

    @property
    def known_from(self) -> date:
        """The day from which the version counts as announced; without a known one the last that was allowed [chosen]."""
        return self.announced or latest_announcement(self.first_day)

    def status(self, day: date) -> Status | None:
        """What the version is on a day; None while nobody has heard of it."""
        if day < self.first_day:
            return Status.VARSLET if self.known_from <= day else None
        return Status.GAELDENDE if self.last_day is None or day <= self.last_day else Status.HISTORISK
