"""``raw/udlaan``: a kommune's combined data of a quarter, from its deliveries in force (R1, R2).

With one delivery the partition is the typed copy itself; with several it is their union without gengangere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.contracts.validation import require
from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.production.faults import InternalError
from hjalp_pipeline.production.intake import Delivery, Inbox, UnreadableError, leverancer_frame
from hjalp_pipeline.rules.oddities import COLUMNS, count_oddities
from hjalp_pipeline.rules.rule_list import INTAKE_REASONS
from hjalp_pipeline.rules.step import merge_counts
from hjalp_pipeline.rules.systems import combine_systems, deliveries_in_force
from hjalp_pipeline.storage.codelists import read_systems
from hjalp_pipeline.storage.files import code_fingerprint, fingerprint, read_parquet, sweep, write_parquet
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot


@cache
def _code() -> str:
    return code_fingerprint("rules/systems.py", "rules/oddities.py", "codelists", "production/raw.py")


@dataclass(frozen=True)
class RawRefresh:
    """What a refresh of a quarter did: deliveries read, kommuner whose partition changed, kommuner without data now."""

    deliveries: list[Delivery]
    changed: list[str]
    gone: list[str]
    partitions: dict[str, dict[str, Any]]
    #: Files that could not be read, with why; their kommuner keep what is stored and stay stale in the gate.
    unread: dict[str, str]


class QuarterInbox:
    """The deliveries that matter to one quarter: its own, and earlier ones of systems whose data are carried forward."""

    def __init__(self, inbox: Inbox, kvartal: str) -> None:
        """Lists the inbox once; nothing is read yet."""
        self.inbox = inbox
        self.kvartal = Kvartal.parse(kvartal)
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
            and Kvartal.parse(name.kvartal) < self.kvartal
        ]

    def read(self, kommuner: Iterable[str] | None = None) -> tuple[list[Delivery], dict[str, str]]:
        """Read everything (of some kommuner; files whose name says no kommune are read only with all of them).

        Returns the deliveries, and why a file could not be read at all, by safe file name: one faulty file or disk
        sector must not keep 97 kommuner waiting. What was read is remembered whatever happens.
        """
        wanted = None if kommuner is None else set(kommuner)
        found, unread = [], {}
        try:
            for file, name in (*self.own, *self.earlier):
                if wanted is not None and (name is None or name.komnr not in wanted):
                    continue
                try:
                    found.append(self.inbox.read(file, name))
                except UnreadableError as fault:
                    unread[safe_name(file.filename)] = str(fault)
                    self.faulty |= {name.komnr} if name else set()
        finally:
            self.inbox.save()
        return found, unread

    def in_force(self, deliveries: Iterable[Delivery], komnr: str) -> list[Delivery]:
        """R1 and R2: deliveries that make up a kommune's data, newest system first; empty = missing."""
        by_candidate = {}
        for delivery in deliveries:
            candidate = delivery.candidate()
            if candidate is not None:
                by_candidate[candidate] = delivery
        chosen = deliveries_in_force(self.inbox.systems, by_candidate, komnr, self.kvartal)
        return [by_candidate[candidate] for candidate in chosen]


def partition_key(deliveries: list[Delivery]) -> str:
    """What a raw partition is made from, in one hash: its deliveries in order, when they came, and the code."""
    named = [(delivery.key, delivery.name.received if delivery.name else None) for delivery in deliveries]
    return fingerprint(*named, _code())


def refresh_raw(root: DataRoot, kvartal: str, kommuner: Iterable[str] | None = None) -> RawRefresh:
    """Read the quarter's new deliveries and bring the raw partitions of ``kommuner`` (default all 98) up to date.

    A partition whose deliveries in force are unchanged is left alone; one whose kommune has none any more is removed.
    """
    lake = Lake(root)
    quarter = QuarterInbox(Inbox(lake, read_systems(root)), kvartal)
    wanted = tuple(kommuner) if kommuner is not None else KOMNR
    with lake.lock(kvartal):
        root.lake.chmod(0o700)  # unsuppressed figures and CPR numbers: the owner's alone
        sweep(root.lake, root.receipts)
        deliveries, unread = quarter.read(None if kommuner is None else wanted)
        changed, gone, partitions = [], [], {}
        for komnr in wanted:
            stored = lake.raw(kvartal, komnr)
            if komnr in quarter.faulty:
                continue
            chosen = quarter.in_force(deliveries, komnr)
            if not chosen:
                if stored is not None:
                    lake.remove_raw(kvartal, komnr)
                    gone.append(komnr)
                continue
            if stored is None or stored["key"] != partition_key(chosen):
                stored = build_partition(lake, kvartal, komnr, chosen)
                lake.save_raw(kvartal, komnr, stored)
                changed.append(komnr)
            partitions[komnr] = stored
        own = [delivery for delivery in deliveries if delivery.file.folder == kvartal]
        _save_list(lake, kvartal, leverancer_frame(own), None if kommuner is None else wanted)
        lake.save_unread(kvartal, unread)
    return RawRefresh(deliveries, changed, gone, partitions, unread)


def _save_list(lake: Lake, kvartal: str, frame: pl.DataFrame, kommuner: tuple[str, ...] | None) -> None:
    """Keep the list of the quarter's deliveries; a run limited to some kommuner leaves the rows of the others."""
    if kommuner is not None and lake.frame_path("leverancer", kvartal).is_file():
        of_them = pl.col("komnr").is_in(kommuner).fill_null(value=False)
        frame = pl.concat([frame, lake.frame("leverancer", kvartal).filter(~of_them)])
    lake.save_frame("leverancer", kvartal, frame.sort("filename", "sha256"))


def build_partition(lake: Lake, kvartal: str, komnr: str, chosen: list[Delivery]) -> dict[str, Any]:
    """The raw partition of deliveries in force: its file (written when they are several), ledger lines and oddities."""
    key = partition_key(chosen)
    paths = [lake.typed_path(delivery.key) for delivery in chosen]
    verdicts = [delivery.verdict for delivery in chosen]
    kept = [verdict["rows"] for verdict in verdicts]
    if len(chosen) == 1:
        path = paths[0]
    else:
        frame, kept = combine_systems([read_parquet(path) for path in paths])
        require(frame, "raw", f"{kvartal} {komnr}")
        path = lake.combined_path(kvartal, komnr, key)
        write_parquet(path, frame)
    typed = sum(verdict["rows"] for verdict in verdicts)
    dubletter = sum(verdict["dubletter"] for verdict in verdicts)
    bad = merge_counts(*(verdict["bad_by_code"] for verdict in verdicts))
    oddities = count_oddities(read_parquet(path, columns=list(COLUMNS)), _received(chosen[0]))
    return {
        "key": key,
        "rows": sum(kept),
        "file": lake.relative(path),
        "deliveries": [_describe(delivery, rows) for delivery, rows in zip(chosen, kept, strict=True)],
        "records": sum(verdict["records"] for verdict in verdicts),
        "ledger": [
            *_lines("leverance", typed + dubletter, {code: bad.get(code, 0) for code in INTAKE_REASONS}),
            *_lines("raw", sum(kept), {"DUBLET": dubletter, "GENGANGER": typed - sum(kept)}),
        ],
        "remarks": {"raw": oddities},
    }


def _lines(step: str, kept: int, removed: dict[str, int]) -> list[list[Any]]:
    return [[step, None, kept], *([step, reason, rows] for reason, rows in removed.items() if rows)]


def _received(delivery: Delivery) -> Any:
    if delivery.name is None:
        raise InternalError("a delivery in force has a name")
    return delivery.name.received.date()


def _describe(delivery: Delivery, rows: int) -> dict[str, Any]:
    """``key`` finds the verdict and the typed copy in the lake, ``rows``: records of it that are in the partition."""
    return {
        "key": delivery.key,
        "kvartal": delivery.file.folder,
        "filename": delivery.file.filename,
        "sha256": delivery.sha256,
        "records": delivery.verdict["records"],
        "rows": rows,
    }
