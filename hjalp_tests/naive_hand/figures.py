"""H9: every cell of the six tables, with its sign or its figure and the persons behind it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from hjalp_tests.naive.fixed import KOMNR, age_on
from hjalp_tests.naive_hand.month_result import Service
from hjalp_tests.naive_hand.release import HandRelease
from hjalp_tests.naive_hand.service_codes import (
    AGES,
    CODES,
    GROUPS,
    NATIONAL_FROM,
    SEXES,
    age_group,
    days_of,
    groups_of,
    years_of,
)

Key = tuple[str, ...]
BEFORE_CODE, NOT_THERE, NO_POPULATION = ".", "...", "."


@dataclass(frozen=True)
class Figure:
    """A cell: what is shown when nothing is hidden (decimal comma), how many persons stand behind it, and whether it is a
    figure. One without population is none, but is hidden like the figure it would be (`..` goes before `.`).
    """

    shown: str
    persons: int = 0
    counted: bool = True


Tables = dict[str, dict[Key, Figure]]
"""Table -> (OMRADE, code, time), (code, age, sex, time) or (code, group, time) -> cell."""


def days_inside(row: Service, first: dt.date, last: dt.date) -> int:
    """Days of the counting spell in a period, both ends included."""
    begins: dt.date = max(first, row["begynder"])
    ends: dt.date = min(last, row["ydelse_slut"] or last)
    return max(0, (ends - begins).days + 1)


def tenths(numerator: int, denominator: int) -> str:
    """One decimal, half away from zero, with a comma."""
    number = (2 * 10 * numerator + denominator) // (2 * denominator)
    return str(Decimal(number) / 10).replace(".", ",") if number % 10 else f"{number // 10},0"


def is_covered(release: HandRelease, komnr: str, code: str) -> bool:
    """H7: are the kommune's cells of the code its reporter's?"""
    return komnr in release.covered and not CODES[code].exempt


def all_figures(release: HandRelease) -> Tables:
    """HAND01, 02A, 03A, 05, 06, 07 of a release."""
    tables: Tables = {name: {} for name in ("HAND01", "HAND02A", "HAND03A", "HAND05", "HAND06", "HAND07")}
    counted = [
        row
        for row in release.services
        if row["handlekommune"] in release.taking_part
        and not is_covered(release, row["handlekommune"], row["modt_ydelse_kode"])
    ]
    for time in (*release.quarters, *years_of(release.quarters)):
        first, last = days_of(time)
        n = (last - first).days + 1
        inside: dict[str, list[tuple[Service, int]]] = {code: [] for code in CODES}
        for row in counted:
            days = days_inside(row, first, last)
            if days:
                inside[row["modt_ydelse_kode"]].append((row, days))
        for code, rows in inside.items():
            before = CODES[code].begins > last
            if "K" in time:
                by_kommune(tables, release, code, time, rows, n, before=before)
                if time >= NATIONAL_FROM:
                    together(tables, code, time, rows, n, before=before)
            elif CODES[code].in_hand05:
                by_year(tables, release, code, time, rows, n, before=before)
    return tables


def _of_kommuner(rows: list[tuple[Service, int]]) -> dict[str, tuple[int, int]]:
    """Kommune -> days, persons."""
    days: dict[str, int] = dict.fromkeys(KOMNR, 0)
    persons: dict[str, set[str]] = {komnr: set() for komnr in KOMNR}
    for row, number in rows:
        days[row["handlekommune"]] += number
        persons[row["handlekommune"]].add(row["pnr"])
    return {komnr: (days[komnr], len(persons[komnr])) for komnr in KOMNR}


def _sign(release: HandRelease, komnr: str, code: str, *, before: bool) -> str | None:
    if before:
        return BEFORE_CODE
    return NOT_THERE if komnr not in release.taking_part or is_covered(release, komnr, code) else None


def by_kommune(
    tables: Tables,
    release: HandRelease,
    code: str,
    time: str,
    rows: list[tuple[Service, int]],
    n: int,
    *,
    before: bool,
) -> None:
    """HAND01, 06, 07 of a code and quarter."""
    year = int(time[:4]) - 1
    for komnr, (days, persons) in _of_kommuner(rows).items():
        sign = _sign(release, komnr, code, before=before)
        key = (komnr, code, time)
        if sign is not None:
            for table in ("HAND01", "HAND06", "HAND07"):
                tables[table][key] = Figure(sign, counted=False)
            continue
        tables["HAND01"][key] = Figure(tenths(days, n), persons)
        tables["HAND07"][key] = Figure(str(persons), persons)
        people = population(release, komnr, year)
        share = tenths(1000 * days, n * people) if people else NO_POPULATION
        tables["HAND06"][key] = Figure(share, persons)


def population(release: HandRelease, komnr: str, year: int) -> int:
    """All ages, both sexes, at the end of the year; 0 when missing."""
    return release.people.get((year, komnr), 0)


def by_year(
    tables: Tables,
    release: HandRelease,
    code: str,
    time: str,
    rows: list[tuple[Service, int]],
    n: int,
    *,
    before: bool,
) -> None:
    """HAND05 of a code and year."""
    for komnr, (days, persons) in _of_kommuner(rows).items():
        sign = _sign(release, komnr, code, before=before)
        figure = Figure(tenths(days, n), persons) if sign is None else Figure(sign, counted=False)
        tables["HAND05"][komnr, code, time] = figure


def together(tables: Tables, code: str, time: str, rows: list[tuple[Service, int]], n: int, *, before: bool) -> None:
    """HAND02A and HAND03A of a code and quarter."""
    last = days_of(time)[1]
    persons: dict[tuple[str, str], set[str]] = {(age, sex): set() for age in AGES for sex in SEXES}
    days: dict[str, int] = dict.fromkeys(GROUPS, 0)
    behind: dict[str, set[str]] = {group: set() for group in GROUPS}
    for row, number in rows:
        day = last if row["doddato"] is None else min(last, row["doddato"])
        persons[age_group(age_on(row["foed_dato"], day)), str(row["koen"])].add(row["pnr"])
        for group in groups_of(row["codes"]):
            days[group] += number
            behind[group].add(row["pnr"])
    nothing = Figure(BEFORE_CODE, counted=False)
    for (age, sex), who in persons.items():
        tables["HAND02A"][code, age, sex, time] = nothing if before else Figure(str(len(who)), len(who))
    for group, number in days.items():
        figure = nothing if before else Figure(tenths(number, n), len(behind[group]))
        tables["HAND03A"][code, group, time] = figure


def kommune_by_age(release: HandRelease, komnr: str, code: str, time: str) -> dict[tuple[str, str], int]:
    """A kommune's persons by age and sex (H11, versions)."""
    first, last = days_of(time)
    found: dict[tuple[str, str], set[str]] = {}
    for row in release.services:
        if (row["handlekommune"], row["modt_ydelse_kode"]) == (komnr, code) and days_inside(row, first, last):
            day = last if row["doddato"] is None else min(last, row["doddato"])
            cell = (age_group(age_on(row["foed_dato"], day)), str(row["koen"]))
            found.setdefault(cell, set()).add(row["pnr"])
    return {cell: len(who) for cell, who in found.items()}
