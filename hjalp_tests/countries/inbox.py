"""Loans and deliveries of a made-up country."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hjalp_tests.countries import pools
from hjalp_tests.countries.choose import Chooser
from hjalp_tests.countries.model import Delivery, Record, SystemRow
from hjalp_tests.countries.write import CSV_FLAWS, XML_FLAWS

DAY = dt.timedelta(days=1)


def make_rows(
    choose: Chooser, komnr: str, system: str, died: dict[str, dt.date], older: list[Record], max_rows: int
) -> list[Record]:
    """Everything a system knows. Some of it stands in the older system, or in another kommune's, once or several times."""
    rows: list[Record] = []

    def add(record: Record) -> None:
        # the number's order is not the order in the file
        identity = f"{(len(rows) * 7) % 61:02d}-{len(rows)}"
        if rows and choose.number(0, 11) == 11:
            identity = str(choose.one(rows)["udlaan_id"])
        rows.append({**record, "udlaan_id": identity})

    for record in older:
        for _ in range(choose.one((0, 0, 0, 1, 1, 2))):
            again = record | {"komnr_indberetter": komnr}
            if record["hminr"] is not None and choose.one((False, True)):
                again["hminr"] = str(int(record["hminr"])).zfill(choose.number(5, 6))
            if choose.one((True, False)):
                again |= {"indleveringsdato": None, "lov_navn": None}
            if choose.one((False, True)):
                again |= {"lov_tekst": None}
            if again["pnr"] == "0101609001" and choose.one((True, False)):
                again["pnr"] = "010160-9001"
            add(again)
            if len(rows) >= max_rows:
                break
    for _ in range(choose.number(1, max_rows)):
        record = make_record(choose, komnr, died)
        for _ in range(choose.one((1, 1, 1, 1, 2, 3))):
            add(record)
    return rows


def make_record(choose: Chooser, komnr: str, died: dict[str, dt.date]) -> Record:
    """One loan."""
    known = [pnr for pnr, _, _ in pools.KNOWN]
    pnr = choose.one((*known, *known, *pools.WRITTEN_OTHERWISE, choose.one(pools.UNKNOWN_REAL + pools.UNKNOWN_FICTIVE)))
    death = died.get(pnr.strip().replace("-", ""))
    issued, returned = choose.one(pools.ABSOLUTE_DATES)
    if death is not None and choose.one((True, True, False)):
        days_issued, days_returned = choose.one(pools.AROUND_DEATH)
        issued = death + days_issued * DAY
        returned = None if days_returned is None else death + days_returned * DAY
    lov_navn, lov_tekst = choose.one(pools.LAW)
    if lov_navn == "AEL_10" and choose.one((False, True)):
        issued, returned = choose.one(pools.NEW_CODE_DATES)
    return {
        "udlaan_id": None,
        "komnr_indberetter": komnr,
        "komnr_betaling": choose.one((None, komnr, "760")),
        "pnr": pnr,
        "hminr": choose.one(pools.HMINR),
        "hmiiso": choose.one(pools.HMIISO),
        "hminavn": choose.one((None, "Rollator", 'Kørestol; "el"')),
        "udleveringsdato": issued.isoformat(),
        "indleveringsdato": None if returned is None else returned.isoformat(),
        "lov_navn": lov_navn,
        "lov_tekst": lov_tekst,
    }


def filler(komnr: str, count: int) -> list[Record]:
    """Ordinary loans, without a choice, so that a bad record can be below five per cent."""
    return [
        {
            "udlaan_id": f"fyld-{number}",
            "komnr_indberetter": komnr,
            "komnr_betaling": None,
            "pnr": pools.KNOWN[number % 9][0],
            "hminr": str(900000 + number),
            "hmiiso": None,
            "hminavn": None,
            "udleveringsdato": "2021-02-03",
            "indleveringsdato": None,
            "lov_navn": "SEL_112",
            "lov_tekst": None,
        }
        for number in range(count)
    ]


def make_deliveries(choose: Chooser, system: SystemRow, kvartaler: list[str], rows: list[Record]) -> list[Delivery]:
    """The files of one system: each quarter none, one, a superseded one before it, a rejected one after it."""
    deliveries = []
    quarters = [q for q in kvartaler if system.from_quarter <= q and (not system.to_quarter or q <= system.to_quarter)]
    if system.to_quarter:
        # a system that was left has delivered at some time before; its latest file may come from an early quarter
        quarters = sorted({*quarters, system.to_quarter, choose.one((system.to_quarter, system.from_quarter))})
    # now and then the first quarter is delivered again, after the later ones
    late = system.to_quarter != "" and len(quarters) > 1 and choose.one((False, True))
    for position, kvartal in enumerate(quarters):
        what = choose.one(("one", "one", "one", "superseded", "rejected_after", "rejected_only", "none"))
        if what == "none" and not late:
            continue
        known = rows if position == len(quarters) - 1 else rows[: choose.number(1, len(rows))]
        good = make_delivery(choose, system, kvartal, 2, known)
        if what in ("one", "superseded", "rejected_after") or late:
            deliveries.append(replace(good, received="20260105T081500") if late and position == 0 else good)
        if what == "superseded":
            deliveries.append(make_delivery(choose, system, kvartal, 1, known[: choose.number(1, len(known))]))
        if what in ("rejected_after", "rejected_only"):
            deliveries.append(rejected(choose, make_delivery(choose, system, kvartal, 3, known)))
    return deliveries


def make_delivery(choose: Chooser, system: SystemRow, kvartal: str, day: int, rows: list[Record]) -> Delivery:
    """One file; `day` tells the order of reception. Bad records are at most five per cent."""
    to_next_twenty = -len(rows) % 20
    records = rows + filler(system.komnr, choose.one((0, 0, to_next_twenty, to_next_twenty + 20)))
    places = [number * 20 + choose.number(0, 19) for number in range(len(records) // 20)]
    for place in places if choose.one((True, True, False)) else places[1:]:
        records[place] = records[place] | choose.one(pools.BAD)
    year, nr = int(kvartal[:4]), int(kvartal[5])
    month, year = (1, year + 1) if nr == 4 else (3 * nr + 1, year)
    return Delivery(
        kvartal=kvartal,
        komnr=system.komnr,
        system=system.system,
        received=f"{year}{month:02d}{day:02d}T081500",
        format=system.format,
        encoding=system.encoding,
        records=records,
        crlf=choose.one((False, True)),
        bom=choose.one((False, True)),
        reverse_columns=choose.one((False, True)),
    )


def rejected(choose: Chooser, delivery: Delivery) -> Delivery:
    """The same file with something wrong with the whole of it."""
    flaw = choose.one(("too_many_bad", *(CSV_FLAWS if delivery.format == "csv" else XML_FLAWS)))
    if flaw != "too_many_bad":
        return replace(delivery, flaw=flaw)
    bad = len(delivery.records) * 5 // 100 + 1
    broken = [{**record, **choose.one(pools.BAD)} for record in delivery.records[:bad]]
    return replace(delivery, records=[*broken, *delivery.records[bad:]])
