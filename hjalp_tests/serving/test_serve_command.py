"""`hjalp serve` as people start it: it says when it answers, and ends when it is told to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from hjalp_pipeline.cli import main
from hjalp_tests.serving.shelf_world import World, usual

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_it_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    World(tmp_path).publish("2024v1", usual())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "hjalp_pipeline.cli", "serve", "--port", str(port)]
    environment = os.environ | {"HJALP_DATA": str(tmp_path)}
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(4)]
        assert told[0] == "Tables that are out: PROEVE1\n"
        for line, address in zip(told[1:], ("v1/tables", "api/v2/tables", "releases/catalog.ttl"), strict=True):
            assert line.endswith(f" is on http://127.0.0.1:{port}/{address}\n")
            with urlopen(line.rpartition(" ")[2].strip()) as answer:
                assert "PROEVE1" in answer.read().decode()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hjalp"]  # nothing was written


def test_a_proxy_that_makes_no_sense_is_a_usage_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    with pytest.raises(SystemExit, match="2"):
        main(["serve", "--behind-proxy", "tal.example.dk"])
    assert "https://tal.example.dk" in capsys.readouterr().err
