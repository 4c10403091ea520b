"""`hjalp ui` as a process: it starts, answers who it should, and ends with everything it started."""

from __future__ import annotations

import os
import signal
import socket
import threading
from pathlib import Path
from urllib.parse import quote

import dagster as dg
import psutil
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from hjalp_pipeline.cli import main
from hjalp_pipeline.defs.local import prepare_home
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.web import server as server_module
from hjalp_tests.production.world import KVARTAL
from hjalp_tests.web.running import delete, free_port, graphql, hjalp_ui, past_run, request

ELSEWHERE = """mutation {{ launchRun(executionParams: {{
    selector: {{repositoryLocationName: "hjalp", repositoryName: "__repository__", jobName: "status"}},
    executionMetadata: {{tags: [{{key: "dagster/partition", value: "{quarter}"}}]}},
    runConfigData: {{resources: {{data: {{config: {{path: "{place}"}}}}}}}}
}}) {{ __typename ... on RunConfigValidationInvalid {{ errors {{ message }} }} }} }}"""
LOCATION = "{ repositoriesOrError { ... on RepositoryConnection { nodes { name location { name } } } } }"
PERMISSIONS = "{ permissions { permission value } }"


@pytest.mark.slow
def test_a_day_in_its_life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = DataRoot(tmp_path / "root")
    monkeypatch.setenv("DAGSTER_HOME", "")
    prepare_home(root)
    port = free_port()
    with dg.DagsterInstance.get() as instance, hjalp_ui(root, port) as server:
        kept, gone = past_run(instance), past_run(instance)
        children = psutil.Process(server.pid).children(recursive=True)
        assert any("daemon" in " ".join(child.cmdline()) for child in children)

        # What is ours is answered, and nobody else.
        assert graphql(port, LOCATION)[1]["data"]["repositoriesOrError"]["nodes"] == [
            {"name": "__repository__", "location": {"name": "hjalp"}}
        ]
        assert request(port, "GET", "/")[0] == 200
        assert request(port, "GET", "/kontor/hjalp/")[0] == 200
        for host in ("evil.example", f"evil.example:{port}", "127.0.0.1"):
            assert request(port, "GET", "/", {"Host": host})[0] == 403
        assert graphql(port, delete(kept), Origin="http://127.0.0.1:1")[0] == 403
        assert graphql(port, delete(kept), Content_Type="text/plain; application/json")[0] == 415
        for method, target in (("GET", "/graphql"), ("HEAD", "/graphql"), ("GET", "/%67raphql"), ("POST", "/graphql")):
            assert request(port, method, f"{target}?query={quote(delete(kept))}")[0] in (405, 415)
        assert request(port, "GET", "/logs/a/compute_logs/b.err")[0] == 404

        # The operator changes what is there, but not where anything lies.
        _, answer = graphql(port, ELSEWHERE.format(quarter=KVARTAL, place=tmp_path / "elsewhere"))
        assert answer["data"]["launchRun"]["__typename"] == "RunConfigValidationInvalid", answer
        assert not (tmp_path / "elsewhere").exists()
        assert graphql(port, delete(gone))[1]["data"]["deletePipelineRun"]["__typename"] == "DeletePipelineRunSuccess"
        assert instance.get_run_by_id(gone) is None
        assert instance.get_run_by_id(kept) is not None

        # A websocket that no page of ours opens is not opened; none executes a mutation.
        url, protocol = f"ws://127.0.0.1:{port}/graphql", Subprotocol("graphql-ws")
        with pytest.raises(InvalidStatus):
            connect(url, origin=Origin("http://evil.example"), subprotocols=[protocol])
        with connect(url, origin=Origin(f"http://127.0.0.1:{port}"), subprotocols=[protocol]) as line:
            query = delete(kept).replace('"', '\\"')
            line.send(f'{{"type": "start", "id": "1", "payload": {{"query": "{query}"}}}}')
            assert '"error"' in line.recv()
        assert instance.get_run_by_id(kept) is not None

        # A second one finds the port taken, and says so in a line.
        assert main(["ui", "--port", str(port)]) == 1

        server.send_signal(signal.SIGTERM)
        assert server.wait(300) == 0
        left, alive = psutil.wait_procs(children, 60)
        assert alive == [], left
        assert server.stdout is not None
        assert server.stdout.read() == ""  # no warning, no traceback


@pytest.mark.slow
def test_killed_it_leaves_no_daemon(tmp_path: Path) -> None:
    port = free_port()
    with hjalp_ui(DataRoot(tmp_path), port) as server:
        (daemon,) = [
            child for child in psutil.Process(server.pid).children() if "hjalp_pipeline.web.daemon" in child.cmdline()
        ]
        server.kill()
        daemon.wait(300)


@pytest.mark.slow
def test_a_viewer_sees_everything_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = DataRoot(tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", "")
    prepare_home(root)
    port = free_port()
    with dg.DagsterInstance.get() as instance, hjalp_ui(root, port, "--read-only") as server:
        kept = past_run(instance)
        assert graphql(port, LOCATION)[1]["data"]["repositoriesOrError"]["nodes"]
        assert graphql(port, delete(kept)) == (403, "Refused: this server is read-only.\n")
        permissions = graphql(port, PERMISSIONS)[1]["data"]["permissions"]
        assert permissions
        assert [each["permission"] for each in permissions if each["value"]] == []  # Dagster refuses as well
        assert instance.get_run_by_id(kept) is not None
        assert not [each for each in psutil.Process(server.pid).children() if "daemon" in " ".join(each.cmdline())]


def test_the_port_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["ui", "--port", str(port)]) == 1
    assert capsys.readouterr().err == f"127.0.0.1:{port} cannot be listened on: Address already in use\n"
    assert list(tmp_path.iterdir()) == []
    assert os.environ["HJALP_DATA"] == str(tmp_path)


def test_code_servers_elsewhere_are_named_by_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    with pytest.raises(SystemExit, match="2"):
        main(["ui", "--workspace", str(tmp_path / "workspace.yaml")])


@pytest.mark.slow
def test_runs_of_a_code_server_elsewhere_are_looked_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = threading.Event()
    monkeypatch.setattr(server_module, "_LOOK", 0)
    monkeypatch.setattr(server_module, "end_killed_runs", lambda root, instance: looked.set())
    with dg.instance_for_test() as instance, server_module._ending_killed_runs(DataRoot(tmp_path), instance):
        assert looked.wait(60)
