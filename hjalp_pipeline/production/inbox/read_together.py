"""Several deliveries read at once: the small ones get their types in one go, everything else is each one's own.

A call of Polars costs the same for few rows as for many, and a month has a hundred deliveries of a few thousand. What is read,
and what is said of it, is the same as of each alone.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from hjalp_pipeline.delivery.intake import Steps, typed_alone
from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.delivery.records import Chunk, type_together
from hjalp_pipeline.production.inbox.delivery_reader import Reader, Reading, UnreadableError
from hjalp_pipeline.rules.systems import SystemRow
from hjalp_pipeline.storage.hashes import size_of
from hjalp_pipeline.storage.inbox import InboxFile
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.workers.fault import is_of_the_task
from hjalp_pipeline.workers.pool import Task

#: Bytes up to which deliveries are read at once.
TOGETHER = 10_000_000
#: And how many of them: each stays open until it has its types.
AT_ONCE = 100
#: Memory that reading a delivery may need, as a multiple of its size: an xlsx is a compressed archive.
_MEMORY = {"csv": 6, "xml": 6, "xlsx": 40}
Named = tuple[InboxFile, DeliveryName | None]
#: A delivery that was read, why it could not be, or None for a fault that nobody foresaw: the run meets it when it is that
#: file's turn, so that it costs no other its receipt.
Outcome = Reading | UnreadableError | None


def batches(files: Iterable[Named]) -> list[list[Named]]:
    """The files that are read at once, those whose name says nothing left out.

    A spreadsheet is by itself: as long as it is open it keeps the texts its cells share, up to what one process may hold.
    """
    found: list[list[Named]] = []
    batch, held = list[Named](), 0
    for file, name in files:
        if name is None:
            continue
        if name.format == "xlsx":
            found.append([(file, name)])
            continue
        size = size_of(file.mark)
        if not batch or len(batch) == AT_ONCE or held + size > TOGETHER:
            batch, held = [], 0
            found.append(batch)
        batch.append((file, name))
        held += size
    return found


def task_of(batch: list[Named]) -> Task[list[Named]]:
    """A batch as work for a process of its own."""
    sizes = [(size_of(file.mark), _MEMORY[name.format]) for file, name in batch if name is not None]
    return Task(batch, sum(size for size, _ in sizes), sum(size * times for size, times in sizes))


def read_some(shared: tuple[DataRoot, tuple[SystemRow, ...]], batch: Sequence[Named]) -> list[Outcome]:
    """Deliveries read, in whatever process, in their order."""
    root, systems = shared
    reader = Reader(Lake(root), systems)
    readings = [_Reading(reader.reading(*one)) for one in batch]
    while waiting := [one for one in readings if one.chunk is not None]:
        alike: dict[tuple[int, bool], list[_Reading]] = {}
        for one in waiting:
            if one.chunk is not None:
                alike.setdefault((id(one.chunk.layout), one.chunk.spreadsheet), []).append(one)
        for group in alike.values():
            _type(group)
    return [one.outcome for one in readings]


class _Reading:
    """A delivery being read: the chunk that waits for its types, None when the outcome is there."""

    def __init__(self, steps: Steps[Reading]) -> None:
        self.steps = steps
        self.chunk: Chunk | None = None
        self.outcome: Outcome = None
        self.go_on(partial(next, steps))

    def go_on(self, step: Callable[[], Chunk]) -> None:
        """Take a step, to the next chunk or the outcome."""
        self.chunk = None
        try:
            self.chunk = step()
        except StopIteration as end:
            self.outcome = end.value
        except UnreadableError as fault:
            self.outcome = fault
        except BaseException as fault:
            if not is_of_the_task(fault):
                raise
            self.outcome = None  # whatever it is, it is met again in this file's turn


def _type(group: Sequence[_Reading]) -> None:
    """Give the waiting chunks, all of one layout and kind, their types; each by itself where together something goes wrong."""
    pairs = [(one, one.chunk) for one in group if one.chunk is not None]
    try:
        typed = type_together([chunk for _, chunk in pairs])
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # also a panic of a Rust library; whose it is, only each chunk by itself can tell
        for one, chunk in pairs:
            one.go_on(partial(typed_alone, one.steps, chunk))
        return
    for (one, _), given in zip(pairs, typed, strict=True):
        one.go_on(partial(one.steps.send, given))
