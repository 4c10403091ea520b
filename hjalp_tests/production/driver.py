"""A quarter and a release in a process of its own, which a test kills: `python -m hjalp_tests.production.driver ROOT [N]`.

With N the process kills itself with SIGKILL at its N-th flush to disk, before that flush: a moment between two writes
that the clock would seldom hit. Without N it prints how many flushes there were.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
from pathlib import Path

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production import analysts as catalog
from hjalp_pipeline.production.inbox import gate
from hjalp_pipeline.production.release import making as release
from hjalp_pipeline.storage import files
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, run


def main(folder: str, die_at: int | None) -> None:
    """Run everything; die on the way when told to."""
    numbers = itertools.count(1)
    last = 0

    def fsync(handle: int) -> None:
        nonlocal last
        last = next(numbers)
        if last == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    files.os.fsync = fsync  # type: ignore[attr-defined]
    root = DataRoot(Path(folder))
    run(root)
    Lake(root).save_frame("status", KVARTAL, gate.gate_frame(gate.gate(root, KVARTAL)))
    catalog.make_catalog(root)
    release.make_release(root, "2024v1", documents=DOCUMENTS)
    sys.stdout.write(f"{last}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else None)
