"""A release's folder as it stands: when its manifest lets it out, and its tables, or why one cannot be given."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path

from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.serving.cube import Cube
from hjalp_pipeline.serving.px_reader import NotRead, read_cube

MANIFEST, _SUMS = "manifest.json", "SHA256SUMS"
_TABLE = "[A-Z]*.px"
NEVER = datetime(2000, 1, 1, tzinfo=UTC)
#: Name, device, inode, size and time of files: a release of which one is put there anew is read anew.
Mark = tuple[tuple[str, int, int, int, int], ...]


@dataclass(frozen=True)
class Release:
    """A release that was read: when it comes out, the later of what its manifest and its tables say; its tables by name and what
    they are by SHA-256; ``faults``: why a table cannot be given. ``read_at``: when that was found. ``sums``: SHA-256 of its public
    files by name, as its sums and its manifest agree on. ``program``: the version that made it, empty where nobody may know.
    """

    moment: datetime
    version: tuple[int, int]
    tables: Mapping[str, tuple[Cube, str]]
    faults: Mapping[str, str] = field(default_factory=dict)
    read_at: datetime = NEVER
    sums: Mapping[str, str] = field(default_factory=dict)
    program: str = ""


def mark_of_head(folder: Path) -> Mark:
    """The mark of what says when a release comes out; OSError: not made by now, closed to this account, or without sums."""
    return tuple(_mark(name, (folder / name).stat()) for name in (MANIFEST, _SUMS))


def mark_of_tables(folder: Path) -> Mark:
    """The mark of every file that tables are read from; OSError."""
    with os.scandir(folder) as found:
        files = sorted(
            (one.name, one.stat(follow_symlinks=False)) for one in found if one.name.endswith((".px", ".json"))
        )
    return tuple(_mark(name, stat) for name, stat in files)


def _mark(name: str, stat: os.stat_result) -> tuple[str, int, int, int, int]:
    return name, stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns


def is_open(folder: Path) -> bool:
    """Whether everybody may look into a release's folder; OSError."""
    return folder.stat().st_mode & 0o005 == 0o005


def told_moment(folder: Path) -> datetime | None:
    """When a release comes out by its manifest alone; None when that cannot be told.

    The manifest is for the owner alone: for another account it has come when the folder has been opened, and its tables say the rest.
    """
    try:
        return _moment(json.loads((folder / MANIFEST).read_bytes())["publish_at"])
    except PermissionError:
        return NEVER if is_open(folder) else None
    except Exception:  # whatever is wrong with it, a release nobody knows the time of is not out
        return None


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def read_release(folder: Path, mark: Mark, signs: Mapping[str, Text], publish_at: datetime, now: datetime) -> Release:
    """The tables of a release that its manifest lets out, of the files in ``mark``. ``signs``: what signs mean in both languages."""
    year, _, version = folder.name.partition("v")
    names = _tables(name for name, *_ in mark)
    tables, faults, moment = {}, {}, publish_at
    try:
        sums, outputs, program = _published(folder)
    except Exception as fault:  # whatever is in it: of this release nothing can be given, of others everything
        return Release(moment, (int(year), int(version)), {}, dict.fromkeys(names, _why(fault)), now)
    # What was published and is not there, or not yet, is missing: older figures would be taken for the newest.
    names |= _tables(sums)
    for name in sorted(names):
        try:
            px, dataset = (as_published(folder / f"{name}.{form}", sums, outputs) for form in ("px", "json"))
            cube = read_cube(px, dataset, signs)
            if cube.form.id != name:
                raise NotRead("it is another table")
            tables[name] = (cube, hashlib.sha256(px + dataset).hexdigest())
            moment = max(moment, cube.form.updated)
        except Exception as fault:  # likewise, of one table
            faults[name] = _why(fault)
    return Release(
        moment,
        (int(year), int(version)),
        tables,
        faults,
        now,
        {name: digest for name, digest in sums.items() if outputs.get(name) == digest},
        program,
    )


def _tables(files: Iterable[str]) -> set[str]:
    return {Path(name).stem for name in files if fnmatchcase(name, _TABLE) and Path(name).name == name}


def _why(fault: Exception) -> str:
    """What is amiss, without a path and without a figure."""
    told = fault.strerror if isinstance(fault, OSError) else str(fault) if isinstance(fault, NotRead) else ""
    return f"{type(fault).__name__}: {told}".removesuffix(": ")


def _published(folder: Path) -> tuple[dict[str, str], Mapping[str, str], str]:
    """The SHA-256 of files by their names, as the release's sums and as its manifest have them, and the program's version."""
    sums = {}
    for line in (folder / _SUMS).read_text(encoding="utf-8").splitlines():
        digest, between, name = line.partition("  ")
        if not between:
            raise NotRead(f"a line of {_SUMS} is no checksum and name")
        sums[name] = digest
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except PermissionError:
        return sums, sums, ""
    except ValueError:
        manifest = None
    if not isinstance(manifest, dict) or not isinstance(manifest.get("outputs"), dict):
        raise NotRead(f"{MANIFEST} names no files")
    program = manifest.get("program")
    version = program.get("version") if isinstance(program, dict) else ""
    return sums, manifest["outputs"], version if isinstance(version, str) else ""


def as_published(path: Path, sums: Mapping[str, str], outputs: Mapping[str, str]) -> bytes:
    """A file's bytes; NotRead unless they are those that were published."""
    if path.is_symlink() or not path.is_file():
        raise NotRead(f"{path.name} is no file")
    content = path.read_bytes()
    if not hashlib.sha256(content).hexdigest() == sums.get(path.name) == outputs.get(path.name):
        raise NotRead(f"{path.name} is not as it was published")
    return content


def public_files(folder: Path) -> dict[str, bytes]:
    """Every file of a release that is out and that everybody may read, by name; NotRead, OSError."""
    sums, outputs, *_ = _published(folder)
    if any(name == MANIFEST or Path(name).name != name for name in sums):
        raise NotRead(f"{_SUMS} names what is not public")
    files = {name: as_published(folder / name, sums, outputs) for name in sums}
    return {**files, _SUMS: (folder / _SUMS).read_bytes()}
