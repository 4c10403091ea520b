"""The working copy: a data root on this machine's disk, and what is known of how it stands to the bucket."""

import contextlib
import fcntl
import os
import re
import shutil
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from hjalp_pipeline.storage.danish_time import DANISH_TIME
from hjalp_pipeline.storage.files import OWNER, make_folder, read_json, replacing, sweep, write_bytes, write_json
from hjalp_pipeline.storage.hashes import Hashes, mark
from hjalp_pipeline.storage.objects.bucket import Bucket, ObjectsError, shown
from hjalp_pipeline.storage.objects.listing import Listing, Stored, is_carried

#: Results that are named by what they were made from: whoever made them, they are used again.
_RESULT = re.compile(r"(.*/)?lake/((leverancer|registers)/.*|.*-[0-9a-f]{16}\.(parquet|json))")
#: What was set aside is kept so many days.
_ASIDE_DAYS = 30
_NOTHING = ("", Listing())


class WorkingCopy:
    """``data/`` is the data root that commands compute in; beside it what is remembered of the bucket, and what was set aside."""

    def __init__(self, folder: Path) -> None:
        """Nothing is made until it is held."""
        self.folder, self.data, self.aside = folder, folder / "data", folder / "aside"
        self._state = folder / "state"
        self._hashes: Hashes | None = None
        self._handle = -1

    @contextlib.contextmanager
    def held(self, wait: bool, said: str) -> Iterator[str | None]:
        """Hold the copy for a command that is called ``said``: None while the block has it, else what the one that has it is called."""
        make_folder(self._state)
        make_folder(self.data)
        handle = os.open(self._state / "lock", os.O_RDWR | os.O_CREAT, OWNER)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield self.holder()
                return
            self._handle = handle
            self.is_called(said)
            sweep(self._state, self.data)
            self._forget_old()
            try:
                yield None
            finally:
                self.is_called("")
        finally:
            os.close(handle)

    def is_called(self, said: str) -> None:
        """Say anew what the command is called that has the copy."""
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, said.encode(), 0)

    def holder(self) -> str:
        """What the command is called that has the copy."""
        with contextlib.suppress(OSError):
            return (self._state / "lock").read_text(encoding="utf-8") or "?"
        return "?"

    @property
    def owner(self) -> str:
        """The copy's own name, by which it knows its turn again after a command was killed."""
        path = self._state / "name"
        if not path.is_file():
            write_bytes(path, uuid4().hex.encode())
        return path.read_text(encoding="ascii")

    def require_of(self, name: str) -> None:
        """ObjectsError when it is the working copy of another data root: what one holds would come into the other."""
        path = self._state / "address"
        if not path.is_file():
            if any(self.data.iterdir()):
                raise ObjectsError(f"{self.folder} is no working copy: name a folder that is empty")
            write_bytes(path, name.encode())
        elif (known := path.read_text(encoding="utf-8")) != name:
            raise ObjectsError(f"{self.folder} is the working copy of {known}: name another folder for {name}")

    # What is remembered ---------------------------------------------------------------------------------------------

    @property
    def base(self) -> tuple[str, Listing]:
        """The state of the bucket that the copy was last the same as: its id and listing."""
        return self._remembered("base")

    @property
    def coming(self) -> Listing:
        """The state that was being brought here when a command was killed; empty without."""
        return self._remembered("coming")[1]

    def _remembered(self, name: str) -> tuple[str, Listing]:
        try:
            known, _, packed = (self._state / name).read_bytes().partition(b"\n")
        except FileNotFoundError:
            return _NOTHING
        try:
            return known.decode(), Listing.unpacked(packed)
        except (ValueError, KeyError, TypeError, OSError, EOFError):
            raise ObjectsError(f"{self._state / name} is not as it was written: move {self.folder} away") from None

    def save_base(self, known: str, listing: Listing) -> None:
        """The copy is the same as this state."""
        write_bytes(self._state / "base", known.encode() + b"\n" + listing.packed())
        (self._state / "coming").unlink(missing_ok=True)

    def save_coming(self, known: str, listing: Listing) -> None:
        """This state is about to be brought here."""
        write_bytes(self._state / "coming", known.encode() + b"\n" + listing.packed())

    @property
    def working(self) -> bool:
        """Whether a command that changes the copy has not put yet what it made, also one that was killed."""
        return (self._state / "working").is_file()

    def works(self, *, now: bool) -> None:
        """Such a command begins, or has put what it made."""
        if now:
            write_bytes(self._state / "working", b"1")
        else:
            (self._state / "working").unlink(missing_ok=True)

    @property
    def taken(self) -> dict[str, str]:
        """Objects of others that were taken in here and are in no listing yet, by key with their mark."""
        return dict(read_json(self._state / "taken.json") or {})

    def save_taken(self, taken: Mapping[str, str]) -> None:
        """Replace them."""
        write_json(self._state / "taken.json", dict(taken))

    @property
    def hashes(self) -> Hashes:
        """SHA-256 of files that stand as they were."""
        if self._hashes is None:
            self._hashes = Hashes(self._state / "hashes.json", self._state / "hashes.lock")
        return self._hashes

    # What is there --------------------------------------------------------------------------------------------------

    def marks(self) -> dict[str, str]:
        """Every file that is carried, by path, with what tells a changed one. The same twice: nothing was changed between."""
        return {path: mark(found) for path, found in self._entries() if stat.S_ISREG(found.st_mode)}

    def looked_at(self) -> Listing:
        """What the copy holds now; the content of a file is called by its SHA-256 alone."""
        files, folders = {}, {}
        for path, found in self._entries():
            mode = stat.S_IMODE(found.st_mode)
            if stat.S_ISDIR(found.st_mode):
                folders[path] = mode
                continue
            with contextlib.suppress(FileNotFoundError):  # gone since it was listed
                digest = self.hashes.digest(path, self.data / path)
                files[path] = Stored(digest, found.st_size, mode, found.st_mtime_ns)
        self.hashes.save()
        return Listing(files, folders)

    def _entries(self) -> Iterator[tuple[str, os.stat_result]]:
        """Files and folders that are carried; what lies below a link, or is neither, is not."""
        for folder, inner, names in os.walk(self.data):
            above = Path(folder)
            kept = []
            for name in sorted((*inner, *names)):
                path = (above / name).relative_to(self.data).as_posix()
                if not path.isprintable() and any("\ud800" <= one <= "\udfff" for one in path):
                    raise ObjectsError(f"{self.data}: a file's name is not UTF-8 ({shown(path)}): give it another one")
                with contextlib.suppress(FileNotFoundError):
                    found = (above / name).lstat()
                    if not (is_carried(path) and (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode))):
                        continue
                    kept.append(name)
                    yield path, found
            inner[:] = [name for name in sorted(inner) if name in kept]

    # What is changed ------------------------------------------------------------------------------------------------

    def write(self, path: str, one: Stored | None, bucket: Bucket, key: str, changed: int) -> str:
        """Write a file from an object; ``one``: what it has to be (None: as it is found, for the owner alone). Its SHA-256."""
        target = self.data / path
        with replacing(target, one.mode if one else OWNER) as temporary:
            digest = bucket.fetch(key, temporary)
            if one is not None and digest != one.sha256:
                raise ObjectsError(
                    f"{bucket.name}: {shown(key)} is not as it was written; {shown(path)} is not brought here"
                )
            os.utime(temporary, ns=(changed or 1, changed or 1))  # 0 is that of a file nothing was written to
        self.hashes.remember(path, mark(target.stat()), digest)
        return digest

    def make_folders(self, folders: Mapping[str, int]) -> None:
        """Make folders with their modes."""
        for path, mode in sorted(folders.items()):
            place = self.data / path
            if place.is_symlink():  # what lies behind it would be carried no more
                raise ObjectsError(f"{place} is a link: a working copy holds its files itself")
            make_folder(place, mode)
            if stat.S_IMODE(place.stat().st_mode) != mode:
                place.chmod(mode)

    def remove(self, files: Iterable[str], folders: Iterable[str]) -> None:
        """Remove files, and folders that are empty then."""
        for path in files:
            (self.data / path).unlink(missing_ok=True)
        for path in sorted(folders, reverse=True):
            with contextlib.suppress(OSError):
                (self.data / path).rmdir()

    def set_aside(self, paths: Iterable[str]) -> Path | None:
        """Move files out of the data root to a folder that is returned; None when none of them is there."""
        there = [path for path in paths if (self.data / path).is_file()]
        if not there:
            return None
        folder = self.aside / datetime.now(DANISH_TIME).strftime("%Y-%m-%dT%H%M%S")
        for path in there:
            make_folder((folder / path).parent)
            (self.data / path).replace(folder / path)
        return folder

    def _forget_old(self) -> None:
        limit = time.time() - _ASIDE_DAYS * 24 * 3600
        for folder in self.aside.glob("*"):
            if folder.stat().st_mtime < limit:
                shutil.rmtree(folder, ignore_errors=True)


def is_result(path: str) -> bool:
    """Whether a file is named by what it was made from, so that it is right whoever made it."""
    return _RESULT.fullmatch(path) is not None
