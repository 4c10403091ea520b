"""A long piece of work in a process of its own, which tells how far it is and may wait for the others on the way.

For work that starts workers itself (``pool.py``), of which there are a few pieces and not hundreds of tasks.
"""

import multiprocessing
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

from hjalp_pipeline.workers.fault import Failed, handed_on, is_of_the_task, places

Given = TypeVar("Given")
Result = TypeVar("Result")


class Side:
    """How the work speaks to the process that began it."""

    def __init__(self, line: Connection) -> None:
        """``line``: to the other process."""
        self._line = line

    def tell(self, *what: Any) -> None:
        """Say how far the work is."""
        self._line.send(("told", what))

    def meet(self, what: Any) -> None:
        """Hand over what has been made so far, and wait until all stand as far."""
        self._line.send(("met", what))
        self._line.recv()


class Aside(Generic[Given, Result]):
    """Work that has been begun. ``end`` it in any case."""

    def __init__(
        self, work: Callable[[Given, Side], Result], given: Given, told: Callable[..., None], name: str
    ) -> None:
        """Begin ``work``, a function of a module. ``told`` is called from a thread; ``name``: of the work, for who reads a fault."""
        self._met: Future[Any] = Future()
        self._result: Future[Result | Failed] = Future()
        context = multiprocessing.get_context("spawn")
        self._line, theirs = context.Pipe()
        # A daemon: it ends with this process, and should that be killed, with the next thing it has to tell.
        self._process = context.Process(target=_work, args=(work, given, theirs), daemon=True)
        self._process.start()
        theirs.close()
        self._thread = threading.Thread(target=self._listen, args=(told, name), daemon=True)
        self._thread.start()

    def met(self) -> Any:
        """What it hands over when it has come to where all meet; waits for that. A fault of the work is raised here."""
        return _or_raised(self._met.result())

    def go(self) -> None:
        """All stand as far."""
        with suppress(OSError):  # it has ended, and `result` says so
            self._line.send(None)

    def result(self) -> Result:
        """What the work gives; waits for that. A fault of the work is raised here."""
        return _or_raised(self._result.result())

    def end(self) -> None:
        """Whatever it is at."""
        self._process.terminate()
        self._process.join()
        self._thread.join()
        self._line.close()

    def _listen(self, told: Callable[..., None], name: str) -> None:
        failed = Failed(ChildProcessError(f"the process at work on {name} was ended from outside"))
        try:
            while True:
                try:
                    kind, content = self._line.recv()
                except (EOFError, OSError):  # it has ended
                    break
                if kind == "told":
                    told(*content)
                elif kind == "met":
                    self._met.set_result(content)
                elif kind == "result":
                    self._result.set_result(content)
                else:
                    failed = content
        except BaseException as fault:
            # Of `told`, or what came cannot be read here: it is raised where it is waited for.
            failed = Failed(fault)
        finally:
            for future in (self._met, self._result):
                if not future.done():
                    future.set_result(failed)


def _or_raised(given: Result | Failed) -> Result:
    if isinstance(given, Failed):
        given.raised()
    return given


def _work(work: Callable[[Given, Side], Result], given: Given, line: Connection) -> None:
    """What the other process does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that began it is told, and ends this one
    try:
        line.send(("result", work(given, Side(line))))
    except (EOFError, BrokenPipeError):
        return  # nobody waits for it any more
    except BaseException as fault:
        if not is_of_the_task(fault):
            raise
        line.send(("fault", Failed(handed_on(fault), places(fault))))
