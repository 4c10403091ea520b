"""A fault on its way from where it arose to where it is told: with its place, and without a value of a record."""

import pickle
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePath
from typing import NoReturn

#: Innermost frames that a place names.
_FRAMES = 4


class ErrorInWorkerError(Exception):
    """A fault in a worker that cannot be handed on as it is. Says only of what type it was and where."""


class InWorkerError(Exception):
    """The cause of a fault that a worker handed on: where in the worker it arose."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Stands for the result of a task that raised ``fault``; ``place``: where in a worker, null when in this process."""

    fault: BaseException
    place: str | None = None

    def raised(self) -> NoReturn:
        """Raise the fault as it was, with its place."""
        raise self.fault from (None if self.place is None else InWorkerError(self.place))


def places(fault: BaseException) -> str:
    """File, function and line of the innermost frames, ours and the library's; of a worker's fault those in the worker."""
    if isinstance(fault.__cause__, InWorkerError):
        return str(fault.__cause__)
    frames = traceback.extract_tb(fault.__traceback__)[-_FRAMES:]
    return " > ".join(f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)


def is_of_the_task(fault: BaseException) -> bool:
    """Whether a task may have raised it: a panic of a library written in Rust is no Exception, an interruption is none of its."""
    return isinstance(fault, Exception) or type(fault).__name__ == "PanicException"


def handed_on(fault: BaseException) -> BaseException:
    """The fault if it survives the way to another process, else what may be said of it."""
    with suppress(Exception):
        back = pickle.loads(pickle.dumps(fault))  # noqa: S301 (our own bytes)
        if type(back) is type(fault) and str(back) == str(fault):
            return fault
    return ErrorInWorkerError(withheld(fault))


def withheld(fault: BaseException) -> str:
    """What may be said of a fault that nobody foresaw: of what type it is and where it arose."""
    return f"{type(fault).__name__} at {places(fault)} (message withheld: it may quote a record)"
