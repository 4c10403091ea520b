"""What ``hjalp check`` finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from hjalp_pipeline.production.disk import disk_sentence
from hjalp_pipeline.storage.lists import InputError
from hjalp_pipeline.storage.root import DataRoot

PAGE = "docs/data-root.md"
MAY_READ = "give the account that runs hjalp the right to read it"


@dataclass(frozen=True, slots=True)
class Wrong:
    """What the program refuses or passes over: file, line and rule; and what to do about it."""

    what: str
    do: str


def wrong_in(root: DataRoot, read: Callable[[], object], do: str) -> Iterator[Wrong]:
    """Every fault that keeps something from being read; ``do``: what to do about those of its content."""
    try:
        read()
    except InputError as fault:
        for what in fault.faults:
            yield Wrong(what, do)
    except OSError as fault:
        yield Wrong(disk_sentence(fault, root) or type(fault).__name__, MAY_READ)


def nearest(name: str, known: tuple[str, ...]) -> str | None:
    """The known name that a name was probably meant for."""
    return next(iter(get_close_matches(name.lower(), known, 1, 0.75)), None)
