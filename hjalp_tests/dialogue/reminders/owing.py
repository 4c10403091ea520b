"""The small country when it owes deliveries: who reports, and ways to look at a day's list."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from hjalp_pipeline.codelists.kommuner import KOMNR
from hjalp_pipeline.dialogue.reminders.calendar import open_cases
from hjalp_pipeline.dialogue.reminders.day import Day
from hjalp_pipeline.dialogue.reminders.reminder_states import Case, State
from hjalp_pipeline.production.inbox.partitions import refresh_raw
from hjalp_pipeline.storage.root import DataRoot
from hjalp_tests.countries.model import Country, Delivery
from hjalp_tests.production.world import KOMMUNER, KVARTAL, country, write_world

MATTER = f"leverance {KVARTAL}"


def land(*deliveries: Delivery, **changes: object) -> Country:
    """101, 155 and 540 report, 540 also for everybody else."""
    covered = [("540", komnr, "2020-01-01", "") for komnr in KOMNR if komnr not in KOMMUNER]
    return country(deliveries=list(deliveries), collaborations=covered, **changes)


def write(path: Path, *deliveries: Delivery, **changes: object) -> DataRoot:
    root = write_world(path, land(*deliveries, **changes))
    (root.inbox / KVARTAL).mkdir(parents=True, exist_ok=True)
    read(root)
    return root


def read(root: DataRoot) -> None:
    refresh_raw(root, KVARTAL)


def states(made: Day, matter: str = MATTER) -> dict[str, State]:
    return {one.case.komnr: one.state for one in made.standings if one.case.matter == matter}


def case(root: DataRoot, komnr: str, today: date, matter: str = MATTER) -> Case:
    return next(case for case in open_cases(root, today) if (case.komnr, case.matter) == (komnr, matter))


def listed(root: DataRoot, today: date) -> list[dict[str, str]]:
    text = (root.reminders / f"{today}.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def letters(root: DataRoot, today: date) -> list[str]:
    return sorted(path.name for path in (root.reminders / today.isoformat()).glob("*"))


JAN_14, JAN_15, JAN_17, JAN_20 = (date(2025, 1, day) for day in (14, 15, 17, 20))
