"""The made-up countries hang together, and the second opinion loses no row in them."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from hjalp_tests.countries import Country, countries, example_country, write_country
from hjalp_tests.examples import often
from hjalp_tests.naive import run_quarter, tables

pytestmark = pytest.mark.slow

STEPS = ("leverance", "raw", "cpr_validated", "dates_corrected", "paragraph_enriched", "kommune_assigned")


def check_conservation(root: Path, country: Country) -> None:
    write_country(root, country)
    for kvartal in country.kvartaler:
        result = run_quarter(root, kvartal)
        for komnr in result.in_force:
            into = None
            for step in STEPS:
                rows = {reason: n for (kom, at, reason), n in result.ledger.items() if (kom, at) == (komnr, step)}
                assert into is None or into == sum(rows.values())
                into = rows[None]
            assert into == sum(loan["komnr_indberetter"] == komnr for loan in result.loans)


COUNTRIES = given(country=countries())


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@COUNTRIES
def test_rows_in_are_rows_kept_and_removed(country: Country) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_conservation(Path(folder), country)


test_rows_in_are_rows_kept_and_removed_often = often(60, COUNTRIES, test_rows_in_are_rows_kept_and_removed)


def test_a_seed_is_a_country(tmp_path: Path) -> None:
    assert example_country(3) == example_country(3) != example_country(4)
    check_conservation(tmp_path, example_country(3))


def test_release_definitions_are_read_back(tmp_path: Path) -> None:
    country = example_country(1)
    write_country(tmp_path, country)
    for name, definition in country.releases.items():
        assert (
            tomllib.loads((tmp_path / "hjalp" / "releases" / f"{name}.toml").read_text(encoding="utf-8")) == definition
        )
        assert len(tables(tmp_path, definition)["HJALP1"]) == 99 * len(definition["reference_years"])
