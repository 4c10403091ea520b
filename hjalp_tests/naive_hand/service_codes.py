"""What law and Statistics Denmark fix for the second statistic: service codes, target groups, ages; months, quarters, years.

`lists/` holds a copy of its own of the code lists, so that a slip in the program's copy is seen.
"""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from hjalp_tests.naive.fixed import quarter_days

DATA_BEGIN = dt.date(2013, 10, 1)
"""H5: the data hold 2013K4 on; the codes of 2015K1 were there before the tables."""
NATIONAL_FROM = "2018K1"
"""H9: first quarter of HAND02A and HAND03A; H10: `GODKENDTPERIODE` 2."""
DAY = dt.timedelta(days=1)


def _rows(name: str) -> list[dict[str, str]]:
    path = Path(__file__).parent / "lists" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@dataclass(frozen=True)
class ServiceCode:
    """A row of ydelser.csv; `begins` is the first day of its `from_quarter`."""

    code: str
    from_quarter: str
    in_hand05: bool
    exempt: bool

    @property
    def begins(self) -> dt.date:
        """The first day of its first quarter."""
        return quarter_days(self.from_quarter)[0]

    @property
    def valid_from(self) -> dt.date:
        """H5: one that ended before this day is removed."""
        return DATA_BEGIN if self.from_quarter == "2015K1" else self.begins


CODES: dict[str, ServiceCode] = {
    row["code"]: ServiceCode(
        row["code"], row["from_quarter"], row["in_hand05"] == "yes", row["exempt_from_cover"] == "yes"
    )
    for row in _rows("ydelser")
}
GROUPS: dict[str, str] = {row["group"]: row["codes_begin_with"] for row in _rows("maalgrupper")}
"""Group -> what its codes begin with; nothing for `99`."""
UNKNOWN_GROUP = "99"
AGES = ("9919", "2029", "3039", "4049", "5059", "6069", "7079", "8099", "9999")
SEXES = ("1", "2", "9")


def age_group(age: int) -> str:
    """Code of ALDER; `9999` (unknown) is nobody's."""
    if age < 20:
        return "9919"
    if age >= 80:
        return "8099"
    decade = age // 10
    return f"{decade}0{decade}9"


def groups_of(codes: frozenset[str]) -> frozenset[str]:
    """H9, HAND03A: the groups some codes belong to, `99` when none belongs to any."""
    found = {
        group
        for group, begin in GROUPS.items()
        if begin and any(code == begin or code.startswith(begin + ".") for code in codes)
    }
    return frozenset(found or {UNKNOWN_GROUP})


def last_day_of_month(month: str) -> dt.date:
    """Of `2024M11`."""
    year, nr = int(month[:4]), int(month[5:])
    return (dt.date(year + 1, 1, 1) if nr == 12 else dt.date(year, nr + 1, 1)) - DAY


def quarters_between(first: str, last: str) -> list[str]:
    """`2024K1` ... `2024K4`, both included."""
    every = [f"{year}K{nr}" for year in range(int(first[:4]), int(last[:4]) + 1) for nr in (1, 2, 3, 4)]
    return [quarter for quarter in every if first <= quarter <= last]


def years_of(quarters: list[str]) -> list[str]:
    """HAND05: years whose four quarters are all there."""
    years = sorted({quarter[:4] for quarter in quarters})
    return [year for year in years if all(f"{year}K{nr}" in quarters for nr in (1, 2, 3, 4))]


def days_of(time: str) -> tuple[dt.date, dt.date]:
    """First and last day of a quarter or a year."""
    return quarter_days(time) if "K" in time else (dt.date(int(time), 1, 1), dt.date(int(time), 12, 31))
