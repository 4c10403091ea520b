"""``hjalp.duckdb``: the analysts' views, with data and without."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.contracts.states import contracts
from hjalp_pipeline.production.vendor_view import vendor_select
from hjalp_pipeline.rules.chain import Block, run_chain
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK
from hjalp_pipeline.statistics.hjalp.rules.stock import stock
from hjalp_pipeline.storage.catalog import Files, Parts, Relation, Rows, Select, refresh_catalog
from hjalp_pipeline.storage.duck import sql_text
from hjalp_pipeline.storage.entries import ChainEntry, QuarterEntry
from hjalp_pipeline.storage.files import write_parquet
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.systems_frame import SYSTEMS_SCHEMA
from hjalp_tests.rules.made_up import Person, loan, raw, register
from hjalp_tests.storage.entries import chain_entry

LEDGER = pl.Schema(
    {"kvartal": pl.String, "komnr_indberetter": pl.String, "step": pl.String, "reason": pl.String, "rows": pl.Int64}
)
LEVERANCER = pl.Schema(
    dict.fromkeys(("kvartal", "filename", "komnr", "system", "status", "code"), pl.String)
    | {"records": pl.Int64, "bad_records": pl.Int64}
)
UNKNOWN = pl.Schema(
    dict.fromkeys(("kvartal", "komnr", "filename"), pl.String) | dict.fromkeys(("udlaan", "lov_navn_ukendt"), pl.Int64)
)
TABLE = pl.DataFrame(schema={"kommunedk": pl.String, "tid": pl.Int32, "antal": pl.Int64})
STATES = RULEBOOK.states
RELATIONS = [
    Relation("ledger", "The ledger.", {"rows": "Rækker", "no column": ""}, Files("ledger", LEDGER.to_frame())),
    Relation("leverancer", "It's a list.", {}, Files("leverancer", LEVERANCER.to_frame())),
    Relation("lov_navn_ukendt", "", {}, Files("lov_navn_ukendt", UNKNOWN.to_frame())),
    Relation("systems", "", {}, Rows(SYSTEMS_SCHEMA.to_frame())),
    Relation("leverandoerer", "", {"leverandoer": "Hvem"}, Select(vendor_select(STATISTIC))),
    Relation("working.hjalp1", "Confidential.", {"kvartal": "Perioden"}, Files("tables/hjalp1", TABLE, keyed=True)),
    *(
        Relation(f"working.{name}", "", {}, Parts(name, contract.empty()))
        for name, contract in contracts(STATISTIC).items()
    ),
]
LOANS = Relation("working.udlaan", "", {}, Select(sql_text("hjalp/udlaan")))
NAMES = [relation.name for relation in RELATIONS]
REGISTER = register(Person(koen=2, foed="1950-01-01"), Person(pnr="ABC", doed="2024-06-15"))


def query(root: DataRoot, sql: str) -> list[Any]:
    with duckdb.connect(str(root.catalog), read_only=True) as connection:
        return connection.sql(sql).fetchall()


def store_kommune(lake: Lake, kvartal: str, komnr: str, rows: Sequence[dict[str, str | None]]) -> ChainEntry:
    """A kommune's raw file and chain result, as the production writes them."""
    frame = raw(rows).with_columns(
        komnr_betaling=pl.lit(None, pl.String), hmiiso=pl.lit("1222"), hminavn=pl.lit("rollator")
    )
    frame = frame.with_columns(system=pl.lit("nexus"))
    path = lake.combined_path(kvartal, komnr, "f" * 64)
    write_parquet(path, frame)
    result = run_chain(RULEBOOK, frame, REGISTER, komnr, [Block(Kvartal.parse(kvartal), frame.height, None)])
    frames = {f"{state}/udlaan": result.states[state] for state in STATES} | {
        "bestand": stock(result.steps[-1].frame, [2024])
    }
    return lake.save_chain(kvartal, komnr, frames, chain_entry("e" * 64, lake.relative(path)))


@pytest.mark.slow
def test_without_data(root: DataRoot) -> None:
    assert refresh_catalog(root, RELATIONS) == NAMES
    for view in NAMES:
        assert query(root, f"select count(*) from {view}") == [(0,)]
    assert query(root, "select kvartal, komnr_indberetter, step, reason, rows from ledger") == []
    assert query(root, "select kvartal, komnr_indberetter, person from working.bestand") == []
    assert query(root, "select kvartal, antal from working.hjalp1") == [], (
        "the key of a file's name is there before any file"
    )
    assert sorted(path.name for path in root.folder.iterdir()) == ["hjalp.duckdb"], "no temporary, no write-ahead log"


def test_with_data(root: DataRoot) -> None:
    lake = Lake(root)
    for kvartal in ("2024K4", "2025K1"):
        ledger = pl.DataFrame([(kvartal, "540", "raw", None, 7)], schema=LEDGER, orient="row")
        lake.save_frame("ledger", kvartal, ledger)
        lake.save_frame("tables/hjalp1", kvartal, pl.DataFrame({"kommunedk": ["540"], "tid": [2024], "antal": [5]}))
    lake.save_frame("tables/hjalp1", "2024v1", pl.DataFrame({"kommunedk": ["540"], "tid": [2024], "antal": [99]}))
    rows = [loan(pnr="abc"), loan(udlaan_id="2"), loan(udlaan_id="3", pnr="ABC", lov_navn=None, lov_tekst="§ 113")]
    entries = {"540": store_kommune(lake, "2024K4", "540", rows), "101": store_kommune(lake, "2024K4", "101", [loan()])}
    lake.save_quarter("2024K4", QuarterEntry("2025-04-04", "f", entries))
    for view in refresh_catalog(root, [*RELATIONS, LOANS]):
        query(root, f"select * from {view}")
    assert query(root, "select kvartal, rows from ledger where reason is null order by 1") == [
        ("2024K4", 7),
        ("2025K1", 7),
    ]
    assert query(root, "select kvartal, antal from working.hjalp1 order by 1") == [
        ("2024K4", 5),
        ("2025K1", 5),
    ], "no release's"
    columns = (
        "komnr_indberetter, raekke, udlaan_id, pnr, indleveringsdato_leveret, indleveringsdato, lov_navn_opret, koen"
    )
    assert query(root, f"select {columns} from working.udlaan order by 1, 2") == [
        ("101", 0, "1", "0101501234", None, None, "SEL_112", 2),
        ("540", 1, "2", "0101501234", None, None, "SEL_112", 2),
        ("540", 2, "3", "ABC", None, date(2024, 6, 15), "SEL_113", 1),
    ]
    assert query(root, "select count(*) from working.raw where kvartal = '2024K4'") == [(4,)]


def test_a_file_without_a_column_that_came_later(root: DataRoot) -> None:
    """The raw data of a quarter not run since a version of the layout added a field lack its column: it is null there."""
    lake = Lake(root)
    for kvartal, extra in (("2024K4", {}), ("2025K1", {"depot": pl.lit("17")})):
        entry = store_kommune(lake, kvartal, "540", [loan()])
        path = lake.path / entry.raw_file
        write_parquet(path, pl.read_parquet(path).with_columns(**extra))
        lake.save_quarter(kvartal, QuarterEntry("2025-04-04", "f", {"540": entry}))
    refresh_catalog(root, [*RELATIONS, LOANS])
    assert query(root, "select kvartal, udlaan_id, depot from working.raw order by 1") == [
        ("2024K4", "1", None),
        ("2025K1", "1", "17"),
    ]
    assert query(root, "select kvartal, udlaan_id from working.udlaan order by 1") == [("2024K4", "1"), ("2025K1", "1")]


def test_a_file_that_counts_for_two_quarters(root: DataRoot) -> None:
    """A delivery that is carried forward: its one typed copy is the raw data of a kommune in both."""
    lake = Lake(root)
    first = store_kommune(lake, "2024K4", "540", [loan(), loan(udlaan_id="2")])
    second = store_kommune(lake, "2025K1", "540", [loan(), loan(udlaan_id="2")])
    lake.save_quarter("2024K4", QuarterEntry("2025-04-04", "f", {"540": first}))
    carried = replace(second, raw_file=first.raw_file)
    lake.save_quarter("2025K1", QuarterEntry("2025-04-04", "f", {"540": carried, "101": carried}))
    refresh_catalog(root, RELATIONS)
    whose = "select kvartal, komnr_indberetter, list(raekke order by raekke) from working.raw group by all order by all"
    assert query(root, whose) == [("2024K4", "540", [0, 1]), ("2025K1", "101", [0, 1]), ("2025K1", "540", [0, 1])]


@pytest.mark.parametrize("full", [False, True])
def test_comments(root: DataRoot, full: bool) -> None:
    """On what is a table while there is no file as on what is a view."""
    if full:
        Lake(root).save_frame("ledger", "2024K4", LEDGER.to_frame())
        Lake(root).save_frame("tables/hjalp1", "2024K4", TABLE)
    refresh_catalog(root, RELATIONS)
    told = "select comment from duckdb_views() union all select comment from duckdb_tables() order by all"
    assert {comment for (comment,) in query(root, told)} >= {"The ledger.", "It's a list.", "Confidential."}
    columns = "select table_name, column_name, comment from duckdb_columns() where comment is not null order by all"
    assert query(root, columns) == [
        ("hjalp1", "kvartal", "Perioden"),
        ("ledger", "rows", "Rækker"),
        ("leverandoerer", "leverandoer", "Hvem"),
    ]


def test_made_anew(root: DataRoot) -> None:
    refresh_catalog(root, RELATIONS)
    Lake(root).save_frame(
        "ledger", "2024K4", pl.DataFrame([("2024K4", "540", "raw", "DUBLET", 1)], schema=LEDGER, orient="row")
    )
    refresh_catalog(root, RELATIONS)
    assert query(root, "select reason from ledger") == [("DUBLET",)]


@pytest.mark.slow
def test_a_reader_keeps_what_it_opened(root: DataRoot) -> None:
    refresh_catalog(root, RELATIONS)
    with duckdb.connect(str(root.catalog), read_only=True) as reader:
        refresh_catalog(root, RELATIONS)
        assert reader.sql("select count(*) from ledger").fetchall() == [(0,)]
    assert query(root, "select count(*) from ledger") == [(0,)]


def test_a_failure_leaves_the_old_one(root: DataRoot) -> None:
    refresh_catalog(root, RELATIONS)
    before = root.catalog.read_bytes()
    path = Lake(root).frame_path("ledger", "2024K4")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a Parquet file")
    with pytest.raises(duckdb.Error):
        refresh_catalog(root, RELATIONS)
    assert root.catalog.read_bytes() == before
    assert sorted(file.name for file in root.folder.iterdir()) == ["hjalp.duckdb", "lake"]


@pytest.mark.parametrize("name", ["data fra '24", "data æøå", "data [1]", "100%"])
def test_names_of_the_data_root(tmp_path: Path, name: str) -> None:
    root = DataRoot(tmp_path / name)
    Lake(root).save_frame(
        "ledger", "2024K4", pl.DataFrame([("2024K4", "540", "raw", None, 1)], schema=LEDGER, orient="row")
    )
    refresh_catalog(root, RELATIONS)
    assert query(root, "select rows from ledger") == [(1,)]
