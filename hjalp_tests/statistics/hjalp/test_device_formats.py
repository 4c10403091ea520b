"""HJALP4 and HJALP5 are marked as under development in every format with room for it, and other readers find their figures."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from functools import cache
from itertools import product

import polars as pl
import pytest
from jsonstat_validator import validate_jsonstat

from hjalp_pipeline.production.release.published_tables import Beside, files_of, texts_of
from hjalp_pipeline.publishing.publication import default_settings
from hjalp_pipeline.publishing.statbank import CONFIDENTIAL, statbank_csv
from hjalp_pipeline.serving.px_reader import read_cube
from hjalp_pipeline.statistics.hjalp.declaration import STATISTIC
from hjalp_pipeline.table_spec import TableSpec
from hjalp_tests.production.test_published_tables import definition
from hjalp_tests.publishing.readers import by_px2csv

EVERY = STATISTIC.every
IDS = ("HJALP4", "HJALP5")


@cache
def masked(name: str) -> pl.DataFrame:
    """A table as it is published, made up; some figures are hidden."""
    spec, drawn = EVERY.table(name), random.Random(name)
    codes = product(*(one.variable.codes for one in spec.dimensions), (2023, 2024))
    rows = [(*row, drawn.choice([None, 0, 3, 1000]), False) for row in codes]
    schema = {**dict.fromkeys(spec.codes, pl.String), "tid": pl.Int32, "antal": pl.Int64, "skjult": pl.Boolean}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(symbol=pl.when(pl.col("antal").is_null()).then(pl.lit("..")))


@cache
def files() -> dict[str, bytes]:
    """The files of both tables."""
    tables = {one.lower(): masked(one.lower()) for one in IDS}
    return files_of(EVERY, tables, definition(), Beside({2023: ["540"], 2024: []}))


@pytest.mark.parametrize("table", IDS)
def test_px_says_so_in_title_and_note(table: str) -> None:
    px = files()[f"{table}.px"].decode("utf-8-sig")
    title = next(line for line in px.splitlines() if line.startswith("TITLE="))
    assert "(statistik under udvikling)" in title
    assert "OFFICIAL-STATISTICS=NO;" in px
    assert "(EU) 2024/3018" in px
    assert "statistics under development" in px.lower()


@pytest.mark.parametrize("table", IDS)
def test_jsonstat_is_valid_and_says_so(table: str) -> None:
    dataset = json.loads(files()[f"{table}.json"])
    validate_jsonstat(dataset)
    assert "(statistik under udvikling)" in dataset["label"]
    assert "2024/3018" in dataset["note"][0]
    assert any("egen oversættelse" in note for note in dataset["note"])
    assert any("Proteser" in note for note in dataset["note"]), "what is never returned is remarked"


@pytest.mark.parametrize("table", IDS)
def test_px2csv_finds_the_figures_of_the_csv(table: str) -> None:
    spec = EVERY.table(table.lower())
    csv = statbank_csv(masked(spec.name).select(*spec.keys, "symbol", "antal"), "antal", decimals=0)
    header, *lines = (line.split(";") for line in csv.decode("utf-8-sig").splitlines())
    assert header == [*(key.upper() for key in spec.keys), "INDHOLD"]
    assert by_px2csv(files()[f"{table}.px"]) == [(tuple(codes), value) for *codes, value in lines]


@pytest.mark.parametrize("table", IDS)
def test_the_addresses_answer_with_the_mark(table: str) -> None:
    cube = read_cube(files()[f"{table}.px"], files()[f"{table}.json"], {"..": CONFIDENTIAL.text})
    assert "statistik under udvikling" in cube.form.title.da
    assert "2024/3018" in cube.form.notes[0].en
    assert not cube.form.publication.official_statistics


def test_a_finished_table_is_marked_by_nothing() -> None:
    finished: TableSpec = STATISTIC.table("hjalp1")
    assert texts_of(finished) is finished.texts
    assert "udvikling" in texts_of(replace(finished, developing=True)).contents.da
    assert default_settings()["official_statistics"].da == "ja"
