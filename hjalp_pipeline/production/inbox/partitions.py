"""``raw``: a kommune's combined data of a quarter, from its deliveries in force (R1, R2).

With one delivery the partition is the typed copy itself; with several it is their union without gengangere, and without
the records that a kommune which reports for this one has too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.contracts.states import RAW, of_state
from hjalp_pipeline.contracts.validation import require
from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.production.inbox.begun import begun
from hjalp_pipeline.production.inbox.delivered import Delivery, received_on
from hjalp_pipeline.production.inbox.delivery_list import leverancer_frame
from hjalp_pipeline.production.inbox.delivery_reader import UnreadableError
from hjalp_pipeline.production.inbox.quarter_inbox import QuarterInbox
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.production.inbox.together import Together
from hjalp_pipeline.production.internal import InternalError
from hjalp_pipeline.production.of_one_kommune import why_failed, why_of_one
from hjalp_pipeline.rules.counted_oddities import count_oddities
from hjalp_pipeline.rules.gengangere import combine_systems
from hjalp_pipeline.rules.rulebook import INTAKE_REASONS
from hjalp_pipeline.rules.step import merge_counts
from hjalp_pipeline.storage.codelists import read_collaborations, read_systems
from hjalp_pipeline.storage.entries import LedgerLine, RawPart, RawPartition
from hjalp_pipeline.storage.files import read_parquet, sweep, write_parquet
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.lake_version import open_lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.workers.fault import Failed
from hjalp_pipeline.workers.how_many import COMPRESSED
from hjalp_pipeline.workers.pool import Lost, Task, outcomes

Outcome = RawPartition | Lost | Failed  # what comes of a kommune's data
#: Memory that a partition may need, as a multiple of the size of the typed copies it is made from.
_MEMORY = 10


@dataclass(frozen=True)
class RawRefresh:
    """What a refresh of a quarter did: deliveries read, kommuner whose partition changed, kommuner without data now."""

    deliveries: list[Delivery]
    changed: list[str]
    gone: list[str]
    partitions: dict[str, RawPartition]
    #: Files that could not be read or put together, with why; their kommuner keep what is stored and stay stale in the gate.
    unread: dict[str, str]


def refresh_raw(root: DataRoot, kvartal: str, kommuner: Iterable[str] | None = None) -> RawRefresh:
    """Read the quarter's new deliveries and bring the raw partitions of ``kommuner`` (default all 98) up to date.

    So are those of kommuner whose data are held against theirs. A partition made from the same is left alone; one whose
    kommune has no delivery in force any more is removed. What is no kommune's fault is raised when all others are brought up
    to date.
    """
    lake = Lake(root)
    quarter = QuarterInbox(Inbox(lake, read_systems(root)), kvartal, read_collaborations(root))
    wanted = KOMNR if kommuner is None else sorted(quarter.together_with(kommuner))
    with lake.lock(kvartal):
        open_lake(root)
        sweep(root.lake, root.receipts)
        quarter.inbox.take_over(begun(root, kvartal, quarter.inbox.systems))
        deliveries, unread = quarter.read(None if kommuner is None else wanted)
        deliveries = _with_copies(quarter, deliveries, wanted, unread)
        changed, gone, partitions = [], [], {}
        all_stored = lake.raw_of(kvartal)
        together = Together(lake, quarter.collaborations, quarter.bases(deliveries, all_stored))
        due: dict[str, list[Delivery]] = {}
        for komnr in wanted:
            stored = all_stored.get(komnr)
            if komnr in quarter.faulty:
                continue
            chosen = quarter.in_force(deliveries, komnr)
            if not chosen:
                if stored is not None:
                    lake.remove_raw(kvartal, komnr)
                    gone.append(komnr)
            elif stored is None or stored.made_from != together.key(komnr) or not lake.intact_raw(stored):
                due[komnr] = chosen
            else:
                partitions[komnr] = stored
        failed: list[Failed] = []
        for komnr, built in build_partitions(lake, kvartal, due, together):
            before, made = all_stored.get(komnr), _stored(lake, kvartal, komnr, built)
            if isinstance(made, Lost):
                unread[safe_name(due[komnr][0].file.filename)] = made.why
                continue
            if isinstance(made, Failed):
                failed.append(made)
                continue
            if before is None or made.key != before.key:
                changed.append(komnr)
            partitions[komnr] = made
        partitions = dict(sorted(partitions.items()))
        own = [delivery for delivery in deliveries if delivery.file.folder == kvartal]
        _save_list(lake, kvartal, leverancer_frame(own), None if kommuner is None else wanted)
        lake.save_unread(kvartal, unread)
        for one in failed:
            one.raised()
    return RawRefresh(deliveries, changed, gone, partitions, unread)


def _stored(lake: Lake, kvartal: str, komnr: str, built: Outcome) -> Outcome:
    """What came of a kommune's data, a raw partition stored; lost when the disk refuses it."""
    if isinstance(built, RawPartition):
        try:
            lake.save_raw(kvartal, komnr, built)
        except OSError as fault:
            why = why_of_one(fault, lake.root)
            if why is None:
                raise
            return Lost(why)
    return built


def _with_copies(
    quarter: QuarterInbox, deliveries: Iterable[Delivery], kommuner: Iterable[str], unread: dict[str, str]
) -> list[Delivery]:
    """The deliveries, those in force with a typed copy as it was written; one that cannot be read again is named in ``unread``."""
    found = {delivery.file.path: delivery for delivery in deliveries}
    for komnr in kommuner:
        for delivery in quarter.in_force(tuple(found.values()), komnr):
            try:
                found[delivery.file.path] = quarter.inbox.with_copy(delivery)
            except BaseException as fault:
                why = str(fault) if isinstance(fault, UnreadableError) else why_of_one(fault, quarter.inbox.lake.root)
                if why is None:
                    raise
                unread[safe_name(delivery.file.filename)] = why
                quarter.faulty.add(komnr)
    return list(found.values())


def _save_list(lake: Lake, kvartal: str, frame: pl.DataFrame, kommuner: Sequence[str] | None) -> None:
    """Keep the list of the quarter's deliveries; a run limited to some kommuner leaves the rows of the others."""
    if kommuner is not None and lake.frame_path("leverancer", kvartal).is_file():
        of_them = pl.col("komnr").is_in(kommuner).fill_null(value=False)
        frame = pl.concat([frame, lake.frame("leverancer", kvartal).filter(~of_them)])
    lake.save_frame("leverancer", kvartal, frame.sort("filename", "sha256"))


def build_partitions(
    lake: Lake, kvartal: str, due: Mapping[str, Sequence[Delivery]], together: Together
) -> Iterator[tuple[str, Outcome]]:
    """The raw partitions of some kommuner, in the order of ``due``, or why there is none; those held against each other are made
    by one process.
    """
    groups: dict[str, list[str]] = {}
    for komnr in due:
        groups.setdefault(min(together.group(komnr)), []).append(komnr)
    tasks = [_task(lake, {komnr: due[komnr] for komnr in group}) for group in groups.values()]
    found: dict[str, Outcome] = {}
    for group, made in zip(groups.values(), outcomes(_build, (lake.root, kvartal, together), tasks), strict=True):
        why = why_failed(made, lake.root) if isinstance(made, Failed) else None
        found |= made if isinstance(made, dict) else dict.fromkeys(group, made if why is None else Lost(why))
    for komnr in due:
        yield komnr, found[komnr]


def _task(lake: Lake, due: dict[str, Sequence[Delivery]]) -> Task[dict[str, Sequence[Delivery]]]:
    reads = sum(lake.size(lake.typed_path(one.key)) for chosen in due.values() for one in chosen)
    return Task(due, reads * COMPRESSED, reads * _MEMORY)


def _build(
    shared: tuple[DataRoot, str, Together], due: dict[str, Sequence[Delivery]]
) -> dict[str, RawPartition | Lost]:
    root, kvartal, together = shared
    lake, found = Lake(root), dict[str, RawPartition | Lost]()
    for komnr, chosen in due.items():
        try:
            found[komnr] = build_partition(lake, kvartal, komnr, chosen, together)
        except BaseException as fault:
            why = why_of_one(fault, root)
            if why is None:
                raise
            found[komnr] = Lost(why)
    return found


def build_partition(
    lake: Lake, kvartal: str, komnr: str, chosen: Sequence[Delivery], together: Together
) -> RawPartition:
    """The raw partition of deliveries in force: its file (written unless it is a typed copy), ledger lines and oddities."""
    statistic = lake.root.declared
    how, rulebook = statistic.combining, statistic.rulebook
    paths = [lake.typed_path(delivery.key) for delivery in chosen]
    verdicts = [delivery.verdict for delivery in chosen]
    basis, made_from = together.bases[komnr].key, together.key(komnr)
    path, kept, filled, key = paths[0], [verdicts[0].rows], 0, basis
    digest = verdicts[0].copy_sha256
    settled = None if together.alone(komnr) else together.settled(komnr)
    touched = settled is not None and bool(settled.gone.any() or settled.filled.any())
    if touched or len(chosen) > 1:
        union = combine_systems([read_parquet(path) for path in paths], how)
        if settled is not None and touched:
            key = made_from
            union = replace(settled, frame=union.frame.with_columns(settled.frame.select(how.filled)))
        frame, kept, filled = union.rows(), union.kept(len(chosen)), union.filled_rows()
        require(frame, of_state(statistic, RAW), f"{kvartal} {komnr}")
        path = lake.combined_path(kvartal, komnr, key)
        write_parquet(path, frame)
        digest = sha256(path)
    typed = sum(verdict.rows for verdict in verdicts)
    dubletter = sum(verdict.dubletter for verdict in verdicts)
    bad = merge_counts(*(verdict.bad_by_code for verdict in verdicts))
    looked_at = read_parquet(path, columns=list(rulebook.odd_columns))
    oddities = count_oddities(looked_at, received_on(chosen, kvartal), rulebook.oddities)
    if digest is None:
        raise InternalError("a delivery in force has a typed copy")
    return RawPartition(
        key=key,
        basis=basis,
        made_from=made_from,
        rows=sum(kept),
        file=lake.relative(path),
        sha256=digest,
        deliveries=tuple(_part(delivery, rows) for delivery, rows in zip(chosen, kept, strict=True)),
        records=sum(verdict.records for verdict in verdicts),
        ledger=(
            *_lines("leverance", typed + dubletter, {code: bad.get(code, 0) for code in INTAKE_REASONS}),
            *_lines("raw", sum(kept), {how.twice.name: dubletter, how.same.name: typed - sum(kept)}),
        ),
        remarks={"raw": merge_counts(oddities, {how.fill.name: filled} if filled else {})},
    )


def _lines(step: str, kept: int, removed: Mapping[str, int]) -> list[LedgerLine]:
    lines = [LedgerLine(step, reason, rows) for reason, rows in removed.items() if rows]
    return [LedgerLine(step, None, kept), *lines]


def _part(delivery: Delivery, rows: int) -> RawPart:
    file = delivery.file
    return RawPart(delivery.key, file.folder, file.filename, delivery.sha256, delivery.verdict.records, rows)
