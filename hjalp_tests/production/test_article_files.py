"""The drafts of a release's article: of what is published alone, the office's alone, and of no part of the release."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from hjalp_pipeline.production.release.article_files import write_articles
from hjalp_pipeline.production.release.embargo import PRIVATE
from hjalp_pipeline.storage.root import DataRoot

pytestmark = pytest.mark.slow


@pytest.fixture
def published(world: DataRoot, tmp_path: Path) -> DataRoot:
    """What is published of 2024v1 and 2024v2, with their definitions and manifests, and nothing else."""
    root = DataRoot(tmp_path)
    private = shutil.ignore_patterns(*(PRIVATE - {"manifest.json"}))
    shutil.copytree(world.releases, root.releases, ignore=private)
    return root


def drafts(root: DataRoot) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((root.lake / "udgivelser/nyt").glob("*"))}


def test_drafts_are_written_of_what_is_published_alone(published: DataRoot, world: DataRoot) -> None:
    """Another country whose published tables are the same has the same drafts, byte for byte."""
    before = {path: path.read_bytes() for path in published.releases.rglob("*") if path.is_file()}
    for release in ("2024v1", "2024v2"):
        written = write_articles(published, release)
        assert [path.name for path in written] == [f"{release}_da.html", f"{release}_en.html"]
        assert {path.stat().st_mode & 0o777 for path in written} == {0o600}
    assert {path: path.read_bytes() for path in published.releases.rglob("*") if path.is_file()} == before
    first = drafts(published)
    for release in ("2024v1", "2024v2"):  # the other country: other rows, deliveries, true figures, masks
        path = published.releases / release / "manifest.json"
        manifest = json.loads(path.read_text(encoding="utf-8"))
        told = {key: manifest[key] for key in ("release", "publish_at")}
        told["pins"] = {**manifest["pins"], "deliveries": {}, "sources": {}, "members": {}}
        path.write_text(json.dumps(told), encoding="utf-8")
        (published.releases / release / "disclosure_audit.json").unlink()
        write_articles(published, release)
    assert drafts(published) == first


def test_only_what_replaces_a_release_is_a_correction(published: DataRoot) -> None:
    write_articles(published, "2024v1")
    write_articles(published, "2024v2")
    found = drafts(published)
    assert "Rettelse" not in found["2024v1_da.html"].decode()
    corrected = found["2024v2_da.html"].decode()
    assert "Rettelse" in corrected
    assert "24. juni 2025 kl. 8.00" in corrected  # when 2024v1 came out
    assert "Correction" in found["2024v2_en.html"].decode()


def test_a_release_that_changes_no_figure_of_the_article_is_no_correction_of_it(published: DataRoot) -> None:
    """As one that brings a table which the release before it had left out."""
    revision = published.releases / "2024v2" / "revision.csv"
    revision.write_bytes(revision.read_bytes().splitlines(keepends=True)[0])
    write_articles(published, "2024v2")
    danish, english = (drafts(published)[f"2024v2_{language}.html"].decode() for language in ("da", "en"))
    assert "Rettelse" not in danish
    assert "Rettet tal" not in danish
    assert "er, som de blev offentliggjort 24. juni 2025 kl. 8.00" in danish
    assert "Correction" not in english
    assert "are as published" in english


def test_an_earlier_release_whose_definition_is_spoilt_costs_no_article(published: DataRoot) -> None:
    (published.releases / "2024v1.toml").write_text("registers = ", encoding="utf-8")
    assert len(write_articles(published, "2024v2")) == 2
    assert "Rettelse" not in drafts(published)["2024v2_da.html"].decode()


def test_sections_of_tables_that_come_later_are_left_out(published: DataRoot) -> None:
    (published.releases / "2024v1" / "HJALP3.csv").unlink()
    assert len(write_articles(published, "2024v1")) == 2
    assert all(b"HJALP3" not in page and b"HJALP2" in page for page in drafts(published).values())


def test_a_release_without_the_table_it_begins_with_has_none(published: DataRoot) -> None:
    (published.releases / "2024v1" / "HJALP2.csv").unlink()
    assert write_articles(published, "2024v1") == []
    assert drafts(published) == {}


def test_a_release_whose_manifest_does_not_say_when_it_came_out_has_none(published: DataRoot) -> None:
    (published.releases / "2024v1" / "manifest.json").unlink()
    assert write_articles(published, "2024v1") == []
