"""Labelled Parquet: what the data dictionary says stands in the file, and rows are ordered within each part."""

import json
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from hjalp_pipeline.publishing.microdata import code_lists, write_register
from hjalp_tests.publishing.registers import PROEVE, SVAR, rows


def test_labels_stand_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    assert write_register(path, PROEVE, [rows()]) == 3
    schema = pq.read_schema(path)
    told = {field.name: {key.decode(): value.decode() for key, value in field.metadata.items()} for field in schema}
    assert {name: labels["label"] for name, labels in told.items()} == PROEVE.labels
    assert told["SVAR"]["label_en"] == "Answer"
    assert json.loads(told["SVAR"]["values"]) == {"0": "Nej", "1": "Ja, måske"}
    assert "values" not in told["TEKST"]
    assert schema.metadata[b"title"].decode() == "PROEVE: Prøveregister"


def test_types_and_order(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    parts = [rows(), rows().clear(), rows().with_columns(ekstra=1).select(*reversed(rows().columns), "ekstra")]
    assert write_register(path, PROEVE, parts) == 6
    found = pl.read_parquet(path)
    assert found.schema == PROEVE.schema
    assert found.get_column("TEKST").to_list() == ["Ærø", "é", None, "Ærø", "é", None]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name, part in (("a", rows()), ("b", rows().reverse())):
        write_register(tmp_path / name, PROEVE, [part])
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_variable_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        write_register(tmp_path / "a", PROEVE, [rows().drop("SVAR")])


def test_a_code_list_is_named_once() -> None:
    assert code_lists([PROEVE, PROEVE]) == [SVAR]
