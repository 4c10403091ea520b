"""Every kind of file of a data root, changed, cut off, replaced by a link or removed: it is named or made again, never wrong in silence."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest

from hjalp_pipeline.dialogue.approval import reports
from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.pins import ReleaseRefused
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.publishing.definition import DefinitionError
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.faults.inject import quarter
from hjalp_tests.faults.tally import tallied
from hjalp_tests.faults.test_two_at_once import command, ended
from hjalp_tests.production.test_pins import add_v2
from hjalp_tests.production.world import (
    KOMMUNER,
    changing_system,
    deliver,
    delivery,
    hashes,
    results,
    write_world,
)

STRIDE = max(1, int(os.environ.get("HJALP_FAULTS", "16")) // 4)
#: What makes two files of one kind. Releases, tables and quarters that differ are kinds of their own.
_VARIES = re.compile(r"\b\d{3}(?=[-_.])|(?<=leverancer/)[0-9a-f]{2}\b|[0-9a-f]{16,}|(?<=_)\d{8}T\d{6}")
pytestmark = [pytest.mark.slow, pytest.mark.first_pattern]


def one_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def a_link(path: Path) -> None:
    """To a file elsewhere that is not quite the same."""
    elsewhere = path.parents[len(path.parts) - 3].parent / f"elsewhere-{path.name}"
    shutil.move(path, elsewhere)
    one_byte(elsewhere)
    path.symlink_to(elsewhere)


def removed(path: Path) -> None:
    path.unlink()


VIEWS = ("ledger", "status", "released.hjalp1", "working.udlaan", "working.suppressed_hjalp2")
WAYS: dict[str, Callable[[Path], None]] = {
    "changed": one_byte,
    "cut off": cut_off,
    "replaced by a link": a_link,
    "removed": removed,
}


def publish(root: DataRoot, release: str) -> None:
    with patch.object(reports, "KOMNR", KOMMUNER):
        make_release(root, release, documents=DOCUMENTS)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """A quarter with two systems, a re-delivery and a rejected file, 2024v1, and 2024v2 defined."""
    root = write_world(tmp_path_factory.mktemp("whole") / "root", changing_system("yes"))
    deliver(root, delivery("101", 20), delivery("155", 12), delivery("101", 5, day=8, flaw="no_slut"))
    quarter(root)
    publish(root, "2024v1")
    add_v2(root)
    quarter(root)
    assert verify(root).faults == []
    return root


@pytest.fixture(scope="module")
def wanted(whole: DataRoot, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What stands when nobody has touched anything."""
    return after(DataRoot(shutil.copytree(whole.path, tmp_path_factory.mktemp("wanted") / "root")))


def after(root: DataRoot) -> dict[str, str]:
    """Results, releases and receipts after the quarter and 2024v2 were made."""
    quarter(root)
    publish(root, "2024v2")
    with duckdb.connect(str(root.catalog), read_only=True) as connection:
        counted = {view: str(connection.sql(f"select count(*) from {view}").fetchall()) for view in VIEWS}
    return results(root) | hashes(root.releases) | counted | dict.fromkeys(hashes(root.receipts), "")


def kinds(root: DataRoot) -> list[str]:
    """One file of each kind."""
    first: dict[str, str] = {}
    for path in sorted(root.path.rglob("*")):
        name = root.name(path)
        if path.is_file() and path.stat().st_size > 1 and "locks" not in path.parts:
            first.setdefault(_VARIES.sub("#", name), name)
    return list(first.values())


def silent(root: DataRoot, name: str, wanted: dict[str, str]) -> str | None:
    """None when the change is told or undone, else what came of it."""
    path = Path(name)
    try:
        told = verify(root)
        for one in (*told.faults, *told.notes):
            if path.name in one or one.startswith(f"{path.parts[0]}:") or one.endswith(f"{path.parent.as_posix()}/"):
                return None
        found = after(root)
    except (InputError, DefinitionError, ReleaseRefused):  # one sentence, and nothing is made
        return None
    return None if found == wanted else "other results, and nobody says why"


@pytest.mark.parametrize("way", WAYS)
def test_every_kind_of_file(tmp_path: Path, whole: DataRoot, wanted: dict[str, str], way: str) -> None:
    chosen = kinds(whole)[list(WAYS).index(way) % STRIDE :: STRIDE]
    with tallied(way) as tally:
        for number, name in enumerate(chosen):
            root = DataRoot(shutil.copytree(whole.path, tmp_path / f"{number}"))
            WAYS[way](root.file(name))
            with tally.attempt(name):
                assert silent(root, name, wanted) is None
            shutil.rmtree(root.path)


@pytest.mark.parametrize("way", WAYS)
def test_the_history_of_runs(tmp_path: Path, way: str) -> None:
    """Dagster's own databases: what was computed does not depend on them, and a damaged one is told in a sentence."""
    root = write_world(tmp_path / "root", changing_system("yes"))
    assert ended(command(root, ("remind",))).code == 0
    with tallied(way) as tally, tally.attempt("dagster_home"):
        for path in (root.dagster_home / "history").rglob("*.db"):
            WAYS[way](path)
        told = ended(command(root, ("remind",)))
        assert told.code in (0, 1)
        assert "Traceback" not in told.output + told.errors
        # DuckDB may complain of itself when the interpreter ends: that is nothing anybody is told.
        assert (told.code == 0) == (not told.errors.partition("nanobind: leaked")[0]), told
