"""The program against the second opinion on made-up countries of services: every row, cell and mask."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.production.release.making import make_release
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.examples import some
from hjalp_tests.naive_hand import HandRelease, make_hand_release
from hjalp_tests.naive_hand.compare_services import (
    compare_release,
    definition_of,
    make_possible_release,
    run_and_compare_month,
)
from hjalp_tests.naive_hand.facit import build_service_facit
from hjalp_tests.naive_hand.must_hide import Earlier
from hjalp_tests.naive_hand.service_country import ServiceCountry, deliver_services, write_services
from hjalp_tests.naive_hand.service_generate import service_country


def check_months(folder: Path, country: ServiceCountry) -> DataRoot:
    """Every month that is delivered for."""
    write_services(folder, country)
    root = DataRoot(folder, "hand")
    # months before the country's own hold deliveries of systems that were left
    for month in sorted({*country.months, *(delivery.kvartal for delivery in country.deliveries)}):
        assert run_and_compare_month(root, month) == {}, month
    return root


def check_releases(folder: Path, country: ServiceCountry) -> None:
    """Every month, then the releases one after the other; what is late comes after the first."""
    root = check_months(folder, country)
    made: dict[str, HandRelease] = {}
    earlier: dict[str, Earlier] = {}
    for place, name in enumerate(country.releases):
        if place == 1:
            deliver_services(folder, country.late)
            for month in country.months:
                assert run_and_compare_month(root, month) == {}, month
        release = make_possible_release(root, name)
        if release is None:
            continue
        definition = definition_of(root, name)
        made[name] = make_hand_release(folder, name, definition, made.get(definition.get("archive", "")))
        against = [earlier[before] for before in definition["protect_against"]]
        differs, earlier[name] = compare_release(root, release, made[name], against)
        assert differs == {}, name


@pytest.mark.slow
@pytest.mark.parametrize("seed", [4, 0])
def test_months(tmp_path: Path, seed: int) -> None:
    check_months(tmp_path, service_country(seed, max_rows=8))


@pytest.mark.slow
def test_releases(tmp_path: Path) -> None:
    check_releases(tmp_path, service_country(15, max_rows=8))


@pytest.mark.slow
def test_the_facit(tmp_path: Path) -> None:
    root = DataRoot(build_service_facit(tmp_path), "hand")
    for month in ("2024M12", "2025M01", "2025M02"):
        assert run_and_compare_month(root, month) == {}, month
    made: dict[str, HandRelease] = {}
    earlier: list[Earlier] = []
    for name in ("2024v1", "2024v2"):
        release = make_release(root, name)
        made[name] = make_hand_release(root.path, name, definition_of(root, name), made.get("2024v1"))
        differs, before = compare_release(root, release, made[name], earlier)
        assert differs == {}, name
        earlier.append(before)


@pytest.mark.slow
@pytest.mark.parametrize("seed", some(range(100, 140)))
def test_many_countries(tmp_path: Path, seed: int) -> None:
    check_releases(tmp_path, service_country(seed))
