"""Plays a statistic's story: each step's files, runs and release, what happened, and which check said so.

What a step says a check must name is looked for in what the checks wrote; a story that does not hold stops there.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import polars as pl

from hjalp_pipeline.defs.local import Outcome, run_job
from hjalp_pipeline.storage.files import make_folder, write_bytes
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.synth.story import Step
from hjalp_pipeline.terminal.printing import err, out

#: Places of a revision that are printed, those with the most changed cells first.
_SHOWN: Final = 6


def play_story(root: DataRoot, steps: Sequence[Step]) -> int:
    """Play the steps in their order; 1 at the first that fails, or in which a check does not say what it must."""
    for step in steps:
        out.print(f"\n[bold]{step.heading}[/]")
        out.print(step.told, soft_wrap=True, highlight=False)
        for name, text in step.files.items():
            make_folder((root.folder / name).parent)
            write_bytes(root.folder / name, text.encode())
        failed = _run(root, step)
        if failed:
            for error in failed:
                err.print(error, style="red", markup=False)
            return 1
        out.print(f"  {step.caught}", style="green", soft_wrap=True, highlight=False)
    return 0


def _run(root: DataRoot, step: Step) -> Iterable[str]:
    """What went wrong; nothing when the step went as told."""
    for period in step.periods:
        outcome = run_job(root, root.declared.period.noun, period)
        if not outcome.success:
            return outcome.errors
    if not step.release:
        return ()
    outcome = run_job(root, "udgivelse", step.release)
    if step.refused:
        return _refused(step, outcome)
    if not outcome.success:
        return outcome.errors
    return [
        *_unnamed(step.causes, _revised(root, step), "the revision"),
        *_unnamed(step.left_out, (root.releases / step.release / "manifest.json").read_text("utf-8"), "the ledger"),
    ]


def _refused(step: Step, outcome: Outcome) -> Iterable[str]:
    if outcome.success:
        return [f"{step.release} was made, though it should have been refused"]
    for error in outcome.errors:
        out.print(error, style="yellow", markup=False, soft_wrap=True)
    return _unnamed(step.refused, "\n".join(outcome.errors), "the refusal")


def _revised(root: DataRoot, step: Step) -> str:
    """The places whose cells the release's revision changes, and their causes, as published; nothing without one."""
    path = root.releases / step.release / "revision.csv"
    if not step.causes or not path.is_file():
        return ""
    frame = pl.read_csv(path, separator=";", infer_schema=False, glob=False)
    places = frame.get_column(root.declared.cell[1].upper()).drop_nulls().value_counts(sort=True)
    named = ", ".join(f"{place} ({count:,})" for place, count in places.head(_SHOWN).iter_rows())
    out.print(f"  revision.csv: {frame.height:,} cells changed; most of them in {named}", markup=False, soft_wrap=True)
    return "\n".join([*places.to_series(), *frame.get_column("cause").drop_nulls()])


def _unnamed(wanted: Sequence[str], text: str, where: str) -> list[str]:
    return [f"{where} does not name {name}" for name in wanted if not re.search(rf"\b{name}\b", text)]
