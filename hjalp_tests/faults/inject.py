"""Counts what a process asks of the disk, and lets the n-th go wrong: `python -m hjalp_tests.faults.inject ROOT N` dies there."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production import catalog, gate, release
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, run

#: What is asked of the disk: where it is asked, and the name of the call.
CALLS: tuple[tuple[Any, str], ...] = (
    (os, "fsync"),
    (os, "replace"),
    (os, "rename"),
    (os, "mkdir"),
    (os, "chmod"),
    (os, "write"),
    (Path, "write_bytes"),
    (Path, "write_text"),
    (pl.DataFrame, "write_parquet"),
)
Fault = Callable[[], None]


def refuses(code: int) -> Fault:
    """The disk refuses with an error number."""

    def fault() -> None:
        raise OSError(code, os.strerror(code))

    return fault


def dies() -> None:
    """As kill -9 does: nothing is tidied up."""
    os._exit(9)


FAULTS: dict[str, Fault] = {
    "full": refuses(errno.ENOSPC),
    "broken": refuses(errno.EIO),
    "closed": refuses(errno.EACCES),
}


@contextlib.contextmanager
def going_wrong(moment: int | None, fault: Fault) -> Iterator[list[str]]:
    """Lets the call with this number (from 0) go wrong, once; gives the list of all calls made."""
    made: list[str] = []

    def counted(real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            made.append(name)
            if len(made) - 1 == moment:
                fault()
            return real(*arguments, **named)

        return call

    with contextlib.ExitStack() as stack:
        for place, name in CALLS:
            stack.enter_context(patch.object(place, name, counted(getattr(place, name), name)))
        yield made


def everything(root: DataRoot) -> None:
    """A quarter, its status, the catalogue and a release, as the jobs make them."""
    run(root)
    Lake(root).save_frame("status", KVARTAL, gate.gate_frame(gate.gate(root, KVARTAL)))
    catalog.make_catalog(root)
    release.make_release(root, "2024v1", documents=DOCUMENTS)


def moments(total: int, parts: int, seed: int) -> list[int]:
    """One moment in each of the parts of a whole run; all of them when there are not more than parts."""
    if parts >= total:
        return list(range(total))
    bounds = [total * part // parts for part in range(parts + 1)]
    return [first + (seed * 7919) % (after - first) for first, after in itertools.pairwise(bounds)]


if __name__ == "__main__":
    with going_wrong(int(sys.argv[2]), dies):
        everything(DataRoot(Path(sys.argv[1])))
