"""Processes of the program, forked from one that has imported it: the imports cost more than most of what tests start.

`start` begins a module as `python -m` does, in a process of its own with its own environment, output and umask; it can be
waited for and killed. The process they come from has imported and nothing else: no library has begun threads in it.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import pickle
import runpy
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from hjalp_tests import first_pattern

PROJECT = Path(__file__).resolve().parents[1]
#: What is started imports these first.
MODULES = (
    "hjalp_pipeline.definitions",
    "hjalp_pipeline.dialogue.documents",
    "hjalp_pipeline.production.verification",
    "hjalp_pipeline.terminal.approval_commands",
    "hjalp_pipeline.terminal.commands",
    "hjalp_pipeline.terminal.remind_command",
    "hjalp_pipeline.terminal.reports_command",
    "hjalp_tests.production.world",
)
_SERVER = "from hjalp_tests.forking import serve; serve()"
_LONGEST = 1 << 20


class Process:
    """One that was started, as `subprocess.Popen` would have it; what it printed is there when it was waited for."""

    def __init__(self, line: socket.socket, output: int, errors: int) -> None:
        self._line, self._output, self._errors = line, output, errors
        self.pid: int = _received(line)
        self.returncode: int | None = None
        self.output = self.errors = ""

    def wait(self, timeout: float = 600) -> int:
        """How it ended: a signal as a negative number."""
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            self.returncode = os.waitstatus_to_exitcode(_received(self._line))
            self.output, self.errors = _content(self._output), _content(self._errors)
            self._line.close()
        return self.returncode

    def kill(self) -> None:
        """As `kill -9`."""
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)


def start(module: str, *arguments: str, environment: Mapping[str, str] | None = None, umask: int = 0o077) -> Process:
    """Begin `python -m module arguments`, in the project's folder, with what is added to the environment."""
    line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    # Not pipes: what Dagster starts to follow its logs may outlive a process and would hold them open.
    output, errors = os.memfd_create("output"), os.memfd_create("errors")
    asked = pickle.dumps((module, arguments, dict(os.environ) | dict(environment or {}), umask))
    with theirs:
        socket.send_fds(server(), [asked], [theirs.fileno(), output, errors])
    return Process(line, output, errors)


def _content(handle: int) -> str:
    with os.fdopen(handle, "rb") as file:
        file.seek(0)
        return file.read().decode()


def _received(line: socket.socket) -> int:
    told = line.recv(16)
    assert told, "the process that others are forked from has ended"
    return int(told)


_ASKED: list[socket.socket] = []


def server() -> socket.socket:
    """The line to the process that others are forked from; it ends with this one."""
    if not _ASKED:
        line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "HJALP_FORKED": str(theirs.fileno())}
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVER], cwd=PROJECT, env=environment, pass_fds=[theirs.fileno()]
        )
        theirs.close()
        _ASKED.append(line)
        atexit.register(_ended, line, process)
    return _ASKED[0]


def _ended(line: socket.socket, process: subprocess.Popen[bytes]) -> None:
    line.close()
    process.wait()


def serve() -> None:
    """Fork what is asked for until nobody is there to ask; in what was forked this returns when the module has run."""
    line = socket.socket(fileno=int(os.environ.pop("HJALP_FORKED")))
    for module in MODULES:
        importlib.import_module(module)
    first_pattern.install()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that wait
    while True:
        asked, handles, _, _ = socket.recv_fds(line, _LONGEST, 3)
        if not asked:
            return
        if os.fork() == 0:
            line.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _waits(asked, handles)
            return
        for handle in handles:
            os.close(handle)


def _waits(asked: bytes, handles: Sequence[int]) -> None:
    """Begin the module in yet another process, say which, and when it has ended, how; in that one, run the module."""
    line, output, errors = handles
    pid = os.fork()
    if pid:
        os.close(output)
        os.close(errors)
        os.write(line, str(pid).encode())
        _, status = os.waitpid(pid, 0)
        os.write(line, str(status).encode())
        os._exit(0)
    os.close(line)
    os.dup2(output, 1)
    os.dup2(errors, 2)
    os.close(output)
    os.close(errors)
    module, arguments, environment, umask = pickle.loads(asked)
    os.umask(umask)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [module, *arguments]
    code: object = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    # Not the end of an interpreter: what this process was forked in the middle of still holds objects, and DuckDB complains of that.
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))
