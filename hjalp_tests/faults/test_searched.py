"""No CPR number, free text or count of one or two leaves the files the records lie in, whatever is delivered and whatever goes wrong."""

from __future__ import annotations

import gzip
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import numpy as np
import polars as pl
import pytest
from dagster_shared.serdes import serialize_value

from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.faults.dangerous import KNOWN, SECRETS, STRANGERS, run_everything
from hjalp_tests.faults.search import may_hold, searched
from hjalp_tests.faults.tally import tallied
from hjalp_tests.production.world import MARKER

pytestmark = pytest.mark.slow

World = tuple[DataRoot, bytes]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The country after everything was tried, and what was printed meanwhile."""
    root = DataRoot(tmp_path_factory.mktemp("searched") / "root")
    return root, run_everything(root)


def test_the_records_are_there_to_be_found(world: World) -> None:
    root, _ = world
    delivered = b"".join(path.read_bytes() for path in root.inbox.rglob("*") if path.is_file())
    assert SECRETS.in_bytes(delivered) >= {MARKER, *STRANGERS, *KNOWN[:9]}
    micro = root.releases / "2024v1" / "microdata" / "GENHJALP.parquet"
    assert may_hold(micro, root.path)
    assert MARKER in SECRETS.in_file(micro)
    typed = next(path for path in (root.lake / "leverancer").glob("??/*.parquet") if pl.read_parquet(path).height > 5)
    assert SECRETS.in_file(typed) & set(KNOWN)


def test_no_file_and_no_name(world: World) -> None:
    with tallied("searched: files") as tally:
        files, found = searched(world[0].path, SECRETS)
        tally.tried = files
        tally.lost += [f"{name}: {len(what)} found" for name, what in found.items()]
    assert files > 500


def test_nothing_printed(world: World) -> None:
    _, printed = world
    assert b"rejected" in printed
    assert SECRETS.in_content(printed) == set()


def events(root: DataRoot, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.EventLogEntry]:
    monkeypatch.setenv("DAGSTER_HOME", str(root.dagster_home))
    with dg.DagsterInstance.get() as instance:
        for run in instance.get_runs():
            assert SECRETS.in_content(repr(run).encode()) == set()
            yield from instance.all_logs(run.run_id)


def test_no_event(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with tallied("searched: events") as tally:
        for entry in events(world[0], monkeypatch):
            with tally.attempt(entry.message[:80]):
                assert SECRETS.in_content(f"{entry!r} {serialize_value(entry)}".encode()) == set()
                small = sorted(small_counts(entry))
                assert small == []
    assert tally.tried > 100


#: Metadata that counts persons or rows of the statistic; kommuner, files, cells and views are counted too, and may be few.
OF_ROWS = {"dagster/row_count", "rows", "records_delivered", "records_kept", "rows_removed", "residence_spells"}
#: Assets whose rows are no persons: cells, kommuner, deliveries, vendors.
NOT_OF_ROWS = {"tables", "suppressed", "status", "ledger", "dialog"}
_HEADER = re.compile(r"\b(rows|rows used|records|count)\b")


def small_counts(entry: dg.EventLogEntry) -> Iterator[str]:
    """Where an event tells a count of one or two."""
    event = entry.dagster_event
    if event is None:
        return
    data: Any = event.event_specific_data
    told = getattr(data, "materialization", None) or getattr(data, "asset_observation", None) or data
    key = getattr(told, "asset_key", None)
    output = getattr(data, "step_output_handle", None)
    kind = key.path[-2] if key else output.output_name.split("__")[-2:][0] if output else ""
    for name, value in (getattr(told, "metadata", None) or {}).items():
        number = getattr(value, "value", None)
        if name in OF_ROWS and kind not in NOT_OF_ROWS and number in (1, 2):
            yield f"{key}: {name}"
        if isinstance(value, dg.MarkdownMetadataValue):
            lines = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in str(number).splitlines()]
            for place, header in enumerate(lines[0]):
                if _HEADER.search(header) and {"1", "2"} & {line[place] for line in lines[2:] if len(line) > place}:
                    yield f"{key}: {name}, {header}"


PUBLIC = ("HJALP?.csv", "HJALP?.json", "revision.csv", "quality.json", "disclosure_audit.json")


def test_no_published_figure(world: World) -> None:
    for release in ("2024v1", "2024v2"):
        folder = world[0].releases / release
        for name in ("HJALP1.csv", "HJALP2.csv"):
            shown = pl.read_csv(folder / name, separator=";", infer_schema=False).get_column("INDHOLD")
            assert not {"1", "2"} & set(shown), name
        assert (folder / "HJALP2.json").is_file()


# Whether the search itself finds what is there ------------------------------------------------------------------------


def packed(form: str, folder: Path) -> Path:
    """A file that holds a CPR number in some form."""
    number, path = STRANGERS[0], folder / "fil"
    text = f"x;{number};y"
    if form == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("a/b.xml", text)
    elif form == "sqlite":
        with sqlite3.connect(path) as connection:
            connection.execute("create table t (x text, y blob)")
            connection.execute("insert into t values (?, ?)", ("a", gzip.compress(text.encode())))
        connection.close()
    elif form == "duckdb":
        with duckdb.connect(str(path)) as connection:
            connection.execute(f"create view v as select '{number}' as x")
    elif form in ("parquet", "parquet of numbers"):
        value = number if form == "parquet" else int(number)
        pl.DataFrame({"x": [value] * 3}).write_parquet(path, compression="zstd")
    elif form == "array":
        np.save(path.with_suffix(".npy"), np.array([5, int(number)], dtype=np.int64))
        path = path.with_suffix(".npy")
    else:
        path.write_bytes(
            {
                "utf-8": text.encode(),
                "utf-16": text.encode("utf-16"),
                "hyphen": f"{number[:6]}-{number[6:]}".encode(),
                "number": f"[1,{int(number)}]".encode(),
                "inside": f"12{number}34".encode(),
                "gzip": gzip.compress(text.encode()),
                "gzip in gzip": gzip.compress(gzip.compress(text.encode())),
            }[form]
        )
    return path


FORMS = ("utf-8", "utf-16", "hyphen", "number", "inside", "gzip", "gzip in gzip", "zip", "sqlite", "duckdb", "parquet")


@pytest.mark.parametrize("form", [*FORMS, "parquet of numbers", "array"])
def test_the_search_finds_it(tmp_path: Path, form: str) -> None:
    assert SECRETS.in_file(packed(form, tmp_path)) == {STRANGERS[0]}
    files, found = searched(tmp_path, SECRETS)
    assert files == 1
    assert len(found) == 1


def test_digits_that_are_there_by_chance_are_no_person(tmp_path: Path) -> None:
    number = STRANGERS[0]
    digest, moment = f"{number}{'a' * 54}", f"1{number}{'0' * 8}"
    (tmp_path / "hashes.json").write_text(f'{{"inbox/a.csv": ["{number} {moment} {moment} {number}", "{digest}"]}}')
    assert not searched(tmp_path, SECRETS)[1]
    (tmp_path / "hashes.json").write_text(f'{{"inbox/a.csv": ["{number} {moment}", "{digest}"]}}')
    assert searched(tmp_path, SECRETS)[1]


def test_the_search_reads_names(tmp_path: Path) -> None:
    (tmp_path / f"{STRANGERS[1]}.txt").write_text("intet")
    assert searched(tmp_path, SECRETS)[1] == {f"{STRANGERS[1]}.txt": {STRANGERS[1]}}
