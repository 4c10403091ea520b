"""Questions to the analysts' database: what is answered, and that nothing is changed, written, or read beside it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.storage import query
from hjalp_pipeline.storage.catalog import Files, Relation, Rows, refresh_catalog
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.query import Answer, QueryError, asked, columns_of, relations
from hjalp_pipeline.storage.root import DataRoot

FRAME = pl.DataFrame({"tid": [2023, 2024, 2024], "tekst": ["0101501234", None, "x"], "andel": [0.5, 1.0, None]})
SHOWN = [
    Relation("ledger", "Rows kept.", {"tid": "År"}, Files("ledger", FRAME.clear())),
    Relation("working.hjalp1", "Confidential.", {"tid": "Året"}, Rows(FRAME)),
    Relation("released.hjalp1", "As published.", {}, Rows(FRAME)),
]


@pytest.fixture(scope="module", params=["data", "a[bc]", "it's {here} ø", "q?"])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """A database over one file, below a data root that is called oddly or not. Nothing is changed in it."""
    root = DataRoot(tmp_path_factory.mktemp("query") / request.param)
    Lake(root).save_frame("ledger", "2024K4", FRAME)
    refresh_catalog(root, SHOWN)
    return root


def whole(root: DataRoot, sql: str, first: int | None = None) -> Answer:
    with asked(root, sql, first) as answer:
        return Answer(answer.columns, answer.numbers, list(answer.rows), answer.total)


def refused(root: DataRoot, sql: str) -> str:
    before = sorted(path for path in root.path.rglob("*"))
    with pytest.raises(QueryError) as fault:
        whole(root, sql)
    assert sorted(path for path in root.path.rglob("*")) == before
    assert "\n" not in str(fault.value)
    return str(fault.value)


def test_an_answer(root: DataRoot) -> None:
    found = whole(root, "select tid, tekst, andel from ledger order by all;  -- all of it")
    assert found == Answer(
        ("tid", "tekst", "andel"), (True, False, True), FRAME.sort("tid", "tekst", nulls_last=True).rows()
    )
    assert sorted(path.name for path in root.folder.iterdir()) == ["hjalp.duckdb", "lake"], "nothing is left behind"


def test_the_first_rows_and_how_many_there_are(root: DataRoot) -> None:
    found = whole(root, "select tid from ledger order by tid -- years", 2)
    assert (found.rows, found.total) == ([(2023,), (2024,)], 3)
    assert whole(root, "from ledger", 3).total == 3
    assert whole(root, "describe ledger", 1).total == 3
    assert whole(root, "with x as (select 1 as a) select a from x where a > 1", 5).total == 0


def test_more_rows_than_are_read_at_once(root: DataRoot) -> None:
    assert len(list(whole(root, "select * from range(25000)").rows)) == 25000


CHANGING = (
    "copy (select 1) to '{lake}/x.csv'",
    "copy ledger to '{lake}/x.parquet'",
    "explain analyze copy (select 1) to '{lake}/x.csv'",
    "create table x as select 1",
    "create temp table x as select 1",
    "drop table working.hjalp1",
    "insert into working.hjalp1 select * from working.hjalp1",
    "update working.hjalp1 set tid = 1",
    "delete from working.hjalp1",
    "attach '{lake}/x.duckdb'",
    "export database '{lake}/x'",
    "set enable_external_access = true",
    "install httpfs",
    "pragma database_list",
    "checkpoint",
    "select 1; drop table working.hjalp1",
    "select 1; select 2",
    "",
    "-- nothing",
)


@pytest.mark.parametrize("sql", CHANGING)
def test_only_a_select_is_run(root: DataRoot, sql: str) -> None:
    place = str(root.lake).replace("'", "''")
    assert (
        refused(root, sql.replace("{lake}", place))
        == "a query is one select: nothing can be changed, and no file written"
    )


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('{file}')",
        "select * from read_csv('{file}')",
        "select * from '{file}'",
        "select * from glob('{folder}/*')",
        "select * from read_csv('https://example.org/x.csv')",
    ],
)
def test_no_other_file_is_read(root: DataRoot, tmp_path: Path, sql: str) -> None:
    file = tmp_path / "other.csv"
    file.write_text("secret\n", encoding="utf-8")
    assert "other file" in refused(root, sql.format(file=file, folder=tmp_path))


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("selec 1", "syntax error"),
        (
            "select * from hjalp1",
            'Table with name hjalp1 does not exist! Did you mean "released.hjalp1 or working.hjalp1"?',
        ),
        ("select aar from ledger", 'Referenced column "aar" not found'),
        ("select unknown(1)", "unknown does not exist"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(root: DataRoot, sql: str, words: str) -> None:
    assert words in refused(root, sql)


@pytest.mark.parametrize(
    "value",
    [
        "tekst::date",
        "tekst::tinyint",
        "tekst::bigint::utinyint",
        "strptime(tekst, '%Y-%m-%d')",
        "error(tekst)",
        "regexp_matches('a', '(' || tekst)",
    ],
)
def test_a_message_quotes_no_value(root: DataRoot, value: str) -> None:
    """A message may end in a log, where no CPR number may stand, in quotes or not."""
    said = refused(root, f"select {value} from ledger where tid = 2023")
    assert "101501234" not in said
    assert "Error: a value of the data cannot be used so" in said


@pytest.mark.slow
def test_what_there_is(root: DataRoot) -> None:
    assert relations(root).rows == [
        ("ledger", "Rows kept."),
        ("released.hjalp1", "As published."),
        ("working.hjalp1", "Confidential."),
    ]
    assert columns_of(root, "ledger").rows[0] == ("ledger", "tid", "BIGINT", "År")  # type: ignore[index]
    assert {row[0] for row in columns_of(root, "hjalp1").rows} == {"released.hjalp1", "working.hjalp1"}
    assert {row[0] for row in columns_of(root, "working.hjalp1").rows} == {"working.hjalp1"}
    with pytest.raises(QueryError, match="there is no view udlan: `hjalp query` lists them"):
        columns_of(root, "udlan")


def test_before_anything_was_run(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    assert refused(root, "select 1") == "hjalp.duckdb has not been made yet: `hjalp run --quarter ...` makes it"


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    root = DataRoot(tmp_path)
    root.folder.mkdir()
    root.catalog.write_bytes(b"x" * 5000)
    assert "not a valid DuckDB database" in refused(root, "select 1")


def test_somebody_who_may_only_read(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DataRoot, "writable", False)
    monkeypatch.setattr(query, "scratch", lambda _: pytest.fail("nothing may be written"))
    assert whole(root, "select count(*) from ledger").rows == [(3,)]
