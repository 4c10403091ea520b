"""Kommuner side by side: the same bytes whatever the number of workers, and whoever is killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hjalp_pipeline.production.inbox import delivery_reader, reading
from hjalp_pipeline.production.inbox.begun import begin, begun
from hjalp_pipeline.production.inbox.delivery_reader import Reader, Reading
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.quarter import chain_refresh
from hjalp_pipeline.production.quarter.quarter_run import refresh_quarter
from hjalp_pipeline.production.quarter.quarter_tables import suppressed_of_quarter, tables_of_quarter
from hjalp_pipeline.storage.codelists import read_systems
from hjalp_pipeline.storage.files import write_json
from hjalp_pipeline.storage.inbox import InboxFile
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.workers import how_many
from hjalp_tests.production.test_killed import land
from hjalp_tests.production.world import KVARTAL, deliver, delivery, hashes, results

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[2]


def test_the_same_bytes_whatever_the_number_of_workers(tmp_path: Path, shared_out: pytest.MonkeyPatch) -> None:
    found = {}
    for number in ("1", "2", "5"):
        shared_out.setenv(how_many.ENVIRONMENT_VARIABLE, number)
        root = land(tmp_path / number)
        fresh(root)
        lake = {name: digest for name, digest in hashes(root.lake).items() if not name.startswith(_OF_THE_MOMENT)}
        found[number] = (results(root), lake)
    assert found["1"] == found["2"] == found["5"]
    assert sum(name.startswith("kaede/") for name in found["1"][1]) == 3


def test_the_same_bytes_whether_together_or_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for together in (chain_refresh.TOGETHER, 0):
        monkeypatch.setattr(chain_refresh, "TOGETHER", together)
        root = land(tmp_path / str(together))
        refresh_raw(root, KVARTAL)
        assert refresh_quarter(root, KVARTAL).chain.computed == ["101", "155", "540"]
        found.append(
            {name: digest for name, digest in hashes(root.lake).items() if not name.startswith(_OF_THE_MOMENT)}
        )
    assert found[0] == found[1]


def fresh(root: DataRoot) -> None:
    """The quarter from nothing, shared with no other test."""
    refresh_raw(root, KVARTAL)
    refresh_quarter(root, KVARTAL)
    tables_of_quarter(root, KVARTAL)
    suppressed_of_quarter(root, KVARTAL)


#: What goes by inodes and times, which no two data roots share.
_OF_THE_MOMENT = ("leverancer/index.json", "registers/")


def test_what_was_begun_early_is_used_unless_the_file_is_another_by_now(
    tmp_path: Path, shared_out: pytest.MonkeyPatch
) -> None:
    root = land(tmp_path / "root")
    begin(root, "2024K1")
    assert not root.lake.is_dir()  # nothing is to be read
    write_json(root.lake / "layout.json", {"layout": 1, "program": "0.3.1"})
    begin(root, KVARTAL)
    assert begun(root, KVARTAL, read_systems(root)) == {}  # it is of another version
    shutil.rmtree(root.lake)
    with Lake(root).lock(KVARTAL):
        begin(root, KVARTAL)
        assert begun(root, KVARTAL, read_systems(root)) == {}  # another run is at it
    shutil.rmtree(root.lake)
    begin(root, "no quarter")
    begin(root, KVARTAL)
    (other,) = deliver(root, delivery("540", 7, day=2))  # under the same name, while 540 is being read
    read_here = []
    really = delivery_reader.Reader.read

    def read(reader: Reader, file: InboxFile, *named: Any, **how: Any) -> Reading:
        read_here.append(file.path)
        return really(reader, file, *named, **how)

    shared_out.setattr(delivery_reader.Reader, "read", read)
    shared_out.setattr(reading, "read_some", None)
    done = refresh_raw(root, KVARTAL)
    assert read_here == [other]
    assert done.partitions["540"].records == 7 + 20


@pytest.mark.parametrize("seconds", [2.5, 3.5])
def test_a_run_that_is_killed_with_its_workers_at_work_can_go_on(tmp_path: Path, seconds: float) -> None:
    wanted = land(tmp_path / "wanted")
    fresh(wanted)
    root = land(tmp_path / "root")
    code = (
        "import sys; from pathlib import Path\n"
        "from hjalp_pipeline.workers import how_many; how_many.WORTH_IT = 0\n"
        "from hjalp_tests.production.test_side_by_side import fresh\n"
        "from hjalp_pipeline.storage.root import DataRoot\n"
        "fresh(DataRoot(Path(sys.argv[1])))\n"
    )
    environment = {**os.environ, how_many.ENVIRONMENT_VARIABLE: "3"}
    process = subprocess.Popen([sys.executable, "-c", code, str(root.path)], cwd=PROJECT, env=environment)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    fresh(root)
    assert results(root) == results(wanted)
