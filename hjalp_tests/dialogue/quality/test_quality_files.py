"""The quality declaration says what the data say, tells nothing of a kommune that is small, and is the same again."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.dialogue.quality.quality_files import quality_html, quality_json
from hjalp_pipeline.publishing import public_counts
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.statistics.hjalp.quality.quality_part import KILDER, KommuneShare, Trend
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.dialogue.quality.declared import concept, found, release
from hjalp_tests.pages.axe import assert_accessible
from hjalp_tests.production.test_pins import add_v2
from hjalp_tests.production.world import (
    KVARTAL,
    MARKER,
    country,
    deliver,
    delivery,
    hashes,
    run,
    system,
    write_world,
)

pytestmark = pytest.mark.slow

DEFECT = 'known_defects.540 = "Kun udleveringer <fra 2024>."\ncomparability = ["2023 og 2024 kan sammenlignes."]\n'


@pytest.fixture(scope="module")
def world(three_reports: None, tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """2024v1, and 2024v2 after 540 has re-delivered; 155 has left a system whose data are carried forward. Nothing changes it."""
    old = system("155", "gammel", to_quarter="2024K3", carry_forward="yes", format="xml")
    new = system("155", from_quarter=KVARTAL)
    made = country(
        systems=[system("101"), old, new, system("540")],
        deliveries=[
            delivery("101", 20),
            delivery("155", 9, kvartal="2024K3", system="gammel", received="20241002T081500"),
            delivery("155", 12),
            delivery("540", 30),
        ],
    )
    root = write_world(tmp_path_factory.mktemp("quality"), made)
    definition = root.releases / "2024v1.toml"
    text = definition.read_text(encoding="utf-8")
    definition.write_text(DEFECT + text, encoding="utf-8")
    with (root.approvals / "2025.csv").open("a", encoding="utf-8") as file:
        file.write("2025-03-02T09:00:00+01:00;2024;101;PARAGRAF;afvist;afdelingen;\n")
        file.write("2025-03-02T09:00:00+01:00;2024;155;K2;afvist;afdelingen;\n")
    run(root)
    release(root, "2024v1")
    deliver(root, delivery("540", 55, day=9))
    run(root)
    add_v2(root)
    release(root, "2024v2")
    return root


def by_kommune(root: DataRoot) -> list[KommuneShare]:
    """Shares of each kommune in the first release."""
    shares: list[KommuneShare] = found(root, "2024v1").told.page["kommuner_rows"]
    return shares


def trends(root: DataRoot) -> list[Trend]:
    """Flows of the country in the first release."""
    quarters: list[Trend] = found(root, "2024v1").told.page["trend"]
    return quarters


def rows(root: DataRoot, name: str) -> Mapping[str, Mapping[str, int]]:
    manifest = json.loads((root.releases / name / "manifest.json").read_text(encoding="utf-8"))
    counts: Mapping[str, Mapping[str, int]] = manifest["rows"]
    return counts


def test_who_takes_part_and_who_has_not_approved_paragraphs(world: DataRoot) -> None:
    earlier, latest = found(world, "2024v1").years
    assert (earlier.aar, earlier.deltagere, earlier.uden) == (2023, 3, {"PARAGRAF": ()})
    assert (latest.aar, latest.deltagere, latest.uden) == (2024, 2, {"PARAGRAF": (NAVN["101"],)})
    assert dict(latest.ude)[NAVN["155"]] == "K2 afvist, genlevering afventes"
    assert len(latest.ude) == 96
    assert concept(world, "2024v1", "S.13.3.3.1") == round(96 / 98, 4)


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures before they are rounded for the public."""
    monkeypatch.setattr(public_counts, "ROUNDED", 1)


@pytest.mark.usefixtures("exact")
def test_shares_of_paragraphs_are_those_of_the_microdata(world: DataRoot) -> None:
    """Counted from GENHJALP; nothing of this country is older than 20 years."""
    loans = pl.read_parquet(world.releases / "2024v1" / "microdata" / "GENHJALP.parquet")
    assert found(world, "2024v1").told.page["over_20_aar"] == 0
    quality_now = found(world, "2024v1")
    assert quality_now.kept == loans.height
    assert quality_now.told.page["without_paragraph"] == pytest.approx(
        loans["LOV_NAVN_OPRET"].null_count() / loans.height
    )
    reported = loans.filter(pl.col("LOV_NAVN").is_not_null()).height / loans.height
    kilder = quality_now.told.compilation["paragraph_by_source"]
    assert kilder["indberettet"] == pytest.approx(reported, abs=0.0005)
    assert sum(kilder.values()) == pytest.approx(1, abs=0.003)


@pytest.mark.usefixtures("exact")
def test_removed_rows_are_those_of_the_manifest(world: DataRoot) -> None:
    by_step = rows(world, "2024v2")
    removed: dict[str, int] = {}
    for step, counts in by_step.items():
        for code, number in counts.items():
            if code != "kept" and step != "microdata":
                removed[code] = removed.get(code, 0) + number
    content = quality_json(found(world, "2024v2"))
    (told,) = [entry["value"] for entry in content["concepts"] if entry["concept"] == "S.18.4"]
    assert {code: number for code, number in told["removed"].items() if code != "OVER_20_AAR"} == removed
    assert told["records_delivered"] - sum(removed.values()) == told["loans_in_the_statistic"]


def test_a_code_that_two_steps_give_is_added_up(world: DataRoot) -> None:
    before = found(world, "2024v1")
    of = {"leverance": {"kept": 9}, "kommune_assigned": {"kept": 2}}
    twice = replace(before, rows={**of, "cpr_validated": {"IKKE_AKTIV": 3}, "dates_corrected": {"IKKE_AKTIV": 4}})
    (told,) = [entry["value"] for entry in quality_json(twice)["concepts"] if entry["concept"] == "S.18.4"]
    assert told["removed"]["IKKE_AKTIV"] == 7


@pytest.mark.usefixtures("exact")
def test_a_change_of_system_is_named(world: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    (change,) = found(world, "2024v1").systems
    assert (change.komnr, change.system, change.kvartal, change.gengangere) == ("155", "gammel", "2024K3", None)
    monkeypatch.setattr(public_counts, "FEWEST_ROWS", 1)
    (change,) = found(world, "2024v1").systems
    assert change.gengangere == round(100 * 9 / 21)


def test_revisions_to_date(world: DataRoot) -> None:
    first, second = found(world, "2024v2", ("2024v1",)).revisions
    assert (first.release, dict(first.changed), first.size) == ("2024v1", {}, None)
    lines = (world.releases / "2024v2" / "revision.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert dict(second.changed) == {name: sum(line.startswith(name) for line in lines) for name in second.changed}
    assert sum(second.changed.values()) == len(lines) > 0
    assert second.size is not None
    assert second.size > 0


def test_a_small_kommune_has_no_figures_of_its_own(world: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(row.kilder is None and row.cpr is None and row.rettet is None for row in by_kommune(world))
    monkeypatch.setattr(public_counts, "FEWEST_ROWS", 15)
    told = {row.komnr: row for row in by_kommune(world) if row.kilder is not None}
    assert set(told) == {"101", "540"}
    for row in told.values():
        assert all(isinstance(share, int) for share in (*(row.kilder or {}).values(), row.cpr, row.rettet))


def test_flows_of_the_country_are_rounded(world: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    assert {(row.udleveret, row.indleveret, row.med_paragraf) for row in trends(world)} == {(0, 0, None)}
    monkeypatch.setattr(public_counts, "ROUNDED", 1)
    monkeypatch.setattr(public_counts, "FEWEST_ROWS", 1)
    loans = pl.read_parquet(world.releases / "2024v1" / "microdata" / "GENHJALP.parquet")
    always = loans.filter(pl.col("KOMNR_STATBANK").is_in(["101", "540"]))  # 155 takes part in 2023 only
    for row in trends(world):
        day = pl.col("UDLEVERINGSDATO")
        issued = always.filter(pl.format("{}K{}", day.dt.year(), day.dt.quarter()) == row.kvartal)
        assert row.udleveret == issued.height
        if issued.height:
            assert row.med_paragraf == round(1 - issued["LOV_NAVN_OPRET"].null_count() / issued.height, 2)


def test_the_page_says_it_and_quotes_nothing(world: DataRoot) -> None:
    page = (world.releases / "2024v1" / "kvalitet.html").read_text(encoding="utf-8")
    assert "Kun udleveringer &lt;fra 2024&gt;." in page
    assert "2023 og 2024 kan sammenlignes." in page
    assert all(navn in page for navn in NAVN.values())
    text = page + (world.releases / "2024v1" / "quality.json").read_text(encoding="utf-8")
    assert MARKER not in text
    assert not [pnr for pnr, *_ in pools.KNOWN if pnr in text]
    assert not re.search(r"(?:src|href)=|@import|url\(", page), "nothing from outside"


def test_the_page_stands_under_the_headings_of_a_quality_declaration(world: DataRoot) -> None:
    made = found(world, "2024v1")
    page = quality_html(made)
    headings = ["Relevans", "Nøjagtighed", "Aktualitet og punktlighed", "Sammenlignelighed", "Kontakt og adgang"]
    assert re.findall("<h2>([^<]*)</h2>", page) == headings
    relevance, *_, contact = page.split("<h2>")[1:]
    assert "<dt>Udlånt hjælpemiddel (HJALP1)</dt>" in relevance
    assert "Danmarks Statistik, Personstatistik, Social og Sundhed" in contact
    assert "udgivelseskalender" in page, "no day is announced"
    changed = replace(made, next_release=date(2026, 6, 24), publication={"contact": Text("Kontoret", "The office")})
    page = quality_html(changed)
    assert "<dt>Næste udgivelse</dt><dd>24.06.2026</dd>" in page
    assert "<dt>Kontakt</dt><dd>Kontoret</dd>" in page


def test_the_map_says_who_takes_part(world: DataRoot) -> None:
    page = quality_html(found(world, "2024v1"))
    tiles = dict(re.findall(r"<b>(\w+)<span>.*?<small>([^<]*)</small>", page))
    assert (tiles["Køb"], tiles["Dra"], tiles["Søn"]) == ("delvis", "ude", "med")
    assert dict(re.findall(r'<li class="(new|less|none)">[^<]*<b>(\d+)</b>', page)) == {
        "new": "1",
        "less": "1",
        "none": "96",
    }


def test_the_pages_are_accessible(world: DataRoot, tmp_path: Path) -> None:
    made = found(world, "2024v1")
    share = KommuneShare("101", NAVN["101"], dict.fromkeys(KILDER, 20), 1, 2)
    told = replace(made.told, page={**made.told.page, "kommuner_rows": [share], "trend": []})
    shown = replace(made, told=told, defects=(), comparability=(), systems=())
    other = tmp_path / "kvalitet.html"
    other.write_text(quality_html(shown), encoding="utf-8")
    assert_accessible(world.releases / "2024v2" / "kvalitet.html", other)


def test_concepts_are_told_once_and_as_json(world: DataRoot) -> None:
    content = quality_json(found(world, "2024v2", ("2024v1",)))
    codes = [entry["concept"] for entry in content["concepts"]]
    assert len(codes) == len(set(codes))
    assert json.loads(json.dumps(content)) == json.loads(
        (world.releases / "2024v2" / "quality.json").read_text(encoding="utf-8")
    )


def test_the_release_made_again_is_the_same(world: DataRoot) -> None:
    before = hashes(world.releases / "2024v1")
    assert not release(world, "2024v1").made
    assert hashes(world.releases / "2024v1") == before


@pytest.mark.parametrize(("day", "late", "said"), [(24, 0, "på dagen"), (20, 4, "4 dage efter")])
def test_punctuality_is_told_of_an_announced_day_alone(world: DataRoot, day: int, late: int, said: str) -> None:
    plain = found(world, "2024v1")
    assert plain.published == date(2025, 6, 24)
    assert "Punktlighed" not in quality_html(plain)
    assert "S.14.2.1" not in {one["concept"] for one in quality_json(plain)["concepts"]}
    one = replace(plain, announced=date(2025, 6, day))
    told = {of["concept"]: of for of in quality_json(one)["concepts"]}["S.14.2.1"]
    assert (told["qpi"], told["value"]) == ("TP3", {"announced": f"2025-06-{day}", "days": late})
    assert said in quality_html(one)
