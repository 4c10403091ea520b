"""Two commands at once on one data root end as one after the other would, or one of them says in a sentence why not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests import forking
from hjalp_tests.faults.inject import quarter
from hjalp_tests.faults.tally import tallied
from hjalp_tests.production.test_killed import check_readable, land
from hjalp_tests.production.test_pins import add_v2
from hjalp_tests.production.world import KVARTAL, hashes, results

PROJECT = Path(__file__).resolve().parents[2]
RUN, ONE = ("run", "--quarter", KVARTAL), ("run", "--quarter", KVARTAL, "--kommune", "101")
FIRST, SECOND = ("release", "2024v1"), ("release", "2024v2")
STATUS, VERIFY, PRUNE = ("status", "--quarter", KVARTAL), ("verify",), ("prune", "--yes")
REPORTS, REMIND, PAGES = ("reports", "--aar", "2024", "--quarter", KVARTAL), ("remind",), ("specification",)
APPROVE = ("approve", "--aar", "2023", "--kommune", "101", "--kind", "K1", "--decision", "godkendt", "--by", "TEST")
#: Before anything was run, and after the quarter was.
NEW = ((RUN, RUN), (RUN, ONE), (RUN, STATUS), (RUN, FIRST))
STANDING = (
    (FIRST, FIRST),
    (FIRST, SECOND),
    (FIRST, RUN),
    (FIRST, PRUNE),
    (FIRST, VERIFY),
    (FIRST, APPROVE),
    (REPORTS, REPORTS),
    (REMIND, PAGES),
    (APPROVE, APPROVE),
)
pytestmark = [pytest.mark.slow, pytest.mark.first_pattern]

_OPENS = """
import sys
from hjalp_pipeline.defs.local import open_instance, prepare_home
from hjalp_pipeline.storage.root import DataRoot
root = DataRoot.from_environment()
print("ready", flush=True)
sys.stdin.readline()
prepare_home(root)
with open_instance(root) as instance:
    print(instance.get_runs_count())
"""


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    output: str
    errors: str


def command(root: DataRoot, arguments: Sequence[str]) -> forking.Process:
    """Start the command line."""
    return forking.start("hjalp_pipeline.cli", *arguments, environment={"HJALP_DATA": str(root.path)})


def ended(process: forking.Process) -> Ended:
    return Ended(process.wait(), process.output, process.errors)


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A data root with deliveries, and the same after the quarter was run, with old results that may go."""
    folder = tmp_path_factory.mktemp("two")
    new = land(folder / "new")
    add_v2(new)
    (new.codelists / "settings.toml").write_text("[retention]\nresults_days = 1\n", encoding="utf-8")
    standing = DataRoot(shutil.copytree(new.path, folder / "standing"))
    quarter(standing)
    for path in standing.lake.rglob("*.*"):
        os.utime(path, (0, 0))
    return new.path, standing.path


@pytest.fixture(scope="module")
def wanted(roots: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What everything comes to when nothing happens at once."""
    return outcome(DataRoot(shutil.copytree(roots[1], tmp_path_factory.mktemp("wanted") / "root")))


def outcome(root: DataRoot) -> dict[str, str]:
    """What stands when everything was made that was not made before."""
    quarter(root)
    for release in ("2024v1", "2024v2"):
        make_release(root, release, documents=DOCUMENTS)
    of_releases = hashes(root.releases)
    for name in ("kalender.html", "kalender.ics"):  # which the reminders write, and nothing else
        of_releases.pop(name, None)
    return results(root) | of_releases


@pytest.mark.parametrize("pair", [*NEW, *STANDING], ids=lambda pair: " + ".join(one[0] for one in pair))
def test_two_commands(
    tmp_path: Path, roots: tuple[Path, Path], wanted: dict[str, str], pair: tuple[Sequence[str], Sequence[str]]
) -> None:
    root = DataRoot(shutil.copytree(roots[pair in STANDING], tmp_path / "root"))
    with tallied("two at once") as tally, tally.attempt(" + ".join(one[0] for one in pair)):
        processes = [command(root, arguments) for arguments in pair]
        both = [ended(process) for process in processes]
        for one in both:
            assert one.code in (0, 1), one
            assert "Traceback" not in one.output + one.errors, one
            assert (one.code == 0) == (not one.errors.strip()), one
            assert len(one.errors.strip().splitlines()) <= 3, one
        assert 0 in [one.code for one in both], both
        check_readable(root)
        assert verify(root).faults == []
        if APPROVE in pair:  # another decision, another release
            lines = (root.approvals / "2023.csv").read_text(encoding="utf-8").splitlines()
            assert sum(";TEST;" in line for line in lines) == pair.count(APPROVE)
            return
        assert outcome(root) == wanted


def test_a_new_instance_is_made_once(tmp_path: Path) -> None:
    """Dagster alone fails here with `table secondary_indexes already exists` or `database is locked`."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    environment = {**os.environ, "HJALP_DATA": str(tmp_path / "root")}
    processes: list[subprocess.Popen[str]] = [
        subprocess.Popen([sys.executable, "-c", _OPENS], cwd=PROJECT, env=environment, **pipes) for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("now\n")
        process.stdin.flush()
    assert [process.communicate(timeout=600) for process in processes] == [("0\n", "")] * 4
