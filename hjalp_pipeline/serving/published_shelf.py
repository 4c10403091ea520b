"""Which tables are out at a moment, and their figures: of every release whose time has come, the newest that shows a time."""

import hashlib
import json
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from hjalp_pipeline.production.release.release_calendar import unconfirmed
from hjalp_pipeline.publishing.definition import is_release_name
from hjalp_pipeline.publishing.statbank import CONFIDENTIAL
from hjalp_pipeline.publishing.table import TableError, Text, Variable
from hjalp_pipeline.serving.cube import Cube
from hjalp_pipeline.serving.px_reader import NotRead, read_cube
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot

_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_MANIFEST, _SUMS = "manifest.json", "SHA256SUMS"
#: Device, inode, size and time of a file: a release that is put there anew is read anew.
_Mark = tuple[int, int, int, int]


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
class Shelf:
    """The tables that are out, by name; ``damaged``: those of which nothing can be given."""

    tables: Mapping[str, Table]
    damaged: frozenset[str] = frozenset()
    stamp: str = ""

    @property
    def updated(self) -> datetime:
        """When the newest of them came out."""
        return max((table.cube.form.updated for table in self.tables.values()), default=_NEVER)

    def table(self, name: str) -> Table | None:
        """A table by its name in any case; None when nobody may know whether there is one. Damaged."""
        if name.upper() in self.damaged:
            raise Damaged
        return self.tables.get(name.upper())


@dataclass(frozen=True)
class _Release:
    """A release that was read: when it comes out, its tables by name and what they are by SHA-256."""

    publish_at: datetime
    version: tuple[int, int]
    tables: Mapping[str, tuple[Cube, str]]
    damaged: frozenset[str] = frozenset()


@dataclass
class Publisher:
    """Looks into the release folders of statistics. ``now``: the clock; a release is out from its very second on."""

    roots: Sequence[DataRoot]
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _moments: dict[tuple[Path, _Mark], datetime] = field(default_factory=dict)
    _read: dict[tuple[Path, _Mark], _Release] = field(default_factory=dict)
    _shelves: dict[tuple[tuple[Path, _Mark], ...], Shelf] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def shelf(self) -> Shelf:
        """What is out now."""
        with self._lock:
            now = self.now()
            keys = tuple(key for root in self.roots for key in _folders(root) if self._is_out(root, key, now))
            found = self._shelves.get(keys)
            if found is None:
                for root in self.roots:
                    for key in keys:
                        if key[0].is_relative_to(root.releases) and key not in self._read:
                            self._read[key] = _release(key[0], _signs(root), self._moments[key])
                found = _shelf(self._read[key] for key in keys)
                self._shelves = {keys: found}
            return found

    def _is_out(self, root: DataRoot, key: tuple[Path, _Mark], now: datetime) -> bool:
        if key not in self._moments:
            moment = _moment(key[0])
            if moment is None:
                return False
            self._moments[key] = moment
        return self._moments[key] <= now and (_opened(key[0]) or _confirmed(root, key[0].name))


def _opened(folder: Path) -> bool:
    """Whether everybody may look into a release's folder."""
    return folder.stat().st_mode & 0o005 == 0o005


def _confirmed(root: DataRoot, release: str) -> bool:
    """Whether the calendar lets a release open that has not been opened; not when it cannot be read."""
    try:
        return release not in unconfirmed(root)
    except (InputError, OSError):
        return False


def _folders(root: DataRoot) -> list[tuple[Path, _Mark]]:
    """Releases that stand and may be read by this account."""
    found = []
    try:
        folders = sorted(path for path in root.releases.iterdir() if is_release_name(path.name))
    except OSError:
        return []
    for folder in folders:
        try:
            mark = (folder / _SUMS).stat()
        except OSError:  # not made by now, embargoed for this account, or of a version that published no sums
            continue
        found.append((folder, (mark.st_dev, mark.st_ino, mark.st_size, mark.st_mtime_ns)))
    return found


def _moment(folder: Path) -> datetime | None:
    """When a release comes out, the later of what its manifest and its tables say; None when that cannot be told.

    The manifest is for the owner alone. An account that may not read it sees the folder only when it has been opened.
    """
    told = []
    try:
        told.append(json.loads((folder / _MANIFEST).read_bytes())["publish_at"])
    except PermissionError:
        if not _opened(folder):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    try:
        told += [json.loads(path.with_suffix(".json").read_bytes())["updated"] for path in folder.glob("[A-Z]*.px")]
        return max(moment.replace(tzinfo=moment.tzinfo or UTC) for moment in map(datetime.fromisoformat, told))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _release(folder: Path, signs: Mapping[str, Text], publish_at: datetime) -> _Release:
    year, _, version = folder.name.partition("v")
    tables, damaged = {}, set()
    for name in sorted(path.stem for path in folder.glob("[A-Z]*.px")):
        try:
            px, dataset = (_as_published(folder, f"{name}.{form}") for form in ("px", "json"))
            cube = read_cube(px, dataset, signs)
            if cube.form.id != name:
                raise NotRead("it is another table")
            tables[name] = (cube, hashlib.sha256(px + dataset).hexdigest())
        except (OSError, NotRead, TableError) as fault:
            damaged.add(name)
            sys.stderr.write(f"{folder.name}/{name} cannot be served: {type(fault).__name__}: {_why(fault)}\n")
    return _Release(publish_at, (int(year), int(version)), tables, frozenset(damaged))


def _why(fault: Exception) -> str:
    return str(fault.strerror) if isinstance(fault, OSError) else str(fault)


def _as_published(folder: Path, name: str) -> bytes:
    """A file's bytes; NotRead unless they are those that were published."""
    path = folder / name
    if path.is_symlink() or not path.is_file():
        raise NotRead(f"{name} is no file")
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    sums = dict(line.split("  ", 1)[::-1] for line in (folder / _SUMS).read_text(encoding="utf-8").splitlines())
    try:
        outputs = json.loads((folder / _MANIFEST).read_bytes())["outputs"]
    except PermissionError:
        outputs = sums
    except (ValueError, KeyError, TypeError):
        raise NotRead(f"{_MANIFEST} names no files") from None
    if not digest == sums.get(name) == outputs.get(name):
        raise NotRead(f"{name} is not as it was published")
    return content


def _signs(root: DataRoot) -> dict[str, Text]:
    """What signs mean in both languages, as the statistic declares them."""
    declared = [sign.symbol for spec in root.declared.tables for sign in spec.signs]
    return {symbol.sign: symbol.text for symbol in (CONFIDENTIAL, *declared)}


def _shelf(releases: Iterable[_Release]) -> Shelf:
    newest_first = sorted(releases, key=lambda one: (one.publish_at, one.version), reverse=True)
    tables: dict[str, Table] = {}
    damaged: set[str] = set()
    for release in newest_first:
        damaged |= release.damaged
        for name, (cube, digest) in release.tables.items():
            known = tables.get(name)
            if known is None:
                tables[name] = Table(cube, digest)
            else:
                whole = _with_older_times(known.cube, cube)
                stamp = hashlib.sha256((known.stamp + digest).encode()).hexdigest()
                tables[name] = known if whole is known.cube else Table(whole, stamp)
    tables = {name: tables[name] for name in sorted(tables) if name not in damaged}
    stamps = "".join(f"{name}{table.stamp}" for name, table in tables.items())
    return Shelf(tables, frozenset(damaged), hashlib.sha256(stamps.encode()).hexdigest())


def _with_older_times(newer: Cube, older: Cube) -> Cube:
    """The newer table with times only an older release shows, when both count the same in the same codes; else the newer."""
    form, other = newer.form, older.form
    *shared, time = form.variables
    same = (
        [(variable.code, sorted(variable.codes)) for variable in shared]
        == [(variable.code, sorted(variable.codes)) for variable in other.variables[:-1]]
        and (form.units, form.decimals, form.by_quarter) == (other.units, other.decimals, other.by_quarter)
        and {symbol.sign for symbol in other.symbols} <= {symbol.sign for symbol in form.symbols}
    )
    new = [place for place, code in enumerate(other.time.codes) if code not in time.codes]
    if not same or not new:
        return newer
    axes = [_in_order(variable, old) for variable, old in zip(shared, other.variables[:-1], strict=True)]
    numbers = [0, *(1 + [one.sign for one in form.symbols].index(symbol.sign) for symbol in other.symbols)]
    signs = np.array(numbers, dtype=np.uint8)[older.signs]
    pairs = ((newer.figures, older.figures), (newer.signs, signs))
    values = (*time.values, *(other.time.values[place] for place in new))
    order = sorted(range(len(values)), key=lambda place: values[place].code)
    figures, hidden = (np.concatenate([one, two[np.ix_(*axes, new)]], axis=-1)[..., order] for one, two in pairs)
    notes = (*form.notes, *(note for note in other.notes if note not in form.notes))
    times = replace(time, values=tuple(values[place] for place in order))
    return Cube(replace(form, variables=(*shared, times), notes=notes), figures, hidden)


def _in_order(variable: Variable, other: Variable) -> list[int]:
    return [other.codes.index(code) for code in variable.codes]
