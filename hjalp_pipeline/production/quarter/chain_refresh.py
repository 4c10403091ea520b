"""The chain results of a quarter brought up to date, side by side, kommuner with few rows together.

What goes wrong with one kommune costs no other its result: a batch in which anything does is computed again kommune by kommune.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from hjalp_pipeline.contracts.validation import ContractError
from hjalp_pipeline.production.of_one_kommune import why_of_one
from hjalp_pipeline.production.quarter.chain_results import QuarterChain
from hjalp_pipeline.rules.register import Register
from hjalp_pipeline.storage.entries import ChainEntry, RawPartition
from hjalp_pipeline.storage.fingerprints import fingerprint
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.loaded_once import LoadedOnce
from hjalp_pipeline.workers.fault import Failed, is_of_the_task
from hjalp_pipeline.workers.how_many import COMPRESSED
from hjalp_pipeline.workers.pool import Lost, Task, outcomes

#: Memory that the chain may need for a kommune, as a multiple of the size of its raw data on the disk.
_MEMORY = 20
#: Bytes of raw data on the disk up to which kommuner are computed together: some ten thousand rows.
TOGETHER = 2_000_000
#: Kommuner that are computed by one call, and what comes of each: its result, how its contract broke, or why there is none.
Raws = dict[str, RawPartition]
Made = dict[str, ChainEntry | ContractError | Lost]


@dataclass
class ChainRefresh:
    """What a run of the chain did: the result each kommune now stands on, those computed, those whose contract broke."""

    entries: dict[str, ChainEntry] = field(default_factory=dict)
    computed: list[str] = field(default_factory=list)
    broken: dict[str, ContractError] = field(default_factory=dict)
    #: Kommuner that nothing came of, with why: their process was ended from outside, or something happened nobody foresaw.
    lost: dict[str, str] = field(default_factory=dict)


def refresh_chain(
    chain: QuarterChain,
    partitions: Mapping[str, RawPartition],
    register: LoadedOnce,
    keep: Mapping[str, ChainEntry],
) -> ChainRefresh:
    """Bring the chain results of some kommuner up to date with their raw partitions.

    ``register`` is called once in each process, when the first kommune has to be computed. ``keep`` holds the results the
    quarter stands on so far: a kommune whose contract breaks, or that nothing comes of, keeps its old one (the gate then calls
    it stale), if it can still be used, and the others go on; the caller lets the run fail afterwards.
    """
    done = ChainRefresh()
    found = {komnr: chain.stored(komnr, raw) for komnr, raw in partitions.items()}
    due = {komnr: partitions[komnr] for komnr, entry in found.items() if entry is None}
    for komnr, made in _compute(chain, register, due):
        if isinstance(made, Lost):
            done.lost[komnr] = made.why
        elif isinstance(made, ContractError):
            done.broken[komnr] = made
        else:
            found[komnr] = made
            done.computed.append(komnr)
    for komnr, entry in found.items():
        usable = entry or keep.get(komnr)
        # What was just computed or found is whole, and of this version.
        why = chain.unusable(usable) if usable is not None and entry is None else None
        if why is not None:
            told = f"its earlier result is left out: {why}"
            done.lost[komnr] = f"{done.lost[komnr]}; {told}" if komnr in done.lost else told
        elif usable is not None:
            done.entries[komnr] = usable
    done.entries = dict(sorted(done.entries.items()))
    return done


def _compute(
    chain: QuarterChain, register: LoadedOnce, due: Raws
) -> Iterator[tuple[str, ChainEntry | ContractError | Lost]]:
    """The results of kommuner, in their order. Those that were together in a process that was ended are tried once more, each
    alone and never in this process, which it might end too. A fault that is no kommune's is raised when all were tried.
    """
    found: dict[str, ChainEntry | ContractError | Lost] = {}
    failed: list[Failed] = []
    tried, lost = batches(chain, due), list[Raws]()
    for apart in (False, True):
        tasks = [_task(chain.lake, batch) for batch in tried]
        for batch, made in zip(tried, outcomes(compute_some, (chain, register), tasks, apart=apart), strict=True):
            if isinstance(made, Failed):
                failed.append(made)
            elif not isinstance(made, Lost):
                found |= made
            elif len(batch) == 1:
                found |= dict.fromkeys(batch, made)
            else:
                lost += [{komnr: raw} for komnr, raw in batch.items()]
        tried = lost
    for one in failed:
        one.raised()
    yield from ((komnr, found[komnr]) for komnr in due)


def batches(chain: QuarterChain, due: Raws) -> list[Raws]:
    """Kommuner that are computed together, those with few rows: what is asked of Polars costs by the call.

    Together are those with one delivery each, of the same period, for which the collaborations mean the same.
    """
    found: list[Raws] = []
    open_batches: dict[str, tuple[Raws, int]] = {}
    for komnr, raw in due.items():
        size, blocks = chain.lake.size(chain.lake.file(raw.file)), chain.blocks(komnr, raw)
        if len(blocks) > 1 or size > TOGETHER:
            found.append({komnr: raw})
            continue
        alike = fingerprint(blocks[0].kvartal, blocks[0].agreed)
        batch, held = open_batches.get(alike, ({}, 0))
        if not batch or held + size > TOGETHER:
            batch, held = {}, 0
            found.append(batch)
        batch[komnr] = raw
        open_batches[alike] = batch, held + size
    return found


def _task(lake: Lake, batch: Raws) -> Task[Raws]:
    reads = sum(lake.size(lake.file(raw.file)) for raw in batch.values())
    return Task(batch, reads * COMPRESSED, reads * _MEMORY)


def compute_some(shared: tuple[QuarterChain, LoadedOnce], batch: Raws) -> Made:
    """Chain results, computed in whatever process. What goes wrong with one kommune costs no other its result.

    A full disk or a fault of a code list is no kommune's: it is raised when the others' results are in the lake.
    """
    chain, people = shared[0], shared[1]()
    if len(batch) > 1:
        try:
            return {**chain.compute_together(batch, people)}
        except BaseException as fault:
            if not is_of_the_task(fault):  # if it is: it is met again by the kommune it comes from
                raise
    made: Made = {}
    failed: list[BaseException] = []
    for komnr, raw in batch.items():
        try:
            made[komnr] = compute_one(chain, komnr, raw, people)
        except BaseException as fault:
            if not is_of_the_task(fault):
                raise
            why = why_of_one(fault, chain.lake.root)
            if why is None:
                failed.append(fault)
            else:
                made[komnr] = Lost(why)
    if failed:
        raise failed[0]
    return made


def compute_one(chain: QuarterChain, komnr: str, raw: RawPartition, register: Register) -> ChainEntry | ContractError:
    """A kommune's chain result, or how its contract broke."""
    try:
        return chain.compute(komnr, raw, register)
    except ContractError as fault:
        return fault
