"""What a person may do for which kommune: the organisation's rows of ``portal_access.csv``, and the person's own roles.

A role that only one of the two has is none. Somebody whose login tells no role may read.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.portal.sessions import Person
from hjalp_pipeline.storage.portal_lists import APPROVES, OFFICE, READS, SENDS, Access

#: What each role may do: whoever sends or approves may read.
_MAY = {READS: {READS}, SENDS: {READS, SENDS}, APPROVES: {READS, APPROVES}, OFFICE: {OFFICE}}


@dataclass(frozen=True, slots=True)
class Rights:
    """Who has access to each statistic. ``lists``: by statistic what reads its rows, now."""

    lists: Mapping[str, Callable[[], Iterable[Access]]]

    def of(self, person: Person, statistic: str, day: date) -> dict[str, frozenset[str]]:
        """What a person may do on a day, by kommune; under "" what the office may."""
        found: dict[str, set[str]] = {}
        own = person.roles or {READS}
        for row in self.lists[statistic]() if statistic in self.lists else ():
            if row.cvr == person.cvr and row.holds(day):
                for role in own:
                    both = _MAY[row.role] & _MAY.get(role, set())
                    if both:
                        found.setdefault(row.komnr, set()).update(both)
        return {komnr: frozenset(may) for komnr, may in sorted(found.items())}

    def may(self, person: Person, statistic: str, komnr: str, role: str, day: date) -> bool:
        """Whether a person may do something for a kommune on a day; the office does nothing in a kommune's place."""
        return role in self.of(person, statistic, day).get("" if role == OFFICE else komnr, frozenset())

    def kommuner(self, person: Person, day: date) -> list[tuple[str, str, str]]:
        """Statistic, number and name of every kommune a person may see, in order."""
        return [
            (statistic, komnr, NAVN[komnr])
            for statistic in self.lists
            for komnr in self.of(person, statistic, day)
            if komnr
        ]
