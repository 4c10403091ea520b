"""One delivery from file to verdict: typed records, findings, or a rejection (interfaces.md, "Delivery")."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, TypeVar

import polars as pl

from hjalp_pipeline.delivery.codes import Rejected, RejectionCode, Remark
from hjalp_pipeline.delivery.encodings import text_codec
from hjalp_pipeline.delivery.layouts.layout import Layout
from hjalp_pipeline.delivery.layouts.versions import Layouts
from hjalp_pipeline.delivery.names import DeliveryName
from hjalp_pipeline.delivery.read_csv import read_csv
from hjalp_pipeline.delivery.read_xlsx import read_xlsx
from hjalp_pipeline.delivery.read_xml import read_xml
from hjalp_pipeline.delivery.records import Chunk, Typed, type_records
from hjalp_pipeline.rules.rule import Finding

MAX_FINDINGS = 1000
"""Findings a receipt lists; all of them are counted."""

SHEET_ROWS = (1 << 16, 1 << 20)
"""Rows a sheet can have, of the old and of the present format."""

BAD_PER_CENT = 5
"""A delivery with more than this share of bad records is rejected whole; exactly this share is accepted."""


@dataclass
class Intake:
    """What became of a delivery.

    ``findings`` holds at most ``MAX_FINDINGS``, by record and field order; ``finding_counts``
    counts all of them per ``field:code``; ``bad_by_code`` counts each bad record once, by its first finding, so it sums
    to ``bad_records``; ``remarks`` counts records that are odd but not wrong by ``Remark``. ``frame``
    (``Layout.typed_schema``, good records in file order) is None for a rejected delivery. ``detail`` is Danish and safe
    to show.
    """

    status: Literal["accepted", "rejected"]
    code: str | None
    detail: str | None
    records: int
    bad_records: int = 0
    findings: list[Finding] = field(default_factory=list)
    finding_counts: dict[str, int] = field(default_factory=dict)
    bad_by_code: dict[str, int] = field(default_factory=dict)
    remarks: dict[str, int] = field(default_factory=dict)
    frame: pl.DataFrame | None = None


def is_sheet_size(records: int) -> bool:
    """Whether there are as many records as a sheet can hold: the header takes one row of it, a last line perhaps another."""
    return any(rows - records in (0, 1, 2) for rows in SHEET_ROWS)


def rejected(code: RejectionCode | str, detail: str | None = None, records: int = 0) -> Intake:
    """A rejection of a whole file, also for what the caller decides itself (FILNAVN, UKENDT_AFSENDER)."""
    return Intake("rejected", str(RejectionCode(code)), detail, records)


def _chunks(
    file: BinaryIO, name: DeliveryName, encoding: str, layout: Layout, remarks: dict[str, int]
) -> Iterator[pl.DataFrame]:
    match name.format:
        case "csv":
            return read_csv(file, encoding, layout, remarks)
        case "xml":
            return read_xml(
                file, komnr=name.komnr, period=name.kvartal, system=name.system, layout=layout, remarks=remarks
            )
        case "xlsx":
            return read_xlsx(file, layout, remarks)
    raise ValueError(f"unknown format: {name.format!r}")


def _count(counts: dict[str, int], keys: pl.Series) -> None:
    for key, number in keys.value_counts().sort(keys.name).iter_rows():
        counts[key] = counts.get(key, 0) + number


def _add_findings(intake: Intake, findings: pl.DataFrame) -> None:
    """Add a chunk's findings (record, field, code; ordered) to the counts and, while there is room, to the list."""
    first = findings.unique("record", keep="first", maintain_order=True)
    intake.bad_records += first.height
    _count(intake.bad_by_code, first["code"])
    _count(intake.finding_counts, findings.select(pl.format("{}:{}", "field", "code").alias("key"))["key"])
    listed = findings.head(MAX_FINDINGS - len(intake.findings)).select(Finding._fields)
    intake.findings += map(Finding._make, listed.iter_rows())


def read_delivery(
    source: Path | BinaryIO,
    name: DeliveryName,
    encoding: str,
    layouts: Layouts,
) -> Intake:
    """Read one delivery, from a path or an open file; nothing about its content raises, only ``OSError`` and an unknown
    ``encoding`` (ValueError) do.

    ``name`` is what ``parse_name`` made of the file's name; ``encoding`` is that of systems.csv and concerns csv alone.
    The file is held against the one of ``layouts`` in force for its period.
    The first that applies rejects: TEGNSAET, the format's own code, KOLONNER, ANTAL, TOM, FOR_MANGE_FEJL.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return finished(reading_of(file, name, encoding, layouts))
    return finished(reading_of(source, name, encoding, layouts))


Result = TypeVar("Result")
#: A reading that hands out each chunk of text and is sent its types, or thrown what goes wrong with them.
Steps = Generator[Chunk, Typed, Result]


def finished(steps: Steps[Result]) -> Result:
    """What a reading comes to, each of its chunks typed by itself."""
    try:
        chunk = next(steps)
        while True:
            chunk = typed_alone(steps, chunk)
    except StopIteration as end:
        result: Result = end.value
        return result


def typed_alone(steps: Steps[Result], chunk: Chunk) -> Chunk:
    """The next chunk of a reading, after this one was typed by itself; StopIteration with the result behind the last."""
    try:
        typed = type_records(chunk.text, chunk.first_record, chunk.komnr, chunk.layout, spreadsheet=chunk.spreadsheet)
    except BaseException as fault:  # what it costs is the reading's business
        return steps.throw(fault)
    return steps.send(typed)


def reading_of(file: BinaryIO, name: DeliveryName, encoding: str, layouts: Layouts) -> Steps[Intake]:
    """The steps of ``read_delivery``, of an open file."""
    if name.format == "csv":
        text_codec(encoding)
    try:
        return (yield from _read(file, name, encoding, layouts.of(name.kvartal)))
    except BaseException as fault:
        # Whatever a file does to a reader costs that file alone: also a failed allocation, and a panic of a Rust library,
        # which is no Exception. Messages may quote the file and are not passed on.
        panic = type(fault).__name__ == "PanicException"
        if isinstance(fault, OSError) or not (isinstance(fault, Exception) or panic):
            raise
        return rejected(_UNREADABLE[name.format], f"{UNREADABLE_DETAIL} ({type(fault).__name__}).")


def read_texts(
    file: BinaryIO, name: DeliveryName, encoding: str, layout: Layout
) -> Iterator[tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]]:
    """Every record of a delivery, chunk by chunk: as it was delivered (text, its first row follows the last of the chunk
    before), the good ones typed and the findings as ``type_records`` gives them. Raises ``Rejected`` where the file is.
    """
    first = 1
    for chunk in _chunks(file, name, encoding, layout, {}):
        yield chunk, *type_records(chunk, first, name.komnr, layout, spreadsheet=name.format == "xlsx")
        first += chunk.height


#: The code of a file no reader could make anything of.
_UNREADABLE = {
    "csv": RejectionCode.TEGNSAET,
    "xml": RejectionCode.XML_UGYLDIG,
    "xlsx": RejectionCode.XLSX_UGYLDIG,
}
UNREADABLE_DETAIL = "Filen kan ikke læses. Kontakt Danmarks Statistik, hvis den kan åbnes hos jer"
"""How the sentence begins on a file whose fault nobody foresaw."""


def _read(file: BinaryIO, name: DeliveryName, encoding: str, layout: Layout) -> Steps[Intake]:
    intake = Intake("accepted", None, None, 0)
    frames = []
    spreadsheet = name.format == "xlsx"
    try:
        for chunk in _chunks(file, name, encoding, layout, intake.remarks):
            typed, findings = yield Chunk(chunk, intake.records + 1, name.komnr, layout, spreadsheet)
            intake.records += chunk.height
            frames.append(typed)
            if findings.height:
                _add_findings(intake, findings)
    except Rejected as rejection:
        return rejected(rejection.code, rejection.detail, max(rejection.records, intake.records))
    if intake.records == 0:
        return rejected(RejectionCode.TOM, "Filen har ingen poster.")
    if intake.bad_records * 100 > intake.records * BAD_PER_CENT:
        intake.status, intake.code = "rejected", str(RejectionCode.FOR_MANGE_FEJL)
        intake.detail = f"{intake.bad_records} af {intake.records} poster har fejl."
        return intake
    intake.frame = pl.concat([layout.typed_schema.to_frame(), *frames], rechunk=False)
    counted = layout.declaration.look(intake.frame, name.received.date())
    if is_sheet_size(intake.records):
        counted[Remark.SHEET_SIZE] = intake.records
    if Remark.UTF8 in intake.remarks:  # says why
        counted.pop(Remark.STRANGE_TEXT, None)
    intake.remarks |= counted
    return intake
