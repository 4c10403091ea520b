"""The inbox: deliveries as received. Files are listed and hashed, never opened for writing, moved or renamed."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.storage.files import locked, read_json, sha256, write_json
from hjalp_pipeline.storage.root import DataRoot

_QUARTER = re.compile(r"[0-9]{4}K[1-4]")


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file in the inbox: the quarter's folder, its name as UTF-8 (bytes that are not come as ``\\xNN``), where it is.

    ``mark`` tells a changed file without reading it: size, modification and change time, inode. The change time cannot
    be set back, so a file replaced under its own name with its old date is seen.
    """

    folder: str
    filename: str
    path: Path
    mark: str


def list_inbox(root: DataRoot, folder: str | None = None) -> list[InboxFile]:
    """Files of one quarter's folder, or of all, by folder and name. Hidden files are left out (an upload under way)."""
    return sorted(_walk(root, folder), key=lambda file: (file.folder, file.filename))


def _walk(root: DataRoot, folder: str | None) -> Iterator[InboxFile]:
    if not root.inbox.is_dir():
        return
    for directory in root.inbox.iterdir():
        # Other folders (lost+found on a mount) are nobody's business, and may not be listed.
        if _QUARTER.fullmatch(directory.name) and directory.is_dir() and folder in (None, directory.name):
            yield from _files(directory)


def _files(directory: Path) -> Iterator[InboxFile]:
    for path in directory.iterdir():
        if path.name.startswith("."):
            continue
        try:
            stat = path.stat()
        except FileNotFoundError:  # moved away since it was listed, or a link to nowhere
            continue
        if S_ISREG(stat.st_mode):
            mark = f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_ino}"
            name = os.fsencode(path.name).decode("utf-8", "backslashreplace")
            yield InboxFile(directory.name, name, path, mark)


def quarter_folders(root: DataRoot) -> list[Kvartal]:
    """Quarters that have a folder in the inbox, in order."""
    names = (path.name for path in root.inbox.glob("*K?") if _QUARTER.fullmatch(path.name) and path.is_dir())
    return sorted(Kvartal.parse(name) for name in names if name[:4] != "0000")


def stray_entries(root: DataRoot) -> list[str]:
    """What lies in the inbox but in no quarter's folder: it is never read."""
    if not root.inbox.is_dir():
        return []
    entries = (path for path in root.inbox.iterdir() if not path.name.startswith("."))
    return sorted(ascii(path.name)[1:-1] for path in entries if not (_QUARTER.fullmatch(path.name) and path.is_dir()))


class HashIndex:
    """SHA-256 of inbox files, remembered by size and modification time so that an unchanged file is not read again."""

    def __init__(self, root: DataRoot) -> None:
        """Read the index kept in the lake (empty at first)."""
        self._path = root.lake / "leverancer" / "index.json"
        self._lock = root.lake / "locks" / "index"
        self._known: dict[str, list[str]] = read_json(self._path) or {}
        self._new: dict[str, list[str]] = {}

    def known(self, file: InboxFile) -> str | None:
        """The file's SHA-256 if it was hashed before and has not changed since, without reading it."""
        entry = self._known.get(f"{file.folder}/{file.filename}")
        return entry[1] if entry and entry[0] == file.mark else None

    def sha256(self, file: InboxFile) -> str:
        """The file's SHA-256, computed when it is new or changed."""
        digest = self.known(file)
        if digest is None:
            digest = sha256(file.path)
            self._new[f"{file.folder}/{file.filename}"] = [file.mark, digest]
            self._known |= self._new
        return digest

    def save(self) -> None:
        """Add what is new to the index; what another run has added since stays."""
        if self._new:
            with locked(self._lock):
                write_json(self._path, {**(read_json(self._path) or {}), **self._new})
            self._new = {}
