"""H8, H10, H12: what a release is made of, who takes part in it, and its microdata."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hjalp_tests.naive.codelists import standing
from hjalp_tests.naive.fixed import KOMNR
from hjalp_tests.naive.registers import Registers, read_registers
from hjalp_tests.naive.steps import has_cpr_form
from hjalp_tests.naive_hand.month import run_month
from hjalp_tests.naive_hand.month_result import MonthResult, Service
from hjalp_tests.naive_hand.service_codes import NATIONAL_FROM, quarters_between
from hjalp_tests.naive_hand.service_rules import add_person, h3

MICRODATA = (
    "AFDELING_UUID",
    "BETALINGSKOMMUNE",
    "CPRTJEK",
    "CPRTYPE",
    "FUNK_VURD",
    "GODKENDTPERIODE",
    "HANDLEKOMMUNE",
    "MODT_YDELSE_KODE",
    "PNR",
    "PRODNR",
    "VERSION",
    "YDELSE_SLUT",
    "YDELSE_START",
)
"""Variables of HANDIC but for MAAL_KEY, whose numbers mean nothing."""


@dataclass
class HandRelease:
    """A release before anything is hidden.

    `services`: a row for each of HANDIC; those of the archive have `archived`. `godkendt`: (year, kommune, kind) that stand.
    `people`: inhabitants at the end of a
    year. `taking_part`: kommuner in the tables. `covered`: members, whose cells but those of exempt codes are `...`.
    `refused`: kommuner that take part and have no delivery. `archived`: rows of kommuner that are `ARKIVERET`.
    `replaced`: `arkiv_erstattet`. `gone`: archive rows of persons the register no longer knows, by reason. `differs`:
    kommune -> (delivered, in the archive) on the archive's side where they differ by more than 1 %.
    """

    name: str
    definition: dict[str, Any]
    month: MonthResult
    registers: Registers
    quarters: list[str]
    approved: dict[str, list[str]]
    people: dict[tuple[int, str], int] = field(default_factory=dict)
    taking_part: set[str] = field(default_factory=set)
    covered: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    services: list[Service] = field(default_factory=list)
    archived: dict[str, int] = field(default_factory=dict)
    replaced: int = 0
    gone: dict[str, int] = field(default_factory=dict)
    differs: dict[str, tuple[int, int]] = field(default_factory=dict)

    def reasons(self, komnr: str) -> dict[str | None, int]:
        """The ledger of a kommune without steps, `ARKIVERET` included."""
        found = self.month.reasons(komnr)
        away = self.archived.get(komnr, 0)
        if away:
            found["ARKIVERET"] = away
            found[None] = (found[None] or 0) - away
        return found


def make_hand_release(
    root: Path, name: str, definition: dict[str, Any], archive: HandRelease | None = None
) -> HandRelease:
    """A release; `archive` is the naive release its definition names."""
    overrides: dict[str, str] = dict(definition.get("period_overrides", {}))
    month = run_month(root, definition["period"], definition["registers"], overrides)
    quarters = quarters_between(definition["first_quarter"], definition["last_quarter"])
    decided = standing(root, definition["approvals_until"], "hand")
    approved = {
        komnr: [q for q in quarters if decided.get((int(q[:4]), komnr, q[4:])) == "godkendt"] for komnr in KOMNR
    }
    registers = read_registers(root, definition["registers"])
    release = HandRelease(name, definition, month, registers, quarters, approved)
    for (aar, kom, _, _), antal in registers.folketal.items():
        release.people[aar, kom] = release.people.get((aar, kom), 0) + antal
    who_takes_part(release)
    if archive is None:
        release.services = list(month.loans)
    else:
        with_archive(release, archive, _day(definition["archive_until"]))
    return release


def _day(value: str | dt.date) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def who_takes_part(release: HandRelease) -> None:
    """H10 and H7."""
    release.covered = set(release.month.covered)
    for komnr, quarters in release.approved.items():
        delivered = komnr in release.month.in_force
        if quarters != release.quarters or (komnr in release.covered and not delivered):
            continue
        release.taking_part.add(komnr)
        if not delivered:
            release.refused.add(komnr)


def approved_period(release: HandRelease, komnr: str) -> str:
    """H10: GODKENDTPERIODE."""
    approved = release.approved[komnr]
    recent = [quarter for quarter in release.quarters if quarter >= NATIONAL_FROM]
    if approved == release.quarters:
        return "1"
    if recent and all(quarter in approved for quarter in recent):
        return "2"
    return "3" if approved else "4"


def same_service(one: Service, other: Service) -> bool:
    """Of the same person, kommune and code, and they share a day."""
    if any(one[name] != other[name] for name in ("pnr", "handlekommune", "modt_ydelse_kode")):
        return False
    ends = [row["ydelse_slut"] or dt.date.max for row in (one, other)]
    return bool(max(one["ydelse_start"], other["ydelse_start"]) <= min(ends))


def ended(row: Service, until: dt.date) -> bool:
    """Has it ended on or before the day?"""
    return row["ydelse_slut"] is not None and row["ydelse_slut"] <= until


def with_archive(release: HandRelease, archive: HandRelease, until: dt.date) -> None:
    """H8: what ended until that day comes from the archive, all else from the deliveries.

    The two numbers that are held against each other are both of persons the register knows: delivered rows of others have
    left by H3, and a person that is gone from the register has not been lost by the kommune.
    """
    later = [row for row in archive.services if not ended(row, until)]
    for row in release.month.loans:
        komnr = row["handlekommune"]
        if ended(row, until) and not any(same_service(row, other) for other in later):
            release.archived[komnr] = release.archived.get(komnr, 0) + 1
        else:
            release.services.append(row)
    delivered = list(release.services)
    stored = [row for row in archive.services if ended(row, until)]
    known: Counter[str] = Counter()
    for row in stored:
        reason = h3(row, release.registers)
        known[row["handlekommune"]] += reason is None
        if reason:
            release.gone[reason] = release.gone.get(reason, 0) + 1
        elif any(same_service(row, other) for other in delivered):
            release.replaced += 1
        else:
            again = {**row, "archived": True}
            add_person(again, release.registers)
            release.services.append(again)
    for komnr in sorted({*release.month.in_force, *known}):
        new = sum(row["handlekommune"] == komnr and ended(row, until) for row in release.month.loans)
        old = known[komnr]
        if abs(new - old) * 100 > old:
            release.differs[komnr] = (new, old)


def microdata(release: HandRelease) -> list[tuple[Any, ...]]:
    """Rows of HANDIC (`MICRODATA`), and behind them the target codes that HANDICM holds for each."""
    return [
        (
            row["afdeling_uuid"],
            row["betalingskommune"],
            "1" if satisfies_modulus_11(row["pnr"]) else "0",
            "0" if has_cpr_form(row["pnr"]) else "1",
            row["funk_vurd"],
            approved_period(release, row["handlekommune"]),
            row["handlekommune"],
            row["modt_ydelse_kode"],
            row["pnr"],
            row["prodnr"],
            release.name,
            row["ydelse_slut"],
            row["ydelse_start"],
            tuple(sorted(row["codes"])),
        )
        for row in release.services
    ]


def satisfies_modulus_11(pnr: str) -> bool:
    """Whether the weighted sum of its ten digits is a multiple of 11."""
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    return bool(re.fullmatch("[0-9]{10}", pnr)) and sum(int(d) * w for d, w in zip(pnr, weights, strict=True)) % 11 == 0
