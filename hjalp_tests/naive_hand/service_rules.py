"""H1-H7, one function each, over lists of dictionaries."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from hjalp_tests.naive.codelists import Collaboration
from hjalp_tests.naive.deliveries import DeliveryReport
from hjalp_tests.naive.record_checks import Record
from hjalp_tests.naive.registers import Registers
from hjalp_tests.naive.steps import Matching, has_cpr_form, hold_against, normal_pnr
from hjalp_tests.naive_hand.month_result import MonthResult, Service
from hjalp_tests.naive_hand.service_codes import CODES, DAY

SAME = Matching(
    "ydelse_id",
    "handlekommune",
    lambda row: (row["pnr"], row["modt_ydelse_kode"], row["ydelse_start"]),
    ("maalgruppe", "funk_vurd"),
)
"""H2: which rows of two systems are the same service, and what the older fills in."""
LAST_KNOWN = ("funk_vurd", "betalingskommune", "prodnr", "afdeling_uuid")
"""H6: each of the last row that has one."""


def to_service(record: Record, report: DeliveryReport, place: int) -> Service:
    """A good record; `place` is that of its system, the newest 0."""
    row: Service = dict(record)
    row["pnr"] = normal_pnr(record["pnr"] or "")
    for name in ("ydelse_start", "ydelse_slut"):
        value = record[name]
        row[name] = None if value is None else dt.date.fromisoformat(value)
    uuid = record["afdeling_uuid"]
    row["afdeling_uuid"] = None if uuid is None else uuid.lower()
    row["system"], row["place"], row["month"] = report.system, place, report.kvartal
    return row


def h1_h2(result: MonthResult, komnr: str, in_force: list[DeliveryReport]) -> list[Service]:
    """Bad records are left out; of one id in a system the last counts; of the same service in two systems the newer."""
    union: list[Service] = []
    for place, report in enumerate(in_force):  # newest first
        for finding in report.first_findings:
            result.count(komnr, "leverance", finding.code)
        last_of_id: dict[str, Service] = {}
        for _, record in report.good:
            row = to_service(record, report, place)
            if row["ydelse_id"] in last_of_id:
                result.count(komnr, "raw", "DUBLET")
            last_of_id[row["ydelse_id"]] = row
        union += hold_against(result, komnr, union, list(last_of_id.values()), SAME)
    return union


def h3(row: Service, registers: Registers) -> str | None:
    """The register decides; the form only says why not."""
    if row["pnr"] in registers.koen:
        return None
    return "CPR_UKURANT" if has_cpr_form(row["pnr"]) else "CPR_FIKTIVT"


def h4(row: Service, died: dt.date | None) -> str | None:
    """Death, then the order of the dates. Corrects `ydelse_slut`, and `rettet` tells so."""
    if died is not None:
        if row["ydelse_start"] > died:
            return "STARTET_EFTER_DOED"
        if row["ydelse_slut"] is None or row["ydelse_slut"] > died:
            row["ydelse_slut"] = died
            row["rettet"] = True
    if row["ydelse_slut"] is not None and row["ydelse_slut"] < row["ydelse_start"]:
        return "SLUT_FOER_START"
    return None


def h5(row: Service) -> str | None:
    """The code, and spells that ended before it began."""
    code = CODES.get(row["modt_ydelse_kode"])
    if code is None:
        return "YDELSE_UKENDT"
    if row["ydelse_slut"] is not None and row["ydelse_slut"] < code.valid_from:
        return "KODE_PERIODE"
    return None


def h7(row: Service, *, covered: bool) -> str | None:
    """A member's rows are its reporter's, but for the codes it reports itself."""
    return "DAEKKET" if covered and not CODES[row["modt_ydelse_kode"]].exempt else None


def covered_on(collaborations: list[Collaboration], komnr: str, day: dt.date) -> bool:
    """H7: is the kommune the member of a collaboration in force on the day?"""
    return any(
        row.member == komnr and row.begins <= day and (row.ends is None or day <= row.ends) for row in collaborations
    )


def h6(result: MonthResult, komnr: str, rows: list[Service]) -> list[Service]:
    """Spells of the same person and code that overlap or touch become one."""
    kept: list[Service] = []
    same: dict[tuple[str, str], list[Service]] = {}
    for row in rows:
        same.setdefault((row["pnr"], row["modt_ydelse_kode"]), []).append(row)
    for spells in same.values():
        spells.sort(key=lambda row: (row["ydelse_start"], row["ydelse_id"], row["place"]))
        run: list[Service] = []
        for row in spells:
            if run and not touches(run, row):
                kept.append(merged(run))
                run = []
            run.append(row)
            if len(run) > 1:
                result.count(komnr, "hand", "SAMMENLAGT")
        kept.append(merged(run))
    return kept


def touches(run: list[Service], row: Service) -> bool:
    """Does the row start at most the day after the last of the run has ended?"""
    ends = [one["ydelse_slut"] for one in run]
    return None in ends or row["ydelse_start"] <= max(ends) + DAY


def merged(run: list[Service]) -> Service:
    """The row that starts first, with the union's end and target groups and the last known of the rest."""
    first = dict(run[0])
    ends = [row["ydelse_slut"] for row in run]
    first["ydelse_slut"] = None if None in ends else max(ends)
    first["codes"] = frozenset().union(*(target_codes(row) for row in run))
    for name in LAST_KNOWN:
        first[name] = next((row[name] for row in reversed(run) if row[name] is not None), None)
    return first


def target_codes(row: Service) -> frozenset[str]:
    """The different codes of `maalgruppe`."""
    return frozenset(re.findall(r"[0-9.]+", row["maalgruppe"] or ""))


def add_person(row: dict[str, Any], registers: Registers) -> None:
    """Sex, birth and death from the register; the day the spell counts from (H5)."""
    row["koen"] = registers.koen[row["pnr"]]
    row["foed_dato"] = registers.foed_dag[row["pnr"]]
    row["doddato"] = registers.doddato.get(row["pnr"])
    row["begynder"] = max(row["ydelse_start"], CODES[row["modt_ydelse_kode"]].valid_from)
