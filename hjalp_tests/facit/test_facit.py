"""The facit through the program, whole: verdicts, ledger, loans, and HJALP1-3 before and after primary suppression."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from hjalp_pipeline.codelists.spans import Span
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.quarter.counting import count_tables, participants, quarter_bestand
from hjalp_pipeline.production.quarter.quarter_run import refresh_quarter
from hjalp_pipeline.production.release.making import Release, make_release
from hjalp_pipeline.production.release.release_inputs import read_definition
from hjalp_pipeline.rules.approval import standing_decisions
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.storage.decisions import read_approvals
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.facit import build_facit, expected
from hjalp_tests.naive import fixed
from hjalp_tests.production.compare import LOAN, program_loans, read_table

KVARTAL = "2024K4"
YEARS = (2023, 2024)
SPAN = Span.of_years(YEARS)
TAKING_PART = {2023: {"000", "360", "376", "540"}, 2024: {"000", "155", "360", "376", "540"}}
Cells = dict[tuple[Any, ...], Any]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    return DataRoot(build_facit(tmp_path_factory.mktemp("facit")))


@pytest.fixture(scope="module")
def verdicts(root: DataRoot) -> dict[str, tuple[str, str, str, str, str]]:
    found, in_force = {}, set()
    for kvartal in ("2024K2", "2024K3", KVARTAL):
        done = refresh_raw(root, kvartal)
        if kvartal == KVARTAL:
            parts = [part for partition in done.partitions.values() for part in partition.deliveries]
            in_force = {f"{part.kvartal}/{part.filename}" for part in parts}
        for delivery in done.deliveries:
            verdict = delivery.verdict
            counts = (str(verdict.records), str(verdict.bad_records)) if delivery.accepted else ("", "")
            name = f"{delivery.file.folder}/{delivery.file.filename}"
            found[name] = (verdict.status, verdict.code or "", *counts)
    return {name: (*what, "ja" if name in in_force else "nej") for name, what in found.items()}


@pytest.fixture(scope="module")
def release(root: DataRoot, verdicts: dict[str, tuple[str, ...]]) -> Release:
    refresh_quarter(root, KVARTAL)
    return make_release(root, "2024v1")


def test_deliveries(verdicts: dict[str, tuple[str, ...]]) -> None:
    columns = ("status", "code", "records", "bad_records", "i_kraft")
    assert verdicts == {row["fil"]: tuple(row[column] for column in columns) for row in expected("deliveries")}


def test_ledger(root: DataRoot, release: Release) -> None:
    ledger = Lake(root).frame("ledger", KVARTAL)
    assert ledger["kvartal"].unique().to_list() == [KVARTAL]
    found = {(komnr, step, reason): rows for _, komnr, step, reason, rows in ledger.iter_rows()}
    assert found == {(row["komnr"], row["step"], row["reason"] or None): int(row["rows"]) for row in expected("ledger")}


def test_loans(root: DataRoot, release: Release) -> None:
    wanted = {row["udlaan_id"]: row for row in expected("loans")}
    gren = {"INDBERETTER": "indberetter", "BOPAEL": "bopael", "UDEN_BOPAEL": "ingen_bopael"}
    found = {}
    for values in program_loans(Lake(root), KVARTAL):
        loan = dict(zip(LOAN, values, strict=True))
        loan["gren"] = gren[loan["gren"]]
        loan["alder"] = fixed.age_ultimo(loan["foed_dato"], loan["doddato"], 2024)
        found[loan["udlaan_id"]] = {
            name: "" if loan[name] is None else str(loan[name]) for name in next(iter(wanted.values()))
        }
    assert found == wanted


def test_microdata_hold_the_loans(root: DataRoot, release: Release) -> None:
    wanted = sorted(
        (row["pnr"], row["udleveringsdato"], row["indleveringsdato"], row["lov_navn_opret"], row["alder"])
        for row in expected("loans")
        if (not row["udgaar_fra_aar"] or int(row["udgaar_fra_aar"]) > 2024) and row["udleveringsdato"] <= "2024-12-31"
    )
    frame = pl.read_parquet(release.path / "microdata" / "GENHJALP.parquet").select(
        "PNR", "UDLEVERINGSDATO", "INDLEVERINGSDATO", "LOV_NAVN_OPRET", "ALDER"
    )
    found = sorted(tuple("" if value is None else str(value) for value in row) for row in frame.iter_rows())
    assert found == wanted
    too_old = sum(1 for row in expected("loans") if row["udgaar_fra_aar"] and int(row["udgaar_fra_aar"]) <= 2024)
    assert release.manifest.rows["microdata"] == {"kept": len(wanted), "OVER_20_AAR": too_old, "EFTER_AARET": 1}
    assert len(wanted) + too_old + 1 == len(expected("loans"))


def before_suppression() -> dict[str, Cells]:
    """The expected tables with every cell: 0 for who takes part, None for who does not or has no population."""
    wanted: dict[str, Cells] = {"hjalp1": {}, "hjalp2": {}, "hjalp3": {}}
    for aar in YEARS:
        for kom in ("000", *fixed.KOMNR):
            part = kom in TAKING_PART[aar]
            wanted["hjalp1"][kom, aar] = 0 if part else None
            for koen in ("0", "1", "2"):
                for alder in ("TOT", *fixed.AGE_GROUPS):
                    populated = alder != "6569" and (koen, alder) != ("1", "90-")
                    wanted["hjalp2"][kom, koen, alder, aar] = 0 if part else None
                    wanted["hjalp3"][kom, koen, alder, aar] = Decimal("0.0") if part and populated else None
    wanted["hjalp1"] |= {(row["kom"], int(row["aar"])): int(row["udlaan"]) for row in expected("hjalp1")}
    for row in expected("hjalp2"):
        wanted["hjalp2"][row["kom"], row["koen"], row["alder"], int(row["aar"])] = int(row["personer"])
    for row in expected("hjalp3"):
        value = None if row["andel"] == ".." else Decimal(row["andel"])
        wanted["hjalp3"][row["kom"], row["koen"], row["alder"], int(row["aar"])] = value
    return wanted


def test_tables_before_suppression(root: DataRoot, release: Release) -> None:
    quarter = Lake(root).quarter(KVARTAL)
    assert quarter is not None
    tables = count_tables(
        STATISTIC,
        quarter_bestand(Lake(root), quarter.kommuner.values()),
        participants(
            STATISTIC, standing_decisions(read_approvals(root), read_definition(root, "2024v1").approvals_until), SPAN
        ),
        pl.read_parquet(root.registers / quarter.extract / "folketal.parquet"),
        SPAN,
        where="facit",
    )
    wanted = before_suppression()
    for name in [spec.name for spec in STATISTIC.tables]:
        value = "promille" if name == "hjalp3" else "antal"
        codes = [column for column in ("kommunedk", "konams", "alerams", "tid") if column in tables[name].columns]
        found = {row[:-1]: row[-1] for row in tables[name].select(*codes, value).iter_rows()}
        if name == "hjalp3":
            found = {key: None if number is None else Decimal(number) / 10 for key, number in found.items()}
        assert found == wanted[name], name


def test_published_tables(release: Release) -> None:
    wanted = before_suppression()
    persons = {
        (kom, aar): n for (kom, koen, alder, aar), n in wanted["hjalp2"].items() if (koen, alder) == ("0", "TOT")
    }
    small = {key for key, number in wanted["hjalp2"].items() if number in (1, 2)}
    shown = {
        "HJALP1": {
            key: ".." if number is None or number in (1, 2) or persons[key] in (1, 2) else str(number)
            for key, number in wanted["hjalp1"].items()
        },
        "HJALP2": {
            key: ".." if number is None or key in small else str(number) for key, number in wanted["hjalp2"].items()
        },
        "HJALP3": {
            key: ".." if number is None or key in small else f"{number:.1f}".replace(".", ",")
            for key, number in wanted["hjalp3"].items()
        },
    }
    for name, cells in shown.items():
        published = read_table(release.path / f"{name}.csv")
        assert set(published) == set(cells), name
        # Secondary suppression hides more; what is shown is right, and what is small is hidden.
        assert all(found in ("..", cells[key]) or cells[key] == ".." for key, found in published.items()), name
        hidden = [key for key, found in published.items() if found == ".." and cells[key] != ".."]
        assert not any(cells[key].strip("0,") == "" for key in hidden if name != "HJALP3"), "a true zero is shown"
    empty = without_population(wanted)
    assert mask(release, "HJALP2") - empty == mask(release, "HJALP3") - empty
    hidden = mask(release, "HJALP2", "..")
    assert hidden == mask(release, "HJALP3", "..")
    for name, cells in shown.items():
        away = {key for key in cells if key[0] not in TAKING_PART[int(str(key[-1]))]}
        assert mask(release, name, "...") == away, name
        assert mask(release, name, ".") == (empty - away - hidden if name == "HJALP3" else set()), name


def mask(release: Release, name: str, *signs: str) -> set[tuple[object, ...]]:
    """Cells of a table with one of the signs (none: any) in place of a figure."""
    cells = read_table(release.path / f"{name}.csv")
    return {key for key, found in cells.items() if found in (signs or ("..", "...", "."))}


def without_population(wanted: dict[str, Cells]) -> set[tuple[object, ...]]:
    """Cells of HJALP3 that have no value by themselves."""
    return {key for key, value in wanted["hjalp3"].items() if value is None}
