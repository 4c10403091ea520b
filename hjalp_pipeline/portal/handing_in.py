"""From an uploaded file to a delivery: a file in the inbox with a name of ours, all of it or nothing; and withdrawing one."""

import contextlib
import errno
import os
from datetime import datetime, timedelta
from pathlib import Path

from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.portal.portal_place import PortalPlace
from hjalp_pipeline.portal.receipts_read import Received
from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.files import OWNER, locked, make_folder, replacing, sync
from hjalp_pipeline.storage.root import DataRoot

#: So many seconds a name may lie ahead because those before it are taken.
_TRIES = 120


def hand_in(root: DataRoot, place: PortalPlace, file: Path, name: DeliveryName, now: datetime) -> DeliveryName:
    """Move a file into the inbox; returns the name it got. Nothing that lies there is replaced."""
    folder = root.inbox / name.kvartal
    make_folder(folder)
    with locked(place.locks / f"inbox-{root.statistic}"):
        received = now.astimezone(DANISH_TIME).replace(microsecond=0, tzinfo=None)
        for _ in range(_TRIES):
            asked = DeliveryName(name.kvartal, name.komnr, name.system, received, name.format)
            if _moved(file, folder / asked.filename):
                return asked
            received += timedelta(seconds=1)
    raise FileExistsError("no name is free in the inbox")


def _moved(file: Path, target: Path) -> bool:
    """Give a file another name that is free; False when it is taken. On another disk it is copied beside it first."""
    # Of two files that differ in their ending alone the receipts would be told apart by it: no such pair is made.
    if any(target.parent.glob(f"{target.stem}.*")):
        return False
    file.chmod(OWNER)
    try:
        os.link(file, target)
    except FileExistsError:
        return False
    except OSError as fault:
        if fault.errno not in (errno.EXDEV, errno.EPERM):
            raise
        with replacing(target) as temporary, file.open("rb") as source, temporary.open("wb") as copy:
            while block := source.read(1 << 20):
                copy.write(block)
    sync(target.parent)
    file.unlink()
    return True


def is_published(root: DataRoot, sha256: str) -> bool:
    """Whether a release that stands is made from a delivery: then it cannot be withdrawn any more."""
    found = False
    for manifest in root.releases.glob("*/manifest.json"):
        with contextlib.suppress(OSError):
            found = found or sha256.encode() in manifest.read_bytes()
    return found


def withdraw(root: DataRoot, place: PortalPlace, one: Received) -> Path:
    """Take a delivery out of the inbox; it is kept below ``portal/withdrawn/``. FileNotFoundError when it is gone."""
    target = place.withdrawn / root.statistic / one.period / one.filename
    make_folder(target.parent)
    source = root.inbox / one.period / one.filename
    with locked(place.locks / f"inbox-{root.statistic}"):
        while target.exists():
            target = target.with_name(f"{target.name}.1")
        try:
            source.rename(target)
        except OSError as fault:
            if fault.errno != errno.EXDEV:
                raise
            with replacing(target) as temporary:
                temporary.write_bytes(source.read_bytes())
            source.unlink()
        sync(source.parent)
    return target
