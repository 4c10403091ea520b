"""Who approves what in the random small countries of the second statistic, and the releases that are made of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hjalp_tests.countries.choose import Chooser
from hjalp_tests.naive_hand import service_pools as pools

UNTIL = dt.datetime.fromisoformat("2025-06-20T12:00:00+02:00")
LATER = dt.datetime.fromisoformat("2025-11-10T12:00:00+01:00")

STORIES: tuple[tuple[tuple[str, str, str], ...], ...] = (
    # decisions after "everything approved in March": (when, kind, decision)
    (),
    (),
    (),
    (),
    (("2025-06-20T12:00:00+02:00", "K2", "afvist"),),  # exactly at the limit: counts
    (("2025-06-20T12:00:01+02:00", "K2", "afvist"),),  # after it: counts for the second release alone
    (("2025-04-01T10:00:00+02:00", "K3", "afvist"), ("2025-05-01T10:00:00+02:00", "K3", "godkendt")),
    (("2025-05-01T10:00:00+02:00", "K3", "godkendt"), ("2025-05-01T10:00:00+02:00", "K3", "afvist")),
)
Decisions = dict[str, list[tuple[str, int, str, str, str, str, str]]]


def make_approvals(choose: Chooser, kommuner: list[str], first: str, last: str) -> Decisions:
    """Each kommune all, all but one year or quarter, only recent years, or none; some only in time for the second release."""
    rows: list[tuple[str, int, str, str, str, str, str]] = []
    years = range(int(first[:4]), int(last[:4]) + 1)
    for komnr in (*kommuner, "190"):
        what = choose.one(("all", "all", "all", "all", "quarter", "recent", "none", "late"))
        missing = (choose.one(list(years)), choose.one(("K1", "K2", "K3", "K4")))
        for year in years:
            for kind in ("K1", "K2", "K3", "K4"):
                when = "2025-07-01T09:00:00+02:00" if what == "late" else "2025-03-01T09:00:00+01:00"
                decided = (when, year, komnr, kind, "godkendt", "afdelingen", "")
                if what == "none" or (what == "quarter" and (year, kind) == missing):
                    continue
                if what == "recent" and year < 2018:
                    continue
                rows.append(decided)
            rows += [
                (when, year, komnr, kind, decision, "afdelingen", "") for when, kind, decision in choose.one(STORIES)
            ]
    return {"2025.csv": rows}


def make_releases(
    choose: Chooser, kommuner: list[str], months: list[str], first: str, last: str
) -> dict[str, dict[str, Any]]:
    """`2024v1`; a `2024v2` of a later month with the newer register; `2024v3` on the archive of one of them.

    Named after the year of their last quarter.
    """
    names = [f"{last[:4]}v{nr}" for nr in (1, 2, 3)]
    one: dict[str, Any] = {
        "period": months[0],
        "first_quarter": first,
        "last_quarter": last,
        "registers": pools.EXTRACT_NAMES[0],
        "publish_at": dt.datetime.fromisoformat("2025-11-14T08:00:00+01:00"),
        "protect_against": [],
        "approvals_until": UNTIL,
        "refuse_unprotectable": False,
    }
    two = one | {
        "period": choose.one(months),
        "registers": choose.one(pools.EXTRACT_NAMES),
        "publish_at": dt.datetime.fromisoformat("2025-12-16T08:00:00+01:00"),
        "protect_against": names[:1],
        "approvals_until": choose.one((UNTIL, LATER)),
        "period_overrides": {choose.one(kommuner): choose.one(months)},
    }
    three = two | {
        "publish_at": dt.datetime.fromisoformat("2025-12-17T08:00:00+01:00"),
        "protect_against": names[:2],
        "archive": choose.one(names[:2]),
        "archive_until": choose.one(pools.ENDS_OF_ARCHIVES),
    }
    return dict(zip(names, (one, two, three), strict=True))
