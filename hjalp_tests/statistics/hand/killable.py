"""A month and its releases in a process of its own, which a test kills: `python -m hjalp_tests.statistics.hand.killable ROOT [N]`.

As `hjalp_tests.production.driver` does for the first statistic: with N it dies before its N-th flush to disk, without it
prints how many there were.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
from pathlib import Path

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.analysts import make_catalog
from hjalp_pipeline.production.inbox.gate import gate, gate_frame
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.quarter.quarter_run import refresh_quarter
from hjalp_pipeline.production.quarter.quarter_tables import suppressed_of_quarter, tables_of_quarter
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.storage import files
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.statistics.hand.scenes import MONTH

RELEASES = ("2024v1", "2024v2")


def run_month(root: DataRoot) -> None:
    """Everything that a run of the month writes."""
    refresh_raw(root, MONTH)
    refresh_quarter(root, MONTH)
    tables_of_quarter(root, MONTH)
    suppressed_of_quarter(root, MONTH)
    Lake(root).save_frame("status", MONTH, gate_frame(gate(root, MONTH)))
    make_catalog(root)


def main(folder: str, die_at: int | None) -> None:
    """Run everything; die on the way when told to."""
    numbers = itertools.count(1)
    last = 0

    def fsync(handle: int) -> None:
        nonlocal last
        last = next(numbers)
        if last == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    files.os.fsync = fsync  # type: ignore[attr-defined] # the module is one that the program's own writing uses
    root = DataRoot(Path(folder), "hand")
    run_month(root)
    for name in RELEASES:
        make_release(root, name, documents=DOCUMENTS)
    sys.stdout.write(f"{last}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None)
