"""HJALP4 and HJALP5: types of devices are counted as a second opinion counts them, and only where a release names them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline import statistic
from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.quarter.counting import count_tables
from hjalp_pipeline.production.release.disclosure import audit_published
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.pins import ReleaseRefused
from hjalp_pipeline.production.release.published import load_all
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.statistics.hjalp.devices.device_stock import READS, device_stock
from hjalp_pipeline.statistics.hjalp.devices.device_types import CLASS_OF, CLASSES, SUBCLASSES
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.naive.device_types import ISO, device_tables, subtype
from hjalp_tests.production.compare import compare_release
from hjalp_tests.production.test_pins import add_v2
from hjalp_tests.production.world import KOMMUNER, country, deliver, delivery, first_release, loan, run, write_world

NAMED = ["HJALP1", "HJALP2", "HJALP3", "HJALP4", "HJALP5"]
#: HMI number, ISO code and the type a loan of both is of.
KINDS = (
    ("1", "122203", "1222"),
    ("2", "12220301", "1222"),
    ("3", "1231", "1231"),
    ("4", "12", "UOPL"),
    ("5", None, "UOPL"),
    ("6", "770101", "UOPL"),
    ("7", "2290", "UOPL"),
    (None, "091203", "0912"),
    ("89999", "091203", "0912"),
    ("90000", "091203", "LOKAL"),
    ("99999", None, "LOKAL"),
    ("100000", "040303", "0403"),
    ("899999", "040303", "0403"),
    ("900000", "040303", "LOKAL"),
    ("999999", "12", "LOKAL"),
    ("090001", "040303", "LOKAL"),
)


def test_the_type_of_a_loan() -> None:
    frame = stock_rows([{"hminr": hmi, "hmiiso": iso, "person": n} for n, (hmi, iso, _) in enumerate(KINDS)])
    found = device_stock(frame, (2024,)).sort("person")
    assert found.get_column("isounder").to_list() == [wanted for *_, wanted in KINDS]
    assert found.get_column("isoklasse").to_list() == [
        wanted[:2] if wanted.isdigit() else wanted for *_, wanted in KINDS
    ]
    assert [subtype({"hminr": hmi, "hmiiso": iso}) for hmi, iso, _ in KINDS] == [wanted for *_, wanted in KINDS]


def test_every_subclass_belongs_to_a_class_of_the_list() -> None:
    assert {code for code in CLASS_OF.values() if code.isdigit()} == set(CLASSES)
    assert [iso + two for iso, all_of in ISO.items() for two in all_of.split()] == list(SUBCLASSES)
    assert list(ISO) == list(CLASSES)


@pytest.mark.slow
def test_a_small_case_by_hand() -> None:
    """Anna has two wheelchairs and a bath seat of 101 and one wheelchair of 540, Bo a local device of 540; Carl's was returned."""
    anna, bo, carl = 1, 2, 3
    loans = [
        {"person": anna, "komnr_statbank": "101", "hmiiso": "122203", "lov_navn_opret": "SEL_112"},
        {"person": anna, "komnr_statbank": "101", "hmiiso": "122206", "lov_navn_opret": "SEL_113"},
        {"person": anna, "komnr_statbank": "101", "hmiiso": "093307", "lov_navn_opret": "SEL_112"},
        {"person": anna, "komnr_statbank": "540", "hmiiso": "122203", "lov_navn_opret": None},
        {"person": bo, "komnr_statbank": "540", "hminr": "90001", "lov_navn_opret": "SEL_112"},
        {"person": carl, "komnr_statbank": "540", "hmiiso": "122203", "indleveringsdato": date(2024, 12, 31)},
        {"person": carl, "komnr_statbank": "155", "hmiiso": "122203", "lov_navn_opret": "SEL_112"},
    ]
    tables = counted(device_stock(stock_rows(loans), (2024,)), ("101", "540"))
    five = cells(tables["hjalp5"])
    wanted = {
        ("101", "TOT"): (1, 3),
        ("101", "12"): (1, 2),
        ("101", "09"): (1, 1),
        ("540", "TOT"): (2, 2),
        ("540", "12"): (1, 1),
        ("540", "LOKAL"): (1, 1),
        ("000", "TOT"): (2, 5),
        ("000", "12"): (1, 3),
        ("000", "09"): (1, 1),
        ("000", "LOKAL"): (1, 1),
    }
    assert {key: pair for key, pair in pairs(five).items() if pair not in ((0, 0), (None, None))} == wanted
    assert five["155", "12", "PERS", 2024] is None  # takes no part
    assert five["101", "LOKAL", "UDL", 2024] == 0
    four = pairs(cells(tables["hjalp4"]))
    assert {key[1:]: pair for key, pair in four.items() if pair != (0, 0)} == {
        ("TOT", "TOT"): (2, 5),
        ("TOT", "SEL_112"): (2, 3),
        ("TOT", "SEL_113"): (1, 1),
        ("TOT", "UOPL"): (1, 1),
        ("1222", "TOT"): (1, 3),
        ("1222", "SEL_112"): (1, 1),
        ("1222", "SEL_113"): (1, 1),
        ("1222", "UOPL"): (1, 1),
        ("0933", "TOT"): (1, 1),
        ("0933", "SEL_112"): (1, 1),
        ("LOKAL", "TOT"): (1, 1),
        ("LOKAL", "SEL_112"): (1, 1),
    }


def test_nobody_takes_part_in_a_year() -> None:
    tables = counted(device_stock(stock_rows([{"person": 1, "hmiiso": "122203"}]), (2024,)), ())
    assert tables["hjalp4"].get_column("antal").null_count() == tables["hjalp4"].height
    assert tables["hjalp5"].get_column("antal").null_count() == tables["hjalp5"].height


@pytest.mark.parametrize("seed", range(3))
def test_counted_as_the_second_opinion_counts(seed: int) -> None:
    drawn = random.Random(seed)
    loans = [
        {
            "pnr": drawn.randrange(12),
            "komnr_statbank": drawn.choice(KOMMUNER),
            **dict(zip(("hminr", "hmiiso"), drawn.choice(KINDS)[:2], strict=True)),
            "lov_navn_opret": drawn.choice(("SEL_112", "SEL_113", "AEL_10", None)),
        }
        for _ in range(80)
    ]
    taking_part = KOMMUNER[: seed + 1]
    finer = device_stock(stock_rows([{**one, "person": one["pnr"]} for one in loans]), (2024,))
    wanted = device_tables([one for one in loans if one["komnr_statbank"] in taking_part], 2024, set(taking_part))
    for name, table in counted(finer, taking_part).items():
        if name.upper() in wanted:
            assert cells(table) == wanted[name.upper()]


@pytest.mark.slow
def test_a_release_that_names_them_has_them_as_the_second_opinion_counts(world: DataRoot) -> None:
    release = make_release(world, "2024v1")
    assert compare_release(world, release) == {}
    shown = pl.read_csv(release.path / "HJALP5.csv", separator=";", infer_schema=False)
    figures = shown.filter(~pl.col("INDHOLD").str.contains(r"^\.+$"), pl.col("INDHOLD") != "0")
    assert figures.height > 20


@pytest.mark.slow
def test_a_revision_tells_why_they_changed_and_the_next_release_keeps_them(world: DataRoot) -> None:
    """101 delivers again and 155 takes back what it approved; whether the causes add up in each cell is asked by the making."""
    make_release(world, "2024v1")
    deliver(world, delivery("101", [typed("101", number) for number in range(3, 80, 2)], day=9))
    with (world.approvals / "2025.csv").open("a", encoding="utf-8") as file:
        file.write("2025-06-01T09:00:00+02:00;2024;155;K2;afvist;afdelingen;\n")
    add_v2(world, approvals_until="2025-11-10T12:00:00+01:00")
    text = (world.releases / "2024v2.toml").read_text(encoding="utf-8")
    (world.releases / "2024v2.toml").write_text(text.replace("tables = ", "# tables = "), encoding="utf-8")
    with pytest.raises(ReleaseRefused, match="tables: HJALP4 must be among them; 2024v1"):
        make_release(world, "2024v2")
    (world.releases / "2024v2.toml").write_text(text, encoding="utf-8")
    run(world)
    second = make_release(world, "2024v2")
    assert compare_release(world, second) == {}
    told = pl.read_csv(second.path / "revision.csv", separator=";", infer_schema=False)
    assert told.columns[:3] == ["table", "KOMMUNEDK", "KONAMS"]
    assert {"ISOKLASSE", "ENHED", "ISOUNDER", "LOVNAVN"} <= set(told.columns)
    causes = told.filter(pl.col("table").str.to_uppercase() == "HJALP5", KOMMUNEDK="101").get_column("cause")
    assert causes.str.contains("genleverance").any()
    audits = audit_published(STATISTIC.every, load_all(world, ["2024v1", "2024v2"]))
    assert [audit.fails for audit in audits] == [(), ()]


@pytest.mark.slow
def test_a_release_that_does_not_name_them_has_none_and_takes_no_stock_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_rows: pl.DataFrame, _years: tuple[int, ...]) -> pl.DataFrame:
        raise AssertionError("no table is counted from it")

    assert STATISTIC.finer is not None
    monkeypatch.setitem(statistic.OTHERS, "hjalp", replace(STATISTIC, finer=replace(STATISTIC.finer, take=never)))
    root = write_world(tmp_path, country())
    run(root)
    release = first_release(root)
    assert not list(release.path.glob("HJALP[45]*"))
    assert not list(root.lake.glob("*/hjalp[45]"))


@pytest.fixture
def world(tmp_path: Path) -> DataRoot:
    """Three kommuner with loans of many types, whose release names all tables."""
    made = country(
        deliveries=[
            delivery(komnr, [typed(komnr, number) for number in range(rows)])
            for komnr, rows in zip(KOMMUNER, (90, 40, 60), strict=True)
        ]
    )
    made.releases["2024v1"]["tables"] = NAMED
    root = write_world(tmp_path, made)
    run(root)
    return root


def typed(komnr: str, number: int) -> dict[str, str | None]:
    """A loan of one of the kinds, most of them of the first."""
    hmi, iso, _ = KINDS[number % len(KINDS)] if number % 2 else KINDS[number // 2 % 3]
    return loan(komnr, number, hminr=hmi, hmiiso=iso, lov_navn=("SEL_112", "SEL_113", None, "SUL_140")[number % 4])


def stock_rows(loans: list[dict[str, Any]]) -> pl.DataFrame:
    """Loans inside the statistic as the finer stock reads them; what is not said is the same for all."""
    usual = {
        "hminr": "1",
        "hmiiso": None,
        "person": 0,
        "udleveringsdato": date(2024, 1, 1),
        "indleveringsdato": None,
        "udgaar_fra_aar": None,
        "lov_navn_opret": None,
        "komnr_statbank": "101",
    }
    schema = {
        **dict.fromkeys(READS, pl.String),
        "person": pl.UInt32,
        "udleveringsdato": pl.Date,
        "indleveringsdato": pl.Date,
        "udgaar_fra_aar": pl.Int32,
    }
    return pl.DataFrame([usual | {name: one[name] for name in one if name in usual} for one in loans], schema=schema)


def counted(finer: pl.DataFrame, taking_part: tuple[str, ...]) -> dict[str, pl.DataFrame]:
    """All tables of 2024; those of no finer stock are counted of nothing."""
    deltagere = pl.DataFrame(
        [(2024, komnr) for komnr in taking_part], schema={"aar": pl.Int32, "komnr": pl.String}, orient="row"
    )
    folketal = pl.DataFrame(
        schema={"aar": pl.Int32, "kom": pl.String, "koen": pl.UInt8, "alder": pl.Int32, "antal": pl.Int64}
    )
    empty = pl.DataFrame(schema=STATISTIC.stock.schema)
    span = Span.of_years((2024,))
    return count_tables(STATISTIC.every, empty, deltagere, folketal, span, where="test", finer=finer)


def cells(table: pl.DataFrame) -> dict[tuple[Any, ...], int | None]:
    """The figures of a table by codes and year."""
    return {row[:-2]: row[-2] for row in table.iter_rows()}


def pairs(found: dict[tuple[Any, ...], int | None]) -> dict[tuple[Any, ...], tuple[int | None, int | None]]:
    """Persons and loans by the codes before them."""
    return {key[:-2]: (found[(*key[:-2], "PERS", 2024)], found[(*key[:-2], "UDL", 2024)]) for key in found}
