"""No file that a release publishes holds a count of 1 or 2, or says which cells nothing protects (R11)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.published import signing_page, verdict_path
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.public_files import everything_small, public_files, published
from hjalp_tests.production.world import KVARTAL, country, deliver, delivery, run, write_world

pytestmark = pytest.mark.slow  # each makes a release or a country of its own

RELEASES = ("2024v1", "2024v2")
YEARS = (2023, 2024)


@pytest.fixture(scope="module")
def made(three_reports: None, tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """Two releases of a country in which every small figure is given away by the population, or by shown zeros."""
    world = country(kvartaler=[KVARTAL, "2025K1"])
    later = {
        "publish_at": dt.datetime.fromisoformat("2025-11-14T08:00:00+01:00"),
        "quarter_overrides": {"540": "2025K1"},
    }
    world.releases["2024v2"] = {**world.releases["2024v1"], **later, "protect_against": ["2024v1"]}
    extract = world.extracts["2025-04-04"]
    few = [(*row[:4], 1 if row[1] == "155" else 40) for row in extract.folketal]
    world.extracts["2025-04-04"] = dataclasses.replace(extract, folketal=few)
    root = write_world(tmp_path_factory.mktemp("side"), world)
    deliver(root, delivery("540", 22, kvartal="2025K1", received="20250405T081500"))
    for kvartal in (KVARTAL, "2025K1"):
        run(root, kvartal)
    for release in RELEASES:
        make_release(root, release, documents=DOCUMENTS)
    return root


def test_there_is_something_to_find(made: DataRoot) -> None:
    for release in RELEASES:
        verdict = json.loads(verdict_path(made, release).read_text(encoding="utf-8"))
        assert verdict["verdict"] == "to be decided"
        assert verdict["no_pattern_protects"]
        ranges = [
            (cell["low"], cell["high"])
            for aar in YEARS
            for cell in json.loads(signing_page(made, release, aar).with_suffix(".json").read_text("utf-8"))["cells"]
        ]
        assert any(high is not None and high < 3 for _, high in ranges)
    assert len({path.name for release in RELEASES for path in public_files(made, release)}) >= 14


@pytest.mark.parametrize("release", RELEASES)
def test_no_public_file_counts_one_or_two(made: DataRoot, release: str) -> None:
    assert everything_small(made, release) == {}
    read = {path.name: len(published(made, path)) for path in public_files(made, release)}
    assert {name for name, figures in read.items() if figures} >= {"HJALP1.csv", "HJALP1.px", "HJALP2.csv", "HJALP2.px"}


def test_the_search_finds_what_is_planted(made: DataRoot, tmp_path: Path) -> None:
    """In a copy of each kind of public file."""
    root = DataRoot(tmp_path)
    shutil.copytree(made.releases / "2024v2", root.releases / "2024v2")
    folder = root.releases / "2024v2"
    table = (folder / "HJALP2.csv").read_text("utf-8-sig").replace(";..\n", ";2\n", 1).replace(";..\r\n", ";2\r\n", 1)
    (folder / "HJALP2.csv").write_text(table, encoding="utf-8-sig", newline="")
    px = (folder / "HJALP1.px").read_text("utf-8")
    (folder / "HJALP1.px").write_text(px.replace("DATA=", "DATA=\n1 "), encoding="utf-8")
    told = json.loads((folder / "disclosure_audit.json").read_text("utf-8"))
    (folder / "disclosure_audit.json").write_text(json.dumps(told | {"guessed": [], "cells": 2}), encoding="utf-8")
    page = (folder / "kvalitet.html").read_text("utf-8")
    (folder / "kvalitet.html").write_text(page.replace("</main>", "<p>2 <b>personer</b></p></main>"), encoding="utf-8")
    assert set(everything_small(root, "2024v2")) == {
        "HJALP2.csv",
        "HJALP1.px",
        "disclosure_audit.json",
        "kvalitet.html",
    }


def test_what_is_published_of_the_attack_points_at_no_cell(made: DataRoot) -> None:
    """It lists every hidden cell and nothing beside, so that those that nothing protects stand among the others."""
    for release in RELEASES:
        told = json.loads((made.releases / release / "disclosure_audit.json").read_text(encoding="utf-8"))
        assert [(year["safe"], year["fails"]) for year in told["years"]] == [(True, [])] * len(YEARS)
        listed = {tuple(cell) for year in told["years"] for table in year["tables"] for cell in table["cells"]}
        hidden = set()
        for table in ("HJALP1", "HJALP2"):
            frame = pl.read_csv(made.releases / release / f"{table}.csv", separator=";", infer_schema=False)
            frame = frame.filter(pl.col("INDHOLD") == "..", pl.col("KOMMUNEDK").is_in(["000", "101", "155", "540"]))
            hidden |= {(table, *row) for row in frame.drop("INDHOLD").iter_rows()}
        assert listed == hidden
        without = [{key: year[key] for key in year if key not in ("tid", "tables")} for year in told["years"]]
        assert without[0] == without[1]


def test_the_signing_page_says_what_the_gate_says(made: DataRoot) -> None:
    for release in RELEASES:
        pages = [signing_page(made, release, aar).read_text(encoding="utf-8") for aar in YEARS]
        assert not any("Må ikke offentliggøres" in page for page in pages)
        assert any("Kræver en beslutning" in page for page in pages)
        manifest = json.loads((made.releases / release / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["confidentiality"]["verdict"] == "to be decided"
