"""A month and two releases, the second on the first's archive: killed, at once, again, in another order, always the same bytes.

In CI it is killed in every second eighth of its flushes; `HJALP_THOROUGH=1` in all of them.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
import signal
from pathlib import Path

import pytest

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests import forking
from hjalp_tests.examples import THOROUGH
from hjalp_tests.naive_hand.service_country import write_services
from hjalp_tests.production.public_files import everything_small
from hjalp_tests.production.test_killed import kill_after
from hjalp_tests.production.world import hashes
from hjalp_tests.statistics.hand.killable import RELEASES, run_month
from hjalp_tests.statistics.hand.scenes import (
    KOMMUNER,
    MEMBER,
    MONTH,
    REPORTER,
    SystemRow,
    country,
    definition,
    delivery,
    service,
    services,
)

PARTS = 8
pytestmark = [pytest.mark.slow, pytest.mark.first_pattern]


def write(folder: Path) -> DataRoot:
    """A member, a system left long ago, a rejected file, a superseded one; two releases."""
    systems = [SystemRow(komnr, "eget", "csv", "utf-8", "2013M10", "", "no") for komnr in KOMMUNER]
    left = SystemRow("540", "gammelt", "csv", "utf-8", "2013M10", "2020M06", "yes")
    old = [service("540", 1, ydelse_id="g-1", ydelse_start="2019-01-01", ydelse_slut="2022-12-31", maalgruppe="2 1.1")]
    files = [
        *(delivery(komnr, services(komnr)) for komnr in KOMMUNER if komnr != MEMBER),
        delivery(MEMBER, services(MEMBER, modt_ydelse_kode="30117")),
        delivery("540", old, "2020M06", system="gammelt"),
        delivery("101", services("101")[:4], received="20250110T081500"),
        delivery("155", services("155"), received="20250301T081500", flaw="wrong_count"),
    ]
    made = country(
        systems=[*systems, left],
        collaborations=[(REPORTER, MEMBER, "2020-01-01", "")],
        deliveries=files,
        releases={
            "2024v1": definition(),
            "2024v2": definition(2, archive="2024v1", archive_until=dt.date(2023, 12, 31)),
        },
    )
    write_services(folder, made)
    return DataRoot(folder, "hand")


def outcome(root: DataRoot) -> dict[str, str]:
    """Everything published, and what the month comes to."""
    names = (
        "ledger",
        "remarks",
        "status",
        *(f"{kind}/{table.name}" for kind in ("tables", "suppressed") for table in root.declared.tables),
    )
    found = {f"lake/{name}": _digest(root.lake / name / f"{MONTH}.parquet") for name in names}
    return found | hashes(root.releases)


def _digest(path: Path) -> str:
    return hashes(path.parent)[path.name]


def whole(root: DataRoot) -> dict[str, str]:
    run_month(root)
    for name in RELEASES:
        make_release(root, name, documents=DOCUMENTS)
    return outcome(root)


def process(module: str, root: DataRoot, *arguments: str) -> forking.Process:
    return forking.start(module, *arguments, environment={"HJALP_DATA": str(root.path)})


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], int]:
    """The country before anything was run, what it comes to, and how many flushes that takes."""
    folder = tmp_path_factory.mktemp("bytes")
    before = write(folder / "before")
    copy = DataRoot(shutil.copytree(before.path, folder / "whole"), "hand")
    driven = process("hjalp_tests.statistics.hand.killable", copy, str(copy.path))
    assert driven.wait() == 0, driven.errors
    return before.path, outcome(copy), int(driven.output)


def test_no_public_file_counts_one_or_two(undisturbed: tuple[Path, dict[str, str], int]) -> None:
    root = DataRoot(undisturbed[0].parent / "whole", "hand")
    assert {name: everything_small(root, name) for name in RELEASES} == {name: {} for name in RELEASES}


@pytest.mark.parametrize("part", range(PARTS) if THOROUGH else range(0, PARTS, 2))
def test_killed_between_two_writes(tmp_path: Path, undisturbed: tuple[Path, dict[str, str], int], part: int) -> None:
    before, wanted, flushes = undisturbed
    root = DataRoot(shutil.copytree(before, tmp_path / "land"), "hand")
    moment = random.Random(part).randint(1 + flushes * part // PARTS, flushes * (part + 1) // PARTS)
    driven = process("hjalp_tests.statistics.hand.killable", root, str(root.path), str(moment))
    assert driven.wait() == -signal.SIGKILL
    for name in RELEASES:  # each is there whole, or not at all
        if (root.releases / name).exists():
            assert verify(root, name).faults == []
    assert whole(root) == wanted


def test_the_command_line_killed(tmp_path: Path, undisturbed: tuple[Path, dict[str, str], int]) -> None:
    """Killed by the clock, wherever it then is; the same command afterwards ends as if nothing had been."""
    before, wanted, _ = undisturbed
    root = DataRoot(shutil.copytree(before, tmp_path / "land"), "hand")
    for seconds, *arguments in ((2, "run", "--month", MONTH), *((4, "release", name) for name in RELEASES)):
        command = [str(part) for part in (*arguments, "--statistic", "hand")]
        killed = process("hjalp_pipeline.cli", root, *command)
        kill_after(killed, float(seconds))
        again = process("hjalp_pipeline.cli", root, *command)
        assert (again.wait(), again.errors) == (0, "")
    assert outcome(root) == wanted


def test_again_and_in_another_order(tmp_path: Path, undisturbed: tuple[Path, dict[str, str], int]) -> None:
    """Twice is once; a release made anew is the same; files that came in another order, and are listed in another, too."""
    before, wanted, _ = undisturbed
    root = DataRoot(shutil.copytree(before, tmp_path / "land"), "hand")
    assert whole(root) == wanted
    assert whole(root) == wanted
    for name in RELEASES:
        shutil.rmtree(root.releases / name)
    assert whole(root) == wanted
    turned = DataRoot(shutil.copytree(before, tmp_path / "turned"), "hand")
    files = sorted(path for path in turned.inbox.rglob("*") if path.is_file())
    contents = [(path, path.read_bytes()) for path in files]
    for path in files:
        path.unlink()
    for path, content in reversed(contents):
        path.write_bytes(content)
        run_month(turned)  # after each of them
    assert whole(turned) == wanted


RUN, RELEASE = ("run", "--quarter", MONTH, "--statistic", "hand"), ("release", "2024v1", "--statistic", "hand")
ITS_ARCHIVE_IS_THE_FIRST = ("release", "2024v2", "--statistic", "hand")


@pytest.mark.parametrize(
    "pair",
    [(RUN, RUN), (RUN, RELEASE), (RELEASE, RELEASE), (RELEASE, ITS_ARCHIVE_IS_THE_FIRST)],
    ids=lambda pair: " + ".join(" ".join(one[:2]) for one in pair),
)
def test_two_commands_at_once(
    tmp_path: Path, undisturbed: tuple[Path, dict[str, str], int], pair: tuple[tuple[str, ...], tuple[str, ...]]
) -> None:
    before, wanted, _ = undisturbed
    root = DataRoot(shutil.copytree(before, tmp_path / "land"), "hand")
    if pair[0] is RELEASE:
        run_month(root)
    both = [process("hjalp_pipeline.cli", root, *arguments) for arguments in pair]
    for one in both:
        assert one.wait() in (0, 1)
        assert "Traceback" not in one.output + one.errors
        assert (one.returncode == 0) == (not one.errors.strip()), one.errors
    assert 0 in [one.returncode for one in both]
    assert whole(root) == wanted
