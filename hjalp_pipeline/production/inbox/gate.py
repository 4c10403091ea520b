"""The gate: 98 rows a quarter that say of each kommune whether its data are in, and whether what is stored is current.

The gate is data, not a check: a blocking check stops only its own run, and a kommune whose re-delivery failed would stay
with its old partition unseen. National steps and the release read these rows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMMUNER
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.names import DeliveryName, safe_name
from hjalp_pipeline.production.inbox.delivered import Delivery
from hjalp_pipeline.production.inbox.gate_state import STATUSES, Arrival, Facts, Status, why_not_yet_in
from hjalp_pipeline.production.inbox.quarter_inbox import QuarterInbox
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.production.inbox.together import Together
from hjalp_pipeline.production.quarter.quarter_tables import counted
from hjalp_pipeline.rules.collaborations import covered_by
from hjalp_pipeline.rules.rule import StateColumn, schema_of
from hjalp_pipeline.rules.systems import current_systems, left_systems
from hjalp_pipeline.storage.codelists import read_collaborations, read_extensions, read_systems
from hjalp_pipeline.storage.entries import RawPartition
from hjalp_pipeline.storage.fingerprints import fingerprint
from hjalp_pipeline.storage.inbox import InboxFile
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot


@dataclass(frozen=True, slots=True)
class GateRow:
    """One kommune in one quarter.

    ``newest_delivery``: newest file in the inbox; ``newest_code``: its rejection code, null when accepted or not read yet;
    ``stored_delivery``: newest file behind the stored partition; ``needs``: what has to be run before what is stored is
    current, ``raw`` (its partition and the chain), ``chain`` or ``tables``, whatever the status: also a kommune that is missing may
    have something stored that has to go. ``detail``: what a person should know, in Danish; ``marks``: hash of the
    kommune's files and of what is stored, which is another when either changes; ``arrivals``: the quarter's own
    deliveries in the order of their reception; ``systems``: systems in force in the quarter, ``silent``: those of them
    without an accepted delivery while another has one (R1), whatever the status; ``not_yet_in``: it owes nothing yet, whatever
    the status: somebody may have sent something all the same.
    """

    kvartal: str
    komnr: str
    kommune: str
    status: Status
    newest_delivery: str | None
    newest_received: str | None
    newest_code: str | None
    deadline: str
    stored_delivery: str | None
    stored_records: int | None
    needs: str | None
    detail: str
    marks: str
    arrivals: tuple[Arrival, ...]
    systems: tuple[str, ...]
    silent: tuple[str, ...]
    not_yet_in: bool


#: The gate as a frame.
COLUMNS = (
    StateColumn("kvartal", pl.String, "Perioden, leverancerne er for"),
    StateColumn("komnr", pl.String, "Kommunens nummer"),
    StateColumn("kommune", pl.String, "Kommunens navn"),
    StateColumn("status", pl.String, "Hvor langt kommunen er: " + ", ".join(STATUSES)),
    StateColumn("newest_delivery", pl.String, "Nyeste fil fra kommunen i perioden"),
    StateColumn("newest_received", pl.String, "Hvornår den er modtaget, dansk tid"),
    StateColumn("newest_code", pl.String, "Hvorfor den er afvist, tom = godtaget eller ikke læst endnu"),
    StateColumn("deadline", pl.String, "Kommunens frist"),
    StateColumn("stored_delivery", pl.String, "Nyeste fil bag det, der er beregnet"),
    StateColumn("stored_records", pl.Int64, "Poster i de leverancer, der er beregnet"),
    StateColumn("needs", pl.String, "Hvad der skal køres: raw, chain eller tables, tom = det beregnede er aktuelt"),
    StateColumn("detail", pl.String, "Hvad kontoret skal vide, i ord"),
)
SCHEMA = schema_of(COLUMNS)


def gate(root: DataRoot, kvartal: str) -> list[GateRow]:
    """The gate of a quarter, from the inbox and the store as they are now. Reads no delivery but one whose size stands
    while its times do not (a copied or restored data root), and that one once.
    """
    return _Gate(root, kvartal).rows()


class _Gate:
    def __init__(self, root: DataRoot, kvartal: str) -> None:
        self.lake = Lake(root)
        self.kvartal = kvartal
        self.quarter = Period.parse(kvartal)
        self.inbox = Inbox(self.lake, read_systems(root))
        self.collaborations = read_collaborations(root)
        self.shares = root.declared.covered is not None
        listing = QuarterInbox(self.inbox, kvartal, self.collaborations)
        self.listing = listing
        self.by_kommune: dict[str, list[tuple[InboxFile, DeliveryName]]] = {}
        for file, name in (*listing.own, *listing.earlier):
            if name is not None:
                self.by_kommune.setdefault(name.komnr, []).append((file, name))
        self.extensions = {row.komnr: row.new_deadline for row in read_extensions(root) if row.period == self.quarter}
        self.stored = self.lake.raw_of(kvartal)
        self.chained = self.lake.kommuner_of(kvartal)
        self.counted = counted(self.lake, kvartal)
        self.read: dict[str, dict[Path, Delivery]] = {}
        for komnr, files in self.by_kommune.items():
            found = [self.inbox.known(file, name) for file, name in files]
            self.read[komnr] = {one.file.path: one for one in found if one is not None}
            if len(self.read[komnr]) < len(files):
                listing.faulty.add(komnr)  # not read yet, or not to be read: what is in force cannot be told
        known = [one for of in self.read.values() for one in of.values()]
        self.together = Together(self.lake, self.collaborations, listing.bases(known, self.stored))

    def rows(self) -> list[GateRow]:
        rows = [self._row(kommune.code, kommune.name) for kommune in KOMMUNER]
        self.inbox.save()  # what was copied or restored, and is the same, need not be read at the next look
        return rows

    def _row(self, komnr: str, navn: str) -> GateRow:
        files, read = self.by_kommune.get(komnr, []), self.read.get(komnr, {})
        own = sorted(
            ((file, name) for file, name in files if name.kvartal == self.kvartal), key=lambda pair: pair[1].received
        )
        chosen = self.listing.in_force(read.values(), komnr)
        wanted = self.together.key(komnr) if komnr in self.together.bases else None
        facts = Facts(
            systems=current_systems(self.inbox.systems, komnr, self.quarter),
            covered_by=covered_by(self.collaborations, komnr, self.quarter),
            arrivals=tuple(_arrival(name, read.get(file.path)) for file, name in own),
            has_data=bool(chosen),
            unread=komnr in self.listing.faulty,
            needs=self._needs(komnr, wanted),
            never_delivered=tuple(self._never_delivered(komnr, read.values())),
            not_yet_in=why_not_yet_in(self.inbox.systems, self.collaborations, komnr, self.quarter),
            shares=self.shares,
            the_da=self.quarter.the_da,
        )
        newest = own[-1] if own else None
        raw = self.stored.get(komnr)
        chained = self.chained[komnr].raw_key if komnr in self.chained else None
        return GateRow(
            kvartal=self.kvartal,
            komnr=komnr,
            kommune=navn,
            status=facts.status,
            newest_delivery=safe_name(newest[1].filename) if newest else None,
            newest_received=newest[1].received.isoformat() if newest else None,
            newest_code=facts.arrivals[-1].code if facts.arrivals else None,
            deadline=(self.extensions.get(komnr) or self.quarter.deadline).isoformat(),
            stored_delivery=_stored_delivery(raw, self.kvartal) if raw else None,
            stored_records=raw.records if raw else None,
            needs=facts.needs,
            detail="; ".join(facts.detail()),
            marks=fingerprint(*(file for file, _name in files), raw.key if raw else None, chained, wanted),
            arrivals=facts.arrivals,
            systems=facts.systems,
            silent=facts.silent,
            not_yet_in=facts.not_yet_in is not None,
        )

    def _needs(self, komnr: str, wanted: str | None) -> str | None:
        raw = self.stored.get(komnr)
        if komnr in self.listing.faulty or (raw.made_from if raw else None) != wanted:
            return "raw"
        if raw is None:
            return None if komnr not in self.chained else "chain"
        if not self.lake.intact_raw(raw):
            return "raw"
        chained = self.chained.get(komnr)
        if chained is None or chained.raw_key != raw.key or not self.lake.intact_chain(chained):
            return "chain"
        return None if self.counted.get(komnr) == chained.key else "tables"

    def _never_delivered(self, komnr: str, read: Iterable[Delivery]) -> Iterator[str]:
        accepted = {
            one.name.system
            for one in read
            if one.accepted and one.name and Period.parse(one.name.kvartal) < self.quarter
        }
        for row in left_systems(self.inbox.systems, komnr, self.quarter):
            if row.system not in accepted:
                yield row.system


def _stored_delivery(raw: RawPartition, kvartal: str) -> str:
    """Of the newest system whose delivery is of the period itself; where none is, of the newest."""
    return next((one.filename for one in raw.deliveries if one.kvartal == kvartal), raw.deliveries[0].filename)


def _arrival(name: DeliveryName, read: Delivery | None) -> Arrival:
    if read is None:
        return Arrival(name.system, name.received, None, None)
    return Arrival(name.system, name.received, read.accepted, read.verdict.code)


def gate_frame(rows: list[GateRow]) -> pl.DataFrame:
    """The gate as a frame (``SCHEMA``), one row per kommune."""
    return pl.DataFrame([[getattr(row, column) for column in SCHEMA] for row in rows], schema=SCHEMA, orient="row")
