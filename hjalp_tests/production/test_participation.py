"""Who takes part in each year and why each other is out: now, in a release, and in the catalogue."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.production.analysts import make_catalog
from hjalp_pipeline.production.release import participation
from hjalp_pipeline.production.release.definition_files import read_definition
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.manifest import read_pins
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, approvals, country, deliver, delivery, first_release, run, write_world

FEBRUARY, MARCH, APRIL = "2025-02-01T09:00:00+01:00", "2025-03-01T09:00:00+01:00", "2025-04-01T09:00:00+02:00"


def decide(root: DataRoot, at: str, komnr: str, kind: str, verdict: str, aar: int = 2024) -> None:
    with (root.approvals / "2025.csv").open("a", encoding="utf-8") as file:
        file.write(f"{at};{aar};{komnr};{kind};{verdict};afdelingen;\n")


def now(root: DataRoot, komnr: str, aar: int = 2024) -> dict[str, object]:
    return participation.participation_now(root, aar).filter(komnr=komnr).row(0, named=True)


def test_why_not(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    run(root)
    assert now(root, "540")["deltager"]
    assert now(root, "540")["hvorfor"] is None
    assert now(root, "101") | {"komnr": "540", "kommune": "Sønderborg"} == now(root, "540")
    assert now(root, "461")["hvorfor"] == "alle fire kvartaler ikke besvaret"
    decide(root, MARCH, "540", "K2", "afvist")
    decide(root, MARCH, "540", "PARAGRAF", "afvist")
    out = now(root, "540")
    assert (out["deltager"], out["hvorfor"]) == (False, "K2 afvist, genlevering afventes")
    assert (out["godkendt_paragraf"], out["paragraf"]) == (False, "AFVIST")


@pytest.mark.slow
def test_a_re_delivery_asks_again_once_it_is_read(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    decide(root, "2025-01-03T09:00:00+01:00", "540", "K2", "afvist", aar=2023)
    decide(root, MARCH, "540", "K3", "afvist")
    run(root)
    assert now(root, "540")["k3"] == "AFVIST"
    deliver(root, delivery("540", 30, received="20250310T081500"))
    assert now(root, "540")["k3"] == "AFVIST", "nobody has read it yet"
    run(root)
    row = now(root, "540")
    assert [row[kind] for kind in ("k1", "k2", "k3", "k4")] == ["FORAELDET", "FORAELDET", "GENLEVERET", "FORAELDET"]
    assert row["hvorfor"] == "K3 afvist og genleveret, ny afgørelse afventes"
    decide(root, APRIL, "540", "K3", "godkendt")
    assert now(root, "540")["deltager"], "outdated approvals count"


@pytest.mark.slow
def test_a_rejected_re_delivery_answers_nothing(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    decide(root, MARCH, "540", "K3", "afvist")
    deliver(root, delivery("540", 30, received="20250310T081500", flaw="no_slut"))
    run(root)
    assert now(root, "540")["k3"] == "AFVIST"


@pytest.mark.slow
def test_a_release_knows_only_what_it_is_made_from(tmp_path: Path) -> None:
    made = country()
    made.approvals["2025.csv"] = [*approvals("101", "155"), (FEBRUARY, 2024, "540", "K1", "afvist", "afdelingen", "")]
    root = write_world(tmp_path, made)
    first_release(root)
    definition, pins = read_definition(root, "2024v1"), read_pins(root, "2024v1")
    assert pins is not None
    before = participation.participation_of_release(root.declared, definition, pins)
    assert before.filter(aar=2024, komnr="540")["k1"].item() == "AFVIST"
    deliver(root, delivery("540", 30, received="20250310T081500"))
    run(root)
    decide(root, "2025-09-01T09:00:00+02:00", "101", "K1", "afvist")
    assert participation.participation_of_release(root.declared, definition, pins).equals(before)
    assert now(root, "540")["k1"] == "GENLEVERET"
    assert not now(root, "101")["deltager"]


@pytest.mark.slow
def test_the_earlier_year_is_not_asked_for_again(tmp_path: Path) -> None:
    """2023 was approved before the release's deliveries came: only a quarter named for one kommune outdates that."""
    made = country(kvartaler=[KVARTAL, "2025K1"])
    made.approvals["2025.csv"] = [("2024-05-01T09:00:00+02:00", *row[1:]) for row in approvals("101", "155", "540")]
    made.releases["2024v2"] = {**made.releases["2024v1"], "quarter_overrides": {"540": "2025K1"}}
    root = write_world(tmp_path, made)
    deliver(root, delivery("540", 9, kvartal="2025K1", received="20250405T081500"))
    frames = {}
    for release in ("2024v1", "2024v2"):
        make_release(root, release)
        pins = read_pins(root, release)
        assert pins is not None
        frames[release] = participation.participation_of_release(root.declared, read_definition(root, release), pins)
    states = {
        (release, aar): frame.filter(aar=aar, komnr="540")["k1"].item()
        for release, frame in frames.items()
        for aar in (2023, 2024)
    }
    assert states == {
        ("2024v1", 2023): "GODKENDT",
        ("2024v1", 2024): "FORAELDET",
        ("2024v2", 2023): "FORAELDET",
        ("2024v2", 2024): "FORAELDET",
    }
    assert frames["2024v2"].filter(aar=2023, komnr="101")["k1"].item() == "GODKENDT"


@pytest.mark.slow
def test_it_is_what_researchers_and_tables_are_given(tmp_path: Path) -> None:
    """GENHJALP_G of every year of a release, and the cells of HJALP1 that have no figure."""
    made = country()
    made.approvals["2025.csv"] = [row for row in approvals("101", "155", "540") if row[1:4] != (2023, "155", "K4")]
    root = write_world(tmp_path, made)
    release = first_release(root)
    make_catalog(root)
    with duckdb.connect(str(root.catalog), read_only=True) as connection:
        view = connection.sql("select * from deltagelse where udgivelse = '2024v1'").pl()
    assert view.height == 2 * len(KOMNR)
    for aar in (2023, 2024):
        mine = view.filter(aar=aar).sort("komnr")
        given = pl.read_parquet(release.path / "microdata" / f"GENHJALP_G{aar}.parquet").sort("KOMNR_STATBANK")
        assert mine["komnr"].to_list() == given["KOMNR_STATBANK"].to_list()
        assert (
            mine["deltager"].to_list()
            == given.select(pl.all_horizontal(pl.col("^GODKENDT_KVT_.*$") == "1")).to_series().to_list()
        )
        assert mine["godkendt_paragraf"].to_list() == (given["GODKENDT_PARAGRAF"] == "1").to_list()
        for nr in range(1, 5):
            approved = mine[f"k{nr}"].is_in(["GODKENDT", "FORAELDET"])
            assert approved.to_list() == (given[f"GODKENDT_KVT_0{nr}"] == "1").to_list()
    assert set(view.filter("deltager")["komnr"]) == {"101", "155", "540"}
    why = view.filter(aar=2023, komnr="155")["hvorfor"].item()
    assert why == "K4 ikke besvaret"


@pytest.mark.slow
def test_the_catalogue_before_anything_is_decided(tmp_path: Path) -> None:
    root = write_world(tmp_path, country(approvals={}))
    make_catalog(root)
    with duckdb.connect(str(root.catalog), read_only=True) as connection:
        assert connection.sql("select udgivelse, aar, komnr, hvorfor from deltagelse").fetchall() == []
