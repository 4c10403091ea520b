"""``hjalp migrate``: a data root of version 0.3.1 or older in the present layout."""

from hjalp_pipeline.storage.relocation import migrate
from hjalp_pipeline.storage.root import DEFAULT, DataRoot, place
from hjalp_pipeline.terminal.printing import out


def run_migrate() -> int:
    """Move what is to be moved, and say what."""
    moved = migrate(DataRoot(place()))
    if moved:
        out.print(f"moved to {DEFAULT}/: {', '.join(moved)}", markup=False, soft_wrap=True)
    else:
        out.print("nothing to move: no folder of a statistic lies in the data root itself")
    return 0
