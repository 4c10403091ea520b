"""Makes a `Country` out of small choices, made by hypothesis or by `random.Random`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from hjalp_tests.countries import pools
from hjalp_tests.countries.choose import Chooser, DrawChooser, RandomChooser
from hjalp_tests.countries.inbox import make_deliveries, make_rows
from hjalp_tests.countries.model import Country, Record, SystemRow
from hjalp_tests.countries.surroundings import make_approvals, make_extract, make_releases, newer_extract

DAY = dt.timedelta(days=1)


@st.composite
def countries(draw: Callable[[st.SearchStrategy[Any]], Any], max_rows: int = 6) -> Country:
    """Small countries; `max_rows` bounds the drawn rows per system (filler rows come on top)."""
    return make_country(DrawChooser(draw), max_kommuner=4, max_rows=max_rows)


def example_country(seed: int) -> Country:
    """The country of a seed: 2-6 kommuner, up to 60 rows per system."""
    return make_country(RandomChooser(seed), max_kommuner=6, max_rows=60)


def make_country(choose: Chooser, max_kommuner: int, max_rows: int) -> Country:
    """A whole country."""
    kommuner = list(pools.KOMMUNER[: choose.number(2, max_kommuner)])
    first = choose.number(0, len(pools.KVARTALER) - 1)
    kvartaler = list(pools.KVARTALER[first : first + choose.number(1, 3)])
    died = make_deaths(choose)
    systems, collaborations = make_systems(choose, kommuner, kvartaler)
    deliveries = []
    rows: list[Record] = []
    for komnr in kommuner:
        # loans that the kommune before has too: the next may be its member, or report for it
        rows = rows if choose.one((True, False)) else []
        for system in reversed([row for row in systems if row.komnr == komnr]):
            rows = make_rows(choose, komnr, system.system, died, rows, max_rows)
            deliveries += make_deliveries(choose, system, kvartaler, rows)
    extracts = {pools.EXTRACT_NAMES[0]: make_extract(choose, kommuner, died)}
    if choose.one((False, True)):
        extracts[pools.EXTRACT_NAMES[1]] = newer_extract(choose, extracts[pools.EXTRACT_NAMES[0]])
    return Country(
        kvartaler=kvartaler,
        kommuner=kommuner,
        systems=systems,
        collaborations=collaborations,
        extensions=[(kommuner[0], kvartaler[-1], "2025-12-01", "Systemskifte")] if choose.one((False, True)) else [],
        deliveries=deliveries,
        extracts=extracts,
        approvals=make_approvals(choose, kommuner),
        releases=make_releases(choose, kommuner, kvartaler, sorted(extracts)),
    )


def make_deaths(choose: Chooser) -> dict[str, dt.date]:
    """Who has died, and when."""
    died = {}
    for pnr, _, _ in pools.KNOWN:
        days = pools.DECEMBER_DEATHS if pnr in pools.BORN_LATE else pools.DEATHS
        day = choose.one((*(None for _ in days), *days))
        if day is not None:
            died[pnr] = day
    return died


def make_systems(
    choose: Chooser, kommuner: list[str], kvartaler: list[str]
) -> tuple[list[SystemRow], list[tuple[str, str, str, str]]]:
    """Systems, newest first within a kommune, and collaborations.

    The first kommune changes system (in the last quarter, or before the first), maybe twice; the second reports for the
    third, or for one that has no system; the third may have left its system; the last may have two systems at the same
    time, or have left the newer of them. Collaborations begin and end around the days that matter, overlap, and form chains and circles.
    """

    def row(komnr: str, system: str, begins: str, ends: str = "", carry: str = "no") -> SystemRow:
        form = choose.one(("csv", "csv", "csv", "xml"))
        return SystemRow(komnr, system, form, choose.one(("utf-8", "windows-1252")), begins, ends, carry)

    last = kvartaler[-1]
    before = previous(last)
    switch = kommuner[0]
    systems = [
        row(switch, "nyt", last),
        row(switch, "gammelt", "2023K1", before, choose.one(("yes", "yes", "yes", "no"))),
    ]
    if choose.one((False, True)):
        systems.append(row(switch, "aeldst", "2022K3", "2022K4" if choose.one((True, False)) else before, "yes"))
    for place, komnr in enumerate(kommuner[1:], start=1):
        leaves = place == 2 and choose.one((False, True))
        systems.append(row(komnr, "nexus", "2022K3", *((before, choose.one(("yes", "yes", "no"))) if leaves else ())))
    if choose.one((False, True)):
        # also one that is left, though it was taken into use after the one that is still used
        systems.insert(-1, row(kommuner[-1], "dialog-2", "2023K2", *choose.one(((), (before, "yes")))))
    reporter = kommuner[1]
    member = kommuner[2] if len(kommuner) > 2 and choose.one((True, False)) else "760"
    first_day, last_day = days_of(last)
    begins = choose.one(("2020-01-01", "2020-01-01", str(last_day), str(last_day + DAY)))
    ends = choose.one(("", "", str(last_day), str(last_day), str(last_day - DAY)))
    collaborations = [(reporter, member, begins, max(begins, ends) if ends else "")]
    for _ in range(choose.number(0, 2)):
        # again, back, or with another one; days of issue lie on both sides of some ends
        pair = choose.one(
            ((reporter, member), (reporter, member), (member, reporter), (reporter, kommuner[-1]), (switch, member))
        )
        spell = choose.one(pools.SPELLS)
        if pair[0] != pair[1]:
            collaborations.append((*pair, *spell))
    if len(kommuner) > 2 and choose.one((False, False, True)):
        # a member and its reporter both have a third that reports for them: two equal rows may be one loan, or two
        collaborations += [
            (switch, reporter, "2020-01-01", ""),
            (reporter, kommuner[2], choose.one(("2019-01-01", "2021-06-01")), ""),
            (switch, kommuner[2], choose.one(("2019-06-01", "2021-01-01")), ""),
        ]
    if choose.one((False, True)):
        # a carried-forward delivery may be from before this one
        collaborations.append((switch, reporter, choose.one(("2020-01-01", str(first_day))), ""))
    # a list in which a spell of two kommuner begins twice on one day is refused
    return systems, list({row[:3]: row for row in collaborations}.values())


def days_of(kvartal: str) -> tuple[dt.date, dt.date]:
    """First and last day."""
    year, nr = int(kvartal[:4]), int(kvartal[5])
    after = dt.date(year + 1, 1, 1) if nr == 4 else dt.date(year, 3 * nr + 1, 1)
    return dt.date(year, 3 * nr - 2, 1), after - DAY


def previous(kvartal: str) -> str:
    """The quarter before."""
    year, nr = int(kvartal[:4]), int(kvartal[5])
    return f"{year - 1}K4" if nr == 1 else f"{year}K{nr - 1}"
