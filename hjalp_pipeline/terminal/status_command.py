"""The command ``status``, and what other commands say besides: what can be told by looking, without Dagster."""

from datetime import datetime

import polars as pl
from rich.markup import escape

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.production.disk import said
from hjalp_pipeline.production.inbox.gate import gate, gate_frame
from hjalp_pipeline.production.release.standing import changed_releases
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.inbox import period_folders
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.lake_version import check_layout
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.gate_shown import show_gate, show_not_read, show_of_no_kommune
from hjalp_pipeline.terminal.printing import err, out

_SHOWN = 10


def known_quarter(root: DataRoot, text: str) -> str | None:
    """A quarter of the statistic as it is written; None, and said why, when it is none."""
    try:
        period = root.declared.period.parse(text)
    except ValueError as fault:
        err.print(str(fault), style="red", markup=False)
        return None
    known = _known(root)
    if period not in known:
        err.print(f"[red]{period} is not a {period.word} of the statistic ({known[0]} to {known[-1]})")
        return None
    return str(period)


def _known(root: DataRoot) -> tuple[Period, ...]:
    return root.declared.periods(datetime.now(DANISH_TIME).date())


def run_status(root: DataRoot, quarter: str | None, *, show: bool) -> pl.DataFrame | None:
    """The gate of a quarter (default: the newest with deliveries), 98 rows, shown as a table; None when it fails.

    Only looks: nothing is run, and Dagster, which takes seconds to load, is not needed for it.
    """
    if quarter is None:
        known = [str(period) for period in period_folders(root) if period in _known(root)]
        if not known:
            word = root.declared.period.word
            err.print(f"[red]the inbox has no deliveries; name a {word} with --{word}")
            return None
        quarter = known[-1]
    kvartal = known_quarter(root, quarter)
    if kvartal is None:
        return None
    check_layout(root)
    try:
        frame = gate_frame(gate(root, kvartal))
    except Exception as fault:
        err.print(said(fault, root), style="red", markup=False)
        return None
    warn_of_changed_releases(root)
    warn_of_old_layout(root)
    show_of_no_kommune(root, kvartal)
    if show:
        show_gate(frame)
        show_not_read(root, kvartal)
        for name, why in list(Lake(root).unread(kvartal).items())[:_SHOWN]:
            out.print(f"  not read: {escape(f'{kvartal}/{name} ({why})')}", style="yellow")
    return frame


def warn_of_old_layout(root: DataRoot) -> None:
    """Say of folders at the place they had until version 0.3.1 that nobody reads them, or that they are to be moved."""
    for name in root.beside:
        err.print(f"{name}/ lies beside {root.statistic}/ in the data root: nothing in it is read", style="yellow")
    if root.flat:
        err.print("the data root is laid out as by version 0.3: `hjalp migrate` moves its folders", style="yellow")


def warn_of_changed_releases(root: DataRoot) -> None:
    """Say aloud what of a published release is not as it was published: the next release that needs it will be refused."""
    changed = changed_releases(root)
    for what in changed[:_SHOWN]:
        err.print(what, style="yellow", markup=False)
    if changed:
        err.print(
            f"{len(changed)} differences in published releases: {root.command('verify')} tells more",
            style="yellow",
            markup=False,
        )
