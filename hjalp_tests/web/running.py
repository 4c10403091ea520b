"""`hjalp ui` as it is started by people, Dagster's web server as it is without us, and nginx; and asking them."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import dagster as dg
import psutil
import uvicorn
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import EmptyWorkspaceTarget
from starlette.types import ASGIApp

from hjalp_pipeline.definitions import defs
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.web.address import Address
from hjalp_pipeline.web.app import assemble
from hjalp_tests.missing import missing

PROJECT = Path(__file__).resolve().parents[2]


def absent(what: str) -> NoReturn:
    """Skip, or fail where CI has installed it (``HJALP_WEB_TOOLS=1``)."""
    missing(what, "HJALP_WEB_TOOLS")


def program(name: str) -> str:
    """Where a program is; none, no test."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin") or absent(name)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@contextlib.contextmanager
def hjalp_ui(root: DataRoot, port: int, *options: str) -> Iterator[subprocess.Popen[str]]:
    """`hjalp ui`, in the background as a shell would start it, when it answers. Ended afterwards, however the test ended."""
    command = [sys.executable, "-m", "hjalp_pipeline.cli", "ui", "--port", str(port), *options]
    environment = os.environ | {"HJALP_DATA": str(root.path)}
    process = subprocess.Popen(
        ["/bin/sh", "-c", 'trap "" INT; exec "$@"', "sh", *command],
        cwd=PROJECT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    children = []
    try:
        said = process.stdout.readline()
        assert said.startswith("Dagster is on "), said + process.stdout.read()
        assert process.stdout.readline().startswith("The office's pages are on ")
        children = psutil.Process(process.pid).children(recursive=True)
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(120)
        for each in (*children, process):
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError):
                each.kill()
        process.wait()
        process.stdout.close()


@contextlib.contextmanager
def dagster_alone(
    instance: dg.DagsterInstance, address: Address | None = None, *, read_only: bool = False
) -> Iterator[int]:
    """Dagster's web server in this process, without daemon and code location, with the guard of an address or none; the port."""
    # Three seconds of every process that only collects these tests.
    from dagster_webserver.app import create_app_from_workspace_process_context

    with (
        socket.create_server(("127.0.0.1", address.port if address else 0)) as listener,
        WorkspaceProcessContext(instance, EmptyWorkspaceTarget(), read_only=read_only) as context,
    ):
        app: ASGIApp = create_app_from_workspace_process_context(context)
        if address is not None:
            app = assemble(app, address, read_only=read_only)
        config = uvicorn.Config(
            app, log_level="critical", lifespan="off", proxy_headers=False, timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


def request(
    port: int, method: str, target: str, headers: dict[str, str] | None = None, body: str | None = None
) -> tuple[int, str]:
    """Status and body of one request to this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request(method, target, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def graphql(port: int, query: str, **headers: str) -> tuple[int, Any]:
    """Ask as Dagster's pages do."""
    fields = {"Content-Type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    status, text = request(port, "POST", "/graphql", fields, json.dumps({"query": query}))
    return status, json.loads(text) if text.startswith("{") else text


def past_run(instance: dg.DagsterInstance) -> str:
    """A run that has ended, for somebody to delete."""
    run = instance.create_run_for_job(defs.resolve_job_def("status"), tags={"dagster/partition": "2025K1"})
    instance.report_run_failed(run, "it failed")
    return run.run_id


def delete(run_id: str) -> str:
    """The mutation that deletes a run's history."""
    return f'mutation {{ deletePipelineRun(runId: "{run_id}") {{ __typename }} }}'
