"""The command ``check``: everything that is wrong in the data root, and what to do next. It reads alone, and starts no run."""

from hjalp_pipeline.data_root.checking import check
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import out


def run_check(root: DataRoot) -> int:
    """Say what is wrong, each with what to do, then what is missing for the next step; 1 when something is wrong."""
    found = check(root)
    for one in found.wrong:
        out.print(f"wrong    {one.what}", style="red", markup=False, soft_wrap=True)
        out.print(f"         -> {one.do}", markup=False, soft_wrap=True)
    for note in found.remarks:
        out.print(f"note     {note}", style="dim", markup=False, soft_wrap=True)
    for step in found.missing:
        out.print(f"missing  {step}", style="yellow", markup=False, soft_wrap=True)
    if found.wrong:
        out.print(f"{len(found.wrong)} wrong", style="red", markup=False)
        return 1
    out.print(
        "nothing is wrong" + (": the first that is missing is the next step" if found.missing else ""), style="green"
    )
    return 0
