"""The commands ``run``, ``release`` and ``status``."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
from rich.markup import escape
from rich.table import Table

from hjalp_pipeline.codelists.few import told
from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.defs.raw_assets import KOMMUNER_TAG
from hjalp_pipeline.production.inbox.gate import gate, gate_frame
from hjalp_pipeline.production.release.making import taking_part
from hjalp_pipeline.production.release.manifest import Manifest, known_manifest
from hjalp_pipeline.production.release.release_inputs import read_definition
from hjalp_pipeline.production.release.standing import changed_releases
from hjalp_pipeline.publishing.definition import DefinitionError
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.inbox import period_folders
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.lake_version import check_layout
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.gate_shown import show_deliveries, show_gate, show_not_read, show_of_no_kommune
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


def run_quarter(root: DataRoot, quarter: str, kommuner: Sequence[str] | None = None) -> int:
    """Run a quarter; 0 also when single deliveries are rejected (they are listed), 1 when the run or a file failed."""
    kvartal = known_quarter(root, quarter)
    if kvartal is None:
        return 2
    unknown = [komnr for komnr in kommuner or [] if komnr not in NAVN]
    if unknown:
        err.print(f"[red]not one of the 98 kommuner: {', '.join(unknown)}")
        return 2
    tags = {KOMMUNER_TAG: ",".join(sorted(set(kommuner)))} if kommuner else {}
    outcome = run_job(root, root.declared.period.noun, kvartal, tags)
    if not outcome.success:
        show_errors(outcome.errors)
        return 1
    show_deliveries(root, kvartal)
    show_ledger(Lake(root), kvartal)
    _warn_of_changed_releases(root)
    _warn_of_old_layout(root)
    unread = Lake(root).unread(kvartal)
    for filename, why in unread.items():
        err.print(f"could not be read: {kvartal}/{filename} ({why})", style="red", markup=False)
    return 1 if unread else 0


def run_release(root: DataRoot, release: str) -> int:
    """Make a release; 1 and no directory when a check that blocks fails."""
    try:
        read_definition(root, release)
    except DefinitionError as fault:  # what has no definition is not made a partition
        show_errors([str(fault)])
        return 1
    outcome = run_job(root, "udgivelse", release)
    if not outcome.success:
        show_errors(outcome.errors)
        return 1
    out.print(f"[green]{release}[/] stands in releases/{release}/")
    show_taking_part(root, release)
    return 0


def show_taking_part(root: DataRoot, release: str) -> None:
    """How many kommuner take part in each year of a release."""
    for line in taking_part(known_manifest(root, release) or Manifest()):
        out.print(f"  {line}")


def run_status(root: DataRoot, quarter: str | None, *, show: bool) -> list[dict[str, Any]] | None:
    """The gate of a quarter (default: the newest with deliveries) as 98 dicts, shown as a table; None when it fails."""
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
    if root.writable:
        outcome = run_job(root, "status", kvartal)
        if not outcome.success:
            show_errors(outcome.errors)
            return None
        frame = Lake(root).frame("status", kvartal)
    else:  # somebody who may only look
        check_layout(root)
        frame = gate_frame(gate(root, kvartal))
    rows = list(frame.iter_rows(named=True))
    _warn_of_changed_releases(root)
    _warn_of_old_layout(root)
    show_of_no_kommune(root, kvartal)
    if show:
        show_gate(rows)
        show_not_read(root, kvartal)
        for name, why in list(Lake(root).unread(kvartal).items())[:_SHOWN]:
            out.print(f"  not read: {escape(f'{kvartal}/{name} ({why})')}", style="yellow")
    return rows


def _warn_of_old_layout(root: DataRoot) -> None:
    for name in root.beside:
        err.print(f"{name}/ lies beside {root.statistic}/ in the data root: nothing in it is read", style="yellow")
    if root.flat:
        err.print("the data root is laid out as by version 0.3: `hjalp migrate` moves its folders", style="yellow")


def _warn_of_changed_releases(root: DataRoot) -> None:
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


def show_errors(errors: list[str]) -> None:
    """What failed, in words fit for people."""
    for error in errors:
        err.print(error, style="red", markup=False)


def show_ledger(lake: Lake, kvartal: str) -> None:
    """Rows in and out by step and reason, over all kommuner."""
    try:
        ledger = lake.frame("ledger", kvartal)
    except FileNotFoundError:
        return
    table = Table(title=f"{kvartal}: every row accounted for", title_justify="left")
    table.add_column("step")
    table.add_column("rows in", justify="right")
    table.add_column("removed", justify="right")
    table.add_column("kept", justify="right")
    for step in lake.root.declared.rulebook.steps:
        lines = ledger.filter(pl.col("step") == step).group_by("reason").agg(pl.col("rows").sum()).sort("reason")
        counts = dict(lines.iter_rows())
        kept = counts.pop(None, 0)
        table.add_row(step, _number(kept + sum(counts.values())), "", _number(kept))
        for reason, rows in counts.items():
            table.add_row(f"  [dim]{reason}", "", _number(rows), "")
    out.print(table)


def _number(rows: int) -> str:
    shown = told(rows)
    return f"{shown:,}" if isinstance(shown, int) else shown
