"""Tasks side by side in worker processes, with the same results whatever their number.

A worker is sent one task at a time, so it is known what a worker that died was at: that task is tried once more when
nothing else runs, and is lost if its worker dies again. All other tasks are done. Results come in the order of the tasks.
"""

import atexit
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, TypeVar

from hjalp_pipeline.workers import how_many
from hjalp_pipeline.workers.fault import Failed, is_of_the_task

Shared = TypeVar("Shared")
Work = TypeVar("Work")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Task(Generic[Work]):
    """A piece of work, the bytes it reads (the largest is begun first), and the memory it may need."""

    work: Work
    reads: int
    memory: int = 0


@dataclass(frozen=True, slots=True)
class Lost:
    """Stands for the result of a task whose worker died, twice: of too little memory, or killed."""

    why: str = "the process at work on it was ended from outside or could not begin, twice: is there too little memory?"


def side_by_side(
    function: Callable[[Shared, Work], Result], shared: Shared, tasks: Sequence[Task[Work]], *, apart: bool = False
) -> list[Result | Lost]:
    """What ``function`` gives for each task, in their order; ``function`` and everything it is given can be pickled.

    A fault that a task raises is raised here when the others are done, of several the first in order. With
    ``HJALP_WORKERS=1``, for a single task and for little work it all happens in this process, one after the other; what may
    end its process is asked for ``apart``: then that holds for ``HJALP_WORKERS=1`` alone.
    """
    found: list[Result | Lost] = []
    for one in outcomes(function, shared, tasks, apart=apart):
        if isinstance(one, Failed):
            one.raised()
        found.append(one)
    return found


def outcomes(
    function: Callable[[Shared, Work], Result], shared: Shared, tasks: Sequence[Task[Work]], *, apart: bool = False
) -> list[Result | Lost | Failed]:
    """As ``side_by_side``, but the fault of a task stands in the place of its result, so that it costs the others nothing."""
    by_workers = how_many.wanted() > 1 if apart else worth_it(tasks)
    if not by_workers or not _POOL.lock.acquire(blocking=apart):
        return [_tried(function, shared, task.work) for task in tasks]
    try:
        return _POOL.run(min(how_many.wanted(), len(tasks)), (function, shared), tasks)
    finally:
        _POOL.lock.release()


def _tried(function: Callable[[Shared, Work], Result], shared: Shared, work: Work) -> Result | Failed:
    try:
        return function(shared, work)
    except BaseException as fault:
        if not is_of_the_task(fault):
            raise
        return Failed(fault)


def worth_it(tasks: Sequence[Task[Any]]) -> bool:
    """Whether tasks are shared out: there are several, more than one process may work, and they read much together."""
    return min(how_many.wanted(), len(tasks)) > 1 and sum(task.reads for task in tasks) >= how_many.WORTH_IT


#: Not ``-m``: what a worker sends would be of a module that this process does not have. ``-P``: nothing is imported from
#: the folder that somebody happens to be in.
_SERVER = "import sys; from hjalp_pipeline.workers.forked import main; main([int(one) for one in sys.argv[1:]])"
#: Seconds that workers which have nothing to do are given to end.
_PATIENCE = 30


class _Pool:
    """The workers of this process, kept from one batch to the next."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self._idle: list[Connection] = []
        #: Lines to workers at a batch: it may be another thread's when this process ends.
        self._busy: set[Connection] = set()
        self._servers: list[subprocess.Popen[bytes]] = []
        self._pid = os.getpid()
        self._over = False

    def grow(self, number: int) -> None:
        """Have so many workers; those that are missing come from one new server."""
        if self._over:
            raise InterruptedError("the process is ending: nothing is begun any more")
        if self._pid != os.getpid():  # forked: the workers are the parent's
            self._idle, self._busy, self._servers, self._pid = [], set(), [], os.getpid()
        missing = number - len(self._idle)
        if missing <= 0:
            return
        pairs = [socket.socketpair() for _ in range(missing)]
        theirs = [pair[1].fileno() for pair in pairs]
        threads = str(max(1, how_many.cores() // number))
        path = os.pathsep.join(entry for entry in sys.path if entry)
        environment = {
            **os.environ,
            how_many.ENVIRONMENT_VARIABLE: "1",
            "PYTHONPATH": path,
            "POLARS_MAX_THREADS": threads,
            "OPENBLAS_NUM_THREADS": "1",
        }
        command = [sys.executable, "-P", "-c", _SERVER, *map(str, theirs)]
        self._servers.append(
            subprocess.Popen(  # noqa: S603 (our own interpreter)
                command, env=environment, pass_fds=theirs, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
        )
        for ours, other in pairs:
            other.close()
            self._idle.append(Connection(ours.detach()))

    def run(self, number: int, batch: tuple[Any, Any], tasks: Sequence[Task[Any]]) -> list[Any]:
        """The results of a batch."""
        self.grow(number)
        going = _Batch(batch, tasks, how_many.memory_budget())
        lines, self._idle = self._idle[:number], self._idle[number:]
        self._busy = set(lines)
        try:
            while going.left():
                lines = going.send(lines)
                if not lines and not going.at:
                    self.grow(1)
                    lines.append(self._idle.pop())
                    self._busy.update(lines)
                    continue
                if going.at:  # all may have died before they were given anything
                    lines += going.receive()
        except BaseException:
            # Workers may still be at something, and would answer the next batch: they go, and others come.
            self._hang_up()
            raise
        self._idle, self._busy = self._idle + lines, set()
        return [going.found[number] for number in range(len(tasks))]

    def _hang_up(self) -> None:
        for line in (*self._idle, *self._busy):
            line.close()
        self._idle, self._busy = [], set()

    def close(self) -> None:
        """End the workers, also what another thread has them at, and wait for it."""
        if self._pid != os.getpid():
            return
        self._over = True
        self._hang_up()
        for server in self._servers:
            try:
                server.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
        self._servers = []


class _Batch:
    """Which task is where."""

    def __init__(self, batch: tuple[Any, Any], tasks: Sequence[Task[Any]], budget: int) -> None:
        self.batch, self.tasks, self.budget = batch, tasks, budget
        self.waiting = sorted(range(len(tasks)), key=self._largest_first)
        self.again: list[int] = []
        self.at: dict[Connection, int] = {}
        self.found: dict[int, Any] = {}
        self._told: set[Connection] = set()
        self._tried: set[int] = set()

    def _largest_first(self, number: int) -> tuple[int, int]:
        return -self.tasks[number].reads, number

    def left(self) -> bool:
        return len(self.found) < len(self.tasks)

    def send(self, lines: Iterable[Connection]) -> list[Connection]:
        """Give the workers what may run now; returns those that stay idle and live."""
        idle = []
        for line in lines:
            number = self._next()
            if number is None:
                idle.append(line)
                continue
            self.at[line] = number
            try:
                if line not in self._told:
                    line.send(("batch", self.batch))
                    self._told.add(line)
                line.send(("task", self.tasks[number].work))
            except OSError:  # it died while it was idle
                self._lose(line)
        return idle

    def _next(self) -> int | None:
        """The largest task that fits beside those running; one that was lost before only when nothing runs."""
        needed = sum(self.tasks[number].memory for number in self.at.values())
        for number in self.waiting:
            if not self.at or needed + self.tasks[number].memory <= self.budget:
                self.waiting.remove(number)
                return number
        return self.again.pop(0) if self.again and not self.at and not self.waiting else None

    def _lose(self, line: Connection) -> None:
        number = self.at.pop(line)
        line.close()
        self._told.discard(line)
        if number in self._tried:
            self.found[number] = Lost()
        else:
            self._tried.add(number)
            self.again.append(number)

    def receive(self) -> list[Connection]:
        """Wait for answers; returns the workers that are free again."""
        free = []
        for line in [line for line in wait(list(self.at)) if isinstance(line, Connection)]:
            try:
                answer = line.recv()
            except (EOFError, OSError):
                self._lose(line)
                continue
            self.found[self.at.pop(line)] = answer
            free.append(line)
        return free


_POOL = _Pool()
atexit.register(_POOL.close)
