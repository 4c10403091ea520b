"""A small country made by hand, where a test says what is delivered, and ways to look at what a run has left behind.

Kommuner 101, 155 (xml) and 540, system `nexus` each, quarter 2024K4, release 2024v1 of 2023 and 2024 with everything
approved. `write_world` writes it; a test delivers more with `deliver`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline import statistic
from hjalp_pipeline.production.inbox.partitions import RawRefresh, refresh_raw
from hjalp_pipeline.production.quarter.quarter_run import QuarterRefresh, refresh_quarter
from hjalp_pipeline.production.quarter.quarter_tables import suppressed_of_quarter, tables_of_quarter
from hjalp_pipeline.production.release.making import Release, make_release
from hjalp_pipeline.rules.rule import Context
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.statistics.hjalp.rules.kommune import assign_komnr_statbank
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.countries.choose import RandomChooser
from hjalp_tests.countries.model import Country, Delivery, Record, SystemRow
from hjalp_tests.countries.surroundings import make_extract
from hjalp_tests.countries.write import write_country, write_delivery
from hjalp_tests.sharing import SHARING

KVARTAL = "2024K4"
KOMMUNER = ("101", "155", "540")
#: What is written in every free text of the world: it must never be seen outside the data files.
MARKER = "HEMMELIGFRITEKST"
TABLES = ("hjalp1", "hjalp2", "hjalp3")


def loan(komnr: str, number: int, **changes: str | None) -> Record:
    """A loan; the number decides person, device and date."""
    return {
        "udlaan_id": f"{komnr}-{number}",
        "komnr_indberetter": komnr,
        "komnr_betaling": None,
        "pnr": pools.KNOWN[number % 9][0],
        "hminr": str(1000 + number),
        "hmiiso": "122203",
        "hminavn": f"Rollator {MARKER}",
        "udleveringsdato": f"{2021 + number % 4}-0{1 + number % 9}-15",
        "indleveringsdato": "2024-03-01" if number % 5 == 4 else None,
        "lov_navn": "SEL_112" if number % 2 else None,
        "lov_tekst": None if number % 3 else f"SEL § 113 {MARKER}",
        **changes,
    }


def delivery(komnr: str, rows: int | list[Record], day: int = 2, **changes: Any) -> Delivery:
    """A file of 2024K4 received on a day of January 2025; `rows` are loans, or how many."""
    records = [loan(komnr, number) for number in range(rows)] if isinstance(rows, int) else rows
    values: dict[str, Any] = {
        "kvartal": KVARTAL,
        "komnr": komnr,
        "system": "nexus",
        "received": f"202501{day:02d}T081500",
        "format": "xml" if komnr == "155" else "csv",
        "encoding": "utf-8",
        "records": records,
    }
    return Delivery(**{**values, **changes})


def system(komnr: str, name: str = "nexus", **changes: str) -> SystemRow:
    """A row of systems.csv, from the beginning and still."""
    row = SystemRow(komnr, name, "xml" if komnr == "155" else "csv", "utf-8", "2022K3", "", "no")
    for field, value in changes.items():
        setattr(row, field, value)
    return row


def country(**changes: Any) -> Country:
    """The small country, with other parts where a test names them."""
    values: dict[str, Any] = {
        "kvartaler": [KVARTAL],
        "kommuner": list(KOMMUNER),
        "systems": [system(komnr) for komnr in KOMMUNER],
        "collaborations": [],
        "extensions": [],
        "deliveries": [delivery("101", 20), delivery("155", 12), delivery("540", 30)],
        "extracts": {"2025-04-04": make_extract(RandomChooser(1), list(KOMMUNER), {"2902443004": dt.date(2024, 6, 1)})},
        "approvals": {"2025.csv": approvals(*KOMMUNER)},
        "releases": {
            "2024v1": {
                "reference_years": [2023, 2024],
                "quarter": KVARTAL,
                "registers": "2025-04-04",
                "publish_at": dt.datetime.fromisoformat("2025-06-24T08:00:00+02:00"),
                "protect_against": [],
                "approvals_until": dt.datetime.fromisoformat("2025-06-20T12:00:00+02:00"),
                "refuse_unprotectable": False,
                "protect_kommuner": False,  # asked where it is about them: test_year_readers, test_kept_from_kommuner
                "quarter_overrides": {},
            }
        },
    }
    return Country(**{**values, **changes})


def approvals(*kommuner: str) -> list[tuple[str, int, str, str, str, str, str]]:
    """All quarters and paragraphs of 2023 and 2024 approved."""
    return [
        ("2025-03-01T09:00:00+01:00", aar, komnr, kind, "godkendt", "afdelingen", "")
        for aar in (2023, 2024)
        for komnr in kommuner
        for kind in ("K1", "K2", "K3", "K4", "PARAGRAF")
    ]


def write_world(path: Path, made: Country | None = None) -> DataRoot:
    """Write the country (default: the small one) and give its data root."""
    path.mkdir(parents=True, exist_ok=True)
    content = made or country()
    SHARING.files(path, content, lambda: write_country(path, content))
    return DataRoot(path)


def deliver(root: DataRoot, *files: Delivery) -> list[Path]:
    """Put more files in the inbox."""
    return [write_delivery(root.path, file) for file in files]


def run(root: DataRoot, kvartal: str = KVARTAL) -> tuple[RawRefresh, QuarterRefresh]:
    """A whole quarter without Dagster: raw, chain, tables, suppressed tables.

    Of the same files it is made once in a process (`sharing.py`). Another fresh root gets a copy, and the run goes over it,
    which finds it current; what the first run told is told again.
    """
    if root.lake.exists():
        return _run(root, kvartal)
    (raw, quarter), copied = SHARING.run(root.path, f"run {kvartal}", lambda: _run(root, kvartal))
    return (replace(_run(root, kvartal)[0], changed=raw.changed, gone=raw.gone) if copied else raw), quarter


def _run(root: DataRoot, kvartal: str) -> tuple[RawRefresh, QuarterRefresh]:
    raw, quarter = refresh_raw(root, kvartal), refresh_quarter(root, kvartal)
    tables_of_quarter(root, kvartal)
    suppressed_of_quarter(root, kvartal)
    return raw, quarter


def first_release(root: DataRoot, *, ran: bool = False) -> Release:
    """2024v1 of a fresh data root, after a run of its quarter where `ran`; of the same files made once, as by `run`."""

    def made() -> Release:
        if ran:
            _run(root, KVARTAL)
        return make_release(root, "2024v1")

    release, copied = SHARING.run(root.path, f"2024v1 {ran}", made)
    if copied and ran:
        _run(root, KVARTAL)
    return replace(release, path=root.releases / "2024v1")


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder by its relative path; locks (always empty) left out, and what is
    remembered of times and inodes.
    """
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "locks" not in path.relative_to(folder).parts and path.name != "hashes.json"
    }


def results(root: DataRoot, kvartal: str = KVARTAL) -> dict[str, str]:
    """Hashes of what a quarter comes to: ledger, remarks, tables."""
    names = ["ledger", "remarks", *(f"{state}/{name}" for state in ("tables", "suppressed") for name in TABLES)]
    files = {name: root.lake / name / f"{kvartal}.parquet" for name in names}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def break_the_contract(monkeypatch: pytest.MonkeyPatch, komnr: str) -> None:
    """R8 gives a kommune that does not exist, for one reporter."""

    def wrong(rows: pl.DataFrame, context: Context) -> pl.DataFrame:
        rows = assign_komnr_statbank(rows, context)
        theirs = context.reporter == komnr
        return rows.with_columns(komnr_statbank=pl.when(theirs).then(pl.lit("999")).otherwise("komnr_statbank"))

    *before, last = STATISTIC.rulebook.chain
    broken = replace(last, rules=(replace(last.rules[0], function=wrong), *last.rules[1:]))
    rulebook = replace(STATISTIC.rulebook, chain=(*before, broken))
    monkeypatch.setitem(statistic.OTHERS, "hjalp", replace(STATISTIC, rulebook=rulebook))


def changing_system(carry_forward: str) -> Country:
    """540 left `gammel` after 2024K3 for `nexus`; one loan stands in both."""
    both = loan("540", 3, udlaan_id="g-3")
    return country(
        kvartaler=["2024K3", KVARTAL],
        systems=[
            *(system(komnr) for komnr in ("101", "155")),
            system("540", from_quarter=KVARTAL),
            system("540", "gammel", to_quarter="2024K3", carry_forward=carry_forward),
        ],
        deliveries=[
            delivery("540", [both, loan("540", 40)], system="gammel", kvartal="2024K3", received="20241005T081500"),
            delivery("540", 10),
        ],
    )
