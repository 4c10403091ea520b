"""The figures of the approval reports, of all kommuner at once (seed 3.4, R12): counted by what the statistic declares."""

from collections.abc import Mapping, Sequence

import polars as pl

from hjalp_pipeline.production.quarter.chain_results import rows_inside
from hjalp_pipeline.report_spec import FIGURES, ApprovalReport, Counted
from hjalp_pipeline.storage.entries import ChainEntry
from hjalp_pipeline.storage.lake import Lake


def count_figures(lake: Lake, report: ApprovalReport, entries: Mapping[str, ChainEntry], aar: int) -> Counted:
    """The figures of ``aar`` and the year before, without zeros, from the chain results of all reporting kommuner by komnr."""
    parts = [
        report.count(rows_inside(lake, entry, report.delivered, **report.states), komnr, aar)
        for komnr, entry in entries.items()
    ]
    names = dict.fromkeys(name for part in parts for name in part.details)
    return Counted(
        _summed([pl.DataFrame(schema=FIGURES), *(part.figures for part in parts)]),
        {name: _summed([part.details[name] for part in parts]) for name in names},
    )


def _summed(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Parts of several reporters added up: a kommune's records may come from more than one."""
    found = pl.concat(parts)
    keys = [name for name in found.columns if name != "antal"]
    return found.group_by(keys).agg(pl.col("antal").sum()).filter(pl.col("antal") > 0).sort(keys)
