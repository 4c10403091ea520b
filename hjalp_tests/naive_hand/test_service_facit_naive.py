"""The facit of services against the second opinion, whole."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from hjalp_tests.naive_hand import HandRelease, all_figures, make_hand_release, microdata
from hjalp_tests.naive_hand.facit import build_service_facit, expected_rows
from hjalp_tests.naive_hand.figures import Key, Tables
from hjalp_tests.naive_hand.must_hide import hidden_of_groups, hidden_of_years, small
from hjalp_tests.naive_hand.release import MICRODATA

NAMES = ("2024v1", "2024v2")


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, HandRelease]:
    root: Path = build_service_facit(tmp_path_factory.mktemp("facit"))
    made: dict[str, HandRelease] = {}
    for name in NAMES:
        definition = tomllib.loads((root / "hand" / "releases" / f"{name}.toml").read_text(encoding="utf-8"))
        made[name] = make_hand_release(root, name, definition, made.get(definition.get("archive", "")))
    return made


@pytest.fixture(scope="module")
def tables(releases: dict[str, HandRelease]) -> dict[str, Tables]:
    return {name: all_figures(release) for name, release in releases.items()}


def with_persons(tables: Tables, table: str) -> dict[Key, tuple[str, int]]:
    """Cells with somebody behind them."""
    return {key: (one.shown, one.persons) for key, one in tables[table].items() if one.persons}


@pytest.mark.parametrize("name", NAMES)
def test_ledger(releases: dict[str, HandRelease], name: str) -> None:
    found = {
        (komnr, reason or ""): rows
        for komnr in releases[name].month.in_force
        for reason, rows in releases[name].reasons(komnr).items()
    }
    wanted = {
        (row["komnr"], row["reason"]): int(row["rows"]) for row in expected_rows("ledger") if row["release"] == name
    }
    assert found == wanted


def test_archive(releases: dict[str, HandRelease]) -> None:
    second = releases["2024v2"]
    assert (second.replaced, second.gone, second.differs) == (1, {}, {"540": (3, 2)})
    assert (releases["2024v1"].replaced, releases["2024v1"].archived) == (0, {})


@pytest.mark.parametrize("name", NAMES)
def test_who_takes_part(releases: dict[str, HandRelease], name: str) -> None:
    assert releases[name].taking_part == {"101", "183", "187", "540"}
    assert (releases[name].covered, releases[name].refused) == ({"187"}, set())


@pytest.mark.parametrize("name", NAMES)
def test_microdata(releases: dict[str, HandRelease], name: str) -> None:
    columns = {
        "komnr": "HANDLEKOMMUNE",
        "pnr": "PNR",
        "kode": "MODT_YDELSE_KODE",
        "start": "YDELSE_START",
        "slut": "YDELSE_SLUT",
        "funk_vurd": "FUNK_VURD",
        "betalingskommune": "BETALINGSKOMMUNE",
        "prodnr": "PRODNR",
        "afdeling_uuid": "AFDELING_UUID",
        "godkendtperiode": "GODKENDTPERIODE",
        "release": "VERSION",
    }
    found = []
    for *values, codes in microdata(releases[name]):
        row = dict(zip(MICRODATA, values, strict=True))
        texts = {short: "" if row[long] is None else str(row[long]) for short, long in columns.items()}
        found.append(texts | {"maalgrupper": " ".join(codes)})
    wanted = [row for row in expected_rows("handic") if row["release"] == name]
    assert sorted(map(sorted_items, found)) == sorted(map(sorted_items, wanted))


def sorted_items(row: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(row.items())


@pytest.mark.parametrize("name", NAMES)
def test_tables_of_kommuner(tables: dict[str, Tables], name: str) -> None:
    for table in ("hand07", "hand01", "hand06"):
        wanted = {
            (row["komnr"], row["kode"], row["tid"]): (row[table], int(row["hand07"]))
            for row in expected_rows("kommuner")
            if row["release"] == name
        }
        found = with_persons(tables[name], table.upper())
        if name == "2024v2":
            found = {key: one for key, one in found.items() if key[0] == "540"}
        assert found == wanted
    wanted = {
        (row["komnr"], row["kode"], row["tid"]): (row["hand05"], int(row["personer"]))
        for row in expected_rows("aar")
        if row["release"] == name
    }
    found = with_persons(tables[name], "HAND05")
    assert {key: one for key, one in found.items() if name == "2024v1" or key[0] == "540"} == wanted


def test_tables_of_the_country(tables: dict[str, Tables]) -> None:
    assert with_persons(tables["2024v1"], "HAND02A") == {
        (row["kode"], row["alder"], row["kon"], row["tid"]): (row["personer"], int(row["personer"]))
        for row in expected_rows("hand02a")
    }
    assert with_persons(tables["2024v1"], "HAND03A") == {
        (row["kode"], row["mlgrp"], row["tid"]): (row["hand03a"], int(row["personer"]))
        for row in expected_rows("hand03a")
    }


def test_signs(tables: dict[str, Tables]) -> None:
    first = tables["2024v1"]

    def shown(table: str, *key: str) -> str:
        return first[table][key].shown

    # before the code's quarter comes before taking part, and before being covered
    for komnr in ("101", "155", "187"):
        assert [shown("HAND07", komnr, "32001", f"2024K{nr}") for nr in (1, 2)] == [".", "."]
    assert shown("HAND01", "101", "32001", "2024K4") == "0,0"
    assert shown("HAND07", "155", "30011", "2024K1") == "..."
    assert shown("HAND05", "187", "30011", "2024") == "..."
    assert shown("HAND06", "187", "31132", "2024K1") == "."
    assert shown("HAND07", "187", "31132", "2024K1") == "0"
    assert shown("HAND02A", "32001", "9919", "1", "2024K2") == "."
    assert shown("HAND03A", "32001", "40", "2024K4") == "0,0"
    assert shown("HAND02A", "30011", "9999", "9", "2024K4") == "0"


def test_hidden(tables: dict[str, Tables]) -> None:
    first = tables["2024v1"]
    hidden07 = small(first["HAND07"])
    assert len(hidden07) == len(expected_rows("kommuner")) - 5 - 5  # 3 or 4 persons; those of the second release
    assert hidden_of_years(first, hidden07) == with_persons(first, "HAND05").keys() - {("101", "30011", "2024")}
    assert hidden_of_groups(first, hidden07) == small(first["HAND03A"])
