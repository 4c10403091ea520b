"""Nothing is kept for ever: what nothing refers to goes, old inputs are named, and what was removed when is written down.

A pinned input is never removed, so every release that stands can be made again; what is computed can be computed again.
"""

import csv
import io
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.production.inbox.reading import Inbox
from hjalp_pipeline.production.quarter.chain_results import datasets
from hjalp_pipeline.production.release.manifest import known_pins
from hjalp_pipeline.production.release.pins import Pins
from hjalp_pipeline.storage.codelists import read_systems
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.entries import ChainEntry, ResultFiles
from hjalp_pipeline.storage.files import OWNER, locked, sync, write_bytes
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.registers import extracts, newest_extract
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.settings import Retention, read_settings

LEDGER = "removed.csv"
_COLUMNS = ("removed_at", "removed_by", "path", "bytes", "sha256", "why")
_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Removal:
    """A file (or the folder of a prepared extract) that may go, why, and whether it is an input: then only when asked."""

    path: Path
    why: str
    is_input: bool


def removals(root: DataRoot, today: date) -> list[Removal]:
    """Everything that may go today by ``codelists/settings.toml``, in the order of its path."""
    settings = read_settings(root, Retention)
    return sorted([*_results(root, settings), *_inputs(root, settings, today)], key=lambda one: one.path)


def remove(root: DataRoot, chosen: Sequence[Removal], by: str, now: datetime) -> int:
    """Remove them and say so in ``removed.csv`` first: a line without a removal is better than the other way round.

    Returns the bytes that were freed.
    """
    lake, freed = Lake(root), 0
    for one in chosen:
        files = sorted(path for path in one.path.rglob("*") if path.is_file()) if one.path.is_dir() else [one.path]
        for path in files:
            try:
                size, digest = path.stat().st_size, sha256(path)
            except FileNotFoundError:  # another command was sooner, and has written it down
                continue
            when = now.astimezone(DANISH_TIME).isoformat(timespec="seconds")
            _write_down(root, [when, by, _named(root, path), size, digest, one.why])
            lake.forget_copy(path)
            path.unlink(missing_ok=True)
            freed += size
        if one.path.is_dir():
            shutil.rmtree(one.path)
    return freed


def _write_down(root: DataRoot, values: Iterable[object]) -> None:
    path = root.file(LEDGER)
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerow(values)
    with locked(root.lake / "locks" / "removed"):
        if not path.is_file():
            write_bytes(path, (";".join(_COLUMNS) + "\n").encode(), OWNER)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND)
        try:
            os.write(handle, text.getvalue().encode())
            os.fsync(handle)
        finally:
            os.close(handle)
    sync(path.parent)


def _named(root: DataRoot, path: Path) -> str:
    return "/".join(safe_name(part) for part in root.name(path).split("/"))


# What was computed ----------------------------------------------------------------------------------------------


def _results(root: DataRoot, settings: Retention) -> Iterator[Removal]:
    lake, limit = Lake(root), time.time() - settings.results_days * _DAY
    if not root.lake.is_dir():
        return
    used = _Used(root)
    for path in lake.computed(datasets(lake.root.declared)):
        if path not in used.files and _is_older(path, limit):
            half = path.parent.parent.name == "leverancer" and not path.with_suffix(".json").is_file()
            yield Removal(path, "half read" if half else "nothing refers to it", is_input=False)
    for folder in sorted((root.lake / "registers").glob("*/*/")):
        if folder.parent.name not in used.extracts and _is_older(folder, limit):
            yield Removal(folder, "prepared for an extract that nothing refers to", is_input=False)


def _is_older(path: Path, limit: float) -> bool:
    """Whether it was last changed before ``limit``; what has gone meanwhile, by another command, is not."""
    try:
        return path.stat().st_mtime < limit
    except FileNotFoundError:
        return False


class _Used:
    """What quarters, releases and the files in the inbox refer to."""

    def __init__(self, root: DataRoot) -> None:
        # What the disk does not give may name anything: then nothing is known to be unused.
        self.root, self.lake = root, Lake(root, strict=True)
        self.files: set[Path] = set()
        self.extracts: set[str] = {newest_extract(root)} if extracts(root) else set()
        for kvartal in self.lake.quarters():
            quarter = self.lake.quarter(kvartal)
            if quarter is not None:
                self.extracts.add(quarter.extract)
                self._chains(kvartal, quarter.kommuner)
        for _kvartal, _komnr, partition in self.lake.raws():
            self.files.add(self.lake.file(partition.file))
            for part in partition.deliveries:
                self._copy(part.key)
        for release, pins in known_pins(root).items():
            self.extracts.add(pins.registers)
            self._pins(pins)
            for kvartal, entries in self.lake.release_results(release).items():
                self._chains(kvartal, entries)
        inbox = Inbox(self.lake, read_systems(root))
        for file, name in inbox.files():
            known = inbox.known(file, name)
            if known is not None:  # a file without its verdict would be read again
                self.files.add(self.lake.verdict_path(known.key))

    def _chains(self, kvartal: str, entries: Mapping[str, ChainEntry | ResultFiles]) -> None:
        for komnr, entry in entries.items():
            self.files.add(self.lake.chain_path(kvartal, komnr, entry.key))
            self.files |= {self.lake.file(name) for name in (entry.raw_file, *entry.files.values())}

    def _pins(self, pins: Pins) -> None:
        inbox = Inbox(self.lake, pins.systems)
        for pin in pins.deliveries.values():
            for name, digest in pin.files:
                folder, filename = name.split("/")
                key = inbox.key_of(folder, filename, digest)
                if key is not None:
                    self._copy(key)

    def _copy(self, key: str) -> None:
        self.files |= {self.lake.typed_path(key), self.lake.verdict_path(key)}


# What was delivered -----------------------------------------------------------------------------------------------


def _inputs(root: DataRoot, settings: Retention, today: date) -> Iterator[Removal]:
    lake = Lake(root)
    pinned = {name for pins in known_pins(root).values() for name in pins.names()}
    first = _years_before(today, settings.deliveries_years)
    needed = {
        f"{part.kvartal}/{part.filename}"
        for kvartal, _komnr, partition in lake.raws()
        if Period.parse(kvartal).last_day >= first
        for part in partition.deliveries
    }
    for file, _name in Inbox(lake, read_systems(root)).files():
        name = f"{file.folder}/{file.filename}"
        if Period.parse(file.folder).last_day < first and f"inbox/{name}" not in pinned and name not in needed:
            yield Removal(
                file.path, f"of {file.folder}, more than {settings.deliveries_years} years old", is_input=True
            )
    oldest = _years_before(today, settings.extracts_years)
    for extract in extracts(root)[:-1]:
        if date.fromisoformat(extract) < oldest and f"registers/{extract}" not in pinned and not _in_use(lake, extract):
            why = f"more than {settings.extracts_years} years old"
            yield Removal(root.registers / extract, why, is_input=True)


def _in_use(lake: Lake, extract: str) -> bool:
    quarters = (lake.quarter(kvartal) for kvartal in lake.quarters())
    return any(quarter is not None and quarter.extract == extract for quarter in quarters)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
