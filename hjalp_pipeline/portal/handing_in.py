"""From an uploaded file to a delivery: a file in the inbox with a name of ours, all of it or nothing; and withdrawing one.

Nobody else who may write to the inbox is trusted: its folders are opened without following a link, and files are named
relative to them.
"""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.portal.portal_place import PortalPlace
from hjalp_pipeline.portal.receipts_read import Received, open_received
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.files import OWNER, locked, make_folder, replacing, sync
from hjalp_pipeline.storage.root import DataRoot

#: So many seconds a name may lie ahead because those before it are taken.
_TRIES = 120
_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.EOPNOTSUPP)
_BLOCK = 1 << 20


def inbox_lock(root: DataRoot, place: PortalPlace) -> AbstractContextManager[None]:
    """Held by whoever puts a delivery into the inbox of a statistic, or takes one out."""
    return locked(place.locks / f"inbox-{root.statistic}")


@contextlib.contextmanager
def _folder(root: DataRoot, period: str) -> Iterator[int]:
    """A period's folder of the inbox, opened; OSError when it is a link or no folder."""
    handle = os.open(root.inbox / period, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        yield handle
    finally:
        os.close(handle)


def free_name(root: DataRoot, name: DeliveryName, now: datetime) -> DeliveryName:
    """The name a delivery that is sent now gets; FileExistsError when none is free. To be called with ``inbox_lock``."""
    make_folder(root.inbox / name.kvartal)
    with _folder(root, name.kvartal) as folder:
        # Of two files that differ in their ending alone the receipts would be told apart by it: no such pair is made.
        taken = {one.partition(".")[0] for one in os.listdir(folder)}  # noqa: PTH208 (a path cannot list an opened folder)
    received = now.astimezone(DANISH_TIME).replace(microsecond=0, tzinfo=None)
    for _ in range(_TRIES):
        asked = DeliveryName(name.kvartal, name.komnr, name.system, received, name.format)
        if asked.stem not in taken:
            return asked
        received += timedelta(seconds=1)
    raise FileExistsError("no name is free in the inbox")


def move_in(root: DataRoot, file: Path, period: str, filename: str) -> None:
    """Give a file its name in the inbox, whole or not at all; FileExistsError when another file has it. What was moved before
    and only lies here still, because the program ended, is removed here. To be called with ``inbox_lock``.
    """
    make_folder(root.inbox / period)
    file.chmod(OWNER)
    with _folder(root, period) as folder:
        try:
            os.link(file, filename, dst_dir_fd=folder)
        except FileExistsError:
            if not _is_same(file, folder, filename):
                raise
        except OSError as fault:
            if fault.errno not in _NO_LINKS:
                raise
            _copied(file, folder, filename)
        os.fsync(folder)
    file.unlink()
    sync(file.parent)


def _is_same(file: Path, folder: int, filename: str) -> bool:
    """Whether a name in the inbox is this very file, or a copy of it."""
    handle = os.open(filename, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    with os.fdopen(handle, "rb") as there, file.open("rb") as here:
        if os.path.samestat(os.fstat(handle), os.fstat(here.fileno())):
            return True
        while block := here.read(_BLOCK):
            if there.read(_BLOCK) != block:
                return False
        return not there.read(1)


def _copied(file: Path, folder: int, filename: str) -> None:
    """A file of another disk, or of one without links: copied under a hidden name, which nobody reads, then named."""
    hidden = f".{filename}.part"
    with contextlib.suppress(FileNotFoundError):  # left by a program that ended
        os.unlink(hidden, dir_fd=folder)
    handle = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, OWNER, dir_fd=folder)
    with os.fdopen(handle, "wb") as copy, file.open("rb") as source:
        shutil.copyfileobj(source, copy, _BLOCK)
        copy.flush()
        os.fsync(handle)
    with contextlib.suppress(FileNotFoundError):
        os.stat(filename, dir_fd=folder, follow_symlinks=False)
        os.unlink(hidden, dir_fd=folder)
        raise FileExistsError(filename)
    os.rename(hidden, filename, src_dir_fd=folder, dst_dir_fd=folder)


def is_published(root: DataRoot, sha256: str) -> bool:
    """Whether a release that stands is made from a delivery: then it cannot be withdrawn any more. What cannot be read may be."""
    for manifest in root.releases.glob("*/manifest.json"):
        try:
            if sha256.encode() in manifest.read_bytes():
                return True
        except FileNotFoundError:
            continue
        except OSError:
            return True
    return False


def withdraw(root: DataRoot, place: PortalPlace, one: Received) -> Path:
    """Take a delivery out of the inbox; it is kept below ``portal/withdrawn/``. FileNotFoundError when it is gone."""
    target = place.withdrawn / root.statistic / one.period / one.filename
    make_folder(target.parent)
    with inbox_lock(root, place), _folder(root, one.period) as folder:
        while target.exists():
            target = target.with_name(f"{target.name}.1")
        try:
            os.rename(one.filename, target, src_dir_fd=folder)
        except OSError as fault:
            if fault.errno != errno.EXDEV:
                raise
            with replacing(target) as temporary, open_received(root, one) as source, temporary.open("wb") as copy:
                shutil.copyfileobj(source, copy, _BLOCK)
            os.unlink(one.filename, dir_fd=folder)
        os.fsync(folder)
        sync(target.parent)
    return target
