"""The same persons and registers for both statistics, the same bytes for the same seed; who approves what."""

import hashlib
import tomllib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.statistics.hand.synth.made_up_services import MadeUpServices
from hjalp_pipeline.statistics.hjalp.synth.made_up import MadeUpLoans
from hjalp_pipeline.synth import generate
from hjalp_pipeline.synth.country import Country, MadeUp
from hjalp_tests.statistics.hand.synth.made import Made

pytestmark = pytest.mark.slow

TINY = 0.001


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _written(root: Path, made_up: Callable[[Country], MadeUp], seed: int) -> tuple[dict[str, str], dict[str, str]]:
    generate(root / "own", made_up, registers=root / "registers", scale=TINY, seed=seed)
    return _hashes(root / "own"), _hashes(root / "registers")


def test_both_statistics_stand_on_the_same_registers(tmp_path: Path) -> None:
    services, registers = _written(tmp_path / "a", MadeUpServices, 1)
    assert (services, registers) == _written(tmp_path / "b", MadeUpServices, 1)
    assert registers == _written(tmp_path / "c", MadeUpLoans, 1)[1]
    assert services != _written(tmp_path / "d", MadeUpServices, 2)[0]


def _approved(country: Made, until: datetime) -> pl.DataFrame:
    """Quarters of kommuner that stand approved at a moment."""
    every = pl.concat(
        pl.read_csv(path, separator=";", infer_schema=False) for path in (country.root / "approvals").glob("*.csv")
    )
    known = every.with_columns(at=pl.col("decided_at").str.to_datetime(time_zone="UTC")).filter(pl.col("at") <= until)
    latest = known.sort("at").unique(["aar", "komnr", "kind"], keep="last")
    return latest.filter(pl.col("decision") == "godkendt")


@pytest.mark.parametrize(
    ("release", "lacking"),
    [("2023v1", {"540", "671"}), ("2024v1", {"360", "671"})],
)
def test_most_kommuner_approve_the_whole_span(country: Made, release: str, lacking: set[str]) -> None:
    definition = tomllib.loads((country.root / f"releases/{release}.toml").read_text())
    quarters = [
        f"{aar}K{nr}"
        for aar in range(2020, 2025)
        for nr in range(1, 5)
        if definition["first_quarter"] <= f"{aar}K{nr}" <= definition["last_quarter"]
    ]
    approved = _approved(country, definition["approvals_until"]).with_columns(tid=pl.col("aar") + pl.col("kind"))
    whole = (
        approved.filter(pl.col("tid").is_in(quarters)).group_by("komnr").len().filter(pl.col("len") == len(quarters))
    )
    assert set(whole["komnr"]) == set(KOMNR) - lacking
