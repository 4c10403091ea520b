"""R1-R9 for one quarter: which deliveries are in force, and the steps in their order."""

from __future__ import annotations

import re
from pathlib import Path

from hjalp_tests.naive import texts
from hjalp_tests.naive.codelists import Collaboration, System, is_covered, read_collaborations, read_systems
from hjalp_tests.naive.deliveries import DeliveryReport, read_delivery
from hjalp_tests.naive.fixed import quarter_days
from hjalp_tests.naive.registers import newest_extract, read_registers
from hjalp_tests.naive.result import QuarterResult
from hjalp_tests.naive.steps import (
    add_kommune_and_person,
    add_paragraph,
    between_kommuner,
    cpr_validated,
    dates_corrected,
    raw,
)


def run_quarter(
    root: Path,
    kvartal: str,
    extract: str | None = None,
    read_text: texts.TextReader = texts.read_text,
    overrides: dict[str, str] | None = None,
) -> QuarterResult:
    """Apply R1-R9 to the deliveries in force in `kvartal` with the named (or newest) register extract.

    `overrides`: kommuner whose deliveries are those of another quarter, as in a release.
    """
    extract = extract or newest_extract(root)
    registers = read_registers(root, extract)
    systems, collaborations = read_systems(root), read_collaborations(root)
    result = QuarterResult(kvartal, extract)
    result.deliveries = {report.path.name: report for report in read_folder(root, kvartal, systems)}
    data, last_days = {}, {}
    for komnr in sorted({system.komnr for system in systems}):
        of = (overrides or {}).get(komnr, kvartal)
        in_force = deliveries_in_force(root, of, komnr, systems, collaborations)
        if in_force:
            result.in_force[komnr] = in_force
            data[komnr] = raw(result, komnr, in_force)
            last_days[komnr] = quarter_days(of)[1]
    for komnr, union in between_kommuner(result, data, collaborations, last_days).items():
        result.count(komnr, "raw", None, len(union))
        result.udfyldt_lov[komnr] = sum("udfyldt" in loan for loan in union)
        for loan in union:
            loan["indleveringsdato_leveret"] = loan["indleveringsdato"]
        known = cpr_validated(result, komnr, union, registers)
        loans = dates_corrected(result, komnr, known, registers)
        for loan in loans:
            add_paragraph(loan, read_text)
        result.count(komnr, "paragraph_enriched", None, len(loans))
        for loan in loans:
            add_kommune_and_person(loan, collaborations, registers)
        result.count(komnr, "kommune_assigned", None, len(loans))
        result.loans += loans
    return result


def read_folder(root: Path, kvartal: str, systems: list[System]) -> list[DeliveryReport]:
    """Every file delivered for a quarter."""
    folder = root / "hjalp" / "inbox" / kvartal
    if not folder.is_dir():
        return []
    return [read_delivery(path, kvartal, systems) for path in sorted(folder.iterdir()) if path.is_file()]


def deliveries_in_force(
    root: Path, kvartal: str, komnr: str, systems: list[System], collaborations: list[Collaboration]
) -> list[DeliveryReport]:
    """R1 and R2: one delivery per system, newest system first; [] when the kommune has no data in the quarter."""
    folders = sorted(
        path.name for path in (root / "hjalp" / "inbox").iterdir() if re.fullmatch("[0-9]{4}K[1-4]", path.name)
    )
    accepted = [
        report
        for folder in folders
        for report in read_folder(root, folder, systems)
        if report.status == "accepted" and report.komnr == komnr
    ]
    found: list[tuple[str, str, DeliveryReport]] = []
    own, in_use = 0, 0
    for name in sorted({system.system for system in systems if system.komnr == komnr}):
        rows = sorted(
            (row for row in systems if row.komnr == komnr and row.system == name), key=lambda row: row.from_quarter
        )
        current = [row for row in rows if row.in_use(kvartal)]
        left = [row for row in rows if row.left_before(kvartal)]
        if current:
            in_use += 1
            candidates = [report for report in accepted if report.system == name and report.kvartal == kvartal]
            own += len(candidates)
            from_quarter = current[-1].from_quarter
        elif left and left[-1].carry_forward:
            # of the newest earlier quarter that has one, the one received last
            earlier = [report for report in accepted if report.system == name and report.kvartal < kvartal]
            newest = max((report.kvartal for report in earlier), default="")
            candidates = [report for report in earlier if report.kvartal == newest]
            from_quarter = left[-1].from_quarter
        else:
            candidates = []
            from_quarter = ""
        if candidates:
            found.append((from_quarter, name, max(candidates, key=lambda report: report.received)))
    covered = in_use == 0 and is_covered(collaborations, komnr, kvartal)
    if own == 0 and not covered:
        return []
    return [report for _, _, report in sorted(found, key=lambda item: (item[0], item[1]), reverse=True)]
