"""The program against the second opinion, on made-up countries: every row, every loan, every cell."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries import Country, countries, example_country, write_country
from hjalp_tests.examples import some, times
from hjalp_tests.production.compare import compare_release, make_possible_release, run_and_compare
from hjalp_tests.production.world import country

#: A country is too large to shrink in any time one would wait; the seeds below are the way to a small failure.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


def check(folder: Path, country: Country) -> None:
    write_country(folder, country)
    root = DataRoot(folder)
    # Quarters before the country's own hold deliveries of systems that were left.
    for kvartal in sorted({*country.kvartaler, *(delivery.kvartal for delivery in country.deliveries)}):
        assert run_and_compare(root, kvartal) == {}, kvartal
    for name in sorted(country.releases):
        release = make_possible_release(root, name)
        assert release is None or compare_release(root, release) == {}, name


@pytest.mark.slow
def test_a_small_country(tmp_path: Path) -> None:
    check(tmp_path, country())


@pytest.mark.slow
@settings(max_examples=3, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(country=countries())
def test_the_program_agrees_with_the_second_opinion(country: Country) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(Path(folder), country)


@pytest.mark.slow
def test_a_larger_country(tmp_path: Path) -> None:
    check(tmp_path, example_country(7))


@pytest.mark.slow
@pytest.mark.parametrize("seed", some(range(100, 116)))
def test_many_larger_countries(tmp_path: Path, seed: int) -> None:
    check(tmp_path, example_country(seed))


@pytest.mark.slow
@settings(max_examples=times(12), deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(country=countries(max_rows=12))
def test_many_small_countries(country: Country) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(Path(folder), country)
