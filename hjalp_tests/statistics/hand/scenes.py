"""Scenes of services made by hand: a country of a few kommuner, run and released, every row and cell held against the second
opinion (`naive_hand`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hjalp_pipeline.production.release.making import Release, make_release
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries.model import Delivery, Extract, Record, SystemRow
from hjalp_tests.countries.write import to_toml
from hjalp_tests.naive_hand import HandRelease, make_hand_release
from hjalp_tests.naive_hand import service_pools as pools
from hjalp_tests.naive_hand.compare_services import compare_release, definition_of, published, run_and_compare_month
from hjalp_tests.naive_hand.service_country import ServiceCountry, deliver_services, write_services

if TYPE_CHECKING:
    from pathlib import Path

    from hjalp_tests.naive_hand.must_hide import Earlier

MONTH, EXTRACT = "2025M01", "2025-04-04"
KOMMUNER = ("101", "155", "183", "187", "540")
REPORTER, MEMBER = "183", "187"
#: A code that a covered member reports itself, and one that it does not.
EXEMPT_CODE, CODE = "30117", "31202"
PERSONS = [pnr for pnr, _, _ in pools.KNOWN]
FIRST_OF_MANY, MANY = 14, 11
Decision = tuple[str, int, str, str, str, str, str]


def service(komnr: str, number: int, **changes: str | None) -> Record:
    """A service that goes on from 2024; the number decides the person."""
    return {
        "ydelse_id": f"{komnr}-{number}",
        "handlekommune": komnr,
        "betalingskommune": None,
        "pnr": PERSONS[number % len(PERSONS)],
        "modt_ydelse_kode": CODE,
        "ydelse_start": "2024-01-01",
        "ydelse_slut": None,
        "maalgruppe": None,
        "funk_vurd": None,
        "prodnr": None,
        "afdeling_uuid": None,
        **changes,
    }


def services(komnr: str, **changes: str | None) -> list[Record]:
    """Eleven of them, each another person's: seven men of an age and four women, so that nothing is small. Codes have ids apart."""
    code = changes.get("modt_ydelse_kode", CODE)
    return [
        service(komnr, number, **{"ydelse_id": f"{komnr}-{code}-{number}"} | changes)
        for number in range(FIRST_OF_MANY, FIRST_OF_MANY + MANY)
    ]


def delivery(komnr: str, records: list[Record], month: str = MONTH, **changes: Any) -> Delivery:
    """A csv file of a month."""
    values: dict[str, Any] = {
        "kvartal": month,
        "komnr": komnr,
        "system": "eget",
        "received": f"{month[:4]}{month[5:]}28T081500",
        "format": "csv",
        "encoding": "utf-8",
        "records": records,
    }
    return Delivery(**(values | changes))


def approved(*kommuner: str, years: tuple[int, ...] = (2024,)) -> list[Decision]:
    """All quarters of the years."""
    return [
        ("2025-03-01T09:00:00+01:00", year, komnr, kind, "godkendt", "afdelingen", "")
        for komnr in kommuner
        for year in years
        for kind in ("K1", "K2", "K3", "K4")
    ]


def definition(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Release 2024v1 of the quarters of 2024, or a later one that is protected against those before it."""
    values: dict[str, Any] = {
        "period": MONTH,
        "first_quarter": "2024K1",
        "last_quarter": "2024K4",
        "registers": EXTRACT,
        "publish_at": dt.datetime.fromisoformat(f"2025-11-{10 + number}T08:00:00+01:00"),
        "protect_against": [f"2024v{nr}" for nr in range(1, number)],
        "approvals_until": dt.datetime.fromisoformat("2025-06-20T12:00:00+02:00"),
        "refuse_unprotectable": False,
    }
    return values | changes


def country(**changes: Any) -> ServiceCountry:
    """Every kommune delivers eleven services and has approved everything; a scene names what is otherwise."""
    extract = Extract(list(pools.KNOWN), [], [], [], [(2023, komnr, 1, 40, 1000) for komnr in KOMMUNER])
    values: dict[str, Any] = {
        "months": [MONTH],
        "kommuner": list(KOMMUNER),
        "systems": [SystemRow(komnr, "eget", "csv", "utf-8", "2013M10", "", "no") for komnr in KOMMUNER],
        "collaborations": [],
        "deliveries": [delivery(komnr, services(komnr)) for komnr in KOMMUNER],
        "late": [],
        "extracts": {EXTRACT: extract},
        "approvals": {"2025.csv": approved(*KOMMUNER)},
        "releases": {"2024v1": definition()},
    }
    return ServiceCountry(**(values | changes))


def with_delivery(made: ServiceCountry, komnr: str, *files: Delivery) -> ServiceCountry:
    """The country with other deliveries of one kommune."""
    others = [one for one in made.deliveries if one.komnr != komnr]
    return replace(made, deliveries=[*others, *files])


class Scene:
    """A country that is written, and its releases one after the other beside those of the second opinion."""

    def __init__(self, folder: Path, made: ServiceCountry) -> None:
        """Writes it and runs its months."""
        write_services(folder, made)
        self.root = DataRoot(folder, "hand")
        self.naive: dict[str, HandRelease] = {}
        self.earlier: dict[str, Earlier] = {}
        self.run(*made.months)

    def run(self, *months: str) -> None:
        """Months, each held against the second opinion."""
        for month in months:
            assert run_and_compare_month(self.root, month) == {}, month

    def deliver(self, *files: Delivery) -> None:
        """More deliveries."""
        deliver_services(self.root.path, files)

    def define(self, name: str, what: dict[str, Any]) -> None:
        """Write a definition."""
        (self.root.releases / f"{name}.toml").write_text(to_toml(what), encoding="utf-8")

    def release(self, name: str = "2024v1") -> Release:
        """A release, every row, cell and mask of which is as the second opinion has it."""
        made = make_release(self.root, name)
        what = definition_of(self.root, name)
        naive = make_hand_release(self.root.path, name, what, self.naive.get(what.get("archive", "")))
        against = [self.earlier[before] for before in what["protect_against"]]
        differs, self.earlier[name] = compare_release(self.root, made, naive, against)
        assert differs == {}
        self.naive[name] = naive
        return made

    def shown(self, release: Release, table: str) -> dict[tuple[str, ...], str]:
        """What stands in a published table."""
        return published(release.path, table)
