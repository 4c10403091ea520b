"""What nothing refers to goes after its time; what a release is pinned to never; and it is written down."""

from __future__ import annotations

import os
import shutil
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.production.inbox.gate import gate
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.retention import LEDGER, Removal, removals, remove
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.settings import Retention, read_settings
from hjalp_tests.production.test_pins import add_v2
from hjalp_tests.production.world import KVARTAL, changing_system, deliver, delivery, hashes, run, write_world

pytestmark = pytest.mark.slow

NOW = datetime(2025, 12, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """A quarter run before and after a re-delivery, and a release of the first run."""
    root = write_world(tmp_path_factory.mktemp("whole"), changing_system("yes"))
    deliver(root, delivery("101", 20), delivery("155", 12))
    run(root)
    make_release(root, "2024v1")
    deliver(root, delivery("155", 9, day=6), delivery("540", 12, day=9))
    run(root)
    deliver(root, delivery("155", 11, day=12))
    run(root)
    return root


@pytest.fixture
def root(whole: DataRoot, tmp_path: Path) -> DataRoot:
    """A copy of it with a half-read file; all of it long ago."""
    root = DataRoot(shutil.copytree(whole.path, tmp_path / "root"))
    run(root)  # what a copied root has to look at once more is no part of any test
    half = root.lake / "leverancer" / "ab" / f"ab{'0' * 62}.parquet"
    half.parent.mkdir(exist_ok=True)
    half.write_bytes(b"half")
    long_ago = time.time() - 400 * 24 * 3600
    for path in root.lake.rglob("*"):
        os.utime(path, (long_ago, long_ago))
    return root


def named(root: DataRoot) -> dict[str, str]:
    return {root.name(one.path): one.why for one in removals(root, NOW.date())}


def test_what_nothing_refers_to_goes_and_nothing_else(root: DataRoot) -> None:
    before = hashes(root.releases)
    found = removals(root, NOW.date())
    assert {one.why for one in found} == {"half read", "nothing refers to it"}
    (typed,) = (one.path for one in found if one.path.parent.parent.name == "leverancer" and one.why != "half read")
    assert typed.suffix == ".parquet", "the delivery between two others: its verdict stays, or it would be read again"
    remove(root, found, "hjalp", NOW)
    assert named(root) == {}
    assert verify(root).faults == []
    assert "stale" not in {row.status for row in gate(root, KVARTAL)}
    raw, quarter = run(root)
    assert (raw.changed, quarter.chain.computed) == ([], []), "what quarters stand on was kept"
    assert not make_release(root, "2024v1").made
    assert hashes(root.releases) == before
    lines = (root.file(LEDGER)).read_text(encoding="utf-8").splitlines()
    assert lines[0] == "removed_at;removed_by;path;bytes;sha256;why"
    assert len(lines) == 1 + len(found)
    assert lines[1].startswith("2025-12-01T01:00:00+01:00;hjalp;lake/")


@pytest.mark.parametrize("spoilt", ["leverancer/??/*.json", f"raw/*/{KVARTAL}/101.json", f"kvartaler/{KVARTAL}.json"])
def test_nothing_goes_while_the_disk_does_not_say_what_is_used(root: DataRoot, spoilt: str) -> None:
    path = next(root.lake.glob(spoilt))
    path.unlink()
    path.mkdir()
    with pytest.raises(IsADirectoryError):
        removals(root, NOW.date())


def test_a_release_can_be_made_again_although_its_results_went(root: DataRoot) -> None:
    before = hashes(root.releases)
    shutil.rmtree(root.lake / "udgivelser" / "resultater")
    remove(root, removals(root, NOW.date()), "hjalp", NOW)
    assert not make_release(root, "2024v1").made
    add_v2(root)
    assert make_release(root, "2024v2").made
    assert {name: digest for name, digest in hashes(root.releases).items() if name in before} == before


def test_what_another_command_removes_meanwhile_stops_nothing(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = removals(root, NOW.date())
    gone = chosen[0].path
    gone.unlink()
    assert remove(root, chosen, "the office", NOW) > 0
    assert not any(one.path.exists() for one in chosen)
    written = root.file(LEDGER).read_text(encoding="utf-8")
    assert written.count("\n") == len(chosen), "a heading, and a line for each that was there"
    computed = Lake.computed
    monkeypatch.setattr(Lake, "computed", lambda self, which: [gone, *computed(self, which)])
    assert removals(root, NOW.date()) == []


def test_young_results_stay(root: DataRoot) -> None:
    for path in root.lake.rglob("*"):
        os.utime(path)
    assert named(root) == {}
    (root.codelists / "settings.toml").write_text("[retention]\nresults_days = 400\n")
    assert named(root) == {}


def test_old_inputs_are_named_unless_a_release_is_pinned_to_them(root: DataRoot) -> None:
    shutil.copytree(root.registers / "2025-04-04", root.registers / "2019-04-04")
    shutil.copytree(root.registers / "2025-04-04", root.registers / "2031-04-04")
    later = date(2032, 1, 1)
    inputs = {root.name(one.path) for one in removals(root, later) if one.is_input}
    assert inputs == {
        "registers/2019-04-04",
        f"inbox/{KVARTAL}/155_nexus_20250106T081500.xml",
        f"inbox/{KVARTAL}/155_nexus_20250112T081500.xml",
        f"inbox/{KVARTAL}/540_nexus_20250109T081500.csv",
    }
    assert not any(one.is_input for one in removals(root, date(2029, 12, 31)) if "inbox" in one.path.parts)


def test_what_was_prepared_for_an_extract_that_nothing_refers_to_goes(root: DataRoot) -> None:
    long_ago = time.time() - 400 * 24 * 3600
    old, young = (root.lake / "registers" / "2020-01-01" / name for name in ("old", "young"))
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "a").write_bytes(b"abc")
    os.utime(old, (long_ago, long_ago))
    (one,) = (one for one in removals(root, NOW.date()) if "registers" in one.path.parts)
    assert one == Removal(old, "prepared for an extract that nothing refers to", is_input=False)
    assert remove(root, [one], "hjalp", NOW) == 3
    assert (old.exists(), young.exists()) == (False, True)


def test_years_are_counted_from_the_day(root: DataRoot) -> None:
    """Also from a leap day, five years after none."""
    for extract in ("2027-02-27", "2027-02-28", "2027-03-01", "2031-04-04"):
        (root.registers / extract).mkdir()
    for today, old in (
        (date(2032, 2, 28), {"2027-02-27"}),
        (date(2032, 2, 29), {"2027-02-27"}),
        (date(2032, 3, 1), {"2027-02-27", "2027-02-28"}),
    ):
        found = {one.path.name: one.why for one in removals(root, today) if one.path.parent == root.registers}
        assert found == dict.fromkeys(old, "more than 5 years old")


def test_the_command_removes_only_what_it_is_told(
    root: DataRoot, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HJALP_DATA", str(root.path))
    shutil.copytree(root.registers / "2025-04-04", root.registers / "2019-04-04")
    before = hashes(root.folder)
    assert main(["prune"]) == 0
    assert "nothing was removed" in capsys.readouterr().out
    assert {name for name in hashes(root.folder) if hashes(root.folder)[name] != before.get(name)} <= {
        "lake/hashes.json"
    }
    assert main(["prune", "--yes"]) == 0
    assert (root.registers / "2019-04-04").is_dir()
    with pytest.raises(SystemExit):
        main(["prune", "--inputs"])
    assert main(["prune", "--yes", "--inputs", "--by", "ABC"]) == 0
    assert not (root.registers / "2019-04-04").exists()
    assert ";ABC;registers/2019-04-04/dod.parquet;" in (root.file(LEDGER)).read_text()


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("[retention]\nresults_days = 0\n", "results_days: must be a whole number of at least 1, not "),
        ("[retention]\nresults_days = true\n", "results_days: must be a whole number of at least 1, not "),
        ("[retention]\nresult_days = 5\n", r"result_days: is not a key of \[retention\] "),
        ("[retain]\n", r"\[retain\] is none of"),
        ("retention = 5\n", "retention: must be a table"),
        ("[retention]\nextracts_years = 0\nlong = 1\n", r"extracts_years: must be .*, not 0; long: is not a key of "),
        ("[", "settings.toml: "),
    ],
)
def test_settings_that_cannot_be_meant(tmp_path: Path, text: str, wanted: str) -> None:
    root = DataRoot(tmp_path)
    assert read_settings(root, Retention) == Retention()
    root.codelists.mkdir(parents=True)
    (root.codelists / "settings.toml").write_text(text)
    with pytest.raises(InputError, match=wanted):
        read_settings(root, Retention)
