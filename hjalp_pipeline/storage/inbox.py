"""The inbox: deliveries as received. Files are listed and hashed, never opened for writing, moved or renamed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hjalp_pipeline.storage.files import read_json, sha256, write_json
from hjalp_pipeline.storage.root import DataRoot


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file in the inbox: the quarter's folder, its name, and what tells a changed file without reading it."""

    folder: str
    filename: str
    path: Path
    size: int
    mtime_ns: int


def list_inbox(root: DataRoot, folder: str | None = None) -> list[InboxFile]:
    """Files of one quarter's folder, or of all, by folder and name. Hidden files are left out (an upload under way)."""
    return sorted(_walk(root, folder), key=lambda file: (file.folder, file.filename))


def _walk(root: DataRoot, folder: str | None) -> Iterator[InboxFile]:
    if not root.inbox.is_dir():
        return
    for directory in root.inbox.iterdir():
        if directory.name.startswith(".") or not directory.is_dir() or folder not in (None, directory.name):
            continue
        for path in directory.iterdir():
            if path.is_file() and not path.name.startswith("."):
                stat = path.stat()
                yield InboxFile(directory.name, path.name, path, stat.st_size, stat.st_mtime_ns)


class HashIndex:
    """SHA-256 of inbox files, remembered by size and modification time so that an unchanged file is not read again."""

    def __init__(self, root: DataRoot) -> None:
        """Read the index kept in the lake (empty at first)."""
        self._path = root.lake / "leverancer" / "index.json"
        self._known: dict[str, list[object]] = read_json(self._path) or {}
        self._changed = False

    def known(self, file: InboxFile) -> str | None:
        """The file's SHA-256 if it was hashed before and has not changed since, without reading it."""
        entry = self._known.get(f"{file.folder}/{file.filename}")
        return str(entry[2]) if entry and entry[:2] == [file.size, file.mtime_ns] else None

    def sha256(self, file: InboxFile) -> str:
        """The file's SHA-256, computed when it is new or changed."""
        digest = self.known(file)
        if digest is None:
            digest = sha256(file.path)
            self._known[f"{file.folder}/{file.filename}"] = [file.size, file.mtime_ns, digest]
            self._changed = True
        return digest

    def save(self) -> None:
        """Write the index when something was added."""
        if self._changed:
            write_json(self._path, self._known)
            self._changed = False
