"""The command ``key``: make the office's key, once."""

from hjalp_pipeline.storage.key_file import KEY_FILE, make_key
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.terminal.printing import out


def run_key(root: DataRoot) -> int:
    """Make the key and say what it is for and what to do with it; it is never shown."""
    make_key(root)
    out.print(f"made  {KEY_FILE}, for its owner alone", style="green", markup=False)
    for line in (
        "Releases made from now on hide by it, so that nobody who runs the program can tell why a cell is hidden.",
        "Keep a copy where passwords are kept: a release that was made with it cannot be made again without it.",
        "Never change it: a later version of a year is refused with another key. Releases that stand do not need it.",
    ):
        out.print(line, markup=False, soft_wrap=True)
    return 0
