"""Makes a `Country` out of small choices, made by hypothesis or by `random.Random`."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

from hjalp_tests.countries import pools
from hjalp_tests.countries.model import Country, Delivery, Extract, Record, SystemRow
from hjalp_tests.countries.write import CSV_FLAWS, XML_FLAWS

T = TypeVar("T")
DAY = dt.timedelta(days=1)


class Chooser(Protocol):
    """Makes the choices."""

    def one(self, options: Sequence[T]) -> T:
        """One of them (the first is the simplest)."""
        ...

    def number(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        ...


class RandomChooser:
    """Choices by `random.Random`."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def one(self, options: Sequence[T]) -> T:
        return self.random.choice(options)

    def number(self, low: int, high: int) -> int:
        return self.random.randint(low, high)


class DrawChooser:
    """Choices by hypothesis."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw

    def one(self, options: Sequence[T]) -> T:
        chosen: T = options[self.draw(st.integers(0, len(options) - 1))]
        return chosen

    def number(self, low: int, high: int) -> int:
        number: int = self.draw(st.integers(low, high))
        return number


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
    deaths = [(pnr, choose.one((None,) * 8 + pools.DEATHS)) for pnr, _, _ in pools.KNOWN]
    died = {pnr: day for pnr, day in deaths if day is not None}
    systems, collaborations = make_systems(choose, kommuner, kvartaler)
    deliveries = []
    for komnr in kommuner:
        rows: list[Record] = []
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


def make_systems(
    choose: Chooser, kommuner: list[str], kvartaler: list[str]
) -> tuple[list[SystemRow], list[tuple[str, str, str, str]]]:
    """Systems, newest first within a kommune, and collaborations.

    The first kommune changes system (in the last quarter, or before the first), maybe twice; the second reports for the
    third, or for one that has no system; the last may have two systems at the same time.
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
    if choose.one((False, False, True)):
        systems.append(row(switch, "aeldst", "2022K3", "2022K4" if choose.one((True, False)) else before, "yes"))
    for komnr in kommuner[1:]:
        systems.append(row(komnr, "nexus", "2022K3"))
    if choose.one((False, True)):
        systems.insert(-1, row(kommuner[-1], "dialog-2", "2023K2"))
    reporter = kommuner[1]
    member = kommuner[2] if len(kommuner) > 2 and choose.one((True, False)) else "760"
    ends = choose.one(("", "", "2024-12-31", "2025-03-31", "2025-03-30", "2025-06-30"))
    collaborations = [(reporter, member, choose.one(("2020-01-01", "2025-03-31", "2025-04-01")), ends)]
    if choose.one((False, True)):
        collaborations.append((switch, reporter, "2020-01-01", ""))
    return systems, collaborations


def previous(kvartal: str) -> str:
    """The quarter before."""
    year, nr = int(kvartal[:4]), int(kvartal[5])
    return f"{year - 1}K4" if nr == 1 else f"{year}K{nr - 1}"


def make_rows(
    choose: Chooser, komnr: str, system: str, died: dict[str, dt.date], older: list[Record], max_rows: int
) -> list[Record]:
    """Everything a system knows. Some of it stands in the older system too, once or several times."""
    rows: list[Record] = []

    def add(record: Record) -> None:
        # the number's order is not the order in the file
        identity = f"{(len(rows) * 7) % 61:02d}-{len(rows)}"
        if rows and choose.number(0, 11) == 11:
            identity = str(choose.one(rows)["udlaan_id"])
        rows.append({**record, "udlaan_id": identity})

    for record in older:
        for _ in range(choose.one((0, 0, 0, 1, 1, 2))):
            again = dict(record)
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
    late = system.to_quarter != "" and choose.one((False, False, True))  # the first quarter is delivered again, last
    for position, kvartal in enumerate(quarters):
        what = choose.one(("one", "one", "one", "superseded", "rejected_after", "rejected_only", "none"))
        if what == "none":
            continue
        known = rows if position == len(quarters) - 1 else rows[: choose.number(1, len(rows))]
        good = make_delivery(choose, system, kvartal, 2, known)
        if what in ("one", "superseded", "rejected_after"):
            deliveries.append(replace(good, received="20260105T081500") if late and position == 0 else good)
        if what == "superseded":
            deliveries.append(make_delivery(choose, system, kvartal, 1, known[: choose.number(1, len(known))]))
        if what in ("rejected_after", "rejected_only"):
            deliveries.append(rejected(choose, make_delivery(choose, system, kvartal, 3, known)))
    return deliveries


def make_delivery(choose: Chooser, system: SystemRow, kvartal: str, day: int, rows: list[Record]) -> Delivery:
    """One file; `day` tells the order of reception. Bad records are at most five per cent."""
    records = rows + filler(system.komnr, choose.one((0, 0, 20, 40)))
    for _ in range(len(records) * 5 // 100):
        if choose.one((True, False)):
            place = choose.number(0, len(records) - 1)
            records = [*records[:place], {**records[place], **choose.one(pools.BAD)}, *records[place + 1 :]]
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
    years = choose.one(([2023, 2024], [2024], [2023], [2024, 2025]))
    first: dict[str, Any] = {
        "reference_years": years,
        "quarter": choose.one(kvartaler),
        "registers": extracts[0],
        "publish_at": dt.datetime.fromisoformat("2025-06-24T08:00:00+02:00"),
        "protect_against": [],
        "approvals_until": dt.datetime.fromisoformat(UNTIL),
        "quarter_overrides": {},
    }
    second = {
        **first,
        "registers": extracts[-1],
        "publish_at": dt.datetime.fromisoformat("2025-11-14T08:00:00+01:00"),
        "protect_against": ["2024v1"],
        "approvals_until": dt.datetime.fromisoformat("2025-11-10T12:00:00+01:00"),
        "quarter_overrides": {choose.one(kommuner): choose.one(kvartaler)},
    }
    return {"2024v1": first, "2024v2": second}
