"""R10-R12: the tables of a release, and which cells are too small by themselves."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

from hjalp_tests.naive import fixed, texts
from hjalp_tests.naive.codelists import approved
from hjalp_tests.naive.device_types import device_tables
from hjalp_tests.naive.quarter import run_quarter
from hjalp_tests.naive.registers import Registers, read_registers
from hjalp_tests.naive.result import Loan

Key = tuple[Any, ...]
Tables = dict[str, dict[Key, int | Decimal | None]]


def release_loans(root: Path, definition: dict[str, Any], read_text: texts.TextReader = texts.read_text) -> list[Loan]:
    """Loans of a release before R6: the release's quarter, and the overridden reporters from theirs."""
    overrides: dict[str, str] = dict(definition.get("quarter_overrides", {}))
    return run_quarter(root, definition["quarter"], definition["registers"], read_text, overrides).loans


def on_loan_ultimo(loan: Loan, year: int) -> bool:
    """R10 and R6."""
    last_day = dt.date(year, 12, 31)
    issued = loan["udleveringsdato"] <= last_day
    not_returned = loan["indleveringsdato"] is None or loan["indleveringsdato"] > last_day
    too_old = loan["udgaar_fra_aar"] is not None and year >= loan["udgaar_fra_aar"]
    return issued and not_returned and not too_old


def tables(root: Path, definition: dict[str, Any], read_text: texts.TextReader = texts.read_text) -> Tables:
    """HJALP1 {(kom, aar): loans}, HJALP2 {(kom, koen, alder, aar): persons}, HJALP3 (same keys: per cent), and where the
    definition names one of them HJALP4 and HJALP5 (`device_types`).

    Kommune `000` + 98, sex "0" "1" "2", age "TOT" and the groups; year is an int. None: takes no part, or
    no population.
    """
    loans = release_loans(root, definition, read_text)
    registers = read_registers(root, definition["registers"])
    result: Tables = {"HJALP1": {}, "HJALP2": {}, "HJALP3": {}}
    developing = {"HJALP4", "HJALP5"} & set(definition.get("tables", ()))
    result |= {name: {} for name in sorted(developing)}
    for year in definition["reference_years"]:
        taking_part = approved(root, year, definition.get("approvals_until")) & set(fixed.KOMNR)
        counted: dict[str, int] = {}
        persons: dict[Key, set[str]] = {}
        for loan in loans:
            if loan["komnr_statbank"] not in taking_part or not on_loan_ultimo(loan, year):
                continue
            alder = fixed.age_group(fixed.age_ultimo(loan["foed_dato"], loan["doddato"], year))
            for kom in ("000", loan["komnr_statbank"]):
                counted[kom] = counted.get(kom, 0) + 1
                for koen in ("0", str(loan["koen"])):
                    for group in ("TOT", alder):
                        persons.setdefault((kom, koen, group), set()).add(loan["pnr"])
        if developing:
            count = [loan for loan in loans if loan["komnr_statbank"] in taking_part and on_loan_ultimo(loan, year)]
            for name, cells in device_tables(count, year, taking_part).items():
                if name in developing:
                    result[name].update(cells)
        population = population_of(registers, year, taking_part)
        for kom in ("000", *fixed.KOMNR):
            part = kom == "000" or kom in taking_part
            result["HJALP1"][(kom, year)] = counted.get(kom, 0) if part else None
            for koen in ("0", "1", "2"):
                for group in ("TOT", *fixed.AGE_GROUPS):
                    number = len(persons.get((kom, koen, group), set()))
                    share = per_cent(number, population.get((kom, koen, group), 0))
                    result["HJALP2"][(kom, koen, group, year)] = number if part else None
                    result["HJALP3"][(kom, koen, group, year)] = share if part else None
    return result


def population_of(registers: Registers, year: int, taking_part: set[str]) -> dict[Key, int]:
    """Population ultimo the year by (kom, koen, alder) with totals; `000` holds the kommuner that take part."""
    population: dict[Key, int] = {}
    for (aar, kom, koen, alder), antal in registers.folketal.items():
        if aar != year or kom not in taking_part:
            continue
        for k in ("000", kom):
            for s in ("0", str(koen)):
                for a in ("TOT", fixed.age_group(alder)):
                    population[(k, s, a)] = population.get((k, s, a), 0) + antal
    return population


def per_cent(number: int, population: int) -> Decimal | None:
    """One decimal, half away from zero; None without population."""
    if population == 0:
        return None
    tenths = (2 * 1000 * number + population) // (2 * population)  # floor(x + 1/2), exact in whole numbers
    share = Decimal(tenths) / 10
    return share.quantize(Decimal("0.1"))


def primary(result: Tables) -> dict[str, set[Key]]:
    """R11's threshold alone: the cells that are suppressed for their own sake, per table."""
    small = {key for key, number in result["HJALP2"].items() if number in (1, 2)}
    hjalp1 = set()
    for (kom, year), loans in result["HJALP1"].items():
        persons = result["HJALP2"][(kom, "0", "TOT", year)]
        if loans is not None and loans > 0 and (loans in (1, 2) or persons in (1, 2)):
            hjalp1.add((kom, year))
    hidden = {"HJALP1": hjalp1, "HJALP2": small, "HJALP3": set(small)}
    for name in result.keys() - hidden.keys():
        few = {(*key[:-2], key[-1]) for key, number in result[name].items() if key[-2] == "PERS" and number in (1, 2)}
        hidden[name] = {key for key, number in result[name].items() if number in (1, 2) or (*key[:-2], key[-1]) in few}
    return hidden
