"""A process that is killed with SIGKILL leaves the old state or the new one, and the next run makes it whole.

In CI in every second twelfth of its flushes, and three times by the clock, which knows nothing of flushes.
`HJALP_THOROUGH=1` kills at all of them.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest

from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests import forking
from hjalp_tests.examples import THOROUGH
from hjalp_tests.production.world import KVARTAL, country, deliver, delivery, hashes, results, system, write_world

pytestmark = [pytest.mark.slow, pytest.mark.first_pattern]


def driver(root: DataRoot, *arguments: str) -> forking.Process:
    environment = {"HJALP_DATA": str(root.path)}
    return forking.start("hjalp_tests.production.driver", str(root.path), *arguments, environment=environment)


def command(root: DataRoot, *arguments: str) -> forking.Process:
    return forking.start("hjalp_pipeline.cli", *arguments, environment={"HJALP_DATA": str(root.path)})


def finish(root: DataRoot) -> str:
    """Run the driver to its end; gives what it printed."""
    process = driver(root)
    assert process.wait() == 0, process.errors
    return process.output


def finish_command(root: DataRoot, *arguments: str) -> None:
    process = command(root, *arguments)
    assert process.wait() == 0, process.output + process.errors


def kill_after(process: forking.Process, seconds: float) -> None:
    """Kill it after a while, unless it is done before."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=600)


def land(folder: Path) -> DataRoot:
    """A first delivery that was run, then re-deliveries, a system left, a rejected file: all kinds of writes."""
    made = country(
        kvartaler=["2024K3", KVARTAL],
        systems=[
            system("101"),
            system("155"),
            system("540", from_quarter=KVARTAL),
            system("540", "gammel", to_quarter="2024K3", carry_forward="yes"),
        ],
    )
    root = write_world(folder, made)
    deliver(
        root,
        delivery("540", 20, system="gammel", kvartal="2024K3", received="20241005T081500"),
        delivery("101", 5, day=8, flaw="no_slut"),
    )
    return root


def check_readable(root: DataRoot) -> None:
    """Every file under a final name is whole; the release is complete or absent."""
    for folder in (root.lake, root.receipts, root.releases):
        for path in folder.rglob("*") if folder.is_dir() else []:
            parts = root.name(path).split("/")
            if not path.is_file() or any(part.startswith(".") for part in parts):
                continue
            if path.suffix == ".json":
                json.loads(path.read_bytes())
            elif path.suffix == ".parquet":
                pl.read_parquet(path)
            elif path.suffix in (".csv", ".html"):
                assert path.read_bytes()
    if root.catalog.exists():
        with duckdb.connect(str(root.catalog), read_only=True) as connection:
            for view in ("ledger", "status", "released.hjalp1", "working.hjalp1"):
                connection.sql(f"select count(*) from {view}").fetchall()
    published = root.releases / "2024v1"
    if published.exists():
        manifest = json.loads((published / "manifest.json").read_bytes())
        assert {*manifest["outputs"], "manifest.json"} == set(hashes(published))
        assert manifest["outputs"].items() <= hashes(published).items()
    # The gate can always be told, and never calls a kommune current whose results are not there.
    for row in gate(root, KVARTAL):
        if row.status in ("delivered", "partial", "newest_rejected"):
            entry = json.loads((root.lake / "kvartaler" / f"{KVARTAL}.json").read_bytes())["kommuner"][row.komnr]
            assert all((root.lake / name).is_file() for name in entry["files"].values())


def outcome(root: DataRoot) -> dict[str, str]:
    return results(root) | hashes(root.releases / "2024v1")


@pytest.fixture(scope="module")
def never_killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], int, float]:
    """The country as it was before, what a run comes to, how many flushes it makes and how long it takes."""
    folder = tmp_path_factory.mktemp("killed")
    before = land(folder / "before")
    copy = shutil.copytree(before.path, folder / "whole")
    forking.server()  # its imports are no part of the time
    began = time.monotonic()
    flushes = int(finish(DataRoot(copy)))
    return before.path, outcome(DataRoot(copy)), flushes, time.monotonic() - began


@pytest.mark.parametrize("part", range(12) if THOROUGH else range(1, 12, 2))
def test_killed_between_two_writes(
    tmp_path: Path, never_killed: tuple[Path, dict[str, str], int, float], part: int
) -> None:
    before, wanted, flushes, _ = never_killed
    root = DataRoot(shutil.copytree(before, tmp_path / "land"))
    moment = random.Random(part).randint(1 + flushes * part // 12, flushes * (part + 1) // 12)
    process = driver(root, str(moment))
    process.wait(timeout=600)
    assert process.returncode == -signal.SIGKILL
    check_readable(root)
    finish(root)
    check_readable(root)
    assert outcome(root) == wanted


@pytest.mark.parametrize("share", [0.15, 0.4, 0.6, 0.75, 0.9, 0.97] if THOROUGH else [0.4, 0.9])
def test_killed_by_the_clock(
    tmp_path: Path, never_killed: tuple[Path, dict[str, str], int, float], share: float
) -> None:
    before, wanted, _, seconds = never_killed
    root = DataRoot(shutil.copytree(before, tmp_path / "land"))
    kill_after(driver(root), max(0.3, share * seconds))
    check_readable(root)
    finish(root)
    assert outcome(root) == wanted


def test_killed_again_and_again(tmp_path: Path, never_killed: tuple[Path, dict[str, str], int, float]) -> None:
    before, wanted, flushes, _ = never_killed
    root = DataRoot(shutil.copytree(before, tmp_path / "land"))
    chosen = random.Random(11)
    for _ in range(4):
        process = driver(root, str(chosen.randint(1, flushes // 4)))
        process.wait(timeout=600)
        check_readable(root)
    finish(root)
    assert outcome(root) == wanted


@pytest.mark.parametrize("seconds", [1, 3] if THOROUGH else [2])
def test_the_command_line_killed(
    tmp_path: Path, never_killed: tuple[Path, dict[str, str], int, float], seconds: float
) -> None:
    before, wanted, _, _ = never_killed
    root = DataRoot(shutil.copytree(before, tmp_path / "land"))
    kill_after(command(root, "run", "--quarter", KVARTAL), seconds)
    check_readable(root)
    finish_command(root, "run", "--quarter", KVARTAL)
    kill_after(command(root, "release", "2024v1"), seconds)
    check_readable(root)
    finish_command(root, "release", "2024v1")
    assert outcome(root) == wanted
