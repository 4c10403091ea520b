"""Editions of the specification: which version of the layout and of the value set hold together, from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.codelists.validity import Status, Validity
from hjalp_pipeline.codelists.value_sets import ValueSet
from hjalp_pipeline.delivery.layouts.versions import Version


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition, called by the first period it holds for (2025K3). A new one comes when the layout or value set changes.

    ``value_set``: None in a statistic none of whose fields has one.
    """

    kvartal: Period
    validity: Validity
    version: Version
    value_set: ValueSet | None

    @property
    def name(self) -> str:
        """The edition's name, ``2025K3``."""
        return str(self.kvartal)

    @property
    def last_kvartal(self) -> Period | None:
        """The last quarter whose deliveries are held against it, None: still."""
        return type(self.kvartal).of(self.validity.last_day) if self.validity.last_day else None

    @property
    def layout_changes(self) -> bool:
        """Whether the layout is new in this edition."""
        return self.version.validity.first_day == self.validity.first_day

    @property
    def value_set_changes(self) -> bool:
        """Whether the value set is new in this edition."""
        return self.value_set is not None and self.value_set.validity.first_day == self.validity.first_day


def editions(versions: Sequence[Version], value_sets: Sequence[ValueSet]) -> tuple[Edition, ...]:
    """All editions, oldest first, from the first day that has both a layout and a value set.

    An edition counts as announced when the first of its changes is.
    """
    period = versions[0].layout.declaration.period
    begun = max(first[0].validity.first_day for first in (versions, value_sets) if first)
    parts = [*(version.validity for version in versions), *(values.validity for values in value_sets)]
    days = sorted({max(validity.first_day, begun) for validity in parts})
    ends: list[date | None] = [day - timedelta(days=1) for day in days[1:]]
    found = []
    for first, last in zip(days, [*ends, None], strict=True):
        starting = [validity for validity in parts if validity.first_day == first]
        announced = min(validity.known_from for validity in starting)
        known = any(validity.announced for validity in starting)
        version = max((v for v in versions if v.validity.first_day <= first), key=lambda v: v.validity.first_day)
        values = max(
            (v for v in value_sets if v.validity.first_day <= first), key=lambda v: v.validity.first_day, default=None
        )
        found.append(Edition(period.of(first), Validity(announced if known else None, first, last), version, values))
    return tuple(found)


def known_on(found: Sequence[Edition], day: date) -> list[tuple[Edition, Status]]:
    """The editions announced by a day with what they are on it, newest first."""
    statuses = [(edition, edition.validity.status(day)) for edition in reversed(found)]
    return [(edition, status) for edition, status in statuses if status is not None]
