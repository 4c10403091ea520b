"""R1-R9 for one quarter: which deliveries are in force, and the steps in their order."""

from __future__ import annotations

import re
from pathlib import Path

from hjalp_tests.naive import texts
from hjalp_tests.naive.codelists import System, read_systems
from hjalp_tests.naive.deliveries import DeliveryReport, read_delivery
from hjalp_tests.naive.registers import newest_extract, read_registers
from hjalp_tests.naive.result import QuarterResult
from hjalp_tests.naive.steps import (
    add_kommune_and_person,
    add_paragraph,
    cpr_validated,
    dates_corrected,
    raw,
)


def run_quarter(
    root: Path,
    kvartal: str,
    extract: str | None = None,
    read_text: texts.TextReader = texts.read_text,
) -> QuarterResult:
    """Apply R1-R9 to the deliveries in force in `kvartal` with the named (or newest) register extract."""
    extract = extract or newest_extract(root)
    registers = read_registers(root, extract)
    systems = read_systems(root)
    result = QuarterResult(kvartal, extract)
    result.deliveries = {report.path.name: report for report in read_folder(root, kvartal, systems)}
    for komnr in sorted({system.komnr for system in systems}):
        result.in_force[komnr] = deliveries_in_force(root, kvartal, komnr, systems)
        if not result.in_force[komnr]:
            del result.in_force[komnr]
            continue
        loans = raw(result, komnr, result.in_force[komnr])
        loans = cpr_validated(result, komnr, loans, registers)
        loans = dates_corrected(result, komnr, loans, registers)
        for loan in loans:
            add_paragraph(loan, read_text)
        result.count(komnr, "paragraph_enriched", None, len(loans))
        for loan in loans:
            add_kommune_and_person(loan, root, registers)
        result.count(komnr, "kommune_assigned", None, len(loans))
        result.loans += loans
    return result


def read_folder(root: Path, kvartal: str, systems: list[System]) -> list[DeliveryReport]:
    """Every file delivered for a quarter."""
    folder = root / "inbox" / kvartal
    if not folder.is_dir():
        return []
    return [read_delivery(path, kvartal, systems) for path in sorted(folder.iterdir()) if path.is_file()]


def deliveries_in_force(root: Path, kvartal: str, komnr: str, systems: list[System]) -> list[DeliveryReport]:
    """R1 and R2: one delivery per system, newest system first; [] when the kommune is missing in the quarter."""
    folders = sorted(path.name for path in (root / "inbox").iterdir() if re.fullmatch("[0-9]{4}K[1-4]", path.name))
    accepted = [
        report
        for folder in folders
        for report in read_folder(root, folder, systems)
        if report.status == "accepted" and report.komnr == komnr
    ]
    found: list[tuple[str, str, DeliveryReport]] = []
    own = 0
    for name in sorted({system.system for system in systems if system.komnr == komnr}):
        rows = sorted(
            (row for row in systems if row.komnr == komnr and row.system == name), key=lambda row: row.from_quarter
        )
        current = [row for row in rows if row.in_use(kvartal)]
        left = [row for row in rows if row.left_before(kvartal)]
        if current:
            candidates = [report for report in accepted if report.system == name and report.kvartal == kvartal]
            own += len(candidates)
            from_quarter = current[-1].from_quarter
        elif left and left[-1].carry_forward:
            candidates = [report for report in accepted if report.system == name and report.kvartal < kvartal]
            from_quarter = left[-1].from_quarter
        else:
            candidates = []
            from_quarter = ""
        if candidates:
            found.append((from_quarter, name, max(candidates, key=lambda report: report.received)))
    if own == 0:
        return []
    return [report for _, _, report in sorted(found, key=lambda item: (item[0], item[1]), reverse=True)]
