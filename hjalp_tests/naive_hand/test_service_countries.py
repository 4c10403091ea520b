"""Made-up countries of services hang together, and the second opinion keeps its own promises in them."""

from __future__ import annotations

import datetime as dt
import itertools
import tomllib
from pathlib import Path

import pytest

from hjalp_tests.naive_hand import HandRelease, all_figures, make_hand_release, microdata, run_month
from hjalp_tests.naive_hand.must_hide import hidden_of_groups, hidden_of_years, least_of_linked, small
from hjalp_tests.naive_hand.service_codes import DAY
from hjalp_tests.naive_hand.service_country import ServiceCountry, deliver_services, write_services
from hjalp_tests.naive_hand.service_generate import service_country

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))]


def releases_of(root: Path, country: ServiceCountry) -> list[HandRelease]:
    """The country written, and its releases made one after the other; what is late comes after the first."""
    write_services(root, country)
    made: dict[str, HandRelease] = {}
    for name in country.releases:
        path = root / "hand" / "releases" / f"{name}.toml"
        definition = tomllib.loads(path.read_text(encoding="utf-8"))
        assert definition == country.releases[name]
        made[name] = make_hand_release(root, name, definition, made.get(definition.get("archive", "")))
        deliver_services(root, country.late)
    return list(made.values())


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_rows_in_are_rows_kept_and_removed(tmp_path: Path, seed: int) -> None:
    country = service_country(seed)
    write_services(tmp_path, country)
    for month in country.months:
        result = run_month(tmp_path, month)
        for komnr, reports in result.in_force.items():
            assert sum(result.reasons(komnr).values()) == sum(report.records for report in reports)


@pytest.mark.parametrize("seed", SEEDS)
def test_spells_of_a_person_and_code_are_apart(tmp_path: Path, seed: int) -> None:
    country = service_country(seed)
    write_services(tmp_path, country)
    spells: dict[tuple[str, str, str], list[tuple[dt.date, dt.date]]] = {}
    for row in run_month(tmp_path, country.months[0]).loans:
        key = (row["pnr"], row["handlekommune"], row["modt_ydelse_kode"])
        spells.setdefault(key, []).append((row["ydelse_start"], row["ydelse_slut"] or dt.date.max - 2 * DAY))
    for days in spells.values():
        days.sort()
        assert all(end + DAY < start for (_, end), (start, _) in itertools.pairwise(days))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_tables_and_microdata_of_releases(tmp_path: Path, seed: int) -> None:
    for release in releases_of(tmp_path, service_country(seed)):
        assert len(microdata(release)) == len(release.services)
        tables = all_figures(release)
        quarters, years = len(release.quarters), len({key[2] for key in tables["HAND05"]})
        assert len(tables["HAND07"]) == len(tables["HAND01"]) == len(tables["HAND06"]) == 98 * 21 * quarters
        assert len(tables["HAND05"]) == 98 * 17 * years
        for code, time in {(key[0], key[-1]) for key in tables["HAND02A"]}:
            # each person once in all, at least once in each kommune he has services from
            of_kommuner = sum(tables["HAND07"][key].persons for key in tables["HAND07"] if key[1:] == (code, time))
            together = sum(one.persons for key, one in tables["HAND02A"].items() if (key[0], key[-1]) == (code, time))
            assert together <= of_kommuner
            assert (together > 0) == (of_kommuner > 0)
        for key, figure in tables["HAND01"].items():
            # a figure without persons is a true zero; one with persons may be rounded to it
            assert not figure.counted or figure.persons > 0 or figure.shown == "0,0", key
        masks = least_of_linked(tables, release, ())
        assert small(tables["HAND05"]) <= hidden_of_years(tables, masks["HAND07"])
        assert small(tables["HAND03A"]) <= hidden_of_groups(tables, masks["HAND07"])


def test_a_seed_is_a_country() -> None:
    assert service_country(3) == service_country(3) != service_country(4)


@pytest.mark.slow
def test_the_countries_meet_every_reason(tmp_path: Path) -> None:
    met: set[str | None] = set()
    signs: set[str] = set()
    for seed in (0, 1, 3, 14, 24):
        for release in releases_of(tmp_path / str(seed), service_country(seed)):
            for komnr in release.month.in_force:
                met |= release.reasons(komnr).keys()
            met |= {"arkiv_erstattet"} if release.replaced else set()
            signs |= {one.shown for table in all_figures(release).values() for one in table.values()}
    reasons = "DUBLET GENGANGER CPR_FIKTIVT CPR_UKURANT STARTET_EFTER_DOED SLUT_FOER_START YDELSE_UKENDT KODE_PERIODE"
    assert met >= {*reasons.split(), "DAEKKET", "SAMMENLAGT", "ARKIVERET", "arkiv_erstattet", "MANGLER", "FELT", "DATO"}
    assert signs >= {".", "...", "0", "0,0"}
