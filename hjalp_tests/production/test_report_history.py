"""Figures of reports that were sent: a version for each run that gave something new, and what stood before."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.production.report_history import SCHEMA, before, history, keep, newest_quarter
from hjalp_pipeline.storage.lake import Lake
from hjalp_pipeline.storage.root import DataRoot


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(DataRoot(tmp_path))


def figures(*reports: tuple[str, str, int]) -> pl.DataFrame:
    """Two figures of each report: kommune, what it was made from, how many."""
    rows = [
        (komnr, made_from, "udlån", periode, "TOT", antal)
        for komnr, made_from, antal in reports
        for periode in ("2023", "2024")
    ]
    columns = ("komnr", "made_from", "maal", "periode", "kode", "antal")
    return pl.DataFrame(rows, schema={name: SCHEMA[name] for name in columns}, orient="row")


def kept(lake: Lake, kvartal: str, *reports: tuple[str, str, int]) -> int:
    return keep(lake, 2024, history(lake, 2024), kvartal, figures(*reports))


def stood(lake: Lake, *reports: tuple[str, str]) -> dict[str, int]:
    made_from = pl.DataFrame(reports, schema=["komnr", "made_from"], orient="row")
    found = before(history(lake, 2024), made_from)
    assert found.columns == ["komnr", "maal", "periode", "kode", "antal"]
    assert found.height == 2 * found.get_column("komnr").n_unique()
    return dict(found.select("komnr", "antal").iter_rows())


def test_before_the_first_report_there_is_nothing(lake: Lake) -> None:
    assert history(lake, 2024).schema == SCHEMA
    assert newest_quarter(lake, 2024) is None
    assert kept(lake, "2024K4") == 0
    assert newest_quarter(lake, 2024) is None


def test_what_is_new_is_a_version_and_the_same_again_is_none(lake: Lake) -> None:
    assert kept(lake, "2024K3", ("101", "a", 1), ("155", "a", 2)) == 2
    assert kept(lake, "2024K4", ("101", "a", 1), ("155", "b", 3)) == 1
    assert kept(lake, "2025K1", ("101", "a", 1), ("155", "b", 3)) == 0
    assert newest_quarter(lake, 2024) == "2024K4"
    assert history(lake, 2024).select("komnr", "version", "kvartal", "antal").unique(maintain_order=True).rows() == [
        ("101", 1, "2024K3", 1),
        ("155", 1, "2024K3", 2),
        ("155", 2, "2024K4", 3),
    ]
    assert kept(lake, "2025K1", ("155", "a", 2)) == 1, "what stood earlier is new again"
    assert history(lake, 2024).get_column("version").max() == 3
    assert newest_quarter(lake, 2024) == "2025K1"


def test_the_report_before_is_the_last_one_made_from_something_else(lake: Lake) -> None:
    for made_from, antal in (("a", 1), ("b", 2), ("c", 3)):
        kept(lake, "2024K4", ("101", made_from, antal))
    kept(lake, "2024K4", ("155", "a", 9))
    assert stood(lake, ("101", "c"), ("155", "a")) == {"101": 2}
    assert stood(lake, ("101", "new"), ("155", "new")) == {"101": 3, "155": 9}


def test_years_have_histories_of_their_own(lake: Lake) -> None:
    kept(lake, "2024K4", ("101", "a", 1))
    assert newest_quarter(lake, 2023) is None
