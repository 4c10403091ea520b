"""The facit against the second opinion, whole."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hjalp_tests.facit import build_facit, expected
from hjalp_tests.naive import fixed, run_quarter, tables

YEARS = (2023, 2024)
TAKING_PART = {2023: {"000", "360", "376", "540"}, 2024: {"000", "155", "360", "376", "540"}}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_facit(tmp_path_factory.mktemp("facit"))


@pytest.fixture(scope="module")
def published(root: Path) -> dict[str, dict[Any, Any]]:
    definition = tomllib.loads((root / "hjalp" / "releases" / "2024v1.toml").read_text(encoding="utf-8"))
    return tables(root, definition)


def test_ledger(root: Path) -> None:
    ledger = run_quarter(root, "2024K4").ledger
    wanted = {(row["komnr"], row["step"], row["reason"] or None): int(row["rows"]) for row in expected("ledger")}
    assert ledger == wanted


def test_deliveries(root: Path) -> None:
    reports = [report for q in ("2024K2", "2024K3", "2024K4") for report in run_quarter(root, q).deliveries.values()]
    in_force = {report.path for reports in run_quarter(root, "2024K4").in_force.values() for report in reports}
    found = {
        f"{report.kvartal}/{report.path.name}": (
            report.status,
            report.code or "",
            str(report.records) if report.status == "accepted" else "",
            str(report.bad_records) if report.status == "accepted" else "",
            "ja" if report.path in in_force else "nej",
        )
        for report in reports
    }
    wanted = {
        row["fil"]: (row["status"], row["code"], row["records"], row["bad_records"], row["i_kraft"])
        for row in expected("deliveries")
    }
    assert found == wanted


def test_loans(root: Path) -> None:
    wanted = {row["udlaan_id"]: row for row in expected("loans")}
    found = {}
    for loan in run_quarter(root, "2024K4").loans:
        alder = fixed.age_ultimo(loan["foed_dato"], loan["doddato"], 2024)
        values = {**loan, "alder": alder}
        names = list(wanted["N01"])
        found[loan["udlaan_id"]] = {name: "" if values[name] is None else str(values[name]) for name in names}
    assert found == wanted


def test_hjalp1(published: dict[str, dict[Any, Any]]) -> None:
    wanted: dict[Any, Any] = {
        (kom, year): 0 if kom in TAKING_PART[year] else None for kom in ("000", *fixed.KOMNR) for year in YEARS
    }
    wanted |= {(row["kom"], int(row["aar"])): int(row["udlaan"]) for row in expected("hjalp1")}
    assert published["HJALP1"] == wanted


@pytest.mark.parametrize(("table", "column"), [("hjalp2", "personer"), ("hjalp3", "andel")])
def test_hjalp2_and_hjalp3(published: dict[str, dict[Any, Any]], table: str, column: str) -> None:
    wanted: dict[Any, Any] = {}
    for year in YEARS:
        for kom in ("000", *fixed.KOMNR):
            for koen in ("0", "1", "2"):
                for alder in ("TOT", *fixed.AGE_GROUPS):
                    no_population = table == "hjalp3" and (alder == "6569" or (koen, alder) == ("1", "90-"))
                    there = kom in TAKING_PART[year] and not no_population
                    wanted[kom, koen, alder, year] = 0 if there else None
    for row in expected(table):
        value = None if row[column] == ".." else Decimal(row[column])
        wanted[row["kom"], row["koen"], row["alder"], int(row["aar"])] = value
    assert published[table.upper()] == wanted
