"""How a kommune stands in a period, from its file names, receipts and the office's lists; nothing is read from the lake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.portal.receipts_read import Received, receipts_of
from hjalp_pipeline.production.inbox.gate_state import Arrival, Facts, Status, why_not_yet_in
from hjalp_pipeline.rules.collaborations import Collaboration, covered_by
from hjalp_pipeline.rules.systems import SystemRow, current_systems
from hjalp_pipeline.storage.codelists import (
    COLLABORATIONS,
    EXTENSIONS,
    SYSTEMS,
    Extension,
    read_collaborations,
    read_extensions,
    read_systems,
)
from hjalp_pipeline.storage.inbox import period_folders
from hjalp_pipeline.storage.portal_lists import list_mark
from hjalp_pipeline.storage.root import DataRoot

#: Word, mark (a style), what comes next, and whose turn it is.
SAID: dict[Status, tuple[str, str, str, str]] = {
    "delivered": ("Godtaget", "ok", "Intet. Tallene godkendes år for år.", "ingen"),
    "partial": ("Delvis modtaget", "warn", "Send fra det system, der mangler.", "jer"),
    "newest_rejected": ("Nyeste er afvist", "warn", "Ret fejlene, og send igen. Den forrige gælder.", "jer"),
    "missing": ("Mangler", "no", "Send alle data.", "jer"),
    "rejected": ("Afvist", "no", "Ret fejlene, og send igen.", "jer"),
    "stale": ("Modtaget", "wait", "Vent på kvitteringen. Den kommer inden for få minutter.", "os"),
    "covered": ("Indberettes af en anden", "", "Intet.", "ingen"),
    "not_yet_in": ("Ikke med endnu", "", "Intet.", "ingen"),
}
#: What is said of a period the kommune no longer owes anything for.
_SUPERSEDED = ("Afløst", "", "Intet. Den næste leverance rummer alt.", "ingen")
_OWED: tuple[Status, ...] = ("missing", "rejected", "partial", "newest_rejected")


@dataclass(frozen=True, slots=True)
class OfficeLists:
    """The lists that say who delivers what until when."""

    systems: Sequence[SystemRow]
    collaborations: Sequence[Collaboration]
    extensions: Sequence[Extension]

    @classmethod
    def read(cls, root: DataRoot) -> "OfficeLists":
        """As they are now, read again when one has changed; InputError names what is wrong."""
        return _lists(root, tuple(list_mark(root, one) for one in (SYSTEMS, COLLABORATIONS, EXTENSIONS)))


@lru_cache(maxsize=8)
def _lists(root: DataRoot, _marks: tuple[str, ...]) -> OfficeLists:
    return OfficeLists(read_systems(root), read_collaborations(root), read_extensions(root))


@dataclass(frozen=True, slots=True)
class Stand:
    """A kommune in a period. ``received``: its deliveries, oldest first; ``detail``: more, in Danish; ``superseded``: it owes
    nothing for the period any more, for every delivery holds everything: the next one is asked for.
    """

    period: Period
    status: Status
    deadline: date
    extended: bool
    received: tuple[Received, ...]
    detail: str
    superseded: bool = False

    @property
    def word(self) -> str:
        """The status in a word."""
        return _SUPERSEDED[0] if self.superseded else SAID[self.status][0]

    @property
    def mark(self) -> str:
        """The style of the status."""
        return _SUPERSEDED[1] if self.superseded else SAID[self.status][1]

    @property
    def next_step(self) -> str:
        """What comes next."""
        return _SUPERSEDED[2] if self.superseded else SAID[self.status][2]

    @property
    def turn(self) -> str:
        """Whose turn it is."""
        return _SUPERSEDED[3] if self.superseded else SAID[self.status][3]

    def late(self, today: date) -> bool:
        """Whether the kommune owes something past its deadline."""
        return self.turn == "jer" and today > self.deadline

    @property
    def newest(self) -> Received | None:
        """The newest delivery."""
        return self.received[-1] if self.received else None


def standing_of(root: DataRoot, komnr: str, period: Period, lists: OfficeLists, today: date) -> Stand:
    """A kommune in a period, from what lies in the inbox and was told of it."""
    received = tuple(receipts_of(root, komnr, str(period)))
    lying = [one for one in received if one.lies]
    arrivals = tuple(
        Arrival(one.name.system, one.name.received, one.accepted, one.receipt["code"] if one.receipt else None)
        for one in lying
    )
    facts = Facts(
        systems=current_systems(lists.systems, komnr, period),
        covered_by=covered_by(lists.collaborations, komnr, period),
        arrivals=arrivals,
        has_data=any(one.accepted for one in arrivals),
        unread=any(one.accepted is None for one in arrivals),
        needs=None,
        never_delivered=(),
        not_yet_in=why_not_yet_in(lists.systems, lists.collaborations, komnr, period),
        shares=root.declared.covered is not None,
        the_da=period.the_da,
    )
    own = [row.new_deadline for row in lists.extensions if (row.komnr, row.period) == (komnr, period)]
    deadline = own[-1] if own else period.deadline
    superseded = facts.status in _OWED and today > max(period.next().deadline, deadline)
    return Stand(period, facts.status, deadline, bool(own), received, "; ".join(facts.detail()), superseded)


def periods_shown(root: DataRoot, today: date, most: int = 8) -> list[Period]:
    """The periods that are over and those with a folder in the inbox, newest first."""
    over = [period for period in root.declared.periods(today) if period.last_day < today]
    known = sorted({*over[-most:], *period_folders(root)})
    return list(reversed(known))
