"""The command ``audit``: what an outsider who holds these releases can tell about what they hide."""

from collections.abc import Sequence
from typing import Literal

from rich.table import Table

from hjalp_pipeline.defs.local import run_job
from hjalp_pipeline.defs.release_assets import READERS_TAG, RELEASES_TAG
from hjalp_pipeline.production.release.audit_kept import read_audit
from hjalp_pipeline.production.release.person_readers import ReaderKind
from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import err, out
from hjalp_pipeline.terminal.program_command import run_program_audit

_SHOWN = 20


def run_audit(root: DataRoot, releases: Sequence[str], readers: Sequence[ReaderKind | Literal["program"]] = ()) -> int:
    """Attack the releases together, as the ``readers``, and print the evidence; 1 when a hidden cell can be computed or is too narrow."""
    if "program" in readers and len(set(readers)) > 1:
        err.print(
            "--reader program is asked for alone: it is another question than what a reader can work out", style="red"
        )
        return 2
    if "program" in readers:
        return run_program_audit(root, releases)
    wrong = [name for name in releases if not is_release_name(name) or not (root.releases / name).is_dir()]
    if wrong or len(set(releases)) < len(releases):
        err.print(f"not a published release: {', '.join(wrong) or 'named twice'}", style="red", markup=False)
        return 2
    outcome = run_job(root, "audit", None, {RELEASES_TAG: ",".join(releases), READERS_TAG: ",".join(readers)})
    found = read_audit(root, releases, [one for one in readers if one != "program"])
    if found is None or (not outcome.success and not any(year.fails for year in found.years)):
        for error in outcome.errors:
            err.print(error, style="red", markup=False)
        return 1
    table = Table(title=f"What is published in {' + '.join(releases)}, attacked together", title_justify="left")
    for column in ("time", "table", "hidden cells", "can be computed", "can be inferred to be below 3"):
        table.add_column(column, justify="left" if column == "table" else "right")
    for year in found.years:
        for name, row in year.tables.items():
            table.add_row(str(year.tid), name, *(f"{row[key]:,}" for key in ("hidden", "exact", "told_small")))
    out.print(table)
    inherent = [name for year in found.years for name in year.inherent]
    guessed = [name for year in found.years for name in year.guessed]
    fails = [name for year in found.years for name in year.fails]
    told = [name for year in found.years for name in year.told]
    _list("Given away by population, shown zeros or what is published, whatever is hidden", inherent)
    _list("Given away to whoever takes equal figures to be unchanged, whatever is hidden", guessed)
    _list("Given away to a kommune, or to a person in a cell, who know their own, whatever is hidden", told)
    _list("Not protected", fails)
    out.print("[red]not protected[/]" if fails else "[green]every hidden cell is protected that can be[/]")
    return 1 if fails else 0


def _list(title: str, names: Sequence[str]) -> None:
    if names:
        out.print(f"{title}: {len(names)} cells (table, codes, time)")
        for name in names[:_SHOWN]:
            out.print(f"  {name}", markup=False)
        if len(names) > _SHOWN:
            out.print(f"  and {len(names) - _SHOWN} more")
