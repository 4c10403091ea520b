"""Which tables are out at a moment, and their figures: of every release whose time has come, the newest that shows a time."""

import errno
import hashlib
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from hjalp_pipeline.production.release.behind_closed import still_closed
from hjalp_pipeline.production.release.release_calendar import read_days
from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.publishing.statbank import CONFIDENTIAL
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.serving.cube import Cube
from hjalp_pipeline.serving.joined_times import joined
from hjalp_pipeline.serving.released_folder import (
    NEVER,
    Mark,
    Release,
    is_open,
    mark_of_head,
    mark_of_tables,
    read_release,
    told_moment,
)
from hjalp_pipeline.storage.root import DataRoot

#: How long damage is believed before the release is read again: a disk or a copy under way may be well in a moment.
_BELIEVED = timedelta(seconds=5)
_ALWAYS = datetime.max.replace(tzinfo=UTC)
#: A release that its manifest and the calendar let out, and its files as they stand.
_Key = tuple[Path, Mark]


class Damaged(Exception):
    """A release of a table is out and not as it was published: nothing is given in its place."""


@dataclass(frozen=True)
class Table:
    """A table that is out: its figures, and a stamp that is another one as soon as anything of it is."""

    cube: Cube
    stamp: str

    @property
    def id(self) -> str:
        """Its name."""
        return self.cube.form.id


@dataclass(frozen=True)
class Out:
    """A release that is out: whose it is, where it stands, and what was read of it."""

    root: DataRoot
    folder: Path
    release: Release

    @cached_property
    def stamp(self) -> str:
        """Another one as soon as any of its tables or public files is."""
        told = [
            *(stamp for _, stamp in self.release.tables.values()),
            *self.release.sums.values(),
            *self.release.faults,
        ]
        return hashlib.sha256("".join(told).encode()).hexdigest()


@dataclass(frozen=True)
class Shelf:
    """The tables that are out, by name; ``damaged``: those of which nothing can be given. ``releases`` by statistic and name,
    oldest first.
    """

    tables: Mapping[str, Table]
    damaged: frozenset[str] = frozenset()
    stamp: str = ""
    releases: Mapping[tuple[str, str], Out] = field(default_factory=dict)

    def table(self, name: str) -> Table | None:
        """A table by its name in any case; None when nobody may know whether there is one. Damaged."""
        if name.upper() in self.damaged:
            raise Damaged
        return self.tables.get(name.upper())


@dataclass(frozen=True)
class _Made:
    """A shelf, of which releases that may be out it was made, which of them are, and from when until when it holds."""

    shelf: Shelf = field(default_factory=lambda: Shelf({}))
    may: tuple[_Key, ...] | None = None
    out: frozenset[_Key] = frozenset()
    since: datetime = NEVER
    until: datetime = NEVER

    def holds(self, may: tuple[_Key, ...], now: datetime) -> bool:
        """Whether it is what is out."""
        return self.may == may and self.since <= now < self.until

    def is_out(self, may: tuple[_Key, ...], now: datetime) -> bool:
        """Whether everything of it is still out; something newer may be."""
        return self.may is not None and self.out.issubset(may) and self.since <= now


@dataclass
class Publisher:
    """Looks into the release folders of statistics. ``now``: the clock; a release is out from its very second on."""

    roots: Sequence[DataRoot]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _moments: dict[Path, tuple[Mark, datetime | None]] = field(default_factory=dict)
    _read: dict[_Key, Release] = field(default_factory=dict)
    _made: _Made = field(default_factory=_Made)
    _making: threading.Lock = field(default_factory=threading.Lock)

    def shelf(self) -> Shelf:
        """What is out now; Damaged when that cannot be told. While one caller reads a release, others have what was out before it."""
        made, now = self._made, self.now()
        may = self._may_be_out(now)
        if made.holds(tuple(may), now):
            return made.shelf
        if not self._making.acquire(blocking=not made.is_out(tuple(may), now)):
            return made.shelf
        try:
            now = self.now()
            may = self._may_be_out(now)
            if not self._made.holds(tuple(may), now):
                self._made = self._make(may, now)
            return self._made.shelf
        finally:
            self._making.release()

    def _may_be_out(self, now: datetime) -> dict[_Key, tuple[DataRoot, datetime]]:
        """Releases that their manifests and the calendar let out; of others nothing but the manifest is looked at."""
        found = {}
        for root in self.roots:
            for folder in _folders(root):
                try:
                    head = mark_of_head(folder)
                    publish_at = self._told(folder, head)
                    if (
                        publish_at is not None
                        and publish_at <= now
                        and (is_open(folder) or _is_due(root, folder.name, publish_at, now))
                    ):
                        found[folder, head + mark_of_tables(folder)] = root, publish_at
                except OSError as fault:  # not made by now, embargoed for this account, or of a version without sums
                    _unless_passing(fault)
        return found

    def _told(self, folder: Path, head: Mark) -> datetime | None:
        known = self._moments.get(folder)
        if known is None or known[0] != head or known[1] in (None, NEVER):
            known = self._moments[folder] = head, told_moment(folder)
        return known[1]

    def _make(self, may: Mapping[_Key, tuple[DataRoot, datetime]], now: datetime) -> _Made:
        read = {}
        for key, (root, publish_at) in may.items():
            release = self._read.get(key)
            if release is None or (release.faults and not timedelta(0) <= now - release.read_at < _BELIEVED):
                known = {} if release is None else release.faults
                release = read_release(*key, _signs(root), publish_at, now)
                if _head(key[0]) != key[1][:2]:  # it was put there anew, and may be for another moment
                    continue
                _say(key[0].name, release.faults, known)
            read[key] = release
        self._read = read
        out = {key: release for key, release in read.items() if release.moment <= now}
        since = max((release.moment for release in out.values()), default=NEVER)
        ends = [release.moment for key, release in read.items() if key not in out]
        ends += [release.read_at + _BELIEVED for release in read.values() if release.faults]
        until = min(ends, default=_ALWAYS) if len(read) == len(may) else now
        standing = [Out(may[key][0], key[0], release) for key, release in out.items()]
        return _Made(_shelf(standing), tuple(may), frozenset(out), since, until)


def _head(folder: Path) -> Mark:
    try:
        return mark_of_head(folder)
    except OSError:
        return ()


def _say(release: str, faults: Mapping[str, str], known: Mapping[str, str]) -> None:
    for name, why in faults.items():
        if known.get(name) != why:
            sys.stderr.write(f"{release}/{name} cannot be served: {why}\n")


def _is_due(root: DataRoot, release: str, publish_at: datetime, now: datetime, behind: tuple[str, ...] = ()) -> bool:
    """Whether a release may be out that nothing has opened by now: the calendar lets it, and so may be every release that is
    still closed and whose figures its pages show. ``behind``: those that wait for it.
    """
    opens = read_days(root).opens_at(release, publish_at)
    if opens is None or now < opens:
        return False
    for other in still_closed(root, release):
        moment = told_moment(root.releases / other)
        if other in behind or moment is None or not _is_due(root, other, moment, now, (*behind, release)):
            return False
    return True


def _folders(root: DataRoot) -> list[Path]:
    """Releases that stand; Damaged when that cannot be told."""
    try:
        return sorted(path for path in root.releases.iterdir() if is_release_name(path.name))
    except OSError as fault:
        _unless_passing(fault)
        return []


def _unless_passing(fault: OSError) -> None:
    """Damaged when nothing can be told at the moment, whatever stands there."""
    if fault.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO):
        raise Damaged from None


def _signs(root: DataRoot) -> dict[str, Text]:
    """What signs mean in both languages, as the statistic declares them, by the Danish: one sign means this here and that there."""
    declared = [sign.symbol for spec in root.declared.every.tables for sign in spec.signs]
    return {symbol.text.da: symbol.text for symbol in (CONFIDENTIAL, *declared)}


def _shelf(standing: Iterable[Out]) -> Shelf:
    of: dict[str, list[tuple[Cube, str]]] = {}
    damaged: set[str] = set()
    oldest_first = sorted(standing, key=lambda one: (one.release.moment, one.release.version))
    for release in (one.release for one in reversed(oldest_first)):
        damaged.update(release.faults)
        for name, table in release.tables.items():
            of.setdefault(name, []).append(table)
    tables = {name: Table(*joined(of[name])) for name in sorted(of) if name not in damaged}
    stamps = "".join(f"{name}{table.stamp}" for name, table in tables.items())
    releases = {(one.root.statistic, one.folder.name): one for one in oldest_first}
    return Shelf(tables, frozenset(damaged), hashlib.sha256(stamps.encode()).hexdigest(), releases)
