"""Nothing a record holds may reach an event or a log, not even through an exception of a library that quotes a value."""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath

import dagster as dg

from hjalp_pipeline.production.disk import disk_sentence
from hjalp_pipeline.storage.root import DataRoot

#: The program's package. It words the messages of its own exceptions itself, without any value of a record.
_OWN = __name__.partition(".")[0]


@contextmanager
def guarded() -> Iterator[None]:
    """Let the program's own errors through with their message; of any other only its type and where it arose.

    What the disk refuses is told with the file.
    """
    try:
        yield
    except dg.Failure:
        raise
    except BaseException as fault:
        if type(fault).__module__.partition(".")[0] == _OWN:
            raise dg.Failure(str(fault) or type(fault).__name__, allow_retries=False) from None
        # A panic of a library written in Rust is no Exception, and quotes values all the same.
        if not isinstance(fault, Exception) and type(fault).__name__ != "PanicException":
            raise
        told = disk_sentence(fault, DataRoot.from_environment())
        if told is not None:
            raise dg.Failure(told, allow_retries=False) from None
        raise dg.Failure(
            f"{type(fault).__name__} at {_places(fault)} (message withheld: it may quote a record)"
        ) from None


def _places(fault: BaseException) -> str:
    """File, function and line of the innermost frames, ours and the library's."""
    frames = traceback.extract_tb(fault.__traceback__)[-4:]
    return " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
