"""Registers, approvals and release definitions of a made-up country."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from hjalp_tests.countries import pools
from hjalp_tests.countries.choose import Chooser
from hjalp_tests.countries.model import Extract


def make_extract(choose: Chooser, kommuner: list[str], died: dict[str, dt.date]) -> Extract:
    """Registers: the known persons, their deaths and homes, and a population."""
    places = [
        (adresse_id, {"*": choose.one(kommuner), "+": choose.one(kommuner)}.get(kom, kom), vfra, vtil)
        for adresse_id, spells in pools.PLACES
        for kom, vfra, vtil in spells
    ]
    homes = []
    for pnr, _, _ in pools.KNOWN:
        start = choose.number(0, len(pools.PLACES) - 1)
        for which, vfra, vtil in choose.one(pools.MOVES):
            homes.append((pnr, pools.PLACES[(start + which) % len(pools.PLACES)][0], vfra, vtil))
    shift = choose.number(0, len(pools.ANTAL) - 1)
    folketal = [
        (aar, kom, koen, alder, pools.ANTAL[(shift + number * 5 + koen + aar + int(kom)) % len(pools.ANTAL)])
        for aar in (2022, 2023, 2024, 2025)
        for kom in (*kommuner, "760")
        for koen in (1, 2)
        for number, alder in enumerate(pools.ALDRE)
        if number % 2 == 0 or aar == 2024  # in 2023 one age in each group
    ]
    return Extract(list(pools.KNOWN), sorted(died.items()), homes, places, folketal)


def newer_extract(choose: Chooser, old: Extract) -> Extract:
    """A later extract: somebody is no longer in it, somebody has died, somebody's death was taken back."""
    gone = choose.one(pools.KNOWN)[0]
    person = [row for row in old.person if row[0] != gone]
    dod = dict(old.dod)
    pnr = choose.one(pools.KNOWN)[0]
    if pnr in dod:
        del dod[pnr]
    else:
        dod[pnr] = choose.one(pools.DEATHS)
    return replace(old, person=person, dod=sorted(dod.items()))


UNTIL = "2025-06-20T12:00:00+02:00"
PATTERNS: tuple[tuple[tuple[str, str, str], ...], ...] = (
    # decisions after "everything approved in March": (when, kind, decision)
    (),
    (),
    (),
    (("2025-06-20T12:00:00+02:00", "K2", "afvist"),),  # exactly at the limit: counts
    (("2025-06-20T12:00:01+02:00", "K2", "afvist"),),  # after it: does not
    (("2025-04-01T10:00:00+02:00", "K3", "afvist"), ("2025-05-01T10:00:00+02:00", "K3", "godkendt")),
    (("2025-05-01T10:00:00+02:00", "K3", "godkendt"), ("2025-04-01T10:00:00+02:00", "K3", "afvist")),
    (("2025-04-01T10:00:00+02:00", "PARAGRAF", "afvist"),),
    (("2025-02-01T10:00:00+01:00", "K4", "afvist"),),  # before the approval
)


@dataclass
class _Approval:
    year: int
    komnr: str

    def row(self, when: str, kind: str, decision: str) -> tuple[str, int, str, str, str, str, str]:
        return (when, self.year, self.komnr, kind, decision, "afdelingen", "")


def make_approvals(choose: Chooser, kommuner: list[str]) -> dict[str, list[tuple[str, int, str, str, str, str, str]]]:
    """Two files; each kommune and year its own story, and 760 (which only lives with others) sometimes takes part."""
    first: list[tuple[str, int, str, str, str, str, str]] = []
    second: list[tuple[str, int, str, str, str, str, str]] = []
    for year in (2023, 2024, 2025):
        for komnr in (*kommuner, "760"):
            approval = _Approval(year, komnr)
            missing = choose.one(("", "", "", "PARAGRAF", "K1", "K4"))
            late = choose.one((False, False, False, False, False, True))
            for kind in ("K1", "K2", "K3", "K4", "PARAGRAF"):
                if kind != missing:
                    when = "2025-07-01T09:00:00+02:00" if late else "2025-03-01T09:00:00+01:00"
                    first.append(approval.row(when, kind, "godkendt"))
            second += [approval.row(*decision) for decision in choose.one(PATTERNS)]
    return {"2025-foraar.csv": first, "senere.csv": second}


def make_releases(
    choose: Chooser, kommuner: list[str], kvartaler: list[str], extracts: list[str]
) -> dict[str, dict[str, Any]]:
    """`2024v1`, and a `2024v2` that takes a kommune from another quarter and the newest register."""
    years = choose.one(([2023, 2024], [2024], [2023], [2022, 2023, 2024]))
    hour = choose.one(("08:00:00", "08:00:00", "13:30:00"))
    first: dict[str, Any] = {
        "reference_years": years,
        "quarter": choose.one(kvartaler),
        "registers": extracts[0],
        "publish_at": dt.datetime.fromisoformat(f"2025-11-14T{hour}+01:00"),
        "publish_at_reason": "" if hour == "08:00:00" else "Statistikbanken var ude af drift om morgenen.",
        "protect_against": [],
        "approvals_until": dt.datetime.fromisoformat(UNTIL),
        "refuse_unprotectable": False,
        "protect_kommuner": hour != "08:00:00",  # a third of the countries; it takes more time
        "quarter_overrides": {},
    }
    second = {
        **first,
        "registers": extracts[-1],
        "publish_at": dt.datetime.fromisoformat("2025-12-16T08:00:00+01:00"),
        "publish_at_reason": "",
        "protect_against": ["2024v1"],
        "approvals_until": dt.datetime.fromisoformat("2025-11-10T12:00:00+01:00"),
        "quarter_overrides": {choose.one(kommuner): choose.one(kvartaler)},
    }
    return {"2024v1": first, "2024v2": second}
