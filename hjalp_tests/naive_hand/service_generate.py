"""Random small countries of the second statistic, the same for a seed each time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hjalp_tests.countries.choose import Chooser, RandomChooser
from hjalp_tests.countries.model import Delivery, Extract, Record, SystemRow
from hjalp_tests.naive.fixed import quarter_days
from hjalp_tests.naive_hand import service_pools as pools
from hjalp_tests.naive_hand.service_codes import DAY, last_day_of_month
from hjalp_tests.naive_hand.service_country import ServiceCountry
from hjalp_tests.naive_hand.service_records import again, make_deliveries, make_rows
from hjalp_tests.naive_hand.service_releases import make_approvals, make_releases


def service_country(seed: int, max_rows: int = 40) -> ServiceCountry:
    """The country of a seed: 2-6 kommuner, two or three months, up to `max_rows` drawn rows per system."""
    return make_service_country(RandomChooser(seed), max_rows)


def make_service_country(choose: Chooser, max_rows: int) -> ServiceCountry:
    """A whole country."""
    spans = [(first, last) for first, last, weight in pools.SPANS for _ in range(weight)]
    first, last = choose.one(spans)
    kommuner = list(pools.KOMMUNER[: choose.number(2, len(pools.KOMMUNER))])
    months = months_after(last)[choose.number(0, 1) :]
    died = {pnr: choose.one(pools.DEATHS) for pnr, _, _ in pools.KNOWN if choose.number(0, 3) == 0}
    systems = make_systems(choose, kommuner, months)
    deliveries: list[Delivery] = []
    late: list[Delivery] = []
    rows: list[Record] = []
    for komnr in kommuner:
        # services that the kommune before has too: the next may be its member, or report for it
        rows = rows if choose.one((True, False, False)) else []
        for system in reversed([row for row in systems if row.komnr == komnr]):
            rows = make_rows(choose, komnr, system.system, rows, days_of_interest(first, last, died), max_rows)
            made = make_deliveries(choose, system, months, rows)
            deliveries += made
            if made and choose.number(0, 2) == 0:
                late.append(again(choose, made[-1]))
    extracts = {pools.EXTRACT_NAMES[0]: make_extract(choose, kommuner, died, first, last)}
    extracts[pools.EXTRACT_NAMES[1]] = newer_extract(choose, extracts[pools.EXTRACT_NAMES[0]])
    return ServiceCountry(
        months=months,
        kommuner=kommuner,
        systems=systems,
        collaborations=make_collaborations(choose, kommuner, months),
        deliveries=deliveries,
        late=late,
        extracts=extracts,
        approvals=make_approvals(choose, kommuner, first, last),
        releases=make_releases(choose, kommuner, months, first, last),
    )


def months_after(quarter: str) -> list[str]:
    """The last month of a quarter, the next one, and one half a year later."""
    year, nr = int(quarter[:4]), 3 * int(quarter[5])
    return [f"{year + (nr + more - 1) // 12}M{(nr + more - 1) % 12 + 1:02d}" for more in (0, 1, 6)]


def previous_month(month: str) -> str:
    """The month before."""
    year, nr = int(month[:4]), int(month[5:])
    return f"{year - 1}M12" if nr == 1 else f"{year}M{nr - 1:02d}"


def make_systems(choose: Chooser, kommuner: list[str], months: list[str]) -> list[SystemRow]:
    """Newest first within a kommune: the first changes system, maybe twice; the last may have two at the same time."""

    def row(komnr: str, system: str, begins: str, ends: str = "", carry: str = "no") -> SystemRow:
        form = choose.one(("csv", "csv", "xml", "xlsx"))
        return SystemRow(komnr, system, form, choose.one(("utf-8", "windows-1252")), begins, ends, carry)

    change = choose.one(months[:2])
    systems = [
        row(kommuner[0], "nyt", change),
        row(kommuner[0], "gammelt", "2014M01", previous_month(change), choose.one(("yes", "yes", "no"))),
    ]
    if choose.one((False, True)):
        systems.append(row(kommuner[0], "aeldst", "2013M10", "2013M12", "yes"))
    systems += [row(komnr, "eget", "2013M10") for komnr in kommuner[1:]]
    if choose.one((False, True)):
        systems.insert(-1, row(kommuner[-1], "andet", "2014M01"))
    return systems


def make_collaborations(choose: Chooser, kommuner: list[str], months: list[str]) -> list[tuple[str, str, str, str]]:
    """None, one or two; their first and last days lie around the last day of a month."""
    found: dict[tuple[str, str, str], tuple[str, str, str, str]] = {}
    for _ in range(choose.one((0, 1, 1, 1, 2))):
        reporter, member = choose.one(kommuner), choose.one((*kommuner[1:], kommuner[-1], "190"))
        day = last_day_of_month(choose.one(months))
        begins = choose.one((dt.date(2014, 1, 1), dt.date(2014, 1, 1), day, day + DAY))
        ends = choose.one((None, None, None, None, day, day - DAY, dt.date(2016, 6, 30)))
        if reporter != member:
            span = (str(begins), str(max(begins, ends)) if ends else "")
            found.setdefault((reporter, member, span[0]), (reporter, member, *span))
    return list(found.values())


def days_of_interest(first: str, last: str, died: dict[str, dt.date]) -> list[dt.date]:
    """Days around which spells begin and end: edges of quarters and years, of codes, archives and lives."""
    edges = [
        *quarter_days(first),
        quarter_days(last)[0],
        quarter_days(last)[1],
        dt.date(int(last[:4]), 1, 1),
        quarter_days(last)[1] - 60 * DAY,
        *pools.BEGINNINGS,
        *pools.ENDS_OF_ARCHIVES,
        *died.values(),
    ]
    inside = [quarter_days(first)[0] + number * DAY for number in range(15, 400, 37)]
    return [day + shift * DAY for day in edges for shift in (-1, 0, 1)] + inside * 8


def make_extract(choose: Chooser, kommuner: list[str], died: dict[str, dt.date], first: str, last: str) -> Extract:
    """Persons and deaths; a population of some hundreds in each kommune and year, now and then none."""
    folketal = []
    for aar in range(int(first[:4]) - 1, int(last[:4]) + 1):
        for komnr in kommuner:
            people = choose.one((0, 7, 160, 333, 1001))
            folketal += [
                (aar, komnr, koen, alder, people + alder + koen) for koen in (1, 2) for alder in (0, 3) if people
            ]
        folketal.append((aar, "760", 1, 3, 1))  # the year has somebody, so the extract is whole
    return Extract(list(pools.KNOWN), sorted(died.items()), [], [], folketal)


def newer_extract(choose: Chooser, old: Extract) -> Extract:
    """A later extract: now and then somebody is no longer in it, somebody has died, a death was taken back."""
    gone = {choose.one(pools.KNOWN)[0]} if choose.one((True, False)) else set()
    dod = dict(old.dod)
    pnr = choose.one(pools.KNOWN)[0]
    if pnr in dod:
        del dod[pnr]
    else:
        dod[pnr] = choose.one(pools.DEATHS)
    return replace(old, person=[row for row in old.person if row[0] not in gone], dod=sorted(dod.items()))
