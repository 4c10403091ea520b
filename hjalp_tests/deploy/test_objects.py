"""A data root in a bucket, over a real S3 API on the loopback: the same bytes as on a disk, whole or not at all, one command at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hjalp_pipeline.cli import main
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.objects.bucket import Bucket
from hjalp_pipeline.storage.objects.bucket_address import Address
from hjalp_pipeline.storage.objects.fetching import bring
from hjalp_pipeline.storage.objects.head import read_head
from hjalp_pipeline.storage.objects.putting import LostError, hand_over
from hjalp_pipeline.storage.objects.working_copy import WorkingCopy
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries.write import write_delivery
from hjalp_tests.deploy.object_server import object_server, refusing, settings
from hjalp_tests.deploy.services import process, tool, until
from hjalp_tests.production.world import KVARTAL, delivery, hashes, results, write_world
from hjalp_tests.storage.objects.stored import Said, contents, copy_of, put, write
from hjalp_tests.web.running import free_port

pytestmark = pytest.mark.slow
OFFICE = "s3://hjalp/office"
RELEASE = "2024v1"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with object_server(tmp_path_factory.mktemp("server")) as one:
        yield one


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test sets of it is as before afterwards."""
    for name in ("HJALP_DATA", "HJALP_WORKING_COPY", "DAGSTER_HOME"):
        monkeypatch.setenv(name, "")


def here(endpoint: str, copy: Path, data: str = OFFICE) -> dict[str, str]:
    return {**os.environ, **settings(endpoint, copy, data), "HJALP_DAGSTER_HOME": ""}


def bucket(endpoint: str, patch: pytest.MonkeyPatch, data: str) -> Bucket:
    for name, value in settings(endpoint, Path(), data).items():
        patch.setenv(name, value)
    return Bucket.at(Address.parse(data, os.environ))


def hjalp(environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [tool("hjalp"), *arguments], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def done(started: subprocess.Popen[str]) -> str:
    """What was said to people beside the result, of a command that succeeds."""
    out, err = started.communicate()
    assert started.returncode == 0, (out, err)
    return err


def modes(root: DataRoot) -> dict[str, int]:
    """Who may read what of releases and receipts."""
    paths = (path for folder in (root.releases, root.receipts) for path in folder.rglob("*"))
    return {root.name(path): path.stat().st_mode for path in paths}


def copy_in(folder: Path, there: Bucket) -> None:
    """What `aws s3 cp --recursive` does."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            there.put(path.relative_to(folder).as_posix(), path)


def test_a_quarter_and_a_release_are_those_of_a_data_root_on_a_disk(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two machines want the quarter at once, a third looks at it, a fourth makes the release."""
    there = bucket(endpoint, monkeypatch, OFFICE)
    alone = write_world(tmp_path / "alone")
    copy_in(alone.path, there)
    on_disk = {**os.environ, "HJALP_DATA": str(alone.path), "HJALP_DAGSTER_HOME": ""}
    folders = (here(endpoint, tmp_path / "a"), here(endpoint, tmp_path / "b"), on_disk)
    said = "".join(map(done, [hjalp(each, "run", "--quarter", KVARTAL) for each in folders]))
    assert said.count("waits for `hjalp run` on ") == 1
    done(hjalp(here(endpoint, tmp_path / "c"), "verify"))
    asked = hjalp(
        here(endpoint, tmp_path / "c"), "query", "select count(*) as n from working.hjalp1", "--format", "csv"
    )
    done(asked)
    for released in [hjalp(each, "release", RELEASE) for each in (here(endpoint, tmp_path / "d"), on_disk)]:
        done(released)
    fresh = copy_of(tmp_path / "fresh")
    bring(fresh, there, Said())
    root = DataRoot(fresh.data)
    assert results(root) | hashes(root.releases) == results(alone) | hashes(alone.releases)
    assert verify(root).faults == []
    assert root.lake.stat().st_mode & 0o777 == 0o700
    assert modes(root) == modes(alone)
    assert not any("dagster_home" in path or path.endswith(".duckdb") for path in fresh.base[1].files)


def test_a_delivery_that_is_put_into_the_bucket_is_taken_by_the_sensor(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = "s3://hjalp/pages"
    there = bucket(endpoint, monkeypatch, data)
    world = write_world(tmp_path / "world")
    copy_in(world.path, there)
    environment = here(endpoint, tmp_path / "a", data)
    with process(
        tool("hjalp"), "ui", "--port", str(free_port()), environment=environment, log=tmp_path / "ui.log"
    ) as pages:
        until(lambda: _receipts(there, tmp_path) == 3, pages)
        path = write_delivery(tmp_path / "more", delivery("540", 31, day=9))
        put_at = time.time()
        there.put(f"hjalp/inbox/{KVARTAL}/{path.name}", path)
        until((WorkingCopy(tmp_path / "a").data / f"hjalp/inbox/{KVARTAL}/{path.name}").is_file, pages)
        assert time.time() - put_at < 60
        until(lambda: _receipts(there, tmp_path) == 4, pages)
        refused = hjalp(here(endpoint, tmp_path / "b", data), "run", "--quarter", KVARTAL)
        assert "ask for the run on its pages" in refused.communicate()[1]
        assert refused.returncode == 1
        done(hjalp(environment, "status"))  # on the same working copy: it is kept up to date


def _receipts(there: Bucket, folder: Path) -> int:
    copy = copy_of(folder / "seen")
    bring(copy, there, Said())
    return len(list(copy.data.glob("hjalp/receipts/*/*.json")))


_KILLED = """
import os, signal, sys
from hjalp_pipeline.storage.objects.bucket import Bucket
from hjalp_pipeline.terminal.at_hand import at_hand

left = int(sys.argv[1])

def counted(call):
    def instead(self, key, *given):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(self, key, *given)
    return instead

for name in ("put", "put_first", "put_over"):
    setattr(Bucket, name, counted(getattr(Bucket, name)))
with at_hand("demo"):
    folder = os.environ["HJALP_DATA"] + "/hjalp/lake"
    os.makedirs(folder, exist_ok=True)
    for name in ("a.parquet", "b.parquet", "entry.json"):
        open(f"{folder}/{name}", "w").write(f"{name} {sys.argv[2]}")
"""


def test_a_kill_at_every_put_leaves_the_old_state_or_the_new_one(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = "s3://hjalp/killed"
    there, environment = bucket(endpoint, monkeypatch, data), here(endpoint, tmp_path / "a", data)

    def command(left: int, what: str) -> int:
        return subprocess.run([sys.executable, "-c", _KILLED, str(left), what], env=environment, check=False).returncode

    def state(what: str) -> dict[str, str]:
        return {f"hjalp/lake/{name}": f"{name} {what}" for name in ("a.parquet", "b.parquet", "entry.json")}

    assert command(100, "old") == 0
    codes = []
    for left in range(100):
        codes.append(command(left, f"new {left}"))
        seen = copy_of(tmp_path / f"seen{left}")
        bring(seen, there, Said())
        before = state(f"new {left - 1}" if left else "old")
        if codes[-1] == 0:
            break
        assert codes[-1] == -signal.SIGKILL
        assert contents(seen) in (before, state(f"new {left}"))
        assert command(100, f"new {left}") == 0  # its own turn is known at once, what it had made goes with this one
    assert contents(seen) == state(f"new {left}")
    assert len(codes) == 8  # the turn, three contents, the listing, the head, the turn given back; and none


def test_who_was_too_late_is_told_and_loses_nothing(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = bucket(endpoint, monkeypatch, "s3://hjalp/late")
    one, other = copy_of(tmp_path / "a"), copy_of(tmp_path / "b")
    put(one, there, {"hjalp/approvals/2025.csv": "0\n"})
    head = bring(other, there, Said())
    put(one, there, {"hjalp/approvals/2025.csv": "0\n1\n"})
    write(other, {"hjalp/approvals/2025.csv": "0\n2\n"})
    with pytest.raises(LostError):
        hand_over(other, there, head, Said())
    assert contents(other) == {"hjalp/approvals/2025.csv": "0\n1\n"}
    assert [path.read_text() for path in other.aside.rglob("*.csv")] == ["0\n2\n"]
    assert read_head(there).known == other.base[0]


def test_what_is_wrong_with_the_storage_is_one_sentence(
    endpoint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environment: None,
) -> None:
    copies = (tmp_path / str(number) for number in range(9))

    def told(endpoint: str, data: str = OFFICE) -> str:
        for name, value in settings(endpoint, next(copies), data).items():
            monkeypatch.setenv(name, value)
        assert main(["status"]) == 1
        out, err = capsys.readouterr()
        assert (out, err.count("\n")) == ("", 1)
        return err

    assert "there is no such bucket" in told(endpoint, "s3://elsewhere/x")
    assert "holds no data root" in told(endpoint, "s3://hjalp/empty")
    assert "does not answer as object storage does" in told(f"http://127.0.0.1:{free_port()}")
    with refusing() as closed:
        assert "refuses the credentials" in told(closed)
    assert "is not encrypted" in told("http://storage.example")
    assert "is not s3://BUCKET/PREFIX" in told(endpoint, "s3://")
