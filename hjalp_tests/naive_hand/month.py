"""H1-H7 for one month: which deliveries are in force, and the rules in their order."""

from __future__ import annotations

import re
from pathlib import Path

from hjalp_tests.naive.codelists import Collaboration, System, read_collaborations, read_systems
from hjalp_tests.naive.deliveries import DeliveryReport, read_delivery
from hjalp_tests.naive.fixed import KOMNR
from hjalp_tests.naive.registers import Registers, newest_extract, read_registers
from hjalp_tests.naive.steps import between_kommuner
from hjalp_tests.naive_hand.month_result import MonthResult, Service
from hjalp_tests.naive_hand.received import LAYOUT
from hjalp_tests.naive_hand.service_codes import last_day_of_month
from hjalp_tests.naive_hand.service_rules import SAME, add_person, covered_on, h1_h2, h3, h4, h5, h6, h7


def run_month(
    root: Path, month: str, extract: str | None = None, overrides: dict[str, str] | None = None
) -> MonthResult:
    """Apply H1-H7 to the deliveries in force in `month` with the named (or newest) register extract.

    `overrides`: kommuner whose deliveries are those of another month, as in a release.
    """
    extract = extract or newest_extract(root)
    registers = read_registers(root, extract)
    systems, collaborations = read_systems(root, "hand", "period"), read_collaborations(root, "hand")
    result = MonthResult(month, extract)
    inbox = read_inbox(root, systems)
    result.deliveries = {report.path.name: report for report in inbox if report.kvartal == month}
    result.months = {komnr: (overrides or {}).get(komnr, month) for komnr in KOMNR}
    last_days = {komnr: last_day_of_month(of) for komnr, of in result.months.items()}
    result.covered = {komnr for komnr, day in last_days.items() if covered_on(collaborations, komnr, day)}
    data: dict[str, list[Service]] = {}
    for komnr in sorted({system.komnr for system in systems}):
        in_force = deliveries_in_force(inbox, result.months[komnr], komnr, systems, collaborations)
        if in_force:
            result.in_force[komnr] = in_force
            data[komnr] = h1_h2(result, komnr, in_force)
    for komnr, union in between_kommuner(result, data, collaborations, last_days, SAME).items():
        for row in union:
            if "udfyldt" in row:
                result.remark(komnr, "UDFYLDT")
        result.loans += kept_of(result, komnr, union, registers)
    return result


def kept_of(result: MonthResult, komnr: str, rows: list[Service], registers: Registers) -> list[Service]:
    """H3, H4, H5, H7, H6 over the rows of a kommune."""
    left = []
    for row in rows:
        reason = (
            h3(row, registers)
            or h4(row, registers.doddato.get(row["pnr"]))
            or h5(row)
            or h7(row, covered=komnr in result.covered)
        )
        if row.get("rettet"):
            result.remark(komnr, "RETTET_DOED")
        if reason:
            result.count(komnr, "hand", reason)
        else:
            left.append(row)
    kept = h6(result, komnr, left)
    for row in kept:
        add_person(row, registers)
    return kept


def read_inbox(root: Path, systems: list[System]) -> list[DeliveryReport]:
    """Every file delivered for a month, of all months."""
    return [
        read_delivery(path, path.parent.name, systems, LAYOUT)
        for path in sorted((root / "hand" / "inbox").glob("*/*"))
        if re.fullmatch("[0-9]{4}M[0-9]{2}", path.parent.name)
    ]


def deliveries_in_force(
    inbox: list[DeliveryReport], month: str, komnr: str, systems: list[System], collaborations: list[Collaboration]
) -> list[DeliveryReport]:
    """H1 (R1, R2): one delivery per system, newest system first; [] when the kommune has no data in the month.

    H7: a member that delivers nothing is covered; what it had in systems that it has left is carried forward then too.
    """
    accepted = [report for report in inbox if report.status == "accepted" and report.komnr == komnr]
    found: list[tuple[str, str, DeliveryReport]] = []
    delivered = False
    for name in sorted({system.system for system in systems if system.komnr == komnr}):
        rows = [row for row in systems if row.komnr == komnr and row.system == name]
        current = [row for row in rows if row.in_use(month)]
        left = [row for row in rows if row.left_before(month)]
        if current:
            candidates = [report for report in accepted if report.system == name and report.kvartal == month]
            delivered = delivered or bool(candidates)
            newest = max(current, key=lambda row: row.from_quarter)
        elif left and max(left, key=lambda row: row.from_quarter).carry_forward:
            # of the newest earlier month that has one, the one received last
            earlier = [report for report in accepted if report.system == name and report.kvartal < month]
            newest_month = max((report.kvartal for report in earlier), default="")
            candidates = [report for report in earlier if report.kvartal == newest_month]
            newest = max(left, key=lambda row: row.from_quarter)
        else:
            continue
        if candidates:
            found.append((newest.from_quarter, name, max(candidates, key=lambda report: report.received)))
    if not delivered and not covered_on(collaborations, komnr, last_day_of_month(month)):
        return []
    return [report for _, _, report in sorted(found, key=lambda item: (item[0], item[1]), reverse=True)]
