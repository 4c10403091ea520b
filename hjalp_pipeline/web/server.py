"""``hjalp ui``: the code server, Dagster's daemon and, in this process, the web server; they start and end together.

This is what ``dagster dev`` does, but for the guard: that command starts Dagster's web server as it is, in a process of its own.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import uvicorn
from dagster._cli.proxy_server_manager import ProxyServerManager
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.app import create_app_from_workspace_process_context

from hjalp_pipeline.defs.killed import end_killed_runs
from hjalp_pipeline.defs.local import open_instance, prepare_home, take_up
from hjalp_pipeline.defs.metadata import OFFICE
from hjalp_pipeline.storage.root import PROJECT, STATISTICS, DataRoot, shipped
from hjalp_pipeline.web.address import Address
from hjalp_pipeline.web.app import assemble
from hjalp_pipeline.web.office.office_pages import office_routes

#: Milliseconds between two looks of an open page at what has changed.
_POLL = 2000
#: Seconds open requests, then the daemon, then the code server are given to end.
_CLOSING, _DAEMON_ENDS, _CODE_SERVER_ENDS = 5, 60, 60
#: Seconds between two looks for runs whose process is gone.
_LOOK = 60
_UNDER_WAY = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def serve(root: DataRoot, address: Address, *, read_only: bool = False, workspace: Path | None = None) -> int:
    """Serve until SIGTERM or Ctrl-C; 0 then, 1 when the port is taken or the daemon ended by itself.

    ``read_only`` is for viewers, beside the server of whoever works: nothing can be started or changed, and no daemon runs.
    ``workspace``: the file that names code servers which run apart, as the daemon then does.
    """
    with contextlib.ExitStack() as stack:
        try:
            listener = stack.enter_context(_bind(address))
        except OSError as fault:
            sys.stderr.write(f"{address.host}:{address.port} cannot be listened on: {fault.strerror}\n")
            return 1
        stopping = _Stopping()
        (prepare_home if read_only else take_up)(root)
        os.chdir(PROJECT)
        instance = stack.enter_context(open_instance(root))
        if not read_only:
            end_killed_runs(root, instance)
        if workspace is None:
            workspace = stack.enter_context(_code_server(instance))
            if not read_only:
                stack.enter_context(_daemon(workspace, stopping))
        elif not read_only:
            stack.enter_context(_ending_killed_runs(root, instance))
        target = WorkspaceFileTarget([str(workspace)])
        context = stack.enter_context(WorkspaceProcessContext(instance, target, read_only=read_only))
        dagster = create_app_from_workspace_process_context(context, live_data_poll_rate=_POLL)
        server = _Server(
            uvicorn.Config(
                assemble(
                    dagster, address, read_only=read_only, beside=office_routes(root, STATISTICS, viewers=read_only)
                ),
                log_level="warning",
                lifespan="off",
                proxy_headers=False,  # the guard looks at who really connects
                server_header=False,
                timeout_graceful_shutdown=_CLOSING,
            )
        )
        server.says = (
            f"Dagster is on {address.shown}{' (read-only)' if read_only else ''}\n"
            f"The office's pages are on {address.shown}{OFFICE}/\n"
        )
        if not stopping.asked_before(server):
            server.run(sockets=[listener])
            stopping.asked = True
    return 1 if stopping.failed else 0


class _Server(uvicorn.Server):
    """Says so when it answers."""

    says = ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(self.says)
            sys.stdout.flush()


class _Stopping:
    """What ends the server, also while it still starts: a signal, or the end of the daemon."""

    def __init__(self) -> None:
        self.asked = self.failed = False
        self._server: uvicorn.Server | None = None
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # A shell starts what it puts in the background with SIGINT ignored, and children would then ignore it as well;
            # SIGHUP is ignored when somebody wants the server to outlive the terminal.
            if each is not signal.SIGHUP or signal.getsignal(each) is not signal.SIG_IGN:
                signal.signal(each, lambda *_: self.stop())

    def stop(self, *, failed: bool = False) -> None:
        """End the server, or do not begin to serve."""
        self.asked, self.failed = True, self.failed or failed
        if self._server is not None:
            self._server.should_exit = True

    def asked_before(self, server: uvicorn.Server) -> bool:
        """Whether the server need not begin. If it may, whatever comes later ends it."""
        self._server = server
        return self.asked


def _bind(address: Address) -> socket.socket:
    """The port, taken before anything is started for it; whoever connects is told to wait until somebody listens."""
    family, kind, protocol, _, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
    except OSError:
        listener.close()
        raise
    return listener


@contextlib.contextmanager
def _code_server(instance: dg.DagsterInstance) -> Iterator[Path]:
    """The process that loads our definitions and runs jobs; begun again when it dies. Gives a workspace that points to it."""
    source = WorkspaceFileTarget([str(shipped("workspace.yaml"))])
    with (
        ProxyServerManager(instance, source, code_server_log_level="WARNING") as servers,
        tempfile.TemporaryDirectory(prefix="hjalp-ui-") as folder,
    ):
        workspace = Path(folder) / "workspace.yaml"
        workspace.write_text(json.dumps({"load_from": list(servers.get_code_server_specs())}), encoding="utf-8")
        yield workspace
    _wait_for_children(instance)


def _wait_for_children(instance: dg.DagsterInstance) -> None:
    """The code server ends by itself, once the runs it has begun are done: these are not broken off."""
    if instance.get_runs_count(dg.RunsFilter(statuses=_UNDER_WAY)):
        sys.stdout.write("Runs that have begun go on to their end.\n")
        return
    until = time.monotonic() + _CODE_SERVER_ENDS
    with contextlib.suppress(ChildProcessError):  # no child is left
        while time.monotonic() < until:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.1)


@contextlib.contextmanager
def _ending_killed_runs(root: DataRoot, instance: dg.DagsterInstance) -> Iterator[None]:
    """Runs of a code server that runs apart end with it, and nobody restarts this server then: it looks from time to time."""
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_LOOK):
            end_killed_runs(root, instance)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    try:
        yield
    finally:
        ended.set()
        looking.join()


@contextlib.contextmanager
def _daemon(workspace: Path, stopping: _Stopping) -> Iterator[None]:
    """Schedules, sensors and the queue. Without it nothing would be done, so the server ends with it."""
    command = [sys.executable, "-m", "hjalp_pipeline.web.daemon", "--log-level", "warning"]
    reading, writing = os.pipe()
    process = subprocess.Popen([*command, "--workspace", str(workspace)], stdin=reading)  # noqa: S603 (our own interpreter)
    os.close(reading)

    def watch() -> None:
        process.wait()
        if not stopping.asked:
            sys.stderr.write(f"Dagster's daemon has ended with {process.returncode}: the server ends as well\n")
            stopping.stop(failed=True)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        stopping.asked = True
        os.close(writing)
        watching.join(_DAEMON_ENDS)
        process.kill()
        watching.join()
