"""The figures of the approval reports, of all kommuner at once (seed 3.4, R12): counted by what the statistic declares."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import polars as pl

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.production.of_one_kommune import why_failed
from hjalp_pipeline.production.quarter.chain_results import rows_inside
from hjalp_pipeline.report_spec import FIGURES, ApprovalReport, Counted
from hjalp_pipeline.statistic import Statistic
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.entries import ChainEntry
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.workers.fault import Failed
from hjalp_pipeline.workers.how_many import COMPRESSED
from hjalp_pipeline.workers.pool import Lost, Task, outcomes

Shared = TypeVar("Shared")
Work = TypeVar("Work")
Result = TypeVar("Result")
#: Memory that a kommune's figures or report may need, as a multiple of the size of its raw data on the disk.
_MEMORY = 20


def declared_report(statistic: Statistic) -> ApprovalReport:
    """What the statistic asks kommuner to approve; InputError when it asks nothing."""
    if statistic.approval_report is None:
        raise InputError(f"{statistic.name} has no approval reports")
    return statistic.approval_report


def count_figures(lake: Lake, entries: Mapping[str, ChainEntry], aar: int) -> Counted:
    """The figures of ``aar`` and the year before, without zeros, from the chain results of all reporting kommuner by komnr."""
    parts = every_kommune(
        _count, (lake, aar), lake, {komnr: ((komnr, entry), entry) for komnr, entry in entries.items()}
    )
    names = dict.fromkeys(name for part in parts for name in part.details)
    return Counted(
        _summed([pl.DataFrame(schema=FIGURES), *(part.figures for part in parts)]),
        {name: _summed([part.details[name] for part in parts]) for name in names},
    )


def _count(shared: tuple[Lake, int], of: tuple[str, ChainEntry]) -> Counted:
    (lake, aar), (komnr, entry) = shared, of
    report = declared_report(lake.root.declared)
    return report.count(rows_inside(lake, entry, report.delivered, **report.states), komnr, aar)


def every_kommune(
    function: Callable[[Shared, Work], Result],
    shared: Shared,
    lake: Lake,
    works: Mapping[str, tuple[Work, ChainEntry | None]],
) -> list[Result]:
    """What ``function`` gives for the work of each kommune, side by side, in their order; the chain result beside it tells how much
    there is to do. InputError names those that nothing came of, with why, when all were tried: figures of the country lack nobody.
    """
    found, lost = those_that_went(function, shared, lake, works)
    if lost:
        raise InputError("; ".join(lost.values()), list(lost.values()))
    return list(found.values())


def those_that_went(
    function: Callable[[Shared, Work], Result],
    shared: Shared,
    lake: Lake,
    works: Mapping[str, tuple[Work, ChainEntry | None]],
) -> tuple[dict[str, Result], dict[str, str]]:
    """The same by komnr, and what to say of those that nothing came of."""
    tasks = []
    for work, entry in works.values():
        size = lake.size(lake.file(entry.raw_file)) if entry else 0
        tasks.append(Task(work, size * COMPRESSED, size * _MEMORY))
    found, lost = dict[str, Result](), dict[str, str]()
    for komnr, one in zip(works, outcomes(function, shared, tasks), strict=True):
        if isinstance(one, Failed):
            why = why_failed(one, lake.root) or one.raised()
        elif isinstance(one, Lost):
            why = one.why
        else:
            found[komnr] = one
            continue
        lost[komnr] = f"{komnr} {NAVN[komnr]}: {why}"
    return found, lost


def _summed(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Parts of several reporters added up: a kommune's records may come from more than one."""
    found = pl.concat(parts)
    keys = [name for name in found.columns if name != "antal"]
    return found.group_by(keys).agg(pl.col("antal").sum()).filter(pl.col("antal") > 0).sort(keys)
