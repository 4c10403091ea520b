"""The lists a statistician maintains: systems, collaborations, approvals."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from hjalp_tests.naive.fixed import quarter_days


def read_list(path: Path) -> list[dict[str, str]]:
    """Rows of a `;` list, [] when the file is not there."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@dataclass
class System:
    """A row of systems.csv."""

    komnr: str
    system: str
    format: str
    encoding: str
    from_quarter: str
    to_quarter: str
    carry_forward: bool

    def in_use(self, kvartal: str) -> bool:
        """Does the kommune deliver from this system for that quarter?"""
        return self.from_quarter <= kvartal and (self.to_quarter == "" or kvartal <= self.to_quarter)

    def left_before(self, kvartal: str) -> bool:
        """Had the kommune left the system before that quarter?"""
        return self.to_quarter != "" and self.to_quarter < kvartal


def read_systems(root: Path, statistic: str = "hjalp", of: str = "quarter") -> list[System]:
    """systems.csv of a statistic, whose columns are named after its period."""
    return [
        System(
            row["komnr"],
            row["system"],
            row["format"],
            row["encoding"],
            row[f"from_{of}"],
            row[f"to_{of}"] or "",
            row["carry_forward"] == "yes",
        )
        for row in read_list(root / statistic / "codelists" / "systems.csv")
    ]


@dataclass
class Collaboration:
    """A row of collaborations.csv; `ends` is the last day, None = still."""

    reporter: str
    member: str
    begins: dt.date
    ends: dt.date | None


def read_collaborations(root: Path, statistic: str = "hjalp") -> list[Collaboration]:
    """collaborations.csv; a kommune that reports for itself says nothing."""
    return [
        Collaboration(
            row["komnr_indberetter"],
            row["komnr_medlem"],
            dt.date.fromisoformat(row["from_date"]),
            dt.date.fromisoformat(row["to_date"]) if row["to_date"] else None,
        )
        for row in read_list(root / statistic / "codelists" / "collaborations.csv")
        if row["komnr_indberetter"] != row["komnr_medlem"]
    ]


def reports_for_others(collaborations: list[Collaboration], komnr: str, kvartal: str, issued: dt.date) -> bool:
    """R8: did the kommune report for somebody else, by a delivery of the quarter, when the loan was issued?

    Of the spells with one member that have begun by the last day of the quarter, the one begun last says until when.
    """
    _, last_day = quarter_days(kvartal)
    begun = [row for row in collaborations if row.reporter == komnr and row.begins <= last_day]
    for member in {row.member for row in begun}:
        spells = [row for row in begun if row.member == member]
        latest = max(row.begins for row in spells)
        ends = [row.ends for row in spells if row.begins == latest]
        if any(end is None or issued <= end for end in ends):
            return True
    return False


def is_covered(collaborations: list[Collaboration], komnr: str, kvartal: str) -> bool:
    """R2: does another kommune report for this one on the last day of the quarter?"""
    _, last_day = quarter_days(kvartal)
    return any(
        row.member == komnr and row.begins <= last_day and (row.ends is None or row.ends >= last_day)
        for row in collaborations
    )


def moment(value: str | dt.datetime) -> dt.datetime:
    """A point in time; without an offset it is Danish time."""
    when = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    return when if when.tzinfo else when.replace(tzinfo=ZoneInfo("Europe/Copenhagen"))


def standing(root: Path, until: str | dt.datetime | None, statistic: str = "hjalp") -> dict[tuple[int, str, str], str]:
    """The latest decision of each (year, kommune, kind) up to `until`; of equal times the later line."""
    latest: dict[tuple[int, str, str], tuple[dt.datetime, str]] = {}
    for path in sorted((root / statistic / "approvals").glob("*.csv")):
        for row in read_list(path):
            when = moment(row["decided_at"])
            if until is not None and when > moment(until):
                continue
            key = (int(row["aar"]), row["komnr"], row["kind"])
            if key not in latest or when >= latest[key][0]:
                latest[key] = (when, row["decision"])
    return {key: decision for key, (_, decision) in latest.items()}


def approved(root: Path, year: int, until: str | dt.datetime | None) -> set[str]:
    """R12: the kommuner whose four quarters of the year are approved."""
    decided = standing(root, until)
    return {
        komnr
        for _, komnr, _ in decided
        if all(decided.get((year, komnr, kind)) == "godkendt" for kind in ("K1", "K2", "K3", "K4"))
    }
