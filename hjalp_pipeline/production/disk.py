"""What the disk refuses, in one sentence: full, read-only, no permission, a file that has vanished.

The libraries that write and read say it each in their own way; here it is told with the file and the reason, and with
nothing a file holds.
"""

import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

from hjalp_pipeline.delivery.names import safe_name
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.workers.fault import places

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the quota of the disk is used up",
    errno.EROFS: "the disk can only be read",
    errno.EACCES: "no permission",
    errno.EPERM: "no permission",
    errno.EIO: "the disk gives errors",
    errno.ENOENT: "it is missing",
    errno.ENOTDIR: "a folder above it is none",
    errno.EISDIR: "it is a folder",
    errno.EMFILE: "too many files are open",
    errno.ENFILE: "too many files are open",
    errno.ESTALE: "the disk is gone",
    errno.ENODEV: "the disk is gone",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ENOMEM: "there is no memory left",
    errno.EBADMSG: "it is damaged: put it back from a copy, or move it away",
}
#: What meets whoever comes next too; anything else is about one file.
_OF_EVERYBODY = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENOMEM,
    errno.ENODEV,
}
#: Libraries whose errors quote the system's, in words of their own.
_LIBRARIES = ("polars", "_duckdb", "duckdb", "pyarrow", "sqlite3", "sqlalchemy", "pyo3_runtime")
_NUMBER = re.compile(r"(?:os error|errno) (\d+)", re.IGNORECASE)
_WORDS = {
    "No space left": errno.ENOSPC,
    "disk is full": errno.ENOSPC,
    "Read-only file system": errno.EROFS,
    "readonly database": errno.EROFS,
    "Permission denied": errno.EACCES,
    "unable to open database": errno.EACCES,
    "disk I/O error": errno.EIO,
    "Input/output error": errno.EIO,
    "No such file": errno.ENOENT,
    "No files found": errno.ENOENT,
    "malformed": errno.EBADMSG,
    "file is not a database": errno.EBADMSG,
}


#: The program's package. It words the messages of its own exceptions itself, without any value of a record.
_OWN = __name__.partition(".")[0]


def said(fault: BaseException, root: DataRoot) -> str:
    """What may be said of a fault where everybody reads it: the program's own words, what the disk refused, else only type and place."""
    if type(fault).__module__.partition(".")[0] == _OWN:
        return str(fault) or type(fault).__name__
    return disk_sentence(fault, root) or (
        f"{type(fault).__name__} at {places(fault)} (message withheld: it may quote a record)"
    )


def is_of_everybody(fault: BaseException) -> bool:
    """Whether what is behind a fault is the whole disk or the machine, and no file alone."""
    return any(_code(one) in _OF_EVERYBODY for one in _chain(fault))


def disk_sentence(fault: BaseException, root: DataRoot) -> str | None:
    """File and reason when the disk is behind a fault (or behind what caused it), else None."""
    for one in _chain(fault):
        code = _code(one)
        if code in _REASONS:
            why = (_seen(root) if _of_sqlite(one) and code != errno.EBADMSG else 0) or code
            return f"{_place(one, root)}: {_REASONS[why]}"
    return None


def _of_sqlite(fault: BaseException) -> bool:
    return type(fault).__module__.startswith(("sqlite3", "sqlalchemy"))


def _seen(root: DataRoot) -> int:
    """What can be seen of the disk itself, 0 for nothing: SQLite does not tell one reason from another."""
    try:
        disk = os.statvfs(root.path)
    except OSError:
        return 0
    return errno.EROFS if disk.f_flag & os.ST_RDONLY else errno.ENOSPC if disk.f_bavail == 0 else 0


def _chain(fault: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = fault
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__


def _code(fault: BaseException) -> int:
    if isinstance(fault, OSError) and fault.errno is not None:
        return fault.errno
    if not isinstance(fault, OSError) and not type(fault).__module__.startswith(_LIBRARIES):
        return 0
    text = str(fault)
    number = _NUMBER.search(text)
    return int(number[1]) if number else next((code for words, code in _WORDS.items() if words in text), 0)


def _is_temporary(path: Path) -> bool:
    return path.suffix == ".tmp" and path.name.startswith(".")


def _place(fault: BaseException, root: DataRoot) -> str:
    """The file below the data root that the fault is about, as it may stand in a log."""
    if _of_sqlite(fault):
        return "dagster_home"
    names = [name for name in (getattr(fault, "filename", None), getattr(fault, "filename2", None)) if name]
    if not names:
        start = str(fault).find(f"{root.path}/")
        names = [str(fault)[start:].split('"')[0].split("'")[0]] if start >= 0 else []
    if not names:
        return "a file of the data root"
    paths = [Path(str(name)) for name in names]
    # a temporary name says nothing: the one it was to have does, else the folder
    path = next((one for one in paths if not _is_temporary(one)), paths[0].parent)
    inside = Path(root.name(path)) if path.is_relative_to(root.path) else path
    return "/".join(safe_name(part) for part in inside.parts) or "the data root"
