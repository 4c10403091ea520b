"""``hjalp.duckdb``: the analysts' views, with data and without."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from hjalp_pipeline.codelists.periods import Kvartal
from hjalp_pipeline.rules.chain import Block, run_chain
from hjalp_pipeline.statistics.hjalp.rules.rule_list import RULEBOOK
from hjalp_pipeline.statistics.hjalp.rules.stock import stock
from hjalp_pipeline.storage import catalog
from hjalp_pipeline.storage.codelists import SYSTEMS_SCHEMA
from hjalp_pipeline.storage.entries import ChainEntry, QuarterEntry
from hjalp_pipeline.storage.files import write_parquet
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
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
SCHEMAS = {"ledger": LEDGER, "leverancer": LEVERANCER, "systems": SYSTEMS_SCHEMA, "lov_navn_ukendt": UNKNOWN}
TABLE = pl.DataFrame(schema={"tid": pl.Int32, "antal": pl.Int64})
EMPTY = {view: pl.DataFrame(schema=schema) for view, schema in SCHEMAS.items()}
NAMES = [*EMPTY, "hjalp1", "suppressed_hjalp1", "leverandoerer"]
STATES = RULEBOOK.states
REGISTER = register(Person(koen=2, foed="1950-01-01"), Person(pnr="ABC", doed="2024-06-15"))


def refresh_catalog(root: DataRoot, empty: dict[str, pl.DataFrame]) -> list[str]:
    return catalog.refresh_catalog(root, empty, {("tables", "hjalp1"): TABLE, ("suppressed", "hjalp1"): TABLE})


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


def test_without_data(root: DataRoot) -> None:
    assert refresh_catalog(root, EMPTY) == NAMES
    for view in NAMES:
        assert query(root, f"select count(*) from {view}") == [(0,)]
    assert query(root, "select kvartal, komnr_indberetter, step, reason, rows from ledger") == []
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
    made = refresh_catalog(root, EMPTY)
    assert made == [*NAMES, "raw", *STATES, "bestand", "udlaan"]
    for view in made:
        query(root, f"select * from {view}")
    assert query(root, "select kvartal, rows from ledger where reason is null order by 1") == [
        ("2024K4", 7),
        ("2025K1", 7),
    ]
    assert query(root, "select kvartal, antal from hjalp1 order by 1") == [("2024K4", 5), ("2025K1", 5)], "no release's"
    columns = (
        "komnr_indberetter, raekke, udlaan_id, pnr, indleveringsdato_leveret, indleveringsdato, lov_navn_opret, koen"
    )
    assert query(root, f"select {columns} from udlaan order by 1, 2") == [
        ("101", 0, "1", "0101501234", None, None, "SEL_112", 2),
        ("540", 1, "2", "0101501234", None, None, "SEL_112", 2),
        ("540", 2, "3", "ABC", None, date(2024, 6, 15), "SEL_113", 1),
    ]
    assert query(root, "select count(*) from raw where kvartal = '2024K4'") == [(4,)]


def test_a_file_without_a_column_that_came_later(root: DataRoot) -> None:
    """The raw data of a quarter not run since a version of the layout added a field lack its column: it is null there."""
    lake = Lake(root)
    for kvartal, extra in (("2024K4", {}), ("2025K1", {"depot": pl.lit("17")})):
        entry = store_kommune(lake, kvartal, "540", [loan()])
        path = lake.path / entry.raw_file
        write_parquet(path, pl.read_parquet(path).with_columns(**extra))
        lake.save_quarter(kvartal, QuarterEntry("2025-04-04", "f", {"540": entry}))
    refresh_catalog(root, EMPTY)
    assert query(root, "select kvartal, udlaan_id, depot from raw order by 1") == [
        ("2024K4", "1", None),
        ("2025K1", "1", "17"),
    ]
    assert query(root, "select kvartal, udlaan_id from udlaan order by 1") == [("2024K4", "1"), ("2025K1", "1")]


def test_made_anew(root: DataRoot) -> None:
    refresh_catalog(root, EMPTY)
    Lake(root).save_frame(
        "ledger", "2024K4", pl.DataFrame([("2024K4", "540", "raw", "DUBLET", 1)], schema=LEDGER, orient="row")
    )
    refresh_catalog(root, EMPTY)
    assert query(root, "select reason from ledger") == [("DUBLET",)]


def test_a_reader_keeps_what_it_opened(root: DataRoot) -> None:
    refresh_catalog(root, EMPTY)
    with duckdb.connect(str(root.catalog), read_only=True) as reader:
        refresh_catalog(root, EMPTY)
        assert reader.sql("select count(*) from ledger").fetchall() == [(0,)]
    assert query(root, "select count(*) from ledger") == [(0,)]


def test_a_failure_leaves_the_old_one(root: DataRoot) -> None:
    refresh_catalog(root, EMPTY)
    before = root.catalog.read_bytes()
    path = Lake(root).frame_path("ledger", "2024K4")
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a Parquet file")
    with pytest.raises(duckdb.Error):
        refresh_catalog(root, EMPTY)
    assert root.catalog.read_bytes() == before
    assert sorted(file.name for file in root.folder.iterdir()) == ["hjalp.duckdb", "lake"]


@pytest.mark.parametrize("name", ["data fra '24", "data æøå", "data [1]", "100%"])
def test_names_of_the_data_root(tmp_path: Path, name: str) -> None:
    root = DataRoot(tmp_path / name)
    Lake(root).save_frame(
        "ledger", "2024K4", pl.DataFrame([("2024K4", "540", "raw", None, 1)], schema=LEDGER, orient="row")
    )
    refresh_catalog(root, EMPTY)
    assert query(root, "select rows from ledger") == [(1,)]
