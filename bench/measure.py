"""Run a child process and say what it cost: CPU of it and all its descendants, wall time, peak memory of the tree."""

import os
import statistics
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

#: Seconds between two looks at the memory.
EVERY = 0.25
#: Environment in which a child finds what production has: Pandera imports pandas where there is one.
PRODUCTION = {"PYTHONPATH": str(Path(__file__).parent / "production")}


@dataclass(frozen=True)
class Cost:
    """What a run cost: CPU seconds (user + system), wall seconds, peak memory in MiB."""

    cpu: float
    wall: float
    memory: float


class ChildFailed(Exception):
    """A child that did not end well: the measurement is worth nothing."""


def child_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of a child. Bytecode is kept: without it every process spends 12 s more on imports."""
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"} | dict(extra)


def run(command: Sequence[str], log: Path, extra: Mapping[str, str] | None = None) -> Cost:
    """Run a command with its output in ``log``; ChildFailed when its exit code is not 0.

    Memory is the sum of proportional set sizes over the process tree, memory-mapped files included, sampled.
    """
    started = time.monotonic()
    with log.open("ab") as output:
        pid = os.posix_spawn(
            command[0],
            list(command),
            child_environment(extra or {}),
            file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, output.fileno(), 2)],
        )
    peak = _Peak(pid)
    peak.start()
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - started
    peak.stop()
    if status != 0:
        raise ChildFailed(f"{' '.join(command[:6])} ended with {os.waitstatus_to_exitcode(status)}: see {log}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, max(peak.kib, usage.ru_maxrss if not peak.kib else 0) / 1024)


def python(module: str, *arguments: str) -> list[str]:
    """Command that runs a module with this interpreter."""
    return [sys.executable, "-m", module, *arguments]


def median(costs: Sequence[Cost]) -> Cost:
    """Median of each figure over the repetitions."""
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("cpu", "wall", "memory")))


class _Peak(threading.Thread):
    """Looks at the process tree now and then and keeps the largest sum."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid, self.kib = pid, 0
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(EVERY):
            self.kib = max(self.kib, sum(_pss(pid) for pid in _tree(self.pid)))

    def stop(self) -> None:
        self._over.set()
        self.join()


def _tree(pid: int) -> list[int]:
    """A process and its living descendants."""
    children: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(place.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(place.parent.name))
    found, queue = [], [pid]
    while queue:
        at = queue.pop()
        found.append(at)
        queue += children.get(at, [])
    return found


def _pss(pid: int) -> int:
    """Proportional set size in KiB, 0 for a process that is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
