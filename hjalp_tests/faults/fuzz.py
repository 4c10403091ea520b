"""Spoilt deliveries by the thousand: ``python -m hjalp_tests.faults.fuzz N`` reads N of each format and says what became of them.

What must hold: nothing ends the reading but a verdict; what is accepted says in every field of every record what a second
reader finds there; what is refused has a code, a Danish sentence and a receipt without a value of the file; and csv and xml
that the second reader takes by the rules are not refused.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from random import Random
from typing import Any

from hjalp_pipeline.delivery.codes import REJECTION_TEXT
from hjalp_pipeline.delivery.intake import UNREADABLE_DETAIL, Intake, read_delivery
from hjalp_pipeline.delivery.names import parse_name
from hjalp_pipeline.delivery.receipt import receipt, receipt_html
from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_tests.delivery.files import CPR, ROOT, STEM
from hjalp_tests.faults.mutants import made
from hjalp_tests.faults.second_readers import Records, csv_records, xlsx_records, xml_records
from hjalp_tests.naive.record_checks import Record, check_record

FORMATS = ("csv", "xml", "xlsx")


class Difference(AssertionError):
    """What the program made of a file is not what it should be. Says the format, the seed, and what."""


@dataclass
class Counts:
    """What became of spoilt files of one format.

    ``refused`` by code; ``alone``: accepted and not readable by the second reader; ``faults``: one line for each file with a
    wrong outcome, among them ``crashed``.
    """

    tried: int = 0
    accepted: int = 0
    alone: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    crashed: int = 0
    faults: list[str] = field(default_factory=list)


def fuzz(form: str, seeds: Iterable[int]) -> Counts:
    """Read a spoilt delivery for each seed, and count."""
    counts = Counts()
    for seed in seeds:
        counts.tried += 1
        try:
            intake, second = one(form, seed)
        except Difference as fault:
            counts.faults.append(str(fault))
        except BaseException as fault:  # also a panic of a library, which is no Exception
            if isinstance(fault, KeyboardInterrupt):
                raise
            counts.crashed += 1
            counts.faults.append(f"{form} {seed}: {type(fault).__name__}")
        else:
            counts.accepted += intake.status == "accepted"
            counts.alone += intake.status == "accepted" and second is None
            counts.refused.update([intake.code] if intake.code else [])
    return counts


def one(form: str, seed: int) -> tuple[Intake, Records | None]:
    """One spoilt delivery: what the program made of it, and what the second reader finds in it. ``Difference`` when that is wrong."""
    random = Random(f"{form} {seed}")
    content, encoding = made(form, random)
    name = parse_name("2024K4", f"{STEM}.{form}")
    if name is None:
        raise ValueError("the name of the test deliveries is none")
    intake = read_delivery(BytesIO(content), name, encoding, LAYOUTS)
    second = {
        "csv": lambda: csv_records(content, encoding),
        "xml": lambda: xml_records(content, ROOT),
        "xlsx": lambda: xlsx_records(content) if intake.status == "accepted" else None,
    }[form]()
    wrong = _wrong(form, intake, second)
    if wrong:
        raise Difference(f"{form} {seed}: {wrong}")
    return intake, second


def _wrong(form: str, intake: Intake, second: Records | None) -> str | None:
    at = datetime(2025, 1, 10, tzinfo=UTC)
    told = receipt(
        intake, name_or_filename=f"{STEM}.{form}", kvartal="2024K4", sha256="0" * 64, read_at=at, kommune_name=None
    )
    if CPR in json.dumps(told) or "Kørestol" in json.dumps(told):
        return "its receipt holds a value"
    if intake.status == "rejected":
        return _wrongly_refused(form, intake, told, second)
    if second is None:
        return None if form == "xlsx" else "accepted, and no second reader takes it"
    return _different(form, intake, second)


def _wrongly_refused(form: str, intake: Intake, told: dict[str, Any], second: Records | None) -> str | None:
    if intake.code not in REJECTION_TEXT or not intake.detail or "afvist" not in receipt_html(told, LAYOUTS):
        return "refused without code, sentence or receipt"
    if intake.detail.startswith(UNREADABLE_DETAIL):
        return f"nobody foresaw it: {intake.detail}"
    if form == "xlsx" or not second or intake.code == "TEGNSAET":
        return None
    bad = sum(record is None or bool(check_record(record, ROOT["komnr"])) for record in second)
    misquoted = intake.finding_counts.get(":FELT", 0)  # text behind a closing quote, which the csv module passes over
    if (bad + misquoted) * 100 <= len(second) * 5:
        return f"refused ({intake.code}), and the second reader takes it"
    return None


def _different(form: str, intake: Intake, second: Records) -> str | None:
    if len(second) != intake.records or intake.frame is None:
        return f"{intake.records} records here, {len(second)} there"
    found = {post: values for post, *values in intake.frame.iter_rows()}
    whole = {finding.record for finding in intake.findings if finding.field == ""}
    for number, record in enumerate(second, 1):
        wrong = ["record"] if record is None else [name for name, _ in check_record(record, ROOT["komnr"])]
        mine = found.get(number)
        if mine is None:
            if form != "xlsx" and not wrong and number not in whole:
                return f"record {number} is left out for nothing"
        elif record is None or wrong:
            return f"record {number} is used, and {wrong} is wrong"
        elif _plain(mine, form) != _plain(_typed(record), form):
            return f"record {number} is read otherwise"
    return None


def _typed(record: Record) -> list[Any]:
    """The values a record becomes, in the order of the typed frame behind ``post``."""
    pnr = str(record["pnr"])
    if re.fullmatch("[0-9]{6}-[0-9A-Za-z]{4}", pnr):
        pnr = pnr.replace("-", "")
    number = int(pnr) if re.fullmatch("[0-9]{10}", pnr) and int(pnr) < 1 << 32 else None
    returned = record["indleveringsdato"]
    return [
        record["udlaan_id"],
        record["komnr_betaling"],
        number,
        pnr if number is None else None,
        record["hminr"],
        record["hmiiso"],
        record["hminavn"],
        date.fromisoformat(str(record["udleveringsdato"])),
        date.fromisoformat(returned) if returned else None,
        record["lov_navn"],
        record["lov_tekst"],
    ]


def _plain(values: list[Any], form: str) -> list[Any]:
    """Texts of a workbook without the blanks around them: calamine drops them where the file does not say that they count."""
    return [value.strip() or None if form == "xlsx" and isinstance(value, str) else value for value in values]


def main(number: int) -> int:
    """Read so many spoilt files of each format; 1 when one has a wrong outcome."""
    faults = 0
    for form in FORMATS:
        counts = fuzz(form, range(number))
        refused = ", ".join(f"{code} {times}" for code, times in counts.refused.most_common())
        what = f"{counts.accepted} accepted ({counts.alone} by us alone), {counts.crashed} crashed; {refused}"
        sys.stdout.write("\n  ".join([f"{form}: {counts.tried} tried, {what}", *counts.faults[:20]]) + "\n")
        faults += len(counts.faults)
    return min(faults, 1)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
