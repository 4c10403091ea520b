"""A share of the kommuner of a period, read and computed ahead of the run, maybe on another machine that sees the data root.

What comes of it lies in the lake by what it was made from. The run that follows finds it there, does what is left, and alone
writes receipts, raw partitions, ledger and what says that they are in use. So whatever number of shares gives the same bytes,
and a share in which something fails costs time and nothing else: its step says so and succeeds, and the run meets it again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.production.inbox.quarter_inbox import QuarterInbox
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.production.quarter.chain_refresh import refresh_chain
from hjalp_pipeline.production.quarter.chain_results import QuarterChain
from hjalp_pipeline.storage.codelists import read_collaborations, read_systems
from hjalp_pipeline.storage.hashes import size_of
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.loaded_once import LoadedOnce
from hjalp_pipeline.storage.registers import newest_extract, prepare
from hjalp_pipeline.storage.root import DataRoot


def share_of(weights: Mapping[str, int], number: int, of: int) -> set[str]:
    """The names in share ``number`` (from 0) of ``of``: the heaviest first, each to the share with least so far."""
    loads, mine = [0] * of, set()
    for name in sorted(weights, key=lambda one: (-weights[one], one)):
        least = loads.index(min(loads))
        loads[least] += weights[name]
        if least == number:
            mine.add(name)
    return mine


def read_share(root: DataRoot, kvartal: str, number: int, of: int, kommuner: Iterable[str] | None = None) -> int:
    """Read the new deliveries of a share of the kommuner (default: of all 98); how many were new.

    The lock is shared: shares go on beside each other, and a run of the period beside none of them.
    """
    lake = Lake(root)
    inbox = Inbox(lake, read_systems(root))
    quarter = QuarterInbox(inbox, kvartal, read_collaborations(root))
    files = quarter.wanted(None if kommuner is None else quarter.together_with(kommuner))
    weights: Counter[str] = Counter()
    for file, name in files:
        weights[name.komnr if name else ""] += size_of(file.mark)
    mine = share_of(weights, number, of)
    with lake.lock(kvartal, shared=True):
        return inbox.keep_ahead([(file, name) for file, name in files if (name.komnr if name else "") in mine])


def compute_share(root: DataRoot, kvartal: str, number: int, of: int) -> int:
    """Run the chain for a share of the raw partitions with the newest extract; how many had to be computed.

    A contract that breaks is left for the run to meet and to tell.
    """
    lake = Lake(root)
    population = root.declared.population_of(root.declared.span(Period.parse(kvartal)), needed=False)
    extract = prepare(root, newest_extract(root), population)
    with lake.lock(kvartal, shared=True):
        partitions = lake.raw_of(kvartal)
        mine = share_of({komnr: raw.rows for komnr, raw in partitions.items()}, number, of)
        chain = QuarterChain(lake, kvartal, extract.fingerprint, read_collaborations(root))
        some = {komnr: raw for komnr, raw in partitions.items() if komnr in mine}
        return len(refresh_chain(chain, some, LoadedOnce(root, extract.date), {}).computed)
