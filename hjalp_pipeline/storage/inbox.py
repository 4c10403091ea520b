"""The inbox: deliveries as received. Files are listed and hashed, never opened for writing, moved or renamed."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG

from hjalp_pipeline.codelists.kvartaler import Kvartal
from hjalp_pipeline.storage.files import sha256
from hjalp_pipeline.storage.hashes import Hashes, mark
from hjalp_pipeline.storage.root import DataRoot

_QUARTER = re.compile(r"[0-9]{4}K[1-4]")


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file in the inbox: the quarter's folder, its name as UTF-8 (bytes that are not come as ``\\xNN``), where it is.

    ``mark`` tells a changed file without reading it (``hashes.mark``).
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
            name = os.fsencode(path.name).decode("utf-8", "backslashreplace")
            yield InboxFile(directory.name, name, path, mark(stat))


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
    """SHA-256 of inbox files, remembered by mark so that an unchanged file is not read again (``Hashes``)."""

    def __init__(self, root: DataRoot) -> None:
        """Read the index kept in the lake (empty at first)."""
        self._hashes = Hashes(root.lake / "leverancer" / "index.json", root.lake / "locks" / "index")

    def known(self, file: InboxFile) -> str | None:
        """The file's SHA-256 if it was hashed before; read again only when its size stands and its mark does not."""
        return self._hashes.known(f"{file.folder}/{file.filename}", file.path, file.mark)

    def sha256(self, file: InboxFile) -> str:
        """The file's SHA-256, computed when it is new or changed."""
        digest = self.known(file)
        if digest is None:
            digest = sha256(file.path)
            self._hashes.remember(f"{file.folder}/{file.filename}", file.mark, digest)
        return digest

    def save(self) -> None:
        """Add what is new to the index; what another run has added since stays."""
        self._hashes.save()
