"""The inbox: deliveries as received. Files are listed and hashed, never opened for writing, moved or renamed."""

import contextlib
import errno
import os
import re
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path
from stat import S_ISDIR, S_ISLNK, S_ISREG

from hjalp_pipeline.codelists.periods import Period
from hjalp_pipeline.storage.fingerprints import fingerprint
from hjalp_pipeline.storage.hashes import Hashes, mark
from hjalp_pipeline.storage.root import DataRoot

#: What a folder of the data root says of itself.
README = "README"
#: Mark of a file that the disk does not tell of: no file has it, so it was never read.
_UNSEEN = "-1 0 0 0"


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
    """Files of one quarter's folder, or of all, by folder and name. Hidden files are left out (an upload under way).

    One that the disk does not tell of is listed as never read: without it, what it replaced would be in force again.
    """
    files = (
        InboxFile(name, _written(entry.name), Path(entry.path), mark(stat) if stat else _UNSEEN)
        for name in _folders(root, folder)
        for entry, stat in _entries(root.inbox / name)
        if stat is None or S_ISREG(stat.st_mode)
    )
    return sorted(files, key=lambda file: (file.folder, file.filename))


def passed_over(root: DataRoot, folder: str) -> list[str]:
    """What lies in a quarter's folder and is never opened: links, folders, devices; with what it is.

    Also what the disk does not tell of.
    """
    entries = ((entry, stat) for name in _folders(root, folder) for entry, stat in _entries(root.inbox / name))
    return sorted(f"{_written(e.name)} ({_kind(stat)})" for e, stat in entries if not (stat and S_ISREG(stat.st_mode)))


def period_folders(root: DataRoot) -> list[Period]:
    """Quarters that have a folder in the inbox, in order."""
    kind = root.declared.period
    return sorted(kind.parse(name) for name in _folders(root) if kind.is_form_of(name))


def stray_entries(root: DataRoot) -> list[str]:
    """What lies in the inbox but in no quarter's folder: it is never read. Also a link or file with a quarter's name, and a
    folder that may not be listed.
    """
    folders = set(_folders(root))
    return sorted(
        ascii(entry.name)[1:-1]
        + ("" if stat and (S_ISREG(stat.st_mode) or S_ISDIR(stat.st_mode)) else f" ({_kind(stat)})")
        for entry, stat in _entries(root.inbox)
        if entry.name not in (*folders, README)
    )


def open_file(file: InboxFile) -> BufferedReader:
    """A file of the inbox, opened for reading; OSError when it is gone, may not be read, or is no file (any more).

    Nobody who may write to the inbox is trusted: no link is followed on the way, a FIFO is not waited for.
    """
    directory = os.open(file.path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        handle = os.open(file.path.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory)
    finally:
        os.close(directory)
    opened = os.fdopen(handle, "rb")
    if not S_ISREG(os.fstat(handle).st_mode):
        opened.close()
        raise OSError(errno.EINVAL, "not a file")
    return opened


def _written(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _folders(root: DataRoot, folder: str | None = None) -> list[str]:
    """Quarters' folders, or the one asked for. Others (lost+found on a mount) are nobody's business; links are not followed."""
    return [
        entry.name
        for entry, stat in _entries(root.inbox)
        if re.fullmatch(root.declared.period.pattern, entry.name)
        and stat is not None
        and S_ISDIR(stat.st_mode)
        and folder in (None, entry.name)
        and os.access(entry.path, os.R_OK | os.X_OK)
    ]


def _entries(directory: Path) -> list[tuple[os.DirEntry[str], os.stat_result | None]]:
    """Everything in a folder but what is hidden, with what it is itself, not what it may point at; None where the disk does
    not tell.
    """
    if not directory.is_dir():
        return []
    found: list[tuple[os.DirEntry[str], os.stat_result | None]] = []
    # a folder that is gone by now is empty; one that the disk does not list is not: who delivered would have delivered nothing
    with contextlib.suppress(FileNotFoundError), os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            try:
                found.append((entry, entry.stat(follow_symlinks=False)))
            except FileNotFoundError:  # moved away since it was listed
                continue
            except OSError:
                found.append((entry, None))
    return found


def _kind(stat: os.stat_result | None) -> str:
    if stat is None:
        return "cannot be looked at"
    if S_ISLNK(stat.st_mode):
        return "a link: not followed"
    return "a folder" if S_ISDIR(stat.st_mode) else "no file"


class HashIndex:
    """SHA-256 of inbox files, remembered by mark so that an unchanged file is not read again (``Hashes``).

    By a hash of their names: a name that is no delivery's may hold a CPR number.
    """

    def __init__(self, root: DataRoot) -> None:
        """Read the index kept in the lake (empty at first)."""
        self._hashes = Hashes(root.lake / "leverancer" / "index.json", root.lake / "locks" / "index")

    def known(self, file: InboxFile) -> str | None:
        """The file's SHA-256 if it was hashed before; read again only when its size stands and its mark does not."""
        return self._hashes.known(_key(file), file.path, file.mark)

    def remember(self, file: InboxFile, marked: str, digest: str) -> None:
        """Take down the SHA-256 of what was read, and the mark the open file had."""
        self._hashes.remember(_key(file), marked, digest)

    def save(self) -> None:
        """Add what is new to the index; what another run has added since stays."""
        self._hashes.save()


def _key(file: InboxFile) -> str:
    return fingerprint(file.folder, file.filename)
