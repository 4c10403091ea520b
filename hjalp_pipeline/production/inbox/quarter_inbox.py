"""The deliveries that matter to one quarter, and what they make each kommune's data of (R1, R2)."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.names import DeliveryName, safe_name
from hjalp_pipeline.production.inbox.delivered import Delivery
from hjalp_pipeline.production.inbox.delivery_reader import UnreadableError
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.production.inbox.together import Basis, groups
from hjalp_pipeline.production.of_one_kommune import why_of_one
from hjalp_pipeline.rules.collaborations import Collaboration, covered_by, held_against
from hjalp_pipeline.rules.systems import deliveries_in_force
from hjalp_pipeline.storage.entries import RawPartition
from hjalp_pipeline.storage.inbox import InboxFile


class QuarterInbox:
    """The deliveries that matter to one quarter: its own, and earlier ones of systems whose data are carried forward."""

    def __init__(self, inbox: Inbox, kvartal: str, collaborations: Iterable[Collaboration]) -> None:
        """Lists the inbox once; nothing is read yet."""
        self.inbox = inbox
        self.kvartal = Period.parse(kvartal)
        self.collaborations = tuple(collaborations)
        carried = {
            (row.komnr, row.system)
            for row in inbox.systems
            if row.carry_forward and row.to_quarter is not None and row.to_quarter < self.kvartal
        }
        #: Kommuner with a file that could not be read: which delivery is in force cannot be told.
        self.faulty: set[str] = set()
        self.own = inbox.files(kvartal)
        self.earlier = [
            (file, name)
            for file, name in inbox.files()
            if name is not None
            and file.folder != kvartal
            and (name.komnr, name.system) in carried
            and Period.parse(name.kvartal) < self.kvartal
        ]

    def read(self, kommuner: Iterable[str] | None = None) -> tuple[list[Delivery], dict[str, str]]:
        """Read everything (of some kommuner; files whose name says no kommune are read only with all of them).

        Returns the deliveries, and why a file could not be read at all, by safe file name: one faulty file or disk
        sector must not keep 97 kommuner waiting. What was read is remembered whatever happens.
        """
        found, unread = list[Delivery](), dict[str, str]()
        try:
            mine = self.wanted(kommuner)
            self.inbox.read_ahead(mine)
            for file, name in mine:
                with self._of_one(file, name, unread):
                    found.append(self.inbox.read(file, name))
            for one in self.inbox.to_tell_again(found):
                with self._of_one(one.file, one.name, unread):
                    self.inbox.tell(one)
        finally:
            self.inbox.save()
        return found, unread

    @contextmanager
    def _of_one(self, file: InboxFile, name: DeliveryName | None, unread: dict[str, str]) -> Iterator[None]:
        """What goes wrong with one file is taken down in ``unread`` and costs its kommune alone."""
        try:
            yield
        except UnreadableError as fault:
            why = str(fault)
        except BaseException as fault:  # of its receipt: reading has its own words for whatever happens
            told = why_of_one(fault, self.inbox.lake.root)
            if told is None:
                raise
            why = f"its receipt: {told}"
        else:
            return
        unread[safe_name(file.filename)] = why
        self.faulty |= {name.komnr} if name else set()

    def wanted(self, kommuner: Iterable[str] | None) -> list[tuple[InboxFile, DeliveryName | None]]:
        """The files that matter, of all kommuner or some, with the name read."""
        some = None if kommuner is None else set(kommuner)
        return [
            (file, name)
            for file, name in (*self.own, *self.earlier)
            if some is None or (name is not None and name.komnr in some)
        ]

    def in_force(self, deliveries: Iterable[Delivery], komnr: str) -> list[Delivery]:
        """R1 and R2: deliveries that make up a kommune's data, newest system first; empty = it has none."""
        by_candidate = {}
        for delivery in deliveries:
            candidate = delivery.candidate() if delivery.name and delivery.name.komnr == komnr else None
            if candidate is not None:
                by_candidate[candidate] = delivery
        covered = bool(covered_by(self.collaborations, komnr, self.kvartal))
        chosen = deliveries_in_force(self.inbox.systems, by_candidate, komnr, self.kvartal, covered=covered)
        return [by_candidate[candidate] for candidate in chosen]

    def together_with(self, kommuner: Iterable[str]) -> set[str]:
        """The kommuner and all whose data theirs are held against: they are brought up to date together."""
        if not self.inbox.statistic.combining.members:
            return set(kommuner)
        of = groups(held_against(self.collaborations, dict.fromkeys(KOMNR, self.kvartal)))
        return {other for komnr in kommuner for other in of.get(komnr, (komnr,))}

    def bases(self, deliveries: Iterable[Delivery], stored: Mapping[str, RawPartition]) -> dict[str, Basis]:
        """What the data of each kommune are made from, of those that have any.

        Of one with a file nobody could read it cannot be told which delivery is in force: for the others it is what is
        stored of it.
        """
        of_kommune: dict[str, list[Delivery]] = {}
        for delivery in deliveries:
            if delivery.name is not None:
                of_kommune.setdefault(delivery.name.komnr, []).append(delivery)
        found = {}
        for komnr in KOMNR:
            if komnr in self.faulty:
                basis = Basis.stored(str(self.kvartal), stored[komnr]) if komnr in stored else None
            else:
                chosen = self.in_force(of_kommune.get(komnr, ()), komnr)
                basis = Basis.of(self.inbox.statistic, str(self.kvartal), chosen) if chosen else None
            if basis is not None:
                found[komnr] = basis
        return found
