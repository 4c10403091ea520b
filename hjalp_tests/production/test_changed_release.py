"""A release that has changed since it was made is named and used for nothing, and a reader can see it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.release.embargo import PRIVATE, open_due, set_modes
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.manifest import copy_path
from hjalp_pipeline.production.release.pins import ReleaseRefused
from hjalp_pipeline.production.verification import verify
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.changed import rewritten
from hjalp_tests.production.world import KVARTAL

pytestmark = pytest.mark.slow

OPENED = datetime(2025, 6, 24, 6, tzinfo=UTC)


@pytest.fixture
def root(whole: DataRoot, tmp_path: Path) -> DataRoot:
    return DataRoot(shutil.copytree(whole.path, tmp_path / "root"))


def a_figure(root: DataRoot) -> str:
    path = root.releases / "2024v1" / "HJALP1.csv"
    return rewritten(path, lambda text: text.replace(b"101;2024;", b"101;2024;1", 1))


def microdata(root: DataRoot) -> str:
    path = root.releases / "2024v1" / "microdata" / "GENHJALP.parquet"
    pl.read_parquet(path).with_columns(KOEN=pl.lit("1")).write_parquet(path)
    return path.name


def a_page_is_gone(root: DataRoot) -> str:
    (root.releases / "2024v1" / "kvalitet.html").unlink()
    return "kvalitet.html is missing"


def a_file_too_many(root: DataRoot) -> str:
    (root.releases / "2024v1" / "microdata" / "kopi.csv").write_text("x")
    return "microdata/kopi.csv is no part"


def a_folder_too_many(root: DataRoot) -> str:
    (root.releases / "2024v1" / "tom").mkdir()
    return "2024v1/tom is no part"


def a_link(root: DataRoot) -> str:
    path = root.releases / "2024v1" / "HJALP2.csv"
    path.rename(root.path / "elsewhere.csv")
    path.symlink_to(root.path / "elsewhere.csv")
    return "HJALP2.csv is a link"


def the_sums(root: DataRoot) -> str:
    return rewritten(root.releases / "2024v1" / "SHA256SUMS", lambda text: text.replace(b"0", b"1", 1))


def the_manifest(root: DataRoot) -> str:
    return rewritten(
        root.releases / "2024v1" / "manifest.json", lambda text: text.replace(b"2025-06-24", b"2025-06-23")
    )


def the_manifest_with_the_figure(root: DataRoot) -> str:
    """Somebody who knows the manifest changes it together with the figure: the lake's copy tells."""
    from hjalp_pipeline.storage.fingerprints import sha256

    path = root.releases / "2024v1" / "manifest.json"
    manifest = json.loads(path.read_bytes())
    a_figure(root)
    manifest["outputs"]["HJALP1.csv"] = sha256(root.releases / "2024v1" / "HJALP1.csv")
    path.write_text(json.dumps(manifest))
    return "HJALP1.csv is not as it was published"


def no_manifest(root: DataRoot) -> str:
    (root.releases / "2024v1" / "manifest.json").write_text("{")
    return "manifest.json cannot be read"


PUBLISHED = [
    a_figure,
    microdata,
    a_page_is_gone,
    a_file_too_many,
    a_folder_too_many,
    a_link,
    the_sums,
    the_manifest,
    the_manifest_with_the_figure,
    no_manifest,
]


@pytest.mark.parametrize("change", PUBLISHED)
def test_a_changed_release_is_used_for_nothing(root: DataRoot, change: Callable[[DataRoot], str]) -> None:
    named = change(root)
    for release in (None, "2024v1"):
        assert any(named in fault for fault in verify(root, release).faults)
    for release in ("2024v1", "2024v2"):  # it does not stand; nothing is protected against it or compared with it
        with pytest.raises(ReleaseRefused, match=named):
            make_release(root, release, documents=DOCUMENTS)
    assert not (root.releases / "2024v2").exists()
    set_modes(root.releases / "2024v1", embargoed=True)
    opened, _refused = open_due(root, OPENED)
    assert opened == []
    assert (root.releases / "2024v1").stat().st_mode & 0o077 == 0


def test_inputs_of_a_release_without_its_manifest_are_those_of_the_copy(root: DataRoot) -> None:
    no_manifest(root)
    path = next((root.inbox / KVARTAL).glob("101_*"))
    path.unlink()
    faults = verify(root, "2024v1").faults
    assert len(faults) == 2
    assert "manifest.json cannot be read" in faults[0]
    assert f"inbox/{KVARTAL}/{path.name} is missing" in faults[1]


def test_a_reader_can_check_what_is_public(root: DataRoot) -> None:
    folder = root.releases / "2024v1"
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=True
    )
    told = {line.split(":")[0] for line in done.stdout.splitlines()}
    public = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and PRIVATE.isdisjoint(path.relative_to(folder).parts)
    }
    assert told == public - {"SHA256SUMS"}
    assert "HJALP1.csv" in told


def test_a_release_that_is_gone_is_named_once_it_was_published(root: DataRoot) -> None:
    """Also when its definition went with it."""
    shutil.rmtree(root.releases / "2024v1")
    (root.releases / "2024v1.toml").unlink()
    told = "releases/2024v1 does not stand, though it has been made"
    assert any(fault.startswith(told) for fault in verify(root).faults)
    copy = copy_path(root, "2024v1")
    later = copy.read_text(encoding="utf-8").replace('"publish_at": "20', '"publish_at": "21', 1)
    copy.write_text(later, encoding="utf-8")
    found = verify(root)
    assert any(note.startswith(told) for note in found.notes)
    assert not any(fault.startswith(told) for fault in found.faults)
