"""R2-R9 row by row: one function per step, each counts what it keeps and removes in the ledger."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from hjalp_tests.naive import fixed
from hjalp_tests.naive.codelists import Collaboration, reports_for_others
from hjalp_tests.naive.deliveries import DeliveryReport
from hjalp_tests.naive.record_checks import Record, hmiiso_digits
from hjalp_tests.naive.registers import Registers
from hjalp_tests.naive.result import Loan, QuarterResult
from hjalp_tests.naive.texts import TextReader

PERIOD_BEGINS = dt.date(2022, 7, 1)


def normal_pnr(pnr: str) -> str:
    """The hyphen of DDMMYY-XXXX dropped; blanks around it were when the record was looked at."""
    if re.fullmatch(r".{6}-.{4}", pnr):
        pnr = pnr[:6] + pnr[7:]
    return pnr


def to_loan(record: Record, report: DeliveryReport, number: int) -> Loan:
    """A good record as a loan."""

    def day(value: str | None) -> dt.date | None:
        return None if value is None else dt.date.fromisoformat(value)

    loan: Loan = dict(record)
    loan["pnr"] = normal_pnr(record["pnr"] or "")
    loan["hmiiso"] = None if record["hmiiso"] is None else hmiiso_digits(record["hmiiso"])
    loan["udleveringsdato"] = day(record["udleveringsdato"])
    loan["indleveringsdato"] = day(record["indleveringsdato"])
    loan["kvartal_leverance"] = report.kvartal
    loan["system"] = report.system
    loan["record"] = number
    return loan


def raw(result: QuarterResult, komnr: str, in_force: list[DeliveryReport]) -> list[Loan]:
    """Steps `leverance` (bad records) and `raw` within a kommune (R2: DUBLET in a system, GENGANGER between systems)."""
    union: list[Loan] = []
    result.count(komnr, "leverance", None, 0)
    for report in in_force:  # newest first
        for finding in report.first_findings:
            result.count(komnr, "leverance", finding.code)
        result.count(komnr, "leverance", None, len(report.good))
        last_of_id: dict[str, Loan] = {}
        for number, record in report.good:
            loan = to_loan(record, report, number)
            if loan["udlaan_id"] in last_of_id:
                result.count(komnr, "raw", "DUBLET")
            last_of_id[loan["udlaan_id"]] = loan
        union += hold_against(result, komnr, union, list(last_of_id.values()))
    return union


@dataclass(frozen=True)
class Matching:
    """Which rows are the same record: names of its id and its kommune, what says which record it is, what is filled."""

    id: str
    komnr: str
    key: Callable[[Loan], tuple[object, ...]]
    filled: tuple[str, ...]


LOANS = Matching(
    "udlaan_id",
    "komnr_indberetter",
    lambda loan: (loan["pnr"], None if loan["hminr"] is None else int(loan["hminr"]), loan["udleveringsdato"]),
    ("lov_navn", "lov_tekst"),
)


def hold_against(
    result: QuarterResult, komnr: str, newer: list[Loan], older: list[Loan], how: Matching = LOANS
) -> list[Loan]:
    """R2: the rows of `older` (of `komnr`) that are no gengangere of `newer`; those that are fill their match first.

    A match that is itself a genganger of a third row stands for that row, so one of `komnr` can be that loan only once.
    """

    def stays(loan: Loan) -> Loan:
        while "genganger_af" in loan:
            loan = loan["genganger_af"]
        return loan

    # sorted() is stable: with equal ids the newer system's row stands first
    waiting: dict[tuple[object, ...], list[Loan]] = {}
    for loan in sorted(newer, key=lambda loan: str(loan[how.id])):
        if komnr not in stays(loan).get("staar_ogsaa_hos", ()):
            waiting.setdefault(how.key(loan), []).append(loan)
    left = {id(loan) for loan in older}
    for old in sorted(older, key=lambda loan: str(loan[how.id])):
        same = waiting.get(how.key(old))
        if not same:
            continue
        match = same.pop(0)
        old["genganger_af"] = match
        match = stays(match)
        if match[how.komnr] != komnr:
            match.setdefault("staar_ogsaa_hos", set()).add(komnr)
        result.count(komnr, "raw", "GENGANGER")
        left.remove(id(old))
        for name in how.filled:
            if match[name] is None and old[name] is not None:
                match[name] = old[name]
                match["udfyldt"] = True
                result.filled.append((match[how.komnr], match[how.id], name))
    return [loan for loan in older if id(loan) in left]


def between_kommuner(
    result: QuarterResult,
    data: dict[str, list[Loan]],
    collaborations: list[Collaboration],
    last_days: dict[str, dt.date],
    how: Matching = LOANS,
) -> dict[str, list[Loan]]:
    """R2: a member's rows are held against the reporter's, in every collaboration begun by the reporter's last day.

    The reporter's own rows are those it has before it is itself held against somebody. Of kommuner that report for each
    other in a circle, the collaboration begun last counts, and the others that close no circle.
    """
    pairs: list[tuple[str, str]] = []  # reporter, member
    for row in sorted(collaborations, key=lambda row: (-row.begins.toordinal(), row.reporter, row.member)):
        if row.reporter not in data or row.member not in data or row.begins > last_days[row.reporter]:
            continue
        above, grows = {row.reporter}, True
        while grows:
            more = {reporter for reporter, member in pairs if member in above} - above
            above |= more
            grows = bool(more)
        if row.member not in above and (row.reporter, row.member) not in pairs:
            pairs.append((row.reporter, row.member))
    left = dict(data)
    while pairs:
        # a member comes after those that report for it
        reporter, member = next(
            (one, of)
            for one, of in pairs
            if not any(below == above for _, below in pairs for above, same in pairs if same == of)
        )
        pairs.remove((reporter, member))
        left[member] = hold_against(result, member, data[reporter], left[member], how)
    return left


def real_date_of_birth(pnr: str) -> bool:
    """Do the first six digits and the seventh name a day that exists?"""
    day, month, year, seventh = int(pnr[0:2]), int(pnr[2:4]), int(pnr[4:6]), int(pnr[6])
    if seventh in (0, 1, 2, 3):
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    try:
        dt.date(century + year, month, day)
    except ValueError:
        return False
    return True


def has_cpr_form(pnr: str) -> bool:
    """R4: has it the form of a real number?"""
    if not re.fullmatch(r"[0-9]{10}", pnr):
        return False
    return len(set(pnr)) > 1 and real_date_of_birth(pnr)


def inactive(loan: Loan) -> bool:
    """R3."""
    returned = loan["indleveringsdato"]
    return returned is not None and returned < PERIOD_BEGINS


def cpr_validated(result: QuarterResult, komnr: str, loans: list[Loan], registers: Registers) -> list[Loan]:
    """R3 on the delivered date, then R4."""
    kept = []
    for loan in loans:
        if inactive(loan):
            result.count(komnr, "cpr_validated", "IKKE_AKTIV")
        elif loan["pnr"] in registers.koen:
            kept.append(loan)
        elif has_cpr_form(loan["pnr"]):
            result.count(komnr, "cpr_validated", "CPR_UKURANT")
        else:
            result.count(komnr, "cpr_validated", "CPR_FIKTIVT")
    result.count(komnr, "cpr_validated", None, len(kept))
    return kept


def dates_corrected(result: QuarterResult, komnr: str, loans: list[Loan], registers: Registers) -> list[Loan]:
    """R5, R3 again, and the year that R6 gives to an open loan. `rettet` tells what R5 did."""
    kept = []
    for loan in loans:
        died = registers.doddato.get(loan["pnr"])
        loan["doddato"] = died
        loan["rettet"] = None
        if died is not None:
            if loan["udleveringsdato"] > died:
                result.count(komnr, "dates_corrected", "UDLEVERET_EFTER_DOED")
                continue
            if loan["indleveringsdato"] is None:
                loan["indleveringsdato"] = died
                loan["rettet"] = "RETTET_DOED"
            elif loan["indleveringsdato"] > died + dt.timedelta(days=31):
                loan["indleveringsdato"] = died
                loan["rettet"] = "RETTET_DOED_31"
        if loan["indleveringsdato"] is not None and loan["indleveringsdato"] < loan["udleveringsdato"]:
            result.count(komnr, "dates_corrected", "INDLEVERET_FOER_UDLEVERING")
            continue
        if inactive(loan):
            result.count(komnr, "dates_corrected", "IKKE_AKTIV")
            continue
        loan["udgaar_fra_aar"] = leaves_in(loan)
        kept.append(loan)
    result.count(komnr, "dates_corrected", None, len(kept))
    return kept


def leaves_in(loan: Loan) -> int | None:
    """R6: the first year Y with udleveringsdato < 31 December (Y - 20); None for a closed loan."""
    if loan["indleveringsdato"] is not None:
        return None
    year: int = loan["udleveringsdato"].year
    while not loan["udleveringsdato"] < dt.date(year - 20, 12, 31):
        year += 1
    return year


def add_paragraph(loan: Loan, read_text: TextReader) -> None:
    """R7, measured at the quarter of the delivery the row came with."""

    def usable(code: str | None) -> bool:
        return code is not None and fixed.paragraph_usable(code, loan["kvartal_leverance"], loan["udleveringsdato"])

    code = None if loan["lov_navn"] is None else loan["lov_navn"].strip()
    if not usable(code):
        codes = frozenset(filter(usable, fixed.PARAGRAPH_FROM))
        code = None if loan["lov_tekst"] is None else read_text(loan["lov_tekst"], codes)
    loan["lov_navn_opret"] = code


def add_kommune_and_person(loan: Loan, collaborations: list[Collaboration], registers: Registers) -> None:
    """R8 (by the quarter of the delivery the row came with and the day of issue) and R9."""
    reporter = loan["komnr_indberetter"]
    loan["komnr_statbank"] = reporter
    loan["gren"] = "indberetter"
    if reports_for_others(collaborations, reporter, loan["kvartal_leverance"], loan["udleveringsdato"]):
        home = registers.residence(loan["pnr"], loan["udleveringsdato"])
        loan["komnr_statbank"] = home or reporter
        loan["gren"] = "bopael" if home else "ingen_bopael"
    loan["koen"] = registers.koen[loan["pnr"]]
    loan["foed_dato"] = registers.foed_dag[loan["pnr"]]
