"""The analysts' database of a data root with two releases: everything is described, and what is released is what was published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from hjalp_pipeline.production.analysts import make_catalog, mend_catalog
from hjalp_pipeline.production.relations import relations
from hjalp_pipeline.production.release.embargo import set_modes
from hjalp_pipeline.production.release.manifest import copy_path
from hjalp_pipeline.production.released_relations import SHOWN
from hjalp_pipeline.storage.catalog import WHOLE, refresh_catalog
from hjalp_pipeline.storage.fingerprints import sha256
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import TABLES, write_world

pytestmark = pytest.mark.slow

RELEASES = ("2024v1", "2024v2")
FUTURE = "2999-06-24T08:00:00+02:00"


def query(root: DataRoot, sql: str) -> list[Any]:
    with duckdb.connect(str(root.catalog), read_only=True) as connection:
        return connection.sql(sql).fetchall()


@pytest.fixture(scope="module")
def made(world: DataRoot, tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """The world with its database. Nothing is changed in it."""
    root = DataRoot(shutil.copytree(world.path, tmp_path_factory.mktemp("made") / "root"))
    assert make_catalog(root).left_out == {}
    return root


@pytest.fixture
def own(made: DataRoot, tmp_path: Path) -> DataRoot:
    """A copy for a test that changes something."""
    return DataRoot(shutil.copytree(made.path, tmp_path / "root"))


@pytest.fixture(scope="module")
def without_data(tmp_path_factory: pytest.TempPathFactory) -> DataRoot:
    """A country of which nothing was run."""
    root = write_world(tmp_path_factory.mktemp("nothing"))
    make_catalog(root)
    return root


@pytest.mark.parametrize("which", ["made", "without_data"])
def test_everything_has_a_comment(which: str, request: pytest.FixtureRequest) -> None:
    root: DataRoot = request.getfixturevalue(which)
    tables = "select schema_name, table_name, comment from duckdb_tables() union all "
    found = query(root, f"{tables} select schema_name, view_name, comment from duckdb_views() where not internal")
    assert len(found) == len(relations(root))
    assert [row for row in found if not row[2]] == []
    columns = query(root, "select table_name, column_name, comment from duckdb_columns() where not internal")
    assert [row for row in columns if not row[2]] == []
    assert len(columns) > 200
    confidential = [comment.startswith("Confidential:") for schema, _, comment in found if schema == "working"]
    assert all(confidential)
    assert len(confidential) > 10


def test_both_look_the_same(made: DataRoot, without_data: DataRoot) -> None:
    """What a view is before anything was run has the columns it will have."""
    shape = "select schema_name, table_name, column_name from duckdb_columns() where not internal order by all"
    assert query(made, shape) == query(without_data, shape)


def test_working_tables_have_no_plain_name(made: DataRoot) -> None:
    with pytest.raises(duckdb.CatalogException, match=r"released\.hjalp1 or working\.hjalp1"):
        query(made, "select * from hjalp1")
    assert query(made, "select count(*) > 0 from ledger") == [(True,)]
    assert query(made, "select count(*) from status") == [(0,)], "the gate is a job's, none ran here"


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", TABLES)
def test_a_release_is_shown_as_it_was_published(made: DataRoot, release: str, name: str) -> None:
    """Cell by cell as the csv has it, and nothing behind a sign."""
    csv = pl.read_csv(made.releases / release / f"{name.upper()}.csv", separator=";", infer_schema=False)
    codes = [column.lower() for column in csv.columns[:-1]]
    shown = "coalesce(sign, replace(indhold::varchar, '.', ','))"
    sql = f"select {', '.join(codes)}, {shown} from released.{name} where udgivelse = '{release}'"
    found = [tuple(str(value) for value in row) for row in query(made, sql)]
    assert sorted(found) == sorted(csv.rows())
    assert len(found) > 100
    either = f"select count(*) from released.{name} where (indhold is null) = (sign is null) or skjult != (sign = '..')"
    assert query(made, either) == [(0,)]


def test_texts_and_reasons(made: DataRoot) -> None:
    sql = "select distinct sign, skjult, reason, reason_en from released.hjalp3 order by all"
    assert query(made, sql) == [
        (".", False, "Ingen befolkning at sætte i forhold til", "No population to relate to"),
        ("..", True, "Diskretioneret", "Confidential"),
        ("...", False, "Kommunen deltager ikke", "The municipality does not take part"),
        (None, False, None, None),
    ]
    sql = "select distinct konams_tekst, alerams_tekst from released.hjalp2 where konams = '2' and alerams = '0024'"
    assert query(made, sql) == [("Kvinder", "Under 25 år")]
    assert query(made, "select count(*) from released.hjalp2 where kommunedk_tekst is null") == [(0,)]


def test_the_revision_is_the_published_one(made: DataRoot) -> None:
    csv = pl.read_csv(made.releases / "2024v2" / "revision.csv", separator=";", infer_schema=False)
    sql = "select tabel, kommunedk, konams, alerams, tid::varchar, before, after, cause from released.revision"
    assert query(made, sql) == csv.rows()
    assert query(made, "select distinct udgivelse from released.revision") == [("2024v2",)]


def test_newest(made: DataRoot) -> None:
    assert query(made, "select distinct udgivelse, tid from released.hjalp1_newest order by tid") == [
        ("2024v2", 2023),
        ("2024v2", 2024),
    ]
    assert query(made, "select count(*) from released.hjalp1_newest") == [(2 * 99,)]


@pytest.mark.parametrize(
    ("names", "moments", "newest"),
    [
        (("2024v1", "2024v2"), ("2025-06-24T08:00:00+02:00", FUTURE), ["2024v1"]),
        (("2024v1", "2024v2"), (FUTURE, FUTURE), []),
        # 08:00 in winter is after 08:30 in summer of the same written hour: points in time are compared
        (("2024v1", "2024v2"), ("2025-06-24T08:30:00+02:00", "2025-06-24T08:00:00+01:00"), ["2024v2"]),
        (("2024v9", "2024v10"), ("2025-06-24T08:00:00+02:00",) * 2, ["2024v10"]),
    ],
)
def test_what_is_not_published_yet_is_told_from_what_is(
    own: DataRoot, names: tuple[str, str], moments: tuple[str, str], newest: list[str]
) -> None:
    frame = Lake(own).frame(f"{SHOWN}/hjalp1", WHOLE)
    called, when = dict(zip(RELEASES, names, strict=True)), dict(zip(RELEASES, moments, strict=True))
    frame = frame.with_columns(
        publish_at=pl.col("udgivelse").replace_strict(when), udgivelse=pl.col("udgivelse").replace_strict(called)
    )
    Lake(own).save_frame(f"{SHOWN}/hjalp1", WHOLE, frame)
    refresh_catalog(own, relations(own))
    published = dict(query(own, "select distinct udgivelse, published from released.hjalp1"))
    assert published == {name: moment != FUTURE for name, moment in zip(names, moments, strict=True)}
    assert [name for (name,) in query(own, "select distinct udgivelse from released.hjalp1_newest")] == newest


def rewritten(root: DataRoot, release: str, change: Callable[[dict[str, Any]], None]) -> None:
    """A release whose manifest and the lake's copy of it say something else."""
    for path in (root.releases / release / "manifest.json", copy_path(root, release)):
        manifest = json.loads(path.read_bytes())
        change(manifest)
        path.write_text(json.dumps(manifest), encoding="utf-8")


def test_an_old_release_does_not_tell_why(own: DataRoot) -> None:
    """Before 0.4.0 two dots stood for all three reasons."""
    rewritten(own, "2024v1", lambda manifest: manifest["program"].update(version="0.3.1"))
    assert make_catalog(own).left_out == {}
    old = query(own, "select distinct sign is null, skjult, reason from released.hjalp2 where udgivelse = '2024v1'")
    assert {row[1] for row in old if row[0]} == {False}
    ((_, hidden, reason),) = (row for row in old if not row[0])
    assert hidden is None
    assert reason.startswith("Diskretioneret, deltager ikke eller ingen befolkning")


def damaged(root: DataRoot) -> None:
    path = root.releases / "2024v1" / "HJALP2.csv"
    path.write_bytes(path.read_bytes().replace(b"2023", b"2022", 1))


def half(root: DataRoot) -> None:
    (root.releases / "2024v1" / "manifest.json").unlink()


def unreadable(root: DataRoot) -> None:
    rewritten(root, "2024v1", lambda manifest: manifest.update(publish_at=17))


def of_another_table(root: DataRoot) -> None:
    """As it was published, by a program whose table had other columns."""
    path = root.releases / "2024v1" / "HJALP2.csv"
    path.write_bytes(path.read_bytes().replace(b"KONAMS", b"KOEN", 1))
    rewritten(root, "2024v1", lambda manifest: manifest["outputs"].update({"HJALP2.csv": sha256(path)}))


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (damaged, "releases/2024v1/HJALP2.csv is not as it was published"),
        (half, "releases/2024v1/manifest.json"),
        (unreadable, "releases/2024v1/manifest.json"),
        (of_another_table, "releases/2024v1 cannot be shown (ColumnNotFoundError)"),
    ],
)
def test_a_release_that_is_not_whole_is_left_out_and_said(
    own: DataRoot, damage: Callable[[DataRoot], None], told: str
) -> None:
    damage(own)
    left_out = make_catalog(own).left_out
    assert list(left_out) == ["2024v1"]
    assert left_out["2024v1"].startswith(told)
    assert query(own, "select udgivelse, fault is null from released.releases order by all") == [
        ("2024v1", False),
        ("2024v2", True),
    ]
    for relation in ("hjalp1", "hjalp2", "hjalp3", "hjalp2_newest", "revision"):
        assert query(own, f"select distinct udgivelse from released.{relation}") == [("2024v2",)], relation


def test_a_release_that_has_gone_goes_from_the_database(own: DataRoot) -> None:
    make_catalog(own)
    mend_catalog(own)  # of a root that was copied
    assert not mend_catalog(own)
    shutil.rmtree(own.releases / "2024v2")
    assert mend_catalog(own)
    assert query(own, "select udgivelse from released.releases") == [("2024v1",)]
    mend_catalog(own)  # of a root that was copied
    assert not mend_catalog(own)


def test_every_code_has_a_text(made: DataRoot) -> None:
    told = "(select step || code from codes)"
    assert query(made, f"select reason from ledger where reason is not null and step || reason not in {told}") == []
    assert query(made, f"select code from remarks where step || code not in {told}") == []
    assert query(made, "select code from leverancer anti join codes using (code) where code is not null") == []
    lost = (
        "select lov_navn_opret from working.udlaan anti join code_texts on field = 'lov_navn' and code = lov_navn_opret"
    )
    assert query(made, f"{lost} where lov_navn_opret is not null") == []
    assert query(made, "select step, code from codes group by all having count(*) > 1") == [], "one row for a join"
    assert query(made, "select komnr from status anti join kommuner using (komnr)") == []


def test_a_release_that_waits_for_its_day_is_not_published(own: DataRoot) -> None:
    """Its publish_at has come; what keeps it closed is the calendar, and the next command takes up what that says then."""
    set_modes(own.releases / "2024v2", embargoed=True)
    calendar, heading = own.file("codelists/calendar.csv"), "release;date;confirmed;number\n"
    asked = "select distinct udgivelse from released.hjalp1 where published order by all"
    newest = "select distinct udgivelse from released.hjalp2_newest"
    mend_catalog(own)  # of a root that was copied
    assert not mend_catalog(own)
    for row, published in (
        ("2024v2;2025-11-14;nej;", ["2024v1"]),
        ("2024v2;2999-11-14;ja;", ["2024v1"]),
        ("2024v2;2025-11-17;ja;", ["2024v1", "2024v2"]),
    ):
        calendar.write_text(heading + row + "\n", encoding="utf-8")
        assert mend_catalog(own)
        assert [name for (name,) in query(own, asked)] == published
        assert [name for (name,) in query(own, newest)] == published[-1:]
    set_modes(own.releases / "2024v2", embargoed=False)
    calendar.write_text(heading + "2024v2;2999-11-14;ja;\n", encoding="utf-8")
    mend_catalog(own)
    assert len(query(own, asked)) == 2, "what was open once is not closed by a line that is added later"
