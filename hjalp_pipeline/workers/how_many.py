"""How many processes work side by side, and how much memory they may take together."""

import os
from pathlib import Path

#: Setting: processes that work side by side. Without it as many as there are cores; 1 = everything in the one process.
ENVIRONMENT_VARIABLE = "HJALP_WORKERS"
#: Work that reads less than this, in bytes, is done at once by the process itself: starting others would take longer.
WORTH_IT = 24_000_000
#: A byte of compressed Parquet is as much work as so many of a text file.
COMPRESSED = 6
#: Share of the free memory that work side by side may be expected to need.
_SHARE = 0.6
_MEMINFO = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")


class WorkersError(ValueError):
    """The setting is no number of processes. Says what it may be."""


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def wanted() -> int:
    """Processes that may work side by side; WorkersError when ``HJALP_WORKERS`` is no whole number of at least 1."""
    text = os.environ.get(ENVIRONMENT_VARIABLE, "").strip()
    if not text:
        return cores()
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 1024):
        raise WorkersError(f"{ENVIRONMENT_VARIABLE} must be a whole number from 1 to 1024, not {text!r}")
    return int(text)


def memory_budget() -> int:
    """Bytes that all of them together may be expected to need: a share of what the machine and the container have free."""
    return int(min(_free_of_machine(), _free_of_group()) * _SHARE)


def _free_of_machine() -> int:
    try:
        lines = _MEMINFO.read_text(encoding="ascii").splitlines()
    except OSError:
        return 1 << 62
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), 1 << 62)


def _free_of_group() -> int:
    try:
        limit = (_GROUP / "memory.max").read_text(encoding="ascii").strip()
        used = (_GROUP / "memory.current").read_text(encoding="ascii").strip()
    except OSError:
        return 1 << 62
    return max(int(limit) - int(used), 0) if limit.isdecimal() else 1 << 62
