"""The command ``init``: an empty data root, and what to do next."""

import shlex
from pathlib import Path

from hjalp_pipeline.data_root.empty_root import begin
from hjalp_pipeline.storage.codelists import SYSTEMS
from hjalp_pipeline.storage.root import ENVIRONMENT_VARIABLE, DataRoot, place
from hjalp_pipeline.terminal.printing import out


def run_init(path: Path, statistic: str) -> int:
    """Make the data root, say what was made and what stayed as it is, and the steps that follow."""
    begun = begin(path, statistic)
    for name in begun.made:
        out.print(f"made  {name}", markup=False)
    for name in begun.kept:
        out.print(f"kept  {name}, as it is", style="yellow", markup=False)
    root = DataRoot(path, statistic)
    steps = [
        *([f"export {ENVIRONMENT_VARIABLE}={shlex.quote(str(path))}"] if place() != path else []),
        f"{root.folder.name}/{SYSTEMS.place}: a row for each system of each kommune. Three kommuner will do to begin with.",
        "registers/DATE/: the five files of a register extract (registers/README says which)",
        f"{root.folder.name}/inbox/{root.declared.period.word.upper()}/: the deliveries ({root.folder.name}/inbox/README)",
        f"{root.command('check')} says what is missing or wrong, as often as you like",
    ]
    out.print(f"{path} is a data root. Next:", style="green", markup=False)
    for number, step in enumerate(steps, start=1):
        out.print(f"  {number}. {step}", markup=False, soft_wrap=True)
    return 0
