"""What the materialisation of the register extract tells of it: remarks without small counts, and which years are whole."""

from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from hjalp_pipeline.codelists.few import told
from hjalp_pipeline.defs.register_asset import assets
from hjalp_pipeline.defs.resources import data_here
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.storage.extract import BEFBOP, rows, whole_population, write


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (1, "fewer than 3"), (2, "fewer than 3"), (3, "3")])
def test_small_counts_are_not_told_apart(number: int, text: str) -> None:
    assert str(told(number)) == text


@pytest.mark.slow
def test_the_extract_tells_its_remarks_and_years(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = DataRoot(tmp_path)
    monkeypatch.setenv("HJALP_DATA", str(tmp_path))
    overlapping = rows(BEFBOP, ("0101501234", "a", "2000-01-01", None), ("0101501234", "b", "2001-01-01", None))
    population = whole_population([(2023, "101", 1, 9, 5), (2024, "101", 1, 9, 5)])
    write(root, {"befbop": overlapping, "folketal": population.filter((pl.col("aar") == 2023) | (pl.col("alder") > 0))})
    result = dg.materialize(assets([Wing(root.declared)]), resources={"data": data_here})
    (event,) = result.get_asset_materialization_events()
    metadata = event.materialization.metadata
    assert "| persons_with_overlapping_spells | fewer than 3 |" in str(metadata["remarks"].value)
    assert "| 2023 | yes |" in str(metadata["population"].value)
    assert "lacks 196 ages" in str(metadata["population"].value)
