"""PostgreSQL and Redis of Debian, each in a temporary folder, and the processes of an installation that is apart."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NoReturn

import grpc
import psutil
from celery import Celery

from hjalp_tests.missing import missing
from hjalp_tests.web.running import PROJECT, free_port

#: Whom a server runs as that refuses root: Debian's account for services.
_SERVICE = "nobody"


def absent(what: str) -> NoReturn:
    """Skip, or fail where CI has installed it (``HJALP_SERVICES=1``)."""
    missing(what, "HJALP_SERVICES")


def postgres_program(name: str) -> str:
    """A program of Debian's newest PostgreSQL; none, no test."""
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda place: int(place.parent.name))
    found = shutil.which(name, path=os.pathsep.join(map(str, reversed(places)))) or shutil.which(name)
    return found or absent("PostgreSQL (apt-get install postgresql)")


@contextlib.contextmanager
def service_folder() -> Iterator[tuple[Path, str | None]]:
    """A folder whose path a service account may enter, and that account; None where this is not root."""
    user = _SERVICE if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="hjalp-service-"))
    try:
        if user is not None:
            shutil.chown(folder, user)
        yield folder, user
    finally:
        shutil.rmtree(folder)


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """A server with an empty database, on a socket of its own and no port; its URL."""
    initdb, server = postgres_program("initdb"), postgres_program("postgres")
    with service_folder() as (folder, user):
        (password := folder / "password").write_text("made up for this test\n", encoding="ascii")
        if user is not None:
            shutil.chown(password, user)
        options = ["--auth=scram-sha-256", f"--pwfile={password}", "--username=hjalp", "--encoding=UTF8", "--no-sync"]
        subprocess.run(
            [initdb, *options, "--pgdata", folder / "data"], check=True, capture_output=True, user=user, cwd=folder
        )
        command = [server, "-D", folder / "data", "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"]
        with (folder / "log").open("w") as log:
            process = subprocess.Popen(command, user=user, cwd=folder, stdout=log, stderr=log)
        try:
            until((folder / ".s.PGSQL.5432").exists, process)
            yield f"postgresql://hjalp:made%20up%20for%20this%20test@/postgres?host={folder}"
        finally:
            process.send_signal(signal.SIGINT)  # a fast end: whoever is still connected is cut off
            process.wait(60)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A server that keeps nothing; its URL."""
    server = shutil.which("redis-server") or absent("Redis (apt-get install redis-server)")
    port = free_port()
    with service_folder() as (folder, user):
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        process = subprocess.Popen([server, *options], user=user, cwd=folder, stdout=subprocess.DEVNULL)
        try:
            until(lambda: answers(port), process)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(60)


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


def until(holds: Callable[[], bool], *living: subprocess.Popen[bytes], seconds: float = 540) -> None:
    """Wait for something to hold, as long as these processes live."""
    end = time.monotonic() + seconds
    while not holds():
        assert all(process.poll() is None for process in living), [process.args for process in living]
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.5)


def tool(name: str) -> str:
    """A command that was installed beside the interpreter."""
    return str(Path(sys.executable).with_name(name))


@contextlib.contextmanager
def process(*command: str, environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process and everything it starts; ended afterwards, however the test ended."""
    with log.open("wb") as output:
        started = subprocess.Popen(command, cwd=PROJECT, env=dict(environment), stdout=output, stderr=output)
    try:
        yield started
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            children = psutil.Process(started.pid).children(recursive=True)
            started.terminate()
            psutil.wait_procs([psutil.Process(started.pid)], 60)
            for each in children:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()
        started.kill()
        started.wait()


@contextlib.contextmanager
def code_server(environment: Mapping[str, str], folder: Path, name: str) -> Iterator[Path]:
    """The code location as a server of its own, as `deploy/postgres/workspace.yaml` says; its workspace."""
    port = free_port()
    text = (PROJECT / "deploy" / "postgres" / "workspace.yaml").read_text(encoding="utf-8")
    assert "port: 4000\n" in text
    workspace = folder / f"{name}.yaml"
    workspace.write_text(text.replace("port: 4000\n", f"port: {port}\n"), encoding="utf-8")
    serving = ("api", "grpc", "--module-name", "hjalp_pipeline.definitions", "--host", "127.0.0.1")
    with (
        process(
            tool("dagster"), *serving, "--port", str(port), environment=environment, log=folder / f"{name}.log"
        ) as server,
        grpc.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        until(lambda: answers(port), server)
        grpc.channel_ready_future(channel).result(300)
        yield workspace


@contextlib.contextmanager
def daemon(environment: Mapping[str, str], workspace: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Dagster's daemon, apart."""
    with process(tool("dagster-daemon"), "run", "--workspace", str(workspace), environment=environment, log=log) as one:
        yield one


@contextlib.contextmanager
def worker(environment: Mapping[str, str], name: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker with one place."""
    app = ("--app", "hjalp_pipeline.defs.celery_steps", "worker", "--concurrency", "1", "--hostname", name)
    with process(tool("celery"), *app, environment=environment, log=log) as one:
        control = Celery(broker=environment["HJALP_BROKER"]).control
        until(lambda: bool(control.ping(destination=[name], timeout=0.5)), one)
        yield one
