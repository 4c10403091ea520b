"""The key of the office: a file that the owner alone may read, made once and never written over."""

import os
import secrets
import stat

from hjalp_pipeline.confidentiality.keyed import KEY_BYTES, OfficeKey
from hjalp_pipeline.storage.files import write_bytes
from hjalp_pipeline.storage.lists import InputError
from hjalp_pipeline.storage.root import DataRoot

#: Below the statistic's folder.
KEY_FILE = "codelists/confidentiality.key"
#: What it is, for the page of the data root.
OF_THE_KEY = (
    "The key of the office, made by `hjalp key`, for its owner alone. With it nobody who runs the program on other tables can tell why a\n"
    "cell is hidden. Keep a copy where passwords are kept. Without it: releases are made without a key."
)


#: Why a key is of no use to a statistic.
_NOTHING = "no table of {} has totals; tables that add up to each other are not hidden by a key"


class KeyFileError(InputError):
    """A key that cannot be used, or is not made. Says what to do; nothing of the key stands in it."""


def make_key(root: DataRoot) -> OfficeKey:
    """Make the key of a statistic from the system's random numbers.

    KeyFileError when there is one, and when no table of the statistic is hidden by it.
    """
    if not _hides(root):
        raise KeyFileError(f"no key is made: it would change nothing, for {_NOTHING.format(root.statistic)}")
    path = root.folder / KEY_FILE
    if os.path.lexists(path):
        raise KeyFileError(f"{KEY_FILE} is there and stays: releases that were made with it need it")
    key = OfficeKey(secrets.token_bytes(KEY_BYTES))
    write_bytes(path, f"{key.secret.hex()}\n".encode())
    return key


def read_key(root: DataRoot) -> OfficeKey | None:
    """The key of a statistic, None when it has none.

    KeyFileError when others may read it, it is no key, or no table of the statistic is hidden by it.
    """
    path = root.folder / KEY_FILE
    if not os.path.lexists(path):
        return None
    if not _hides(root):
        raise KeyFileError(f"{KEY_FILE} changes nothing, for {_NOTHING.format(root.statistic)}: remove it")
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(handle, "rb") as file:
            state, text = os.fstat(handle), file.read(2 * KEY_BYTES + 2)
    except OSError as fault:
        raise KeyFileError(f"{KEY_FILE} cannot be read: {fault.strerror}") from None
    if not stat.S_ISREG(state.st_mode):
        raise KeyFileError(f"{KEY_FILE} is not a file")
    if state.st_mode & 0o077:
        raise KeyFileError(f"{KEY_FILE} may be read by others than its owner: chmod 600, and think of who has read it")
    try:
        return OfficeKey(bytes.fromhex(text.decode("ascii").strip()))
    except ValueError:
        raise KeyFileError(
            f"{KEY_FILE} is not a key as `hjalp key` makes it: restore it from where it is kept"
        ) from None


def _hides(root: DataRoot) -> bool:
    """Whether a table of the statistic is hidden by a key: one with totals."""
    linked = {spec.name for pair in root.declared.linked for spec in pair}
    return not {spec.name for spec in root.declared.protected} <= linked
