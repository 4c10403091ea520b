"""No file that a release publishes holds a count of 1 or 2, or says which cells nothing protects (R11)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from lxml import html

from hjalp_pipeline.dialogue.documents import DOCUMENTS
from hjalp_pipeline.production.release.embargo import PRIVATE
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.published import signing_page, verdict_path
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, country, deliver, delivery, run, write_world

RELEASES = ("2024v1", "2024v2")
YEARS = (2023, 2024)
#: Keys of what the office alone may read.
OFFICE = {"low", "high", "witnesses", "exact", "told_small", "no_pattern_protects", "inherent", "guessed"}
#: Where a 1 or a 2 of a published JSON file counts no observation.
STRUCTURE = re.compile(
    r"\.(index|size|decimals|sortering|position)\b|version|S\.\d+|dimension|HJALP3|\.quarters|\.years|tid|lov_navn_opret"
)
COUNTED = r"\b[12]\s+(person|borger|mand|mænd|kvinde|udlån|lån|hjælpemid|skjult|celle)"


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


def public_files(root: DataRoot) -> list[Path]:
    """What anybody may read of the releases."""
    return [
        path
        for release in RELEASES
        for path in sorted((root.releases / release).rglob("*"))
        if path.is_file() and PRIVATE.isdisjoint(path.relative_to(root.releases / release).parts)
    ]


def leaves(content: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a JSON file with the way to it."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from leaves(value, f"{at}.{key}")
    elif isinstance(content, list):
        for number, value in enumerate(content):
            yield from leaves(value, f"{at}[{number}]")
    else:
        yield at, content


def keys(content: Any) -> set[str]:
    """Every key of a JSON file."""
    if isinstance(content, dict):
        return set(content) | {key for value in content.values() for key in keys(value)}
    return {key for value in content for key in keys(value)} if isinstance(content, list) else set()


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
    assert len({path.name for path in public_files(made)}) >= 14


def test_no_published_json_counts_one_or_two(made: DataRoot) -> None:
    for path in public_files(made):
        if path.suffix == ".json":
            content = json.loads(path.read_text(encoding="utf-8"))
            assert not keys(content) & OFFICE, path.name
            small = [at for at, value in leaves(content) if type(value) in (int, float) and value in (1, 2)]
            assert [at for at in small if not STRUCTURE.search(f"{path.stem}{at}")] == [], path.name


def test_no_published_table_holds_one_or_two(made: DataRoot) -> None:
    for path in public_files(made):
        if path.suffix == ".csv" and path.stem in ("HJALP1", "HJALP2"):
            figures = pl.read_csv(path, separator=";", infer_schema=False).get_column("INDHOLD")
        elif path.name == "revision.csv":
            changed = pl.read_csv(path, separator=";", infer_schema=False).filter(pl.col("table") != "HJALP3")
            figures = pl.concat([changed.get_column("before"), changed.get_column("after")])
        elif path.suffix == ".px" and path.stem in ("HJALP1", "HJALP2"):
            figures = pl.Series(path.read_bytes().decode().partition("DATA=")[2].replace(";", " ").split())
        else:
            continue
        assert len(figures) > 0
        assert not {"1", "2"} & set(figures), path.name


def test_no_published_page_says_one_or_two(made: DataRoot) -> None:
    pages = [path for path in public_files(made) if path.suffix == ".html"]
    assert len(pages) == 3
    for path in pages:
        text = " ".join("".join(html.fromstring(path.read_bytes()).itertext()).split())
        assert not re.search(COUNTED, text), path.name


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
