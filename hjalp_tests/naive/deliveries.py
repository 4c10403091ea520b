"""One delivery: accepted or rejected, and its good records."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from hjalp_tests.naive.codelists import System
from hjalp_tests.naive.record_checks import FIELDS, Record, check_record


@dataclass(frozen=True)
class Layout:
    """How a statistic's deliveries look: fields, the element of a record and the attribute of the period in xml, what is
    wrong with a record of a kommune, and how a workbook is read (None: it is not).
    """

    fields: tuple[str, ...]
    record: str
    period: str
    check: Callable[[Record, str], list[tuple[str, str]]]
    workbook: Callable[[bytes], list[Record]] | None = None


@dataclass
class Finding:
    """One bad field of one record; `record` 1 is the first."""

    record: int
    field: str
    code: str


@dataclass
class DeliveryReport:
    """What became of a file. `good` holds (record number, fields) of the records that are used."""

    path: Path
    kvartal: str
    komnr: str = ""
    system: str = ""
    received: str = ""
    status: str = "accepted"
    code: str | None = None
    records: int = 0
    bad_records: int = 0
    findings: list[Finding] = field(default_factory=list)
    first_findings: list[Finding] = field(default_factory=list)
    good: list[tuple[int, Record]] = field(default_factory=list)


class Rejected(Exception):
    """The delivery is rejected whole; the argument is the code."""


def read_delivery(path: Path, kvartal: str, systems: list[System], layout: Layout | None = None) -> DeliveryReport:
    """Read a file of the inbox as delivered for `kvartal`; without a layout it holds loans."""
    report = DeliveryReport(path, kvartal)
    try:
        _read(report, systems, layout or Layout(FIELDS, "udlaan", "kvartal", check_record))
    except Rejected as rejected:
        report.status = "rejected"
        report.code = str(rejected)
        report.good = []
    return report


def _read(report: DeliveryReport, systems: list[System], layout: Layout) -> None:
    match = re.fullmatch(r"([0-9]{3})_([a-z0-9-]+)_([0-9]{8}T[0-9]{6})\.(csv|xml|xlsx)", report.path.name)
    if match is None:
        raise Rejected("FILNAVN")
    report.komnr, report.system, report.received, suffix = match.groups()
    try:
        dt.datetime.strptime(report.received, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - Danish time, compared only
    except ValueError:
        raise Rejected("FILNAVN") from None
    senders = [
        system
        for system in systems
        if system.komnr == report.komnr
        and system.system == report.system
        and system.format == suffix
        and system.in_use(report.kvartal)
    ]
    if not senders:
        raise Rejected("UKENDT_AFSENDER")
    content = report.path.read_bytes()
    if not content.strip():
        raise Rejected("TOM")
    if suffix == "csv":
        records = _csv_records(content, senders[0].encoding, layout)
    elif suffix == "xml":
        records = _xml_records(content, report, layout)
    elif layout.workbook is not None:
        records = layout.workbook(content)
    else:
        raise NotImplementedError("xlsx is not read here")
    if not records:
        raise Rejected("TOM")
    report.records = len(records)
    for number, record in enumerate(records, start=1):
        findings = layout.check(record, report.komnr)
        if findings:
            report.bad_records += 1
            report.findings += [Finding(number, name, code) for name, code in findings]
            report.first_findings.append(Finding(number, *findings[0]))
        else:
            report.good.append((number, record))
    if report.bad_records * 100 > report.records * 5:
        raise Rejected("FOR_MANGE_FEJL")


def _csv_records(content: bytes, encoding: str, layout: Layout) -> list[Record]:
    windows = encoding.lower() in ("windows-1252", "cp1252")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or (windows and content[:3] == b"\xef\xbb\xbf"):
        raise Rejected("TEGNSAET")
    try:
        text = content.decode("cp1252" if windows else "utf-8-sig")
    except UnicodeDecodeError:
        raise Rejected("TEGNSAET") from None
    text = text.rstrip(" \t\r\n\x1a")
    if not text:
        raise Rejected("TOM")
    first, _, rest = text.partition("\n")
    if first.strip('"\r').lower() == "sep=;":
        text = rest
    if text.startswith(("\n", "\r\n")):
        raise Rejected("KOLONNER")
    lines = _csv_lines(text)
    header = lines[0] if lines else None
    if header is None or sorted(header) != sorted(layout.fields):
        raise Rejected("KOLONNER")
    last = lines[-1]
    if last is None or len(last) != 2 or last[0] != "SLUT":
        raise Rejected("ANTAL")
    if not re.fullmatch(r"[0-9]+", last[1]) or int(last[1]) != len(lines) - 2:
        raise Rejected("ANTAL")
    return [
        {"*": "fields cannot be told apart"}
        if line is None or len(line) != len(header)
        else {name: value or None for name, value in zip(header, line, strict=True)}
        for line in lines[1:-1]
    ]


def _csv_lines(text: str) -> list[list[str] | None]:
    """Lines of fields, character by character; None for a line with text behind a closing quote, blank lines left out."""
    lines: list[list[str] | None] = []
    fields, value, quoted, closed, wrong = [], "", False, False, False
    place = 0
    while place <= len(text):
        char = text[place : place + 1]
        if quoted and char == '"' and text[place + 1 : place + 2] == '"':
            value += '"'
            place += 1
        elif quoted and char == '"':
            quoted, closed = False, True
        elif quoted and char:
            value += char
        elif char == '"' and not value and not closed:
            quoted = True
        elif char in (";", "\n", ""):
            fields.append(value.removesuffix("\r") if char != ";" and not closed else value)
            value, closed = "", False
            if char != ";":
                if wrong or fields != [""]:
                    lines.append(None if wrong else fields)
                fields, wrong = [], False
        elif closed and not (char == "\r" and text[place + 1 : place + 2] in ("\n", "")):
            wrong = True
        elif not closed:
            value += char
        place += 1
    return lines


def _xml_records(content: bytes, report: DeliveryReport, layout: Layout) -> list[Record]:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Rejected("XML_UGYLDIG")
    try:
        tree = ET.fromstring(content)
    except ET.ParseError:
        raise Rejected("XML_UGYLDIG") from None
    attributes = tree.attrib
    if tree.tag != "leverance" or set(attributes) != {"komnr", layout.period, "system", "antal"}:
        raise Rejected("XML_UGYLDIG")
    if (attributes["komnr"], attributes[layout.period], attributes["system"]) != (
        report.komnr,
        report.kvartal,
        report.system,
    ) or not re.fullmatch(r"\s*\+?[0-9]+\s*", attributes["antal"]):
        raise Rejected("XML_UGYLDIG")
    records: list[Record] = []
    for element in tree:
        names = [child.tag for child in element]
        simple = all(len(child) == 0 and not child.attrib for child in element) and not element.attrib
        no_text = not any((node.text or "").strip() for node in (tree, element))
        no_tail = not any((node.tail or "").strip() for node in (element, *element))
        known = set(names) <= set(layout.fields) and len(set(names)) == len(names)
        if element.tag != layout.record or not (simple and no_text and no_tail and known):
            raise Rejected("XML_UGYLDIG")
        values = {child.tag: child.text for child in element}
        record: Record = {}
        for name in layout.fields:
            record[name] = values.get(name) or None
        records.append(record)
    if int(attributes["antal"]) != len(records):
        raise Rejected("ANTAL")
    return records


"""Field -> (code of the finding, is the form right?). The texts have no form here: that is R7's business."""
