"""A small data root of the services made by hand: what a test delivers, run up to its data states."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.quarter.chain_results import dataset
from hjalp_pipeline.production.quarter.quarter_run import QuarterRefresh, refresh_quarter
from hjalp_pipeline.storage.files import read_parquet
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import pools
from hjalp_tests.production.world import write_world

MONTH = "2025M01"
THREE = ("101", "155", "540")
HEADER = (
    "ydelse_id;handlekommune;betalingskommune;pnr;modt_ydelse_kode;ydelse_start;ydelse_slut;maalgruppe;funk_vurd;prodnr"
    ";afdeling_uuid"
)
SYSTEMS = "komnr;system;leverandoer;format;encoding;from_period;to_period;carry_forward"


def write(path: Path, *lines: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def line(komnr: str, number: int, pnr: str, **changes: str) -> str:
    """A record of a csv delivery: a service of code 31202 from 2024 on, with changes."""
    values = {
        "ydelse_id": f"{komnr}-{number}",
        "handlekommune": komnr,
        "betalingskommune": "",
        "pnr": pnr,
        "modt_ydelse_kode": "31202",
        "ydelse_start": "2024-01-01",
        "ydelse_slut": "",
        "maalgruppe": "",
        "funk_vurd": "",
        "prodnr": "",
        "afdeling_uuid": "",
    }
    assert changes.keys() <= values.keys()
    return ";".join((values | changes).values())


def write_services(
    path: Path, *, systems: tuple[str, ...], collaborations: tuple[str, ...] = (), registers: bool = True
) -> DataRoot:
    """The registers of the first statistic's small country, and the lists of this one without any delivery."""
    if registers:
        write_world(path)
    root = DataRoot(path, "hand")
    write(root.codelists / "systems.csv", SYSTEMS, *systems)
    if collaborations:
        header = "komnr_indberetter;komnr_medlem;from_date;to_date"
        write(root.codelists / "collaborations.csv", header, *collaborations)
    return root


def deliver(root: DataRoot, komnr: str, lines: list[str], *, system: str = "eget", month: str = MONTH) -> None:
    """A csv delivery of a month."""
    write(root.inbox / month / f"{komnr}_{system}_20250210T081500.csv", HEADER, *lines, f"SLUT;{len(lines)}")


def run(root: DataRoot, month: str = MONTH) -> QuarterRefresh:
    """From the inbox to the data states and the ledger of a month."""
    raw = refresh_raw(root, month)
    assert raw.unread == {}
    done = refresh_quarter(root, month)
    assert done.chain.broken == {}
    return done


def gone(done: QuarterRefresh) -> dict[tuple[str, str, str], int]:
    """Rows removed by kommune, step and reason."""
    removed = done.ledger.filter(pl.col("reason").is_not_null())
    return {
        (komnr, step, reason): rows
        for komnr, step, reason, rows in removed.select("komnr_indberetter", "step", "reason", "rows").iter_rows()
    }


def of_state(root: DataRoot, done: QuarterRefresh, komnr: str, state: str) -> pl.DataFrame:
    """What a data state stores of a kommune."""
    entry = done.chain.entries[komnr]
    return read_parquet(Lake(root).file(entry.files[dataset(root.declared, state)]))


def write_release(root: DataRoot, *kommuner: str) -> None:
    """The definition of 2024v1, the four quarters of 2024; these kommuner have approved them, and those of the year before,
    which the tables of a month show too.
    """
    decided = [
        f"2025-06-01T12:00:00+02:00;{aar};{komnr};K{nr};godkendt;afd;"
        for aar in (2023, 2024)
        for komnr in kommuner
        for nr in range(1, 5)
    ]
    write(root.approvals / "2025.csv", "decided_at;aar;komnr;kind;decision;decided_by;note", *decided)
    write(
        root.releases / "2024v1.toml",
        f'period = "{MONTH}"',
        'first_quarter = "2024K1"',
        'last_quarter = "2024K4"',
        'registers = "2025-04-04"',
        "publish_at = 2025-06-24T08:00:00+02:00",
        "protect_against = []",
        "approvals_until = 2025-06-20T12:00:00+02:00",
        "refuse_unprotectable = false",
    )


def write_three(path: Path) -> DataRoot:
    """Three kommuner of one month: 101 and 155 have delivered, the file of 540 says of itself that it is cut; 2024v1 is defined."""
    root = write_services(path, systems=tuple(f"{komnr};eget;Eget;csv;utf-8;2013M10;;no" for komnr in THREE))
    persons = [person[0] for person in pools.KNOWN]
    for komnr in THREE[:2]:
        codes = ["30013", *["31202", "30117", "30011"] * len(persons)]  # one person alone has the first
        lines = [
            line(komnr, number, pnr, modt_ydelse_kode=code)
            for number, (pnr, code) in enumerate(zip(persons, codes, strict=False))
        ]
        deliver(root, komnr, lines)
    write(root.inbox / MONTH / "540_eget_20250210T081500.csv", HEADER, line("540", 1, persons[0]), "SLUT;7")
    write_release(root, *THREE[:2])
    return root
