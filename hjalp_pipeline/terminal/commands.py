"""The commands ``run`` and ``release``."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from rich.table import Table

from hjalp_pipeline.codelists.few import told
from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.defs.heard import heard_by
from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.defs.raw_assets import KOMMUNER_TAG
from hjalp_pipeline.defs.release_shown import pages_to_sign
from hjalp_pipeline.production.release.making import taking_part
from hjalp_pipeline.production.release.manifest import Manifest, known_manifest
from hjalp_pipeline.production.release.release_inputs import read_definition
from hjalp_pipeline.publishing.definition import DefinitionError
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.gate_shown import show_deliveries
from hjalp_pipeline.terminal.printing import err, out
from hjalp_pipeline.terminal.status_command import known_quarter, warn_of_changed_releases, warn_of_old_layout


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
    warn_of_changed_releases(root)
    warn_of_old_layout(root)
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
    with heard_by(lambda line: err.print(f"{release}: {line}", markup=False)):
        outcome = run_job(root, "udgivelse", release)
    if not outcome.success:
        show_errors(outcome.errors)
        return 1
    out.print(f"[green]{release}[/] stands in releases/{release}/")
    show_taking_part(root, release)
    if accepted := read_definition(root, release).accept_orders:
        err.print(f"  beside it {accepted} tables delivered to order tell more, as accept_orders says", style="red")
    show_opening(root, release, datetime.now(DANISH_TIME))
    return 0


def show_opening(root: DataRoot, release: str, now: datetime) -> None:
    """When a release that is not open yet opens, and what is read and signed before; nothing when it is open."""
    opens = read_definition(root, release).publish_at.astimezone(DANISH_TIME)
    if opens > now:
        out.print(f"  for its owner alone until {opens:%Y-%m-%d %H:%M} Danish time; hjalp ui opens it then")
        for page in pages_to_sign(root, release):
            out.print(f"  to be read and signed before: {page}", markup=False)


def show_taking_part(root: DataRoot, release: str) -> None:
    """How many kommuner take part in each year of a release."""
    for line in taking_part(known_manifest(root, release) or Manifest()):
        out.print(f"  {line}")


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
