"""What the gate says of a kommune in a quarter, from what is known of its deliveries and of what is stored. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.rules.collaborations import Collaboration
from hjalp_pipeline.rules.systems import SystemRow

#: ``partial``: a system in force is silent while another has delivered (R1); ``newest_rejected``: a newest delivery was
#: rejected and an older one of the quarter is in use; ``not_yet_in``: neither a system nor another kommune has begun to deliver for it.
Status = Literal["delivered", "partial", "newest_rejected", "missing", "rejected", "stale", "covered", "not_yet_in"]
STATUSES: tuple[Status, ...] = get_args(Status)
#: What nobody waits for.
SETTLED: tuple[Status, ...] = ("delivered", "covered", "not_yet_in")


def why_not_yet_in(
    systems: Iterable[SystemRow], collaborations: Iterable[Collaboration], komnr: str, period: Period
) -> str | None:
    """Why a kommune owes nothing yet, in Danish; None once it is in.

    It is in from the first period of its first system, or of the first collaboration in which another reports for it. Who has
    been in stays so: without a system after that it is missing.
    """
    begin = [row.from_quarter for row in systems if row.komnr == komnr]
    reported = [
        row.from_date
        for row in collaborations
        if row.komnr_medlem == komnr and row.komnr_indberetter != komnr and row.from_date <= period.last_day
    ]
    if reported or any(first <= period for first in begin):
        return None
    return (
        f"ikke med endnu: første system er fra {min(begin)}" if begin else "ikke med endnu: intet system i systems.csv"
    )


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery of the quarter: its system, when it was received (Danish time, without zone) and its verdict, null when
    not read yet.
    """

    system: str
    received: datetime
    accepted: bool | None
    code: str | None


def last_rejected(arrivals: Sequence[Arrival], systems: Iterable[str]) -> tuple[Arrival, ...]:
    """Rejected deliveries that nothing newer follows: of their system in force, or of the kommune.

    ``arrivals``: in the order of their reception.
    """
    in_force = set(systems)
    newest = {one.system: one for one in arrivals if one.system in in_force}
    last = [*newest.values(), *arrivals[-1:]]
    return tuple(one for one in arrivals if one.accepted is False and any(one is other for other in last))


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one kommune.

    ``systems``: in force in the quarter, newest first; ``covered_by``: who reports for it; ``arrivals``: the quarter's own
    deliveries in the order of their reception; ``has_data``: deliveries that have been read make up its data; ``unread``:
    a file has not been read; ``needs``: what has to be run (see ``GateRow``); ``never_delivered``: systems left and carried
    forward that have no accepted delivery (R2); ``not_yet_in``: why it owes nothing yet, null once it is in. ``shares``:
    another's figures hold its records, and it may deliver a part of them itself: nobody waits for that. ``the_da``: what its
    period is called in a sentence.
    """

    systems: tuple[str, ...]
    covered_by: tuple[str, ...]
    arrivals: tuple[Arrival, ...]
    has_data: bool
    unread: bool
    needs: str | None
    never_delivered: tuple[str, ...]
    not_yet_in: str | None = None
    shares: bool = False
    the_da: str = Period.the_da

    @property
    def silent(self) -> tuple[str, ...]:
        """Systems in force without an accepted delivery while another has one (R1)."""
        delivering = {one.system for one in self.arrivals if one.accepted}
        return tuple(system for system in self.systems if system not in delivering) if self.has_data else ()

    @property
    def rejected(self) -> tuple[Arrival, ...]:
        """Rejected deliveries that nothing newer follows."""
        return last_rejected(self.arrivals, self.systems)

    @property
    def status(self) -> Status:
        """Where the kommune stands in the quarter."""
        if self.covered_by and not (self.arrivals if self.shares else self.systems):
            return "covered"
        if not self.arrivals:
            return "not_yet_in" if self.not_yet_in else "missing"
        if self.unread:
            return "stale"
        if not self.has_data:
            return "rejected"
        if self.needs:
            return "stale"
        if self.silent:
            return "partial"
        return "newest_rejected" if self.rejected else "delivered"

    def detail(self) -> Iterator[str]:
        """What a person should know, in Danish, the reason of the status first."""
        if self.status == "covered":
            yield f"indberettes af {self.covered_by[0]}"
            if self.shares:
                yield "indgår kun i en udgivelse, når den har leveret det, den selv skal indberette"
        elif self.status == "missing":
            yield "ingen leverance" if self.systems else "intet system er i kraft"
        elif self.status == "rejected":
            yield "ingen leverance er accepteret"
        if self.not_yet_in and self.status in ("not_yet_in", "rejected"):
            yield self.not_yet_in
        if self.status in ("stale", "covered"):
            yield from self._stale()
        if self.unread:
            return
        if self.silent:
            yield f"leverance mangler fra {', '.join(self.silent)}"
        if self.has_data and self.rejected:
            yield f"nyeste leverance er afvist ({self.rejected[-1].code})"
        if self.never_delivered:
            yield f"forladt uden en accepteret leverance at føre videre: {', '.join(self.never_delivered)}"

    def _stale(self) -> Iterator[str]:
        if self.unread:
            yield "leverance er ikke læst endnu (eller af en ældre version af programmet)"
        elif self.needs == "raw":
            yield "det lagrede er ændret, eller bygger på andre leverancer eller en ældre version af programmet"
        elif self.needs == "chain":
            yield f"{self.the_da} er ikke kørt med leverancen endnu, eller det beregnede er ændret"
        elif self.needs == "tables":
            yield f"{self.the_da}s tabeller er ikke dannet endnu"
