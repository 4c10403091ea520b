"""The country as a whole: the same every time, complete, and of the right size."""

import hashlib
import tomllib
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.statistics.hjalp.synth.made_up import MadeUpLoans
from hjalp_pipeline.synth import generate
from hjalp_pipeline.synth.population import age_profile
from hjalp_tests.synth.conftest import SCALE, Country


def _hashes(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.slow
def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(tmp_path / name, MadeUpLoans, registers=tmp_path / name / "registers", scale=0.001, seed=seed)
    first, second, other = (_hashes(tmp_path / name) for name in "abc")
    assert first == second
    assert set(first) != set(other) or first != other


def test_progress_rises_to_one(country: Country) -> None:
    assert country.told == sorted(country.told)
    assert country.told[-1] == 1.0


def test_sizes_follow_the_scale(country: Country) -> None:
    summary = country.summary
    assert summary.kvartaler == ("2024K4", "2025K1", "2025K2", "2025K3")
    assert summary.persons == pytest.approx(10_000_000 * SCALE, rel=0.02)
    assert summary.spells == pytest.approx(47_000_000 * SCALE, rel=0.02)
    assert summary.rows["2025K3"] == pytest.approx(8_000_000 * SCALE, rel=0.1)
    assert country.register("dod").height == pytest.approx(3_100_000 * SCALE, rel=0.02)
    assert country.register("befadr").height == pytest.approx(5_400_000 * SCALE, rel=0.05)


def test_age_profile_is_a_distribution_per_kommune() -> None:
    profile = age_profile()
    assert profile.shape == (98, 222)
    assert profile.sum(axis=1) == pytest.approx(1.0)
    old = profile[:, 130:].sum(axis=1)
    assert old[KOMNR.index("825")] > 0.3 > 0.15 > old[KOMNR.index("101")]


def test_stock_and_persons_are_plausible(country: Country, newest: pl.DataFrame) -> None:
    on_loan = newest.filter(
        (pl.col("udleveringsdato") <= "2023-12-31") & (pl.col("indleveringsdato").fill_null("9999") > "2023-12-31")
    ).join(country.register("dod"), on="pnr", how="anti")
    loans_per_person = on_loan.height / on_loan["pnr"].n_unique()
    assert 4 < loans_per_person < 8


def test_releases_are_as_the_contract_shows(country: Country) -> None:
    first, second = (tomllib.loads((country.root / f"releases/2024v{n}.toml").read_text()) for n in (1, 2))
    assert first["reference_years"] == second["reference_years"] == [2023, 2024]
    assert first["registers"] < second["registers"]
    assert first["quarter_overrides"] == {}
    assert second["quarter_overrides"] == {"540": "2025K3", "185": "2025K3"}
    assert second["protect_against"] == ["2024v1"]
    assert isinstance(first["publish_at"], datetime)
    assert first["approvals_until"] < first["publish_at"] < second["approvals_until"] < second["publish_at"]


def _approved(country: Country, aar: str, until: str) -> tuple[set[str], set[str]]:
    """Kommuner with all four quarters, and with the paragraph, approved as of a time."""
    every = pl.concat(country.table(f"approvals/{path.name}") for path in (country.root / "approvals").glob("*.csv"))
    every = every.with_columns(pl.col("decided_at").str.to_datetime(time_zone="UTC"))
    stop = datetime.fromisoformat(until)
    known = every.filter((pl.col("aar") == aar) & (pl.col("decided_at") <= stop)).sort("decided_at")
    latest = known.group_by("komnr", "kind").agg(pl.col("decision").last()).filter(pl.col("decision") == "godkendt")
    quarters = latest.filter(pl.col("kind") != "PARAGRAF").group_by("komnr").len().filter(pl.col("len") == 4)
    return set(quarters["komnr"]), set(latest.filter(pl.col("kind") == "PARAGRAF")["komnr"])


def test_who_takes_part_in_which_release(country: Country) -> None:
    all_of_them = set(KOMNR)
    v1, v2 = "2025-06-20T12:00:00+02:00", "2025-11-10T12:00:00+01:00"
    assert _approved(country, "2024", v1)[0] == all_of_them - {"540", "360"}
    assert _approved(country, "2024", v2)[0] == all_of_them - {"360"}
    assert _approved(country, "2023", v1)[0] == all_of_them - {"540", "185"}
    assert _approved(country, "2023", v2)[0] == all_of_them - {"185"}
    assert _approved(country, "2024", v2)[1] == all_of_them - {"167", "813"}
    assert _approved(country, "2024", "2025-05-28T12:00:00+02:00")[0] < _approved(country, "2024", v1)[0]
