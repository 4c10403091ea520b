"""Counts what a process asks of the disk, and lets the n-th go wrong: `python -m hjalp_tests.faults.inject ROOT STAGE N` dies there."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl

from hjalp_pipeline.dialogue.approval import reports
from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production import analysts as catalog
from hjalp_pipeline.production.inbox import gate
from hjalp_pipeline.production.release import making as release
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KOMMUNER, KVARTAL, run

#: What is asked of the disk: where it is asked, and the name of the call.
CALLS: tuple[tuple[Any, str], ...] = (
    (os, "fsync"),
    (os, "replace"),
    (os, "rename"),
    (os, "mkdir"),
    (os, "chmod"),
    (os, "unlink"),
    (os, "write"),
    (Path, "write_bytes"),
    (Path, "write_text"),
    (pl.DataFrame, "write_parquet"),
)
Fault = Callable[[], None]
#: What makes two files of one kind: hashes, temporary names, numbers of kommuner, quarters and releases.
_VARIES = re.compile(r"[0-9a-f]{16,}|(?<=leverancer/)[0-9a-f]{2}\b|\d+")


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
    "read-only": refuses(errno.EROFS),
}


@contextlib.contextmanager
def going_wrong(moment: int | None, fault: Fault) -> Iterator[list[str]]:
    """Lets the call with this number (from 0) go wrong, once; gives the list of all calls made, each with its kind of file.

    A write goes wrong when half of it is done.
    """
    made: list[str] = []

    def counted(real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            made.append(f"{name} {kind_of_file(arguments)}")
            if len(made) - 1 == moment:
                if name in ("write_bytes", "write_text"):
                    path, content = arguments[:2]
                    real(path, content[: len(content) // 2])
                fault()
            return real(*arguments, **named)

        return call

    with contextlib.ExitStack() as stack:
        for place, name in CALLS:
            stack.enter_context(patch.object(place, name, counted(getattr(place, name), name)))
        yield made


def kind_of_file(arguments: Sequence[Any]) -> str:
    """What a call is about, the same for all files of one kind: of two paths (a renaming) the second."""
    paths = [Path(one) for one in arguments if isinstance(one, str | Path)]
    if not paths and isinstance(arguments[0], int):
        with contextlib.suppress(OSError):
            paths = [Path(f"/proc/self/fd/{arguments[0]}").readlink()]
    if not paths:
        return "?"
    parts = [part for part in paths[-1].parts[-4:] if not part.endswith(".tmp")]
    return _VARIES.sub("#", "/".join(parts[-3:]))


def quarter(root: DataRoot) -> None:
    """A quarter, its status and the catalogue, as the job makes them."""
    run(root)
    Lake(root).save_frame("status", KVARTAL, gate.gate_frame(gate.gate(root, KVARTAL)))
    catalog.make_catalog(root)


def publish(root: DataRoot) -> None:
    """A release, with the approval reports of three kommuner for those of 98: the others are written by the same calls."""
    with patch.object(reports, "KOMNR", KOMMUNER):
        release.make_release(root, "2024v1", documents=DOCUMENTS)


STAGES: dict[str, Callable[[DataRoot], None]] = {"quarter": quarter, "release": publish}


def moments(calls: Sequence[str], stride: int, offset: int) -> list[int]:
    """The first call of every ``stride``-th kind of call and file, from an offset; every single call for stride 0."""
    if stride == 0:
        return list(range(len(calls)))
    return [calls.index(kind) for kind in list(dict.fromkeys(calls))[offset % stride :: stride]]


def dealt(calls: Sequence[str], turn: int, turns: int) -> list[int]:
    """One moment of each call (of whatever file: the middle one of its kinds) of those that are dealt to this turn."""
    kinds: dict[str, list[str]] = {}
    for kind in dict.fromkeys(calls):
        kinds.setdefault(kind.split(" ")[0], []).append(kind)
    mine = sorted(kinds)[turn::turns]
    return [calls.index(kinds[call][len(kinds[call]) // 2]) for call in mine]


if __name__ == "__main__":
    with going_wrong(int(sys.argv[3]), dies):
        STAGES[sys.argv[2]](DataRoot(Path(sys.argv[1])))
