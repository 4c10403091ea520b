"""A process that imports the program once and becomes as many workers as it was given sockets.

It forks before any library has begun threads of its own that hold locks (Polars makes its pool at the first query), so a
worker costs milliseconds and shares what was imported.
"""

import gc
import importlib
import os
import pickle
import select
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import Any

from hjalp_pipeline.workers.fault import Failed, handed_on, places

#: What a worker will need, imported before it is forked.
MODULES = (
    "hjalp_pipeline.production.inbox.partitions",
    "hjalp_pipeline.production.quarter.quarter_run",
)
#: How much sooner than others a worker is ended when memory runs out: it can be begun again, the run cannot.
_FIRST_TO_GO = "600"


def main(sockets: list[int]) -> None:
    """Become one worker for each socket, and wait for them to end."""
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run is told, and closes the sockets
    for module in MODULES:
        importlib.import_module(module)
    for name in importlib.import_module("hjalp_pipeline.storage.root").STATISTICS:
        importlib.import_module(f"hjalp_pipeline.statistics.{name}.declaration")
    gc.freeze()
    for socket in sockets:
        if os.fork() == 0:
            for other in sockets:
                if other != socket:
                    os.close(other)
            with suppress(OSError):
                Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO, encoding="ascii")
            Thread(target=end_with_the_run, args=(socket,), daemon=True).start()
            serve(Connection(socket))
            os._exit(0)
    for socket in sockets:
        os.close(socket)
    with suppress(ChildProcessError):
        while True:
            os.wait()
    os._exit(0)  # nothing is left to say: libraries have their complaints when an interpreter ends


def end_with_the_run(socket: int) -> None:
    """Wait until the other end is gone, and end this process wherever it is: nobody would use what it still made.

    What it was writing is a temporary file without a lock then, as of any process that is killed. The system would do the same
    (``PR_SET_PDEATHSIG``), but when the thread ends that began the workers, not the run.
    """
    line = select.poll()
    line.register(socket, 0)  # a line that was hung up is told of unasked
    line.poll()
    os._exit(1)


def serve(line: Connection) -> None:
    """Do what is asked for until the other end is gone: a batch (function, what its tasks share), then its tasks."""
    function: Callable[..., Any] | None = None
    shared: Any = None
    with suppress(EOFError, OSError):
        while True:
            kind, content = line.recv()
            if kind == "batch":
                function, shared = content
            elif function is not None:
                line.send_bytes(_done(function, shared, content))


def _done(function: Callable[..., Any], shared: Any, task: Any) -> bytes:
    """The pickled result, or ``Failed``."""
    try:
        return pickle.dumps(function(shared, task))
    except BaseException as fault:  # a panic of a Rust library is no Exception
        return pickle.dumps(Failed(handed_on(fault), places(fault)))
