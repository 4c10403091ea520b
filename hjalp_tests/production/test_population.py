"""The population that a release and a quarter ask for (R10), end to end."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.production.quarter.quarter_run import refresh_quarter
from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.production.release.release_inputs import ReleaseRefused
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.production.world import KVARTAL, run, write_world

LACKS = "folketal.parquet lacks 1 of the 98 kommuner, the first is 540 in 2024"


def population(root: DataRoot, keep: pl.Expr) -> None:
    """Leave only some rows of folketal."""
    path = root.registers / "2025-04-04" / "folketal.parquet"
    pl.read_parquet(path).filter(keep).write_parquet(path)


def test_a_kommune_missing(tmp_path: Path) -> None:
    """The national share was 1,6 instead of 0,8, without a word."""
    root = write_world(tmp_path)
    run(root)
    population(root, (pl.col("kom") != "540") | (pl.col("aar") != 2024))
    with pytest.raises(ReleaseRefused, match=LACKS):
        make_release(root, "2024v1")
    assert not (root.releases / "2024v1").exists()
    with pytest.raises(InputError, match=LACKS):
        refresh_quarter(root, KVARTAL)


@pytest.mark.slow
def test_a_year_no_table_asks_for(tmp_path: Path) -> None:
    root = write_world(tmp_path)
    population(root, pl.col("aar").is_in([2023, 2024]) | (pl.col("alder") > 0))
    run(root)
    assert make_release(root, "2024v1").path.is_dir()


@pytest.mark.slow
def test_a_year_that_is_not_known_yet(tmp_path: Path) -> None:
    """A quarter goes on without the shares of a year whose population is not known yet; a release does not."""
    root = write_world(tmp_path)
    population(root, pl.col("aar") != 2024)
    refresh_raw(root, KVARTAL)
    run(root)
    shares = Lake(root).frame("tables/hjalp3", KVARTAL)
    assert shares.filter(tid=2024)["promille"].null_count() == shares.filter(tid=2024).height
    assert (
        shares.filter(tid=2023, kommunedk="540")["promille"].null_count()
        < shares.filter(tid=2023, kommunedk="540").height
    )
    with pytest.raises(ReleaseRefused, match=r"folketal\.parquet has no rows for 2024"):
        make_release(root, "2024v1")
