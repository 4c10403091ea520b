"""Figures from an explicit set of inputs: the pins of a release, or the same with one of them changed."""

from collections.abc import Collection, Mapping

import polars as pl

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.inbox.delivered import Delivery
from hjalp_pipeline.production.inbox.delivery_reader import UnreadableError
from hjalp_pipeline.production.inbox.partitions import build_partition
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.production.inbox.together import Basis, Together
from hjalp_pipeline.production.quarter.chain_refresh import refresh_chain
from hjalp_pipeline.production.quarter.chain_results import QuarterChain
from hjalp_pipeline.production.quarter.counting import count_tables, finer_stock, participants
from hjalp_pipeline.production.release.archived import stock_of
from hjalp_pipeline.production.release.pins import Gate, Pins, ReleaseRefused
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.entries import ChainEntry, RawPartition
from hjalp_pipeline.storage.files import read_parquet
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.lake_version import open_lake
from hjalp_pipeline.storage.loaded_once import LoadedOnce
from hjalp_pipeline.storage.registers import Extract, prepare
from hjalp_pipeline.storage.root import DataRoot

#: Chain results and raw partitions by reporting kommune.
Entries = dict[str, ChainEntry]
Partitions = dict[str, RawPartition]


def pinned_extract(root: DataRoot, release: str, pins: Pins) -> Extract:
    """The register extract the pins name; ReleaseRefused naming the file that is gone or another."""
    try:
        extract = prepare(root, pins.registers)
    except InputError as fault:
        raise ReleaseRefused(release, [str(fault)]) from None
    changed = [
        f"registers/{pins.registers}/{name}.parquet is another than when the release was made"
        for name, digest in pins.register_files.items()
        if extract.files.get(name) != digest
    ]
    if changed:
        raise ReleaseRefused(release, changed)
    return extract


def pinned_partitions(root: DataRoot, release: str, pins: Pins) -> Partitions:
    """The raw partition of every pinned kommune; ReleaseRefused naming each delivery that is gone or another."""
    lake = Lake(root)
    open_lake(root)
    inbox = Inbox(lake, pins.systems)
    in_force: dict[str, list[Delivery]] = {}
    reasons = []
    try:
        for komnr, pin in pins.deliveries.items():
            deliveries = in_force.setdefault(komnr, [])
            for name, digest in pin.files:
                folder, filename = name.split("/")
                try:
                    deliveries.append(inbox.pinned(folder, filename, digest))
                except UnreadableError as fault:
                    reasons.append(f"inbox/{name} ({komnr} {NAVN[komnr]}), which the release is made from: {fault}")
    finally:
        inbox.save()
    if reasons:
        raise ReleaseRefused(release, reasons)
    bases = {
        komnr: Basis.of(root.declared, pins.deliveries[komnr].kvartal, chosen) for komnr, chosen in in_force.items()
    }
    together = Together(lake, pins.collaborations, bases)
    return {komnr: _partition(lake, komnr, chosen, together) for komnr, chosen in in_force.items()}


def _partition(lake: Lake, komnr: str, chosen: list[Delivery], together: Together) -> RawPartition:
    kvartal = str(together.bases[komnr].quarter)
    stored = lake.raw(kvartal, komnr)
    if stored is not None and stored.made_from == together.key(komnr) and lake.intact_raw(stored):
        return stored
    return build_partition(lake, kvartal, komnr, chosen, together)


def chain_results(root: DataRoot, release: str, pins: Pins) -> Entries:
    """The chain result of every pinned kommune by komnr; what was computed before from the same inputs costs nothing.

    ReleaseRefused names what is gone or another, and every kommune whose contract breaks.
    """
    extract = pinned_extract(root, release, pins)
    partitions = pinned_partitions(root, release, pins)
    register = LoadedOnce(root, extract.date)
    entries: Entries = {}
    broken: list[str] = []
    for kvartal in sorted({pin.kvartal for pin in pins.deliveries.values()}):
        of_quarter = {komnr: raw for komnr, raw in partitions.items() if pins.deliveries[komnr].kvartal == kvartal}
        chain = QuarterChain(Lake(root), kvartal, extract.fingerprint, pins.collaborations)
        done = refresh_chain(chain, of_quarter, register, {})
        entries |= done.entries
        broken += [str(fault) for fault in done.broken.values()]
        broken += [f"{kvartal} {komnr} {NAVN[komnr]}: {why}" for komnr, why in done.lost.items()]
    if broken:
        raise ReleaseRefused(release, broken, Gate.LEDGER)
    return dict(sorted(entries.items()))


def figures(
    root: DataRoot,
    release: str,
    pins: Pins,
    entries: Mapping[str, ChainEntry],
    span: Span,
    *,
    by: Span | None = None,
    only: str | None = None,
    named: Collection[str] = (),
) -> dict[str, pl.DataFrame]:
    """Unsuppressed tables of a span from chain results, by the pins' approvals and population. Confidential.

    ``by``: the span whose approvals decide who takes part, when another; ``only``: the one kommune that is counted; ``named``:
    tables that the release names by their ids, those under development among them.
    """
    statistic = root.declared.asked(named)
    folketal = read_parquet(root.registers / pins.registers / "folketal.parquet")
    bestand = stock_of(root, release, pins, entries.values())
    deltagere = participants(statistic, pins.decisions, by or span, pins.silent)
    if only is not None:
        deltagere = deltagere.filter(komnr=only)
    is_finer = any(spec.developing for spec in statistic.tables)
    finer = finer_stock(Lake(root), entries.values(), span) if is_finer else None
    return count_tables(statistic, bestand, deltagere, folketal, span, where=release, covered=pins.covered, finer=finer)
