"""What the random small countries of the second statistic deliver: services, some known to two systems, and their files."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hjalp_tests.countries.choose import Chooser
from hjalp_tests.countries.model import Delivery, Record, SystemRow
from hjalp_tests.naive_hand import service_pools as pools
from hjalp_tests.naive_hand.service_codes import DAY, last_day_of_month
from hjalp_tests.naive_hand.service_country import FLAWS


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
