"""A kommune's approval report as a workbook: the same figures, and the records removed or corrected for its own look-up.

Text stays text, whatever it begins with. The same report gives the same bytes.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

from hjalp_pipeline.dialogue.approval.page import STATE_WORDS, partly_listed
from hjalp_pipeline.dialogue.approval.report import Report
from hjalp_pipeline.pages.template import danish_date
from hjalp_pipeline.report_spec import Cell, Sheet
from hjalp_pipeline.storage.files import replacing

#: Rows of a sheet that are used; a sheet can hold 1,048,576.
ROWS_A_SHEET = 1_000_000
_HIDDEN = "vises ikke: ligner et personnummer"
_CREATED = datetime(2025, 1, 1)  # noqa: DTZ001 - a fixed date gives the same bytes every time


def write_workbook(path: Path, report: Report) -> None:
    """Write the workbook, whole or not at all."""
    with replacing(path) as temporary:
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(str(temporary), options) as book:
            book.set_properties({"title": f"Godkendelse af {report.aar}: {report.kommune}", "created": _CREATED})
            bold = book.add_format({"bold": True, "bg_color": "#F3F5F7", "bottom": 1})
            for sheet in _sheets(report):
                _write(book, bold, sheet)


def _write(book: xlsxwriter.Workbook, bold: object, content: Sheet) -> None:
    sheet = book.add_worksheet(content.name)
    for column, width in enumerate(content.widths):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)  # the header alone
    for column, text in enumerate(content.header):
        sheet.write_string(0, column, text, bold)
    last = 0
    for number, row in enumerate(content.rows, start=1):
        last = number
        for column, value in enumerate(row):
            if isinstance(value, int | float):
                sheet.write_number(number, column, value)
            elif value:
                sheet.write_string(number, column, value)
    sheet.autofilter(0, 0, last, len(content.header) - 1)


def _sheets(report: Report) -> Iterator[Sheet]:
    rulebook = report.statistic.rulebook
    yield Sheet("Om rapporten", ("Oplysning", "Indhold"), (34, 90), _about(report))
    yield from report.told.sheets
    if report.changes is not None:
        changes = [(change.tekst, change.foer, change.nu, change.nu - change.foer) for change in report.changes]
        yield Sheet(
            "Ændringer", (f"Ændret siden {report.before_name}", "Før", "Nu", "Ændring"), (50, 12, 12, 12), changes
        )
    partly = dict(partly_listed(report))
    yield Sheet(
        "Rettet og udeladt",
        ("Kode", "Grund", "Hvad vi har gjort", "Poster", "I arket Poster"),
        (30, 70, 20, 12, 28),
        [
            (
                reason,
                *rulebook.in_words[reason],
                rows,
                partly.get(reason, "alle") if rulebook.codes[reason].fault else "ingen: ikke en fejl",
            )
            for reason, rows in report.reasons
        ],
    )
    yield from _records(report)


def _about(report: Report) -> list[tuple[Cell, ...]]:
    answers = "Svar er talt med til" if report.release else "Svar senest"
    rows: list[tuple[Cell, ...]] = [
        ("Kommune", f"{report.komnr} {report.kommune}"),
        ("År", report.aar),
        ("Udgivelse", report.release or "før udgivelsen"),
        ("Deltager i tabellerne", "ja" if report.deltager else f"nej: {report.hvorfor}"),
        (answers, report.until or "se det brev, rapporten er sendt med"),
        ("Svar til", report.contact),
        ("Leveringer for", report.kvartal),
        ("Befolkningsregisteret er fra", danish_date(report.extract)),
        ("Indberettes af", ", ".join(report.covered_by) or "kommunen selv"),
        *((f"Svar, {kind}", STATE_WORDS[state][0]) for kind, state in report.states.items()),
        *report.told.main,
        ("Poster leveret", report.poster),
        ("Poster inden for statistikken", report.brugt),
        *report.told.of_records,
    ]
    rows += [
        ("Levering", f"{one.kvartal}/{one.fil}, {one.poster} poster, {one.brugt} brugt") for one in report.delivered
    ]
    rows += [("Ikke alle poster vises", f"{reason}: {words} poster") for reason, words in partly_listed(report)]
    rows += [("Se efter", odd.look) for odd in report.oddities]
    return rows


def _records(report: Report) -> Iterator[Sheet]:
    """Records removed or corrected, as far as they are known; IKKE_AKTIV is no fault and only counted."""
    if report.rows is None:
        return
    rows = report.rows.select("aarsag", "post", "id", "vist_ikke", "felt", "fil")
    for number, start in enumerate(range(0, max(rows.height, 1), ROWS_A_SHEET), start=1):
        part = rows.slice(start, ROWS_A_SHEET)
        yield Sheet(
            "Poster" if number == 1 else f"Poster {number}",
            ("Kode", "Postnummer", report.statistic.layouts.declaration.id_da, "Felt", "Fil"),
            (30, 12, 40, 20, 46),
            (
                (aarsag, post, _HIDDEN if hidden else identity, felt, fil)
                for aarsag, post, identity, hidden, felt, fil in part.iter_rows()
            ),
        )
