"""The country in which kommuner report for one another, and what tests ask of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl

from hjalp_pipeline.production.inbox.gate import GateRow, gate
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.countries.model import Country, Extract, Record
from hjalp_tests.production.world import (
    KVARTAL,
    approvals,
    country,
    deliver,
    results,
    run,
    system,
    write_world,
)

LIVES_IN_185, LIVES_IN_540 = pools.KNOWN[0][0], pools.KNOWN[1][0]
LATER = "2025K1"


def extract() -> Extract:
    """One person lives in 185, all others in 540."""
    places = [("A", "185", dt.date(1990, 1, 1), None), ("B", "540", dt.date(1990, 1, 1), None)]
    homes = [(pnr, "A" if pnr == LIVES_IN_185 else "B", dt.date(1990, 1, 1), None) for pnr, _, _ in pools.KNOWN]
    folketal = [
        (aar, kom, koen, alder, 500) for aar in (2023, 2024) for kom in ("185", "540", "101") for koen in (1, 2)
        for alder in range(101)
    ]  # fmt: skip
    return Extract(list(pools.KNOWN), [], homes, places, folketal)


def loans(
    komnr: str, count: int, pnr: str = LIVES_IN_185, issued: str = "2024-03-01", **fields: str | None
) -> list[Record]:
    """Loans of one person; the number is device and id. The same numbers in another kommune's data are the same loans."""
    return [
        {
            "udlaan_id": f"{komnr}-{issued}-{pnr[:4]}-{n}",
            "komnr_indberetter": komnr,
            "komnr_betaling": None,
            "pnr": pnr,
            "hminr": f"{1000 + n}",
            "hmiiso": None,
            "hminavn": None,
            "udleveringsdato": issued,
            "indleveringsdato": None,
            "lov_navn": None,
            "lov_tekst": None,
            **fields,
        }
        for n in range(count)
    ]


def land(**changes: Any) -> Country:
    """540 and 185 with a system each, 540's has no other members; 2024v1 of 2024."""
    values: dict[str, Any] = {
        "kvartaler": ["2024K3", KVARTAL, LATER],
        "kommuner": ["185", "540"],
        "systems": [system("540"), system("185")],
        "extracts": {"2025-04-04": extract()},
        "approvals": {"2025.csv": approvals("185", "540")},
        "deliveries": [],
    }
    made = country(**{**values, **changes})
    made.releases["2024v1"]["reference_years"] = [2024]
    return made


def hjalp1(root: DataRoot, kvartal: str = KVARTAL, aar: int = 2024) -> dict[str, int]:
    table = Lake(root).frame("tables/hjalp1", kvartal).filter(pl.col("tid") == aar, pl.col("kommunedk") != "000")
    return dict(table.drop_nulls("antal").select("kommunedk", "antal").iter_rows())


def removed(root: DataRoot, komnr: str, kvartal: str = KVARTAL) -> dict[str, int]:
    ledger = Lake(root).frame("ledger", kvartal).filter(pl.col("komnr_indberetter") == komnr, pl.col("step") == "raw")
    return dict(ledger.drop_nulls("reason").select("reason", "rows").iter_rows())


def row(root: DataRoot, komnr: str, kvartal: str = KVARTAL) -> GateRow:
    return next(row for row in gate(root, kvartal) if row.komnr == komnr)


def made_afresh(folder: Path, made: Country, *files: Any, kvartal: str = KVARTAL) -> dict[str, str]:
    root = write_world(folder, made)
    deliver(root, *files)
    run(root, kvartal)
    return results(root, kvartal)
