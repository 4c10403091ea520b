"""The gate: 98 rows a quarter that say of each kommune whether its data are in, and whether what is stored is current.

The gate is data, not a check: a blocking check stops only its own run, and a kommune whose re-delivery failed would stay
with its old partition unseen. National steps and the release read these rows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMMUNER
from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.delivery.names import DeliveryName, safe_name
from hjalp_pipeline.production.intake import Delivery, Inbox
from hjalp_pipeline.production.raw import QuarterInbox, partition_key
from hjalp_pipeline.rules.systems import current_systems
from hjalp_pipeline.storage.codelists import read_collaborations, read_extensions, read_systems
from hjalp_pipeline.storage.files import fingerprint
from hjalp_pipeline.storage.inbox import InboxFile
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot

Status = Literal["delivered", "missing", "rejected", "stale", "covered"]
STATUSES: tuple[Status, ...] = ("delivered", "missing", "rejected", "stale", "covered")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A delivery of the quarter: when it was received (Danish time, without zone) and its verdict, null when not read yet."""

    received: datetime
    accepted: bool | None
    code: str | None


@dataclass(frozen=True, slots=True)
class GateRow:
    """One kommune in one quarter.

    ``newest_delivery``: newest file in the inbox; ``newest_code``: its rejection code, null when accepted or not read yet;
    ``stored_delivery``: newest file behind the stored partition; ``needs``: what has to be run before what is stored is
    current, ``raw`` (its partition and the chain) or ``chain``, whatever the status: also a kommune that is missing may
    have something stored that has to go. ``detail``: what a person should know, in Danish; ``marks``: hash of the
    kommune's files and of what is stored, which is another when either changes; ``arrivals``: the quarter's own
    deliveries in the order of their reception.
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


SCHEMA = pl.Schema(
    {
        "kvartal": pl.String,
        "komnr": pl.String,
        "kommune": pl.String,
        "status": pl.String,
        "newest_delivery": pl.String,
        "newest_received": pl.String,
        "newest_code": pl.String,
        "deadline": pl.String,
        "stored_delivery": pl.String,
        "stored_records": pl.Int64,
        "needs": pl.String,
        "detail": pl.String,
    }
)


def gate(root: DataRoot, kvartal: str) -> list[GateRow]:
    """The gate of a quarter, from the inbox and the store as they are now. Reads no delivery but one whose size stands
    while its times do not (a copied or restored data root), and that one once.
    """
    return _Gate(root, kvartal).rows()


def stale_partitions(root: DataRoot, kvartaler: list[str]) -> list[tuple[str, str]]:
    """(kvartal, komnr) of every partition that is not what the inbox says, in order: what the sensor asks for."""
    return [(row.kvartal, row.komnr) for kvartal in kvartaler for row in gate(root, kvartal) if row.needs]


class _Gate:
    def __init__(self, root: DataRoot, kvartal: str) -> None:
        self.lake = Lake(root)
        self.kvartal = kvartal
        self.quarter = Kvartal.parse(kvartal)
        self.inbox = Inbox(self.lake, read_systems(root))
        listing = QuarterInbox(self.inbox, kvartal)
        self.listing = listing
        self.by_kommune: dict[str, list[tuple[InboxFile, DeliveryName]]] = {}
        for file, name in (*listing.own, *listing.earlier):
            if name is not None:
                self.by_kommune.setdefault(name.komnr, []).append((file, name))
        self.extensions = {row.komnr: row.new_deadline for row in read_extensions(root) if row.kvartal == self.quarter}
        self.covered_by = {
            row.komnr_medlem: row.komnr_indberetter
            for row in read_collaborations(root)
            if row.komnr_medlem != row.komnr_indberetter and row.in_force(self.quarter.last_day)
        }
        self.stored = self.lake.raw_of(kvartal)
        self.chained = (self.lake.quarter(kvartal) or {}).get("kommuner", {})

    def rows(self) -> list[GateRow]:
        rows = [self._row(kommune.code, kommune.name) for kommune in KOMMUNER]
        self.inbox.save()  # what was copied or restored, and is the same, need not be read at the next look
        return rows

    def _row(self, komnr: str, navn: str) -> GateRow:
        files = self.by_kommune.get(komnr, [])
        own = sorted(
            ((file, name) for file, name in files if name.kvartal == self.kvartal), key=lambda pair: pair[1].received
        )
        read = [(file, self.inbox.known(file, name)) for file, name in files]
        known = [delivery for _file, delivery in read if delivery is not None]
        unread = len(known) < len(read)
        chosen = self.listing.in_force(known, komnr)
        needs = self._needs(komnr, chosen, unread=unread)
        status, detail = self._status(komnr, known, chosen, own=bool(own), unread=unread, needs=needs)
        newest = own[-1] if own else None
        verdicts = {file.path: delivery.verdict for file, delivery in read if delivery is not None}
        arrivals = tuple(_arrival(name, verdicts.get(file.path)) for file, name in own)
        raw = self.stored.get(komnr)
        chained = self.chained.get(komnr, {}).get("raw_key")
        return GateRow(
            kvartal=self.kvartal,
            komnr=komnr,
            kommune=navn,
            status=status,
            newest_delivery=safe_name(newest[1].filename) if newest else None,
            newest_received=newest[1].received.isoformat() if newest else None,
            newest_code=arrivals[-1].code if arrivals else None,
            deadline=(self.extensions.get(komnr) or self.quarter.deadline).isoformat(),
            stored_delivery=raw["deliveries"][0]["filename"] if raw else None,
            stored_records=raw["records"] if raw else None,
            needs=needs,
            detail=detail,
            marks=fingerprint(*(file for file, _name in files), raw["key"] if raw else None, chained),
            arrivals=arrivals,
        )

    def _needs(self, komnr: str, chosen: list[Delivery], *, unread: bool) -> str | None:
        raw = self.stored.get(komnr)
        wanted = partition_key(chosen) if chosen else None
        if unread or (raw["key"] if raw else None) != wanted:
            return "raw"
        return "chain" if self.chained.get(komnr, {}).get("raw_key") != wanted else None

    def _status(
        self, komnr: str, known: list[Delivery], chosen: list[Delivery], *, own: bool, unread: bool, needs: str | None
    ) -> tuple[Status, str]:
        systems = current_systems(self.inbox.systems, komnr, self.quarter)
        reporter = self.covered_by.get(komnr)
        if reporter is not None and not systems:
            return "covered", f"indberettes af {reporter}"
        if not own:
            return "missing", "ingen leverance" if systems else "intet system i systems.csv"
        if unread:
            return "stale", "leverance er ikke læst endnu (eller af en ældre version af programmet)"
        if not chosen:
            return "rejected", "ingen leverance er accepteret"
        if needs == "raw":
            return "stale", "det lagrede bygger på andre leverancer eller en ældre version af programmet"
        if needs == "chain":
            return "stale", "kvartalet er ikke kørt med leverancen endnu"
        newest = max((d for d in known if d.name and d.name.kvartal == self.kvartal), key=lambda d: d.name.received)  # type: ignore[union-attr]
        # R1: a kommune is missing only when none of its systems has delivered; a silent one is said aloud.
        delivering = {delivery.name.system for delivery in chosen if delivery.name}
        silent = [system for system in systems if system not in delivering]
        notes = [f"leverance mangler fra {', '.join(silent)}"] if silent else []
        if not newest.accepted:
            notes.append(f"nyeste leverance er afvist ({newest.verdict['code']})")
        return "delivered", "; ".join(notes)


def _arrival(name: DeliveryName, verdict: dict[str, Any] | None) -> Arrival:
    if verdict is None:
        return Arrival(name.received, None, None)
    return Arrival(name.received, verdict["status"] == "accepted", verdict["code"])


def gate_frame(rows: list[GateRow]) -> pl.DataFrame:
    """The gate as a frame (``SCHEMA``), one row per kommune."""
    return pl.DataFrame([[getattr(row, column) for column in SCHEMA] for row in rows], schema=SCHEMA, orient="row")
