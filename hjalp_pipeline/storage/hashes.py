"""SHA-256 of files, remembered by what tells a changed file without reading it, so that a file is read once.

A data root that was copied, restored or moved has the same content under other times and inodes: such a file is read
once more, found to be the same, and remembered by its new mark.
"""

import errno
import os
from pathlib import Path

from hjalp_pipeline.storage.files import locked
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.sealed import read_sealed, write_sealed


def mark(stat: os.stat_result) -> str:
    """Size, modification and change time, inode. The change time cannot be set back, so a file replaced under its own
    name with its old date is seen.
    """
    return f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ctime_ns} {stat.st_ino}"


def size_of(marked: str) -> int:
    """The size in bytes that a mark tells."""
    return int(marked.split(maxsplit=1)[0])


class Hashes:
    """SHA-256 by name, kept in one JSON file; what another process has added since stays when it is saved.

    A file that is not as it was written is forgotten, and what it told is found out again.
    """

    def __init__(self, memory: Path, lock: Path) -> None:
        """Reads ``memory``; there need be none yet."""
        self._memory, self._lock = memory, lock
        self._known: dict[str, list[str]] = read_sealed(memory) or {}
        self._new: dict[str, list[str]] = {}

    def known(self, name: str, path: Path, marked: str) -> str | None:
        """The file's SHA-256 when it was taken before and the size stands; only a file with another mark is read.

        None for a file never hashed, of another size, gone, or changed while it is read.
        """
        entry = self._known.get(name)
        if entry is None or size_of(entry[0]) != size_of(marked):
            return None
        if entry[0] == marked:
            return entry[1]
        try:
            digest = sha256(path)
            if mark(path.stat()) != marked:
                return None
        except OSError:
            return None
        self.remember(name, marked, digest)
        return digest

    def digest(self, name: str, path: Path) -> str:
        """The file's SHA-256, read only when it was not taken before or the file has changed since."""
        marked = mark(path.stat())
        found = self.known(name, path, marked)
        if found is None:
            found = sha256(path)
            self.remember(name, marked, found)
        return found

    def remember(self, name: str, marked: str, digest: str) -> None:
        """Take down the SHA-256 of a file that had this mark."""
        self._new[name] = self._known[name] = [marked, digest]

    def save(self) -> None:
        """Keep what is new. Somebody who may only read goes without, and looks again the next time."""
        if not self._new:
            return
        try:
            with locked(self._lock):
                write_sealed(self._memory, {**(read_sealed(self._memory) or {}), **self._new})
        except OSError as fault:
            if fault.errno not in (errno.EROFS, errno.EACCES, errno.EPERM):
                raise
        self._new = {}
