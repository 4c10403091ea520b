"""A process that imports the program once and becomes as many workers as it was given sockets.

It forks before any library has begun threads of its own that hold locks (Polars makes its pool at the first query), so a
worker costs milliseconds and shares what was imported.
"""

import gc
import importlib
import os
import pickle
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

#: What a worker will need, imported before it is forked.
MODULES = (
    "hjalp_pipeline.production.inbox.partitions",
    "hjalp_pipeline.production.quarter.quarter_run",
)
#: How much sooner than others a worker is ended when memory runs out: it can be begun again, the run cannot.
_FIRST_TO_GO = "600"


class ErrorInWorkerError(Exception):
    """A fault in a worker that cannot be handed on as it is. Says only of what type it was and where."""


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
            serve(Connection(socket))
            os._exit(0)
    for socket in sockets:
        os.close(socket)
    with suppress(ChildProcessError):
        while True:
            os.wait()
    os._exit(0)  # nothing is left to say: libraries have their complaints when an interpreter ends


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
    """The pickled outcome: whether it went well, and the result or the fault."""
    try:
        return pickle.dumps((True, function(shared, task)))
    except BaseException as fault:  # a panic of a Rust library is no Exception
        return pickle.dumps((False, handed_on(fault)))


def handed_on(fault: BaseException) -> BaseException:
    """The fault if it survives the way to another process, else what may be said of it."""
    with suppress(Exception):
        back = pickle.loads(pickle.dumps(fault))  # noqa: S301 (our own bytes)
        if type(back) is type(fault) and str(back) == str(fault):
            return fault
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace is not None else "a worker"
    return ErrorInWorkerError(f"{type(fault).__name__} at {place} (message withheld: it may quote a record)")
