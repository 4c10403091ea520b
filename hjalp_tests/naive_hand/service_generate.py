"""Random small countries of the second statistic, the same for a seed each time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from hjalp_tests.countries.choose import Chooser, RandomChooser
from hjalp_tests.countries.model import Delivery, Extract, Record, SystemRow
from hjalp_tests.naive.fixed import quarter_days
from hjalp_tests.naive_hand import service_pools as pools
from hjalp_tests.naive_hand.service_codes import DAY, last_day_of_month
from hjalp_tests.naive_hand.service_country import FLAWS, ServiceCountry

UNTIL = dt.datetime.fromisoformat("2025-06-20T12:00:00+02:00")
LATER = dt.datetime.fromisoformat("2025-11-10T12:00:00+01:00")


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


def make_rows(
    choose: Chooser, komnr: str, system: str, older: list[Record], days: list[dt.date], max_rows: int
) -> list[Record]:
    """Everything a system knows. Some of it stands in the older system, or in another kommune's, once or several times."""
    rows: list[Record] = []

    def add(record: Record) -> None:
        # the order of ids is not the order in the file
        identity = f"{(len(rows) * 7) % 61:02d}-{len(rows)}"
        if rows and choose.number(0, 14) == 0:
            identity = str(choose.one(rows)["ydelse_id"])
        rows.append({**record, "ydelse_id": identity})

    for record in older:
        for _ in range(choose.one((0, 0, 0, 1, 1, 2))):
            again_there = record | {"handlekommune": komnr}
            for name, value in (("ydelse_slut", None), ("maalgruppe", None), ("funk_vurd", None)):
                if choose.one((False, True)):
                    again_there[name] = value
            add(again_there)
    for _ in range(choose.number(max_rows // 3, max_rows)):
        record = make_record(choose, komnr, days)
        for spell in choose.one(SPELLS):
            add(moved(record, *spell, choose))
    return rows[: 2 * max_rows]


SPELLS: tuple[tuple[tuple[int, int], ...], ...] = (
    # how many days the beginning of each spell of a person is moved, and how long it is (0: as drawn, -1: open)
    ((0, 0),),
    ((0, 0),),
    ((0, 0),),
    ((0, 10), (10, 5)),  # touches: the next begins the day after
    ((0, 10), (11, 5)),  # a day between
    ((0, 40), (5, 3)),  # inside
    ((0, 40), (5, 3), (40, 20)),  # touches the longest, not the last
    ((0, 20), (10, 30)),
    ((0, -1), (100, 10)),
    ((0, 10), (0, 10)),
    ((0, 1), (1, 1), (2, 1)),
    ((5, 10), (0, 5)),  # the later one stands first in the file
)


def moved(record: Record, days: int, length: int, choose: Chooser) -> Record:
    """A spell of the same person and code."""
    start = dt.date.fromisoformat(str(record["ydelse_start"])) + days * DAY
    end = record["ydelse_slut"] if length == 0 else None if length == -1 else str(start + (length - 1) * DAY)
    if days == 0 and length == 0:
        return record
    return record | {
        "ydelse_start": str(start),
        "ydelse_slut": end,
        "maalgruppe": choose.one(pools.TARGETS),
        "funk_vurd": choose.one((None, "0", "4")),
        "prodnr": choose.one(pools.PRODUCTIONS),
    }


def make_record(choose: Chooser, komnr: str, days: list[dt.date]) -> Record:
    """One service."""
    known = [pnr for pnr, _, _ in pools.KNOWN]
    start = choose.one(days)
    after = [day for day in days if day >= start]
    end = choose.one((None, None, choose.one(after), choose.one(after), start, start - DAY, start + 400 * DAY))
    return {
        "ydelse_id": None,
        "handlekommune": komnr,
        "betalingskommune": choose.one((None, komnr, "101", "760")),
        "pnr": choose.one((*known, *known, *known, *pools.WRITTEN_OTHERWISE, choose.one(pools.UNKNOWN))),
        "modt_ydelse_kode": choose.one(pools.CODES),
        "ydelse_start": str(start),
        "ydelse_slut": None if end is None else str(end),
        "maalgruppe": choose.one(pools.TARGETS),
        "funk_vurd": choose.one((None, "0", "2", "4")),
        "prodnr": choose.one(pools.PRODUCTIONS),
        "afdeling_uuid": choose.one(pools.UUIDS),
    }


def filler(komnr: str, count: int) -> list[Record]:
    """Ordinary services, without a choice, so that a bad record can be below five per cent."""
    return [
        {
            "ydelse_id": f"fyld-{number}",
            "handlekommune": komnr,
            "betalingskommune": None,
            "pnr": pools.KNOWN[number % 14][0],
            "modt_ydelse_kode": "31202",
            "ydelse_start": f"20{10 + number // 14:02d}-02-03",
            "ydelse_slut": None if number % 3 else f"20{10 + number // 14:02d}-12-31",
            "maalgruppe": None,
            "funk_vurd": None,
            "prodnr": None,
            "afdeling_uuid": None,
        }
        for number in range(count)
    ]


def make_deliveries(choose: Chooser, system: SystemRow, months: list[str], rows: list[Record]) -> list[Delivery]:
    """The files of one system: each month one, seldom none, a superseded one before it, or a rejected one after it."""
    deliveries = []
    within = [m for m in months if system.from_quarter <= m and (not system.to_quarter or m <= system.to_quarter)]
    if system.to_quarter:
        within = sorted({*within, system.to_quarter})
    for place, month in enumerate(within):
        what = choose.one((*("one",) * 9, "superseded", "superseded", "rejected_after", "rejected_after", "none"))
        if what == "none":
            continue
        known = rows if place == len(within) - 1 else rows[: choose.number(1, len(rows))]
        deliveries.append(make_delivery(choose, system, month, 2, known))
        if what == "superseded":
            deliveries.append(make_delivery(choose, system, month, 1, known[: choose.number(1, len(known))]))
        if what == "rejected_after":
            flaw = FLAWS[1] if system.format == "xlsx" else choose.one(FLAWS)
            deliveries.append(replace(make_delivery(choose, system, month, 3, known), flaw=flaw))
    return deliveries


def make_delivery(choose: Chooser, system: SystemRow, month: str, day: int, rows: list[Record]) -> Delivery:
    """One file; `day` tells the order of reception. Bad records are at most five per cent."""
    to_next_twenty = -len(rows) % 20
    records = rows + filler(system.komnr, choose.one((0, to_next_twenty, to_next_twenty + 20)))
    places = [number * 20 + choose.number(0, 19) for number in range(len(records) // 20)]
    for place in places if choose.one((True, False)) else places[1:]:
        records[place] = records[place] | choose.one(pools.BAD)
    after = last_day_of_month(month) + day * DAY
    return Delivery(
        kvartal=month,
        komnr=system.komnr,
        system=system.system,
        received=f"{after:%Y%m%d}T081500",
        format=system.format,
        encoding=system.encoding,
        records=records,
        crlf=choose.one((False, True)),
        bom=choose.one((False, True)),
        reverse_columns=choose.one((False, True)),
    )


def again(choose: Chooser, delivery: Delivery) -> Delivery:
    """A re-delivery of the same month: some rows are gone, some are open, one is another person's."""
    kept = [dict(record) for record in delivery.records if choose.number(0, 5)] or delivery.records[:1]
    for record in kept:
        if choose.number(0, 4) == 0:
            record["ydelse_slut"] = None
    return replace(delivery, received="20251001T081500", records=kept, flaw=None)


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
    }
    two = one | {
        "period": choose.one(months),
        "registers": choose.one(pools.EXTRACT_NAMES),
        "publish_at": dt.datetime.fromisoformat("2025-12-16T08:00:00+01:00"),
        "protect_against": names[:1],
        "approvals_until": choose.one((UNTIL, LATER)),
        "refuse_unprotectable": False,
        "period_overrides": {choose.one(kommuner): choose.one(months)},
    }
    three = two | {
        "publish_at": dt.datetime.fromisoformat("2025-12-17T08:00:00+01:00"),
        "protect_against": names[:2],
        "archive": choose.one(names[:2]),
        "archive_until": choose.one(pools.ENDS_OF_ARCHIVES),
    }
    return dict(zip(names, (one, two, three), strict=True))
